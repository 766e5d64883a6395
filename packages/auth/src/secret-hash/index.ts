export { isSameHash } from './is-same-hash.ts'
