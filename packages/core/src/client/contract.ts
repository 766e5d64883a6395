import type { Route, Router, TypeMessage } from '../routing/index.ts'

/** Options that every call takes besides its input. */
export interface CallOptions {
  /** Ends the call with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Time for the whole call, ms; default: the client's. */
  readonly timeoutMs?: number | undefined
  /** Request headers beyond the declared ones; they win over the client's. */
  readonly headers?: { readonly [name: string]: string } | undefined
}

/** An error that the route does not declare, or an answer that is none of its. */
export interface UnexpectedError {
  readonly code: 'UNEXPECTED'
  /** Code that the server sent, if it sent one. */
  readonly serverCode: string | undefined
  readonly message: string
  readonly details: unknown
  readonly requestId: string | undefined
  readonly cause?: unknown
}

type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 205 | 206
type Success<TOut> = { [S in keyof TOut & SuccessStatus]: { readonly ok: true; readonly status: S; readonly data: TOut[S] } }[keyof TOut &
  SuccessStatus]

/** Outcome of `.result()`: never throws for an answer of the server. */
export type ClientResult<TOut, TErrors> =
  | Success<TOut>
  | { readonly ok: false; readonly status: number; readonly error: DeclaredError<TErrors> | UnexpectedError }

type Args<TIn> = {} extends TIn ? [input?: TIn, options?: CallOptions] : [input: TIn, options?: CallOptions]
type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never
type DirectArgs<TIn, TOut> = IsUnion<keyof TOut & SuccessStatus> extends true
  ? [TypeMessage<'This route has several success statuses: call .result() and switch over status.'>]
  : Args<TIn>

/** The call of one route. */
export interface RouteCall<TIn, TOut, TErrors> {
  /**
   * Gives the body of the route's one success status.
   * @throws {ClientError} for every other answer
   */
  (...args: DirectArgs<TIn, TOut>): Promise<TOut[keyof TOut & SuccessStatus]>
  /** Gives every answer as a value, to be told apart by `ok`, `status` and `error.code`. */
  result(...args: Args<TIn>): Promise<ClientResult<TOut, TErrors>>
}

type WithPrefix<TIn, TPrefix> = {} extends TPrefix ? TIn : TIn & { params: TPrefix }
export type Client<TTree, TPrefix = {}> = {
  readonly [K in keyof TTree]: TTree[K] extends Route<infer I, infer O, infer E>
      ? RouteCall<WithPrefix<I, TPrefix>, O, E>
      : TTree[K] extends Router<infer T, infer P>
        ? Client<T, TPrefix & P>
        : never
}
