/**
 * Who may call at all, by address.
 *
 * @module
 */
export { ipAccess, type IpAccessOptions } from './ip-access.ts'
