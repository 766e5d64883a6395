import type { OutputOf, ReturnedOf, SchemaLike, ShapedOutput } from '../schema/index.ts'
import type { Content } from './content.ts'
import type { HeadedReply, Reply, ReplyHeaders } from './outcome.ts'
import type { ResponseWithHeaders } from './responses.ts'

/** Responses by status; `null` says that the status has no body. */
export interface ResponseMap {
  readonly [status: number]: SchemaLike | null | ResponseWithHeaders
}

type Schema = { static: unknown } | { '~standard': unknown }
type Value<S> = S extends null
  ? undefined | void | null
  : S extends Schema
    ? ReturnedOf<S>
    : S extends { body: infer B }
      ? Value<B>
      : never

/** Headers that an answer must and may have. Of lists `set-cookie` is made; truth values may be words as well. */
type GivenHeaders<H> = { [K in keyof OutputHeaders<H>]: Written<OutputHeaders<H>[K]> } & ReplyHeaders
type OutputHeaders<H> = ShapedOutput<H>
type Written<T> = T extends boolean ? T | `${T}` : T extends readonly (infer TItem)[] ? readonly TItem[] : T
type Answer<K, S> = S extends null | Schema
  ? Reply<K & number, Value<S>>
  : S extends { headers: infer H }
    ? HeadedReply<K & number, Value<S>, GivenHeaders<H> | ({} extends OutputHeaders<H> ? undefined : never)>
    : Reply<K & number, Value<S>>

/** Status of a bare return value: 200 where declared, else the lowest declared 2xx. */
type Bare<M> = M extends { 200: infer S }
  ? BareValue<S>
  : M extends { 201: infer S }
    ? BareValue<S>
    : M extends { 202: infer S }
      ? BareValue<S>
      : M extends { 204: infer S }
        ? BareValue<S>
        : M extends { 206: infer S }
          ? BareValue<S>
          : never
/** A value without a reply has no headers: not where one is required. */
type BareValue<S> = S extends null | Schema
  ? Value<S>
  : S extends { headers: infer H }
    ? {} extends OutputHeaders<H>
      ? Value<S>
      : never
    : Value<S>

/** What a handler may return for the `response` that its route declares. */
export type HandlerResult<TResponse> = [TResponse] extends [undefined]
  ? unknown
  : TResponse extends { static: unknown } | { '~standard': unknown }
    ? ReturnedOf<TResponse> | Reply<200, ReturnedOf<TResponse>>
    : Bare<TResponse> | { [K in keyof TResponse]: Answer<K, TResponse[K]> }[keyof TResponse]

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

/** What a client receives, by status; declared headers stand beside. */
export type ResponsesOf<TResponse> = TResponse extends undefined
  ? { 200: unknown }
  : TResponse extends Schema
    ? { 200: Body<TResponse> }
    : TResponse[keyof TResponse] extends Schema | null
      ? { -readonly [K in keyof TResponse]: Body<TResponse[K]> }
      : {
          -readonly [K in keyof TResponse | 'headers']: K extends keyof TResponse
            ? Body<BodyOf<TResponse[K]>>
            : ReceivedHeaders<TResponse>
        }
type BodyOf<S> = S extends null | Schema ? S : S extends { body: infer B } ? B : never
type ReceivedHeaders<M> = {
  -readonly [K in keyof M as M[K] extends { headers: unknown } ? K : never]: M[K] extends { headers: infer H }
    ? { readonly [N in keyof OutputHeaders<H>]: OnWire<OutputHeaders<H>[N]> }
    : never
}
/** A header is a text: of a number or a truth value, what is written for it. A list comes as one line or as several. */
type OnWire<T> = unknown extends T
  ? string | readonly string[]
  : T extends undefined | string
    ? T
    : T extends number | boolean
      ? `${T}`
      : T extends readonly unknown[]
        ? string | readonly string[]
        : string
