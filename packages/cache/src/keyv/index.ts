/**
 * A store of keyv as one of Keelson.
 *
 * @module
 */
export { keyvStore, type KeyvStoreOptions } from './create-keyv-store.ts'
export { KeyvWriteError } from './errors.ts'
export type { KeyvAdapterLike, KeyvLike } from './keyv-store.ts'
