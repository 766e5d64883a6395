// What a caller of a route sends and receives, by the typed client and within the process alike. Types only.

/** Header values of a response by lower-case name; several of one name may be a list. */
export interface ResponseHeaders {
  readonly [name: string]: string | readonly string[] | undefined
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
  /** The `ClientError` that the direct call would have thrown; its own `cause` is the error of the transport. */
  readonly cause?: unknown
}

/** Statuses that say that a call succeeded. */
export type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 205 | 206
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
 * Outcome of `.result()`, which does not throw for a response of the server. Besides successes and errors there are the statuses
 * from 300 on that the route declares (`response: { 304: null, 404: … }`): they have `data` and no `error`.
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

/** Input of a route without input. Its members are named, so that the compiler refuses them. */
export interface NoInput {
  readonly params?: undefined
  readonly query?: undefined
  readonly headers?: undefined
  readonly cookies?: undefined
  readonly body?: undefined
}
/** What the routers above a part of the tree declare for its routes. */
export interface ClientAbove {
  readonly prefix: unknown
  readonly errors: unknown
  /** Errors of the access rule for routes without a rule of their own. */
  readonly rule: unknown
}
/** Above the routes at the root there is no router. */
export interface ClientRoot extends ClientAbove {
  readonly prefix: {}
  readonly errors: never
  readonly rule: never
}
/** Below a router that has options, or params in its prefix. Other routers declare nothing. */
export interface ClientInside<TPrefix, TErrors, TRule> extends ClientAbove {
  readonly prefix: TPrefix
  readonly errors: TErrors
  readonly rule: TRule
}
/** What the routes below a router have above them. */
export type Below<TAbove extends ClientAbove, TRouter, TPrefix> = TRouter extends {
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

/** The input of a route with the params of its prefix: the route's own schema of a param wins over the text that the prefix has. */
export type WithPrefix<TIn, TPrefix> = {} extends TPrefix
  ? TIn
  : TIn & {
      params: TIn extends { params: infer P }
        ? { [K in Exclude<keyof TPrefix, keyof P>]: TPrefix[K] }
        : TPrefix
    }
/** A status that middleware describes, as a member of the union of errors. */
export interface DescribedAnswer<TStatus extends number = number> {
  readonly '~answer': TStatus
}
/** Answers with these statuses besides those of the route: middleware describes a status without its body. */
export type AnswersBeside<TOut, TStatus extends number> = {
  [S in Exclude<TStatus, keyof TOut>]: S extends 204 | 205 | 304 ? undefined : unknown
}
