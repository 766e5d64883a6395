export { EndAccess, type AccessHolder, type EndedAccess } from './end-access.ts'
