export type { AccessHolder } from '../access-holder/index.ts'
export { EndAccess, type EndedAccess } from './end-access.ts'
