export { ISSUED_ACCESS, type AccessHolder } from './access-holder.ts'
