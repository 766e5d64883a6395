import type { TypeMessage } from '../errors/contract.ts'
import type { Route, Router } from '../route/route-contract.ts'
import type { ResponseHeaders } from './transport.ts'

/** Options that every call takes besides its input. */
export interface CallOptions {
  /** Ends the call; both forms of it then reject with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Time for the whole call, ms, retries included; default: the client's. `0` switches it off. */
  readonly timeoutMs?: number | undefined
  /** Request headers beyond the declared ones; they win over the client's. */
  readonly headers?: { readonly [name: string]: string } | undefined
}

/** An error or a response that the route does not declare, or no response at all. */
export interface UnexpectedError {
  readonly code: 'UNEXPECTED'
  /** Code that the server sent, if it sent one. */
  readonly serverCode: string | undefined
  readonly message: string
  /** Details of the server's error, or the body of an undeclared response. */
  readonly details: unknown
  readonly requestId: string | undefined
  /** The {@link ClientError} that the direct call would have thrown; its own `cause` is the error of the transport. */
  readonly cause?: unknown
}

type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 205 | 206
type Success<TOut> = {
  [S in keyof TOut & SuccessStatus]: {
    readonly ok: true
    readonly status: S
    readonly data: TOut[S]
    readonly headers: HeadersOf<TOut, S>
  }
}[keyof TOut & SuccessStatus]
/** Another status that the route declares. */
type Declared<TOut> = {
  [S in Exclude<keyof TOut & number, SuccessStatus>]: {
    readonly ok: false
    readonly status: S
    readonly data: TOut[S]
    readonly error?: undefined
    readonly headers: HeadersOf<TOut, S>
  }
}[Exclude<keyof TOut & number, SuccessStatus>]
type HeadersOf<TOut, S> = TOut extends { headers: infer H }
  ? S extends keyof H
    ? ResponseHeaders & H[S]
    : ResponseHeaders
  : ResponseHeaders

/**
 * Outcome of `.result()`, which never throws for a response of the server. Besides successes and errors there are the statuses
 * from 300 on that the route declares (`response: { 304: null, 404: … }`); these have `data` and no `error`.
 */
export type ClientResult<TOut, TErrors> =
  | Success<TOut>
  | Declared<TOut>
  | {
      readonly ok: false
      /** Status of the response; 0 when there was none (no connection, time-out). */
      readonly status: number
      readonly error: TErrors | UnexpectedError
      readonly headers: ResponseHeaders
    }

/** Input of a route that takes none. Its members are named, so that the compiler refuses others. */
export interface NoInput {
  readonly params?: undefined
  readonly query?: undefined
  readonly headers?: undefined
  readonly cookies?: undefined
  readonly body?: undefined
}
type Args<TIn> = {} extends TIn
  ? [input?: [keyof TIn] extends [never] ? (unknown extends TIn ? TIn : NoInput) : TIn, options?: CallOptions]
  : [input: TIn, options?: CallOptions]
// Functions, because a tuple of a union is assignable to a union of tuples; cheaper than asking whether T is a union.
type IsOne<T> = (() => T) extends
  | (() => 200)
  | (() => 201)
  | (() => 202)
  | (() => 203)
  | (() => 204)
  | (() => 205)
  | (() => 206)
  ? true
  : false
type DirectArgs<TIn, TOut> =
  IsOne<keyof TOut & SuccessStatus> extends true
    ? Args<TIn>
    : [TypeMessage<'This route has several success statuses: call .result() and switch over status.'>]

/** The call of one route. */
export interface RouteCall<TIn, TOut, TErrors> {
  /**
   * Gives the body of the route's one success status.
   * @throws {ClientError} for every other response
   */
  (...args: DirectArgs<TIn, TOut>): Promise<TOut[keyof TOut & SuccessStatus]>
  /**
   * Gives every response as a value, to be distinguished by `ok`, `status` and `error.code`.
   * @throws {ClientError} `ERR_CORE_CLIENT_INPUT` for input that cannot be sent; rejects with the signal's reason when aborted
   */
  result(...args: Args<TIn>): Promise<ClientResult<TOut, TErrors>>
}

/** What the routers above a part of the tree declare for its routes. */
export interface ClientAbove {
  readonly prefix: unknown
  readonly errors: unknown
  /** Errors of the access rule of routes that have none of their own. */
  readonly rule: unknown
}
/** Above the routes at the root there is no router. */
export interface ClientRoot extends ClientAbove {
  readonly prefix: {}
  readonly errors: never
  readonly rule: never
}
/** Below a router that has options, or params in its prefix. Other routers change nothing. */
export interface ClientInside<TPrefix, TErrors, TRule> extends ClientAbove {
  readonly prefix: TPrefix
  readonly errors: TErrors
  readonly rule: TRule
}
type Below<TAbove extends ClientAbove, TRouter, TPrefix> = TRouter extends {
  readonly '~types': { readonly errors: infer E; readonly rule: infer R }
}
  ? ClientInside<
      TAbove['prefix'] & TPrefix,
      TAbove['errors'] | E,
      R extends { errors: infer RuleErrors } ? RuleErrors : TAbove['rule']
    >
  : {} extends TPrefix
    ? TAbove
    : ClientInside<TAbove['prefix'] & TPrefix, TAbove['errors'], TAbove['rule']>

// The route's own schema of a param wins over the text that the prefix has.
type WithPrefix<TIn, TPrefix> = {} extends TPrefix
  ? TIn
  : TIn & {
      params: TIn extends { params: infer P }
        ? { [K in Exclude<keyof TPrefix, keyof P>]: TPrefix[K] }
        : TPrefix
    }
type CallOf<TIn, TOut, TErrors, TAbove extends ClientAbove, TRoute> = CallWith<
  WithPrefix<TIn, TAbove['prefix']>,
  TOut,
  | TErrors
  | TAbove['errors']
  | (TRoute extends { readonly '~types': { readonly rule: unknown } } ? TAbove['rule'] : never)
>
/** Statuses that middleware describes come as members of its error union. */
type CallWith<TIn, TOut, TErrors> = [Extract<TErrors, DescribedAnswer>] extends [never]
  ? RouteCall<TIn, TOut, TErrors>
  : RouteCall<
      TIn,
      TOut & AnswersBeside<TOut, Extract<TErrors, DescribedAnswer>['~answer']>,
      Exclude<TErrors, DescribedAnswer>
    >
interface DescribedAnswer {
  readonly '~answer': number
}
// Middleware describes a status, and not its body.
type AnswersBeside<TOut, TStatus extends number> = {
  [S in Exclude<TStatus, keyof TOut>]: S extends 204 | 205 | 304 ? undefined : unknown
}

/**
 * A tree of functions with the shape of a tree of routes.
 *
 * `TTree` is what the server exports as its type, `{ orders: typeof orders }`; `TAbove` what the routers above it declare.
 */
export type Client<TTree, TAbove extends ClientAbove = ClientRoot> = {
  readonly [K in keyof TTree]: TTree[K] extends Route<infer I, infer O, infer E>
    ? CallOf<I, O, E, TAbove, TTree[K]>
    : TTree[K] extends Router<infer T, infer P>
      ? Client<T, Below<TAbove, TTree[K], P>>
      : Branch<TTree[K], TAbove>
}

/** An object between routers, or a route of another copy of the package, whose classes are other types for the compiler. */
type Branch<TNode, TAbove extends ClientAbove> = TNode extends {
  readonly '~types': { readonly in: infer I; readonly out: infer O; readonly errors: infer E }
}
  ? CallOf<I, O, E, TAbove, TNode>
  : TNode extends { readonly '~types': { readonly tree: infer T; readonly prefixParams: infer P } }
    ? Client<T, Below<TAbove, TNode, P>>
    : Client<TNode, TAbove>
