export { createCache } from './create-cache.ts'
export { doAgain, LiveCache, namespaceAt } from './live-cache.ts'
export { CACHE_OPTIONS, readCacheOptions } from './options.ts'
export { flightEnd, joinFlight, OLD } from './live-namespace.ts'
