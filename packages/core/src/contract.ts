export type { WireError } from './errors/contract.ts'
export type { Route, Router, RouteWithoutRule, RulingRouter } from './route/route-contract.ts'
export type { UploadBody } from './route/upload-body.ts'
