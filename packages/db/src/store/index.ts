export { createKeyValueStore, type KeyValueStoreOptions } from './create-key-value-store.ts'
