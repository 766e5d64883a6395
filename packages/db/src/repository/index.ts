export type * from './contract.ts'
export { createRepository } from './repository.ts'
