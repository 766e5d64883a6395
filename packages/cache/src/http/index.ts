export { cached } from './cached.ts'
export { invalidates } from './invalidates.ts'
export type { CachedContext, CachedOptions, InvalidatedTags, InvalidatesOptions } from './contract.ts'
