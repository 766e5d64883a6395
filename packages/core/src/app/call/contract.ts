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

/** How an operation is called, besides its input. */
export interface InvokeOptions {
  /**
   * Who calls: every name that the route's `authenticate` middleware adds, which then does not run. The values are handed to
   * the handler as they are. Without it that middleware runs, and finds in `header()` and `cookie()` what `meta` brings.
   */
  readonly as?: Readonly<Record<string, unknown>> | undefined
  /** What a request would have had as headers besides those that the route declares. */
  readonly meta?: { readonly [name: string]: string } | undefined
  /** Time for the call, ms; `0` for none. The route's own deadline, and that of a call around it, hold as well: the nearest counts. */
  readonly deadlineMs?: number | undefined
  /** Ends the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What `invoke` resolves to: what `.result()` of a typed client would. */
export type InvokeResult<TOut = { 200: unknown }, TErrors = never> = ClientResult<TOut, TErrors>

/** What a call of one route takes and gives. */
export interface Operation<TIn = unknown, TOut = unknown, TErrors = unknown> {
  readonly in: TIn
  readonly out: TOut
  readonly errors: TErrors
}

/** An operation of which the compiler knows no more than that it may be there. */
export interface AnyOperation extends Operation {
  readonly in: AnyInput
  readonly out: { 200: unknown }
  readonly errors: UnknownError
}

/** Input of an operation that is called by a name which is known at run time alone. */
export interface AnyInput {
  readonly params?: object | undefined
  readonly query?: object | undefined
  readonly headers?: object | undefined
  readonly cookies?: object | undefined
  readonly body?: unknown
}

/** An error of an operation that is called by a name which is known at run time alone. */
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

/** What `invoke` asks of a name: that a route has it, and one that can be called. */
export type InvokeNameFits<TOperation> = [TOperation] extends [never]
  ? TypeMessage<'No route has this name.'>
  : TOperation extends TypeMessage<string>
    ? TOperation
    : unknown

/** What `invoke` takes besides the name; where that is wrong, nothing is said of the rest. */
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
