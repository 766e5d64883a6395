export { cacheControl, toCacheControl, type CacheControlOptions } from './cache-control/index.ts'
export { fileName, type FileNameOptions } from './file-name/index.ts'
