export { invalidateCommand, statsCommand, type CacheCall, type CommandCache } from './cache-commands.ts'
