export type { AccessHolder } from '../access-holder/index.ts'
export { EndAccess, type EndedAccess } from './end-access.ts'
export type { AccessHolders, BindEndAccessOptions } from './holders.ts'
