export { APP_OPTIONS } from './option-tables.ts'
export { createApp, type App, type AppInspection, type AppOptions, type ListenOptions } from './create-app.ts'
export { type FetchInfo } from './fetch.ts'
export type {
  DrainOptions,
  DrainReport,
  HttpServerOptions,
  Listening,
  ListenTarget,
  TlsOptions,
} from './http-server.ts'
export { mount, type MountedHandler, type MountOptions, type NodeHandler } from './mount.ts'
export type { FetchHandler } from './mounted-fetch.ts'
export { DEFAULT_LIMITS, type ServerLimitOptions, type ServerLimits } from './limits.ts'
export type { ParseFailure } from './parse-fault.ts'
export type { ForwardedHeader, TrustProxy } from './trust-proxy.ts'
