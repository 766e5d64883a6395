export { createCache } from './create-cache.ts'
