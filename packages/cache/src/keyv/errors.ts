import { defineError } from '@keelson/core'

/** `ERR_CACHE_KEYV_WRITE`, 503: the storage adapter of a Keyv says that it stored or deleted nothing. */
export const KeyvWriteError = defineError('ERR_CACHE_KEYV_WRITE', {
  name: 'KeyvWriteError',
  status: 503,
  title: 'The storage adapter did not do what it was asked',
})
