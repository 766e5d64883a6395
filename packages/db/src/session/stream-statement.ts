// Rows in batches, in the pace of the reader.
import type { Frame } from '@keelson/core'
import type { Adapter, Dialect, DriverRow, MaybePromise, Statement } from '../adapter/index.ts'
import type { Query, QueryObserver } from './contract.ts'
import type { Holder } from './holder.ts'
import type { Asker } from './lane-pool.ts'
import type { Level } from './level.ts'
import { Cancellation, reasonOf } from './cancellation.ts'
import { idle } from './run-statement.ts'
import { errorOf, StatementFailure, toFailure } from './statement-failure.ts'
import { siteAround } from './site.ts'
import { StreamTally } from './stream-tally.ts'

interface Streaming {
  readonly query: Query
  readonly batchRows: number
  readonly frame: Frame | undefined
  readonly running: { readonly adapter: Adapter; readonly observer: QueryObserver }
}

interface Host {
  acquire(isRead: boolean, asker: Asker): MaybePromise<Holder>
  release(holder: Holder): void
}

/** On a connection of its own, for as long as the reader reads. */
export async function* streamAlone(
  host: Host,
  { query, batchRows, frame, running }: Streaming,
): AsyncGenerator<readonly DriverRow[], void, undefined> {
  const tally = new StreamTally(running.observer, query)
  const holder = await host.acquire(true, { label: query.label, site: siteAround(), frame })
  try {
    yield* batchesOf(holder, query, { batchRows, frame, adapter: running.adapter, tally })
  } catch (error) {
    throw errorOf(error)
  } finally {
    idle(holder)
    tally.end()
    host.release(holder)
  }
}

interface Batching {
  readonly frame: Frame | undefined
  readonly adapter: Adapter
  readonly tally: StreamTally
}

async function* batchesOf(
  holder: Holder,
  query: Query,
  { batchRows, ...batching }: Batching & { readonly batchRows: number },
): AsyncGenerator<readonly DriverRow[], void, undefined> {
  const batches = holder.connection
    .stream(query.statement, query.values, { batchRows })
    [Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await nextBatch(batches, holder, { ...batching, query })
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await batches.return?.()
  }
}

type Batches = AsyncIterator<readonly DriverRow[], void, undefined>
type Batch = IteratorResult<readonly DriverRow[], void>

async function nextBatch(
  batches: Batches,
  holder: Holder,
  { query, frame, adapter, tally }: Batching & { readonly query: Query },
): Promise<Batch> {
  if (frame?.isAborted === true) throw new StatementFailure(reasonOf(frame))
  holder.busySince = performance.now()
  const cancellation = frame === undefined ? undefined : new Cancellation(holder.connection, frame)
  let batch: Batch
  try {
    batch = await batches.next()
  } catch (error) {
    const told = toFailure(error, query, { adapter })
    const durationMs = idle(holder)
    const failure = cancellation?.end() === true ? await cancellation.over(told) : told
    tally.ended(query, holder, { durationMs, error: failure.error })
    throw failure
  }
  const durationMs = idle(holder)
  const cancelled = cancellation?.end() === true ? await cancellation.over() : undefined
  tally.ended(query, holder, {
    durationMs,
    rows: batch.done === true ? 0 : batch.value.length,
    error: cancelled?.error,
  })
  if (cancelled !== undefined) throw cancelled
  return batch
}

let cursors = 0

/**
 * Within a transaction, whose other statements may run between two batches. It is an operation of that until its last row was read: one
 * that is left open fails it.
 */
export async function* streamWithin(
  level: Level,
  streaming: Streaming & { readonly dialect: Dialect },
): AsyncGenerator<readonly DriverRow[], void, undefined> {
  const begun = level.begin(streaming.query.label, siteAround())
  begun.awaited()
  try {
    yield* streaming.dialect.system === 'postgresql'
      ? streamByCursor(level, streaming)
      : streamInTurn(level, streaming)
  } finally {
    begun.settled()
  }
}

/** By a cursor of the transaction, which it ends with. */
async function* streamByCursor(
  level: Level,
  { query, batchRows, frame, running }: Streaming,
): AsyncGenerator<readonly DriverRow[], void, undefined> {
  const observer = new StreamTally(running.observer, query)
  const name = `keelson_cursor_${++cursors}`
  let isOpen = false
  const ask = (text: string, values = NONE): ReturnType<Level['unit']['run']> => {
    const statement: Statement = { text, isRead: true, isKept: false }
    return level.unit.run({ ...query, statement, values, observer }, level, frame)
  }
  try {
    await ask(`declare ${name} no scroll cursor for ${query.statement.text}`, query.values)
    isOpen = true
    for (;;) {
      const { rows } = await ask(`fetch ${batchRows} from ${name}`)
      if (rows.length > 0) yield rows
      if (rows.length < batchRows) return
    }
  } finally {
    if (isOpen && level.problem(query.label) === undefined) await ask(`close ${name}`)
    observer.end()
  }
}

const NONE: Query['values'] = []

/** Batch by batch. Of these systems only SQLite runs another statement meanwhile. */
async function* streamInTurn(
  level: Level,
  { query, batchRows, frame, running, dialect }: Streaming & { readonly dialect: Dialect },
): AsyncGenerator<readonly DriverRow[], void, undefined> {
  const holder = await begunFor(level, query)
  const tally = new StreamTally(running.observer, query)
  const batches = holder.connection
    .stream(query.statement, query.values, { batchRows })
    [Symbol.asyncIterator]()
  const next = (): Promise<Batch> => {
    const problem = level.problem(query.label)
    if (problem !== undefined) throw problem
    return nextBatch(batches, holder, { query, frame, adapter: running.adapter, tally })
  }
  const end = level.unit.streams({
    label: query.label,
    isAlone: dialect.system !== 'sqlite',
    stop: async () => batches.return?.(),
  })
  try {
    for (;;) {
      const batch = await level.unit.inTurn(next)
      if (batch.done === true) return
      yield batch.value
    }
  } catch (error) {
    if (!(error instanceof StatementFailure)) throw error
    level.fail(error.error, error.endsTransaction)
    throw error.error
  } finally {
    await batches.return?.()
    end()
    tally.end()
  }
}

/** The connection of a transaction that may run it. */
function begunFor(level: Level, { label }: Query): MaybePromise<Holder> {
  const problem = level.problem(label)
  if (problem !== undefined) throw problem
  return level.unit.begin()
}
