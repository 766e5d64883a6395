export { CHANNELS, publish, type CacheMessage, type CacheMessageName } from './publish.ts'
