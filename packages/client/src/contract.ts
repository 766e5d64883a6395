import type { TypeMessage } from '@keelson/contract'
import type {
  AnswersBeside,
  Below,
  ClientAbove,
  ClientResult,
  ClientRoot,
  DescribedAnswer,
  NoInput,
  SuccessStatus,
  WithPrefix,
  Route,
  Router,
} from '@keelson/contract'

export type { ClientResult, NoInput, UnexpectedError } from '@keelson/contract'

/** Options that every call takes besides its input. */
export interface CallOptions {
  /** Ends the call; both forms of it then reject with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Time for the whole call, ms, retries included; default: the client's. `0` for none. */
  readonly timeoutMs?: number | undefined
  /** Request headers beyond the declared ones; they win over the client's. */
  readonly headers?: { readonly [name: string]: string } | undefined
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
   * @throws {ClientError} `ERR_CLIENT_INPUT` for input that cannot be sent; rejects with the signal's reason when aborted
   */
  result(...args: Args<TIn>): Promise<ClientResult<TOut, TErrors>>
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
/**
 * A tree of functions with the shape of a tree of routes.
 *
 * `TTree` is what the server exports as its type, `{ orders: typeof orders }`.
 */
export type Client<TTree> = { readonly [K in keyof TTree]: Node<TTree, K, ClientRoot> }

type Node<TTree, K extends keyof TTree, TAbove extends ClientAbove> =
  TTree[K] extends Route<infer I, infer O, infer E>
    ? CallOf<I, O, E, TAbove, TTree[K]>
    : TTree[K] extends Router<infer T, infer P>
      ? Tree<T, Below<TAbove, TTree[K], P>>
      : Branch<TTree[K], TAbove>

/** A part of the tree. A member that is read at once: editors then show its calls, and not what the routers above declare. */
type Tree<TTree, TAbove extends ClientAbove> = {
  tree: { readonly [K in keyof TTree]: Node<TTree, K, TAbove> }
}['tree']

/** An object between routers, a route that has no call, or one of another copy of the package, whose classes are other types for the compiler. */
type Branch<TNode, TAbove extends ClientAbove> = TNode extends {
  readonly '~types': { readonly in: infer I; readonly out: infer O; readonly errors: infer E }
}
  ? CallOf<I, O, E, TAbove, TNode>
  : TNode extends { readonly '~types': { readonly tree: infer T; readonly prefixParams: infer P } }
    ? Tree<T, Below<TAbove, TNode, P>>
    : TNode extends { readonly '~types': { readonly upgrades: infer TMessage } }
      ? TMessage
      : Tree<TNode, TAbove>
