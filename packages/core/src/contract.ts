export type { WireError } from './errors/contract.ts'
export type { Route, Router } from './routing/route-contract.ts'
