import { defineError } from '@keelson/core'

/** `ERR_CACHE_LOCK_TAKEN`, 503: somebody else holds the lock, and did not release it within `waitMs`. */
export const LockTakenError = defineError('ERR_CACHE_LOCK_TAKEN', {
  name: 'LockTakenError',
  status: 503,
  title: 'Somebody else holds the lock',
})

/** `ERR_CACHE_LOCK_LOST`, 503: the lock could not be renewed in time, so that somebody else may hold it. The reason of `lock.signal`. */
export const LockLostError = defineError('ERR_CACHE_LOCK_LOST', {
  name: 'LockLostError',
  status: 503,
  title: 'The lock was lost',
})
