import type { TypeMessage } from '../../errors/index.ts'
import type {
  AnswersBeside,
  Below,
  ClientAbove,
  ClientResult,
  ClientRoot,
  DescribedAnswer,
  NoInput,
  WithPrefix,
  Route,
  Router,
  UpgradeRoute,
} from '@keelson/contract'

/** Options of a call within the process. */
export interface InvokeOptions {
  /**
   * The caller: a value for every name that the route's `authenticate` middleware adds. That middleware then does not run, and
   * the handler gets the values as they are. Without `as` the middleware runs, and reads `meta` by `header()` and `cookie()`.
   */
  readonly as?: Readonly<Record<string, unknown>> | undefined
  /** What stands for request headers that the route does not declare. */
  readonly meta?: { readonly [name: string]: string } | undefined
  /** Time for the call, ms; `0` for none. The deadlines of the route and of a surrounding call apply as well; the earliest counts. */
  readonly deadlineMs?: number | undefined
  /** Aborts the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What `invoke` resolves to, the same as `.result()` of a typed client. */
export type InvokeResult<TOut = { 200: unknown }, TErrors = never> = ClientResult<TOut, TErrors>

/** The types of input, output and errors of one route. */
export interface Operation<TIn = unknown, TOut = unknown, TErrors = unknown> {
  readonly in: TIn
  readonly out: TOut
  readonly errors: TErrors
}

/** An operation whose types the compiler does not know. */
export interface AnyOperation extends Operation {
  readonly in: AnyInput
  readonly out: { 200: unknown }
  readonly errors: UnknownError
}

/** Input of an operation whose name is known only at run time. */
export interface AnyInput {
  readonly params?: object | undefined
  readonly query?: object | undefined
  readonly headers?: object | undefined
  readonly cookies?: object | undefined
  readonly body?: unknown
}

/** An error of an operation whose name is known only at run time. */
export interface UnknownError {
  readonly code: string
  readonly details: unknown
}

/** The operation that has a name in a tree of routes: `orders.show`. */
export type OperationAt<
  TTree,
  TName extends string,
  TAbove extends ClientAbove = ClientRoot,
> = string extends keyof TTree
  ? AnyOperation
  : string extends TName
    ? AnyOperation
    : TName extends `${infer THead}.${infer TRest}`
      ? THead extends keyof TTree
        ? TTree[THead] extends Router<infer T, infer P>
          ? OperationAt<T, TRest, Below<TAbove, TTree[THead], P>>
          : OperationAt<TTree[THead], TRest, TAbove>
        : never
      : TName extends keyof TTree
        ? TTree[TName] extends Route<infer I, infer O, infer E>
          ? Of<I, O, E, TAbove, TTree[TName]>
          : TTree[TName] extends UpgradeRoute
            ? TTree[TName]['~types']['upgrades']
            : never
        : never

type Of<TIn, TOut, TErrors, TAbove extends ClientAbove, TRoute> = Answering<
  WithPrefix<TIn, TAbove['prefix']>,
  TOut,
  | TErrors
  | TAbove['errors']
  | (TRoute extends { readonly '~types': { readonly rule: unknown } } ? TAbove['rule'] : never)
>
type Answering<TIn, TOut, TErrors> = [Extract<TErrors, DescribedAnswer>] extends [never]
  ? Operation<TIn, TOut, TErrors>
  : Operation<
      TIn,
      TOut & AnswersBeside<TOut, Extract<TErrors, DescribedAnswer>['~answer']>,
      Exclude<TErrors, DescribedAnswer>
    >

/** Requires that a route has the name, and that it can be called. */
export type InvokeNameFits<TOperation> = [TOperation] extends [never]
  ? TypeMessage<'No route has this name.'>
  : TOperation extends TypeMessage<string>
    ? TOperation
    : unknown

/** The arguments of `invoke` after the name; unchecked where the name is wrong, so that only the name is reported. */
export type InvokeArgs<TOperation> = [TOperation] extends [never]
  ? [input?: unknown, options?: unknown]
  : TOperation extends { readonly in: infer TIn }
    ? {} extends TIn
      ? [
          input?: [keyof TIn] extends [never] ? (unknown extends TIn ? TIn : NoInput) : TIn,
          options?: InvokeOptions,
        ]
      : [input: TIn, options?: InvokeOptions]
    : [input?: unknown, options?: unknown]

/** What `invoke` resolves to for an operation. */
export type ResultAt<TOperation> =
  TOperation extends Operation<unknown, infer TOut, infer TErrors> ? InvokeResult<TOut, TErrors> : never
