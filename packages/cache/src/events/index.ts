export { CHANNELS, publish, type CacheEvent, type CacheEventName } from './publish.ts'
