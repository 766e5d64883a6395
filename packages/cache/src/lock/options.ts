import {
  integer,
  milliseconds,
  ofKind,
  optionTable,
  required,
  SIGNAL,
  withMethods,
} from '@keelson/core/options'
import type { LockOptions, LocksOptions } from './contract.ts'

const DAY_MS = 86_400_000

/** Options of a lock, with what is by default. */
export interface LockSettings extends LockOptions {
  readonly ttlMs: number
  readonly waitMs: number
}

export const LOCK_OPTIONS = optionTable<LockOptions>({
  ttlMs: integer('After which time the lock of a process that has died is free, ms.', {
    minimum: 100,
    maximum: DAY_MS,
    default: 10_000,
  }),
  waitMs: milliseconds('How long it is waited for, ms.', { default: 0 }),
  signal: SIGNAL,
})

export const LOCKS_OPTIONS = optionTable<LocksOptions>({
  store: required(ofKind(withMethods('a KeyValueStore', ['add', 'compareAndSet']), 'Where the locks are.')),
  bus: ofKind(withMethods('a Bus', ['publish', 'subscribe']), 'Tells that a lock is free.'),
  clock: ofKind(
    withMethods('a Clock', ['monotonic', 'setTimeout']),
    'Says how long a lock is held. Default: that of the system.',
  ),
  random: ofKind(
    withMethods('a Random', ['bytes', 'int']),
    'Makes ids, and pauses between tries. Default: that of the system.',
  ),
})
