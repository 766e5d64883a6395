// What is said of queries: to the diagnostics channel, to the log where one is slow, and in development where one repeats.
import { currentFrame, type Frame, type Logger } from '@keelson/core'
import type { EndedQuery, Query, QueryObserver } from './contract.ts'
import { QUERIES, type QueryMessage } from './diagnostics.ts'
import { QueryBudgetError } from '../errors.ts'
import type { Holder } from './holder.ts'
import { currentSite } from './site.ts'

/** Settings of {@link QueryWatch}. */
export interface QueryWatchSettings {
  readonly database: string
  readonly logger: Logger | undefined
  /** Statements that take longer are logged at warn. */
  readonly slowQueryMs: number
  /** Only in development and test: counts queries of a request. */
  readonly counts: boolean
  /** The most runs of one statement in a request before it is reported. */
  readonly maxRepeats: number
  /** The most queries of a request; `Infinity` for any. */
  readonly maxQueries: number
}

interface Counted {
  all: number
  readonly byText: Map<string, number>
}

/** Observes the queries of one database. */
export class QueryWatch implements QueryObserver {
  readonly #settings: QueryWatchSettings
  readonly #counted = new WeakMap<Frame, Counted>()

  constructor(settings: QueryWatchSettings) {
    this.#settings = settings
  }

  /** Called before a query, in development and test. @throws {QueryBudgetError} for one too many */
  count(query: Query): void {
    if (!this.#settings.counts) return
    const frame = currentFrame()
    if (frame === undefined) return
    const counted = this.#countedOf(frame)
    const { text } = query.statement
    const times = (counted.byText.get(text) ?? 0) + 1
    counted.byText.set(text, times)
    counted.all++
    if (times === this.#settings.maxRepeats + 1) this.#reportRepeats(query, times)
    if (counted.all > this.#settings.maxQueries)
      throw new QueryBudgetError({
        message: `${query.label}${at()} is query ${counted.all} of the request; its budget is ${this.#settings.maxQueries}. Load what belongs together by with() or isIn(), or raise queries.max.`,
      })
  }

  ended(query: Query, holder: Holder, { durationMs, result, rows, error }: EndedQuery): void {
    const { slowQueryMs, logger, database } = this.#settings
    if (durationMs > slowQueryMs)
      logger?.warn(
        {
          database,
          query: query.label,
          text: query.statement.text,
          durationMs: Math.round(durationMs),
          site: currentSite(),
        },
        'slow query',
      )
    if (!QUERIES.hasSubscribers) return
    const message: QueryMessage = {
      database,
      label: query.label,
      text: query.statement.text,
      durationMs,
      rows: rows ?? (result === undefined ? undefined : result.rows.length || result.affected),
      site: currentSite(),
      requestId: currentFrame()?.id,
      isInTransaction: holder.onIdle !== undefined,
      ...(error === undefined ? {} : { error }),
    }
    QUERIES.publish(message)
  }

  #countedOf(frame: Frame): Counted {
    let counted = this.#counted.get(frame)
    if (counted === undefined) this.#counted.set(frame, (counted = { all: 0, byText: new Map() }))
    return counted
  }

  #reportRepeats(query: Query, times: number): void {
    this.#settings.logger?.warn(
      {
        database: this.#settings.database,
        query: query.label,
        text: query.statement.text,
        site: currentSite(),
      },
      `${query.label} ran ${times} times in one request: load the rows together, by with(), isIn() or byId() of one tick`,
    )
  }
}

function at(): string {
  const site = currentSite()
  return site === undefined ? '' : ` (${site})`
}
