export type { Lock, LockOptions, Locks, LocksOptions } from './contract.ts'
export { createLocks } from './create-locks.ts'
export { LockLostError, LockTakenError } from './errors.ts'
export { LOCKS, locks } from './locks-plugin.ts'
