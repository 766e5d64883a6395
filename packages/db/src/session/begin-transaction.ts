// Takes a connection and begins a transaction on it.
import type { Frame } from '@keelson/core'
import type { OwnedTransactionScope } from '@keelson/core/frames'
import { andThen, type Adapter, type MaybePromise } from '../adapter/index.ts'
import { ConnectionError, TransactionError } from '../errors.ts'
import type { TransactionOptions } from './contract.ts'
import type { Holder } from './holder.ts'
import type { Asker } from './lane-pool.ts'
import { Level } from './level.ts'
import type { Site } from './site.ts'
import { errorOf } from './statement-failure.ts'
import { newScope, type TransactionHost } from './transaction-host.ts'
import { Unit } from './unit.ts'

/** How a transaction is begun. */
export interface Attempt {
  readonly options: TransactionOptions
  readonly site: Site
  readonly frame: Frame | undefined
}

/** A transaction that has begun on the server. */
export interface Beginning {
  readonly level: Level
  readonly holder: Holder
  readonly name: string
}

/**
 * Takes a connection and begins a transaction on it, at once where the driver answers at once; once more on a new one, where that had
 * died unnoticed while nobody used it.
 */
export function beginOutermost(host: TransactionHost, attempt: Attempt): MaybePromise<Beginning> {
  let begun: MaybePromise<Beginning>
  try {
    begun = begin(host, attempt)
  } catch (error) {
    return beginAgain(host, attempt, error)
  }
  return begun instanceof Promise ? begun.catch((error: unknown) => beginAgain(host, attempt, error)) : begun
}

async function beginAgain(host: TransactionHost, attempt: Attempt, error: unknown): Promise<Beginning> {
  if (!(error instanceof LostAtBegin)) throw error
  // What killed one has killed those beside it. Nothing was done yet, so that this is right whatever reached the server.
  host.closeIdle()
  try {
    return await begin(host, attempt)
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

function begin(host: TransactionHost, attempt: Attempt): MaybePromise<Beginning> {
  const { options, site, frame } = attempt
  const name = options.name ?? host.name
  const asker: Asker = { label: `transaction '${name}'`, site, frame }
  return andThen(host.acquire(options.readOnly === true, asker), (holder) =>
    beginOn(host, { holder, name }, attempt),
  )
}

function beginOn(
  host: TransactionHost,
  { holder, name }: { readonly holder: Holder; readonly name: string },
  { options: { isolation, readOnly = false }, site }: Attempt,
): MaybePromise<Beginning> {
  const running = { adapter: host.adapter, observer: host.observer, tables: host.tables }
  const unit = new Unit(holder, { running, isReadOnly: readOnly, isolation, name, site })
  const makeScope = (): OwnedTransactionScope => newScope(host, name)
  const facts = { name, owner: host.owner, unit, makeScope, site }
  const level = new Level({ ...facts, around: undefined, savepoint: undefined })
  unit.innermost = level
  holder.onIdle = () => void abandon(level, name, host.adapter.lanes)
  const failed = (error: unknown): never => {
    const reason = errorOf(error)
    host.discard(holder, reason)
    throw ConnectionError.is(reason) ? new LostAtBegin(reason) : reason
  }
  let begun: MaybePromise<unknown>
  try {
    begun = controlEach(host.dialect.begin({ isolation, isReadOnly: readOnly }), unit)
  } catch (error) {
    return failed(error)
  }
  const beginning = { level, holder, name }
  return begun instanceof Promise ? begun.then(() => beginning, failed) : beginning
}

function controlEach([text = '', ...rest]: readonly string[], unit: Unit): MaybePromise<unknown> {
  const first = unit.control(text)
  return rest.length === 0 ? first : andThen(first, () => controlEach(rest, unit))
}

/** Ends on the server what its code has left open for too long. */
async function abandon(level: Level, name: string, lanes: Adapter['lanes']): Promise<void> {
  const error = idleError(name, lanes)
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
