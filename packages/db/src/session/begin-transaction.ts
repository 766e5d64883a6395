// A transaction, which begins on the server with its first statement.
import type { Frame } from '@keelson/core'
import { waitUntil } from '@keelson/core/ports'
import { andThen, type Adapter, type MaybePromise } from '../adapter/index.ts'
import { ConnectionError, TransactionError } from '../errors.ts'
import { reasonOf } from './cancellation.ts'
import type { TransactionOptions } from './contract.ts'
import type { Holder } from './holder.ts'
import type { Asker } from './lane-pool.ts'
import { Level } from './level.ts'
import type { Site } from './site.ts'
import { errorOf } from './statement-failure.ts'
import { told } from './told.ts'
import { newScope, type TransactionHost } from './transaction-host.ts'
import { Unit } from './unit.ts'

/** How a transaction is begun. */
export interface Attempt {
  readonly options: TransactionOptions
  readonly site: Site
  readonly frame: Frame | undefined
}

/** Makes a transaction. It takes a connection with its first statement: one that asks nothing costs the database nothing. */
export function openOutermost(host: TransactionHost, attempt: Attempt): Level {
  const { options, site } = attempt
  const { isolation, readOnly: isReadOnly = false, name = host.name } = options
  const running = { adapter: host.adapter, observer: host.observer, tables: host.tables }
  const begin = (): MaybePromise<Holder> => beginOutermost(host, level, attempt)
  const unit = new Unit({ running, isReadOnly, isolation, name, site, begin })
  const makeScope = (): ReturnType<typeof newScope> => newScope(host, name)
  const facts = { name, owner: host.owner, unit, makeScope, site }
  const level = new Level({ ...facts, around: undefined, savepoint: undefined })
  unit.innermost = level
  return level
}

/** Begins it on the server, at once where the driver answers at once. What keeps it from that fails it as a whole. */
function beginOutermost(host: TransactionHost, level: Level, attempt: Attempt): MaybePromise<Holder> {
  const failed = (error: unknown): never => {
    level.unit.innermost?.fail(error, true)
    throw error instanceof Error ? told(error) : error
  }
  const { frame, options } = attempt
  const { waitsFor } = options
  const begin = (): MaybePromise<Holder> => beginOnLiving(host, level, attempt)
  try {
    const begun = waitsFor === undefined ? begin() : waitUntil(waitsFor, { frame }).then(begin)
    return begun instanceof Promise ? begun.catch(failed) : begun
  } catch (error) {
    return failed(error)
  }
}

/** Begins once more on a new connection, where that had died unnoticed while nobody used it. */
function beginOnLiving(host: TransactionHost, level: Level, attempt: Attempt): MaybePromise<Holder> {
  let begun: MaybePromise<Holder>
  try {
    begun = begin(host, level, attempt)
  } catch (error) {
    return beginAgain(host, level, { attempt, error })
  }
  return begun instanceof Promise
    ? begun.catch((error: unknown) => beginAgain(host, level, { attempt, error }))
    : begun
}

async function beginAgain(
  host: TransactionHost,
  level: Level,
  { attempt, error }: { readonly attempt: Attempt; readonly error: unknown },
): Promise<Holder> {
  if (!(error instanceof LostAtBegin)) throw error
  // What killed one has killed those beside it. Nothing was done yet, so that this is right whatever reached the server.
  host.closeIdle()
  try {
    return await begin(host, level, attempt)
  } catch (again) {
    throw again instanceof LostAtBegin ? again.error : again
  }
}

/** The connection was lost before the transaction had begun. */
class LostAtBegin extends Error {
  readonly error: Error

  constructor(error: Error) {
    super(error.message)
    this.error = error
  }
}

function begin(host: TransactionHost, level: Level, { site, frame }: Attempt): MaybePromise<Holder> {
  const { unit, name } = level
  unit.assertOpen()
  if (frame?.isAborted === true) throw reasonOf(frame)
  const asker: Asker = { label: `transaction '${name}'`, site, frame }
  return andThen(host.acquire(unit.isReadOnly, asker), (holder) => beginOn(host, level, holder))
}

function beginOn(host: TransactionHost, level: Level, holder: Holder): MaybePromise<Holder> {
  const { unit } = level
  if (unit.isOver) host.release(holder)
  // Its code did not wait for it.
  unit.assertOpen()
  unit.holder = holder
  holder.onIdle = () => void abandon(level, host.adapter.lanes)
  const failed = (error: unknown): never => {
    const reason = errorOf(error)
    unit.holder = undefined
    host.discard(holder, reason)
    throw ConnectionError.is(reason) ? new LostAtBegin(reason) : reason
  }
  let begun: MaybePromise<unknown>
  try {
    begun = sendEach(host.dialect.begin({ isolation: unit.isolation, readOnly: unit.isReadOnly }), unit)
  } catch (error) {
    return failed(error)
  }
  return begun instanceof Promise ? begun.then(() => holder, failed) : holder
}

function sendEach([text = '', ...rest]: readonly string[], unit: Unit): MaybePromise<unknown> {
  const first = unit.send(text)
  return rest.length === 0 ? first : andThen(first, () => sendEach(rest, unit))
}

/** Ends on the server what its code has left open for too long. */
async function abandon(level: Level, lanes: Adapter['lanes']): Promise<void> {
  const error = idleError(level.name, lanes)
  level.fail(error)
  level.unit.innermost?.fail(error, true)
  try {
    await level.unit.control('rollback')
  } catch {
    // The end of the transaction finds the connection as it is, and lets it go.
  }
}

/** Only servers take another limit as an option. */
function idleError(name: string, lanes: Adapter['lanes']): Error {
  const option = lanes === 'equal' ? ', or raise idleInTransactionTimeoutMs' : ''
  return new TransactionError({
    message: `The transaction '${name}' was rolled back, since nothing was run in it for too long. Do slow work before or after it${option}.`,
  })
}
