// On the request path: statements that others wrote, from the tag and from Kysely.
import { StatementCache, type Dialect, type DriverRow, type DriverValue } from '../adapter/index.ts'
import { TransactionError } from '../errors.ts'
import type { Session } from '../session/index.ts'
import type { TablesFacts } from '../table/index.ts'
import { decodeRows, OriginDecoder, type Decoding, type Readings } from './decode.ts'
import { inspectText, type Inspected } from './inspect-text.ts'
import { readWholeNumbers } from './whole-numbers.ts'

/** How many texts are known. */
const KNOWN_TEXTS = 500

/** The session of a database, which need not be open yet, and its tables. */
export interface SqlHost {
  readonly session: Session
  readonly tables: TablesFacts
}

/** A statement that others wrote. */
export interface WrittenQuery {
  readonly text: string
  readonly values: readonly DriverValue[]
  readonly isKept: boolean
  /** `sql`, `kysely`. */
  readonly label: string
  /** How values of the result are read, by name; others by the column that they come from. */
  readonly readings?: Readings | undefined
  /** Whether integers of expressions are made numbers. */
  readonly wholeNumbers?: boolean
}

/** What it gave. */
export interface WrittenResult {
  readonly rows: readonly DriverRow[]
  readonly affected: number
}

/** What is known of a text, so that each is read once. */
interface KnownText extends Inspected {
  decoding: Decoding | undefined
}

/** Runs statements that others wrote, and decodes what they give. */
export class TextRunner {
  readonly #host: SqlHost
  readonly #known = new StatementCache<KnownText>(KNOWN_TEXTS)
  #decoder: OriginDecoder | undefined

  constructor(host: SqlHost) {
    this.#host = host
  }

  /** @throws before the database was opened */
  get session(): Session {
    return this.#host.session
  }

  get dialect(): Dialect {
    return this.#host.session.dialect
  }

  get tables(): TablesFacts {
    return this.#host.tables
  }

  /**
   * @throws {QueryError} for a statement that changes the connection
   * @throws {TransactionError} for one that would commit the transaction around
   */
  async run({ text, values, isKept, label, readings, wholeNumbers }: WrittenQuery): Promise<WrittenResult> {
    const { session, dialect } = this
    const known = this.#inspect(text, values.length)
    const { isRead, commits } = known
    if (commits && session.currentUnit() !== undefined)
      throw new TransactionError({
        message: `${label}: ${dialect.system} may commit the transaction around before it runs '${text.slice(0, 40)}'. Run it outside of the transaction.`,
      })
    const decoder = (this.#decoder ??= new OriginDecoder(this.tables, dialect))
    const needsColumns = decoder.isNeeded || readings !== undefined
    const result = await session.run({
      statement: { text, isRead, isKept },
      values,
      label,
      needsColumns,
    })
    const { rows } = result
    if (needsColumns && rows.length > 0) {
      known.decoding = decoder.decodingOf(await result.columns(), readings, known.decoding)
      decodeRows(rows, known.decoding)
    }
    if (wholeNumbers === true && rows.length > 0)
      readWholeNumbers(rows, unsaid(result.wholeNumbers?.() ?? [], readings))
    return { rows, affected: result.affected }
  }

  #inspect(text: string, values: number): KnownText {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const inspected = { ...inspectText(text, values, this.dialect), decoding: undefined }
    this.#known.set(text, inspected)
    return inspected
  }
}

/** Those whose reading nobody has said. */
function unsaid(names: readonly string[], readings: Readings | undefined): readonly string[] {
  return readings === undefined ? names : names.filter((name) => !readings.has(name))
}
