import type { OutputOf, ReturnedOf, SchemaLike } from '../schema/index.ts'
import type { Content } from './content.ts'
import type { Reply } from './outcome.ts'

/** Responses by status; `null` says that the status has no body. */
export interface ResponseMap {
  readonly [status: number]: SchemaLike | null
}

type Value<S> = S extends null ? undefined | void : ReturnedOf<S>

/** Status of a bare return value: 200 where declared, else the lowest declared 2xx. */
type Bare<M> = M extends { 200: infer S }
  ? Value<S>
  : M extends { 201: infer S }
    ? Value<S>
    : M extends { 202: infer S }
      ? Value<S>
      : M extends { 204: infer S }
        ? Value<S>
        : M extends { 206: infer S }
          ? Value<S>
          : never

/** What a handler may return for the `response` that its route declares. */
export type HandlerResult<TResponse> = TResponse extends undefined
  ? unknown
  : TResponse extends { static: unknown } | { '~standard': unknown }
    ? ReturnedOf<TResponse> | Reply<200, ReturnedOf<TResponse>>
    : Bare<TResponse> | { [K in keyof TResponse]: Reply<K & number, Value<TResponse[K]>> }[keyof TResponse]

/** What is left of a value that went through JSON: a date is a text. Bytes are sent as they are. */
type ThroughJson<T> = 0 extends 1 & T
  ? T
  : T extends { toJSON(): infer TJson }
    ? TJson
    : T extends Uint8Array
      ? T
      : T extends object
        ? { [K in keyof T]: ThroughJson<T[K]> }
        : T
type Body<S> = S extends null
  ? undefined
  : S extends { static: unknown }
    ? S['static']
    : S extends Content<infer T>
      ? T
      : ThroughJson<OutputOf<S>>

/** What a client receives, by status. */
export type ResponsesOf<TResponse> = TResponse extends undefined
  ? { 200: unknown }
  : TResponse extends { static: unknown } | { '~standard': unknown }
    ? { 200: Body<TResponse> }
    : { -readonly [K in keyof TResponse]: Body<TResponse[K]> }
