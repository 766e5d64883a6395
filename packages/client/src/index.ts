export type { ErrorReader } from './answer.ts'
export type { HeaderSource } from './call.ts'
export { ClientError } from './client-error.ts'
export type { ClientErrorInit } from './client-error.ts'
export type { CallOptions, Client, ClientResult, NoInput, RouteCall, UnexpectedError } from './contract.ts'
export type { ClientOptions } from './create-client.ts'
export type { FetchOptions } from './fetch-transport.ts'
export { frameHeaders, type FrameHeadersOptions } from './frame-headers.ts'
export type { Manifest } from '@keelson/contract'
export { createClient } from './node-client.ts'
export { fetchTransport, retry } from './node-options.ts'
export type { RetryOptions } from './retry.ts'
export type { Sleep } from './sleep.ts'
export type {
  ClientRequest,
  ClientResponse,
  Interceptor,
  RequestBody,
  ResponseHeaders,
  Transport,
} from './transport.ts'
export { undiciTransport } from './undici-transport.ts'
export type {
  UndiciDispatcher,
  UndiciOptions,
  UndiciRequest,
  UndiciResponse,
  UndiciTransport,
} from './undici-transport.ts'
export { violationsOf } from './violations.ts'
export type { Violation, ViolationParameters } from '@keelson/contract'
