export type { WireError } from './errors/contract.ts'
export type { Route, Router, RouteWithoutRule, RulingRouter } from './routing/route-contract.ts'
export type { UploadBody } from './routing/upload-body.ts'
