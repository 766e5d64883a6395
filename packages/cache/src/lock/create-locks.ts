import { SetupError } from '@keelson/core'
import { requireCapabilities, scopedStore, systemClock, systemRandom } from '@keelson/core/ports'
import { checkOptions } from '@keelson/core/options'
import type { Locks, LocksOptions } from './contract.ts'
import { LiveLocks } from './live-locks.ts'
import { LOCKS_OPTIONS } from './options.ts'

/** Name of the scope in the store. */
const SCOPE = 'lock'

/**
 * Locks over a store, for a job that one process does at a time. In an app take the plugin {@link locks}.
 *
 * A lock is a lease: who holds it may be stopped for longer than `ttlMs`, by the machine or a debugger, and goes on with work for which
 * somebody else has the lock by now. Where that must not happen, write `fence` with what is written, and refuse a smaller one there.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid option; `ERR_CORE_PORT_CAPABILITY` for a store without `add` or `compareAndSet`
 * @example
 * const locks = createLocks({ store: createMemoryStore() })
 * await locks.run('import', (lock) => importOrders({ signal: lock.signal }), { ttlMs: 10_000, waitMs: 5_000 })
 */
export function createLocks(options: LocksOptions): Locks {
  checkOptions(LOCKS_OPTIONS, options, { name: 'createLocks', below: createLocks })
  const { store, bus, clock = systemClock, random = systemRandom } = options
  const problems = requireCapabilities(store, ['add', 'compareAndSet'], { place: 'createLocks()' })
  if (problems.length > 0) throw new SetupError(problems)
  return new LiveLocks({ store: scopedStore(store, SCOPE), bus, clock, random })
}
