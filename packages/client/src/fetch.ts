export type { ErrorReader } from './answer.ts'
export type { HeaderSource } from './call.ts'
export { ClientError } from './client-error.ts'
export type { ClientErrorInit } from './client-error.ts'
export type { CallOptions, Client, ClientResult, NoInput, RouteCall, UnexpectedError } from './contract.ts'
export type { ClientOptions } from './create-client.ts'
export { createClient } from './fetch-client.ts'
export { fetchTransport, type FetchOptions } from './fetch-transport.ts'
export type { Manifest } from '@keelson/contract'
export { retry, type RetryOptions } from './retry.ts'
export type { Sleep } from './sleep.ts'
export type {
  ClientRequest,
  ClientResponse,
  Interceptor,
  RequestBody,
  ResponseHeaders,
  Transport,
} from './transport.ts'
export { violationsOf } from './violations.ts'
export type { Violation, ViolationParameters } from '@keelson/contract'
