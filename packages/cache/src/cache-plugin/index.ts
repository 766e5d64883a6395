export { CACHE, cache } from './cache.ts'
export { noteRouteTags } from './route-tags.ts'
