export { ISSUED_ACCESS, type AccessHolder } from './access-holder.ts'
export { assertUserId } from './user-id.ts'
