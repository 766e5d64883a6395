import type { ErrorDefinition, TypeMessage } from '../errors/index.ts'
import type { MiddlewareContext } from './context.ts'
import type { MiddlewareDescription, RequestSummary, Stage } from './middleware-contract.ts'
import type { Answer, Outcome, Reply } from './outcome.ts'

/** Names and types that a middleware must find on the context; made by {@link needs}. */
export interface Needs<TNeeds> {
  readonly names: readonly string[]
  readonly '~types': TNeeds
}

/** Parts of a middleware: `run` or `wrap`, and besides `transform`, `encode` and `observe`. */
export interface MiddlewareDefinition<
  TName extends string,
  TResult,
  TNeeds,
  TErrors extends ErrorDefinition,
  TResponses = MiddlewareDescription['responses'],
> {
  /** Shown by `explain` and in messages. */
  readonly name: string
  /** Where `run` or `wrap` stands; without them `respond`, or `record` where it only observes. */
  readonly stage: Stage
  /** Names that `run` adds to the context; the compiler holds the two to each other, both ways. */
  readonly adds?: readonly TName[] | undefined
  readonly needs?: Needs<TNeeds> | undefined
  /** Gives additions, a reply that ends the request, or nothing. Synchronous ones cost no promise. */
  readonly run?: ((ctx: MiddlewareContext<TNeeds>) => TResult & SameNames<TName, TResult>) | undefined
  /** Goes around the rest of its stage and all later stages up to `handle`. `next` may be called once. */
  readonly wrap?:
    | ((ctx: MiddlewareContext<TNeeds>, next: () => Promise<Outcome>) => Promise<Outcome>)
    | undefined
  /**
   * Changes the outcome, rendered errors included. What `run` adds and what it needs are optional here, in `encode` and in
   * `observe`: a request may have been refused before.
   */
  readonly transform?:
    | ((ctx: LateContext<TNeeds, TResult>, outcome: Outcome) => Outcome | Promise<Outcome>)
    | undefined
  /** Changes the answer as it goes out: status, headers and the serialised body, that of HEAD and of errors included. */
  readonly encode?: ((ctx: LateContext<TNeeds, TResult>, answer: Answer) => void | Promise<void>) | undefined
  /** Hears of every request that ended, once, after the last byte. */
  readonly observe?: ((ctx: LateContext<TNeeds, TResult>, summary: RequestSummary) => void) | undefined
  /**
   * The challenge, RFC 9110 §11.6.1, of a 401 that has none of its own: `Bearer realm="shop", scope="orders"`. Default: by
   * what `describe.security` says. Stage `authenticate` or `authorize`.
   */
  readonly challenge?: string | undefined
  /** Goes into the OpenAPI document and the typed client of every route that it covers. */
  readonly describe?:
    | (Omit<MiddlewareDescription, 'errors' | 'responses'> & {
        readonly errors?: readonly TErrors[]
        readonly responses?: TResponses
      })
    | undefined
}

/** Context of the parts that run for every request, whatever came of it. */
type LateContext<TNeeds, TResult> = MiddlewareContext<Partial<TNeeds> & Partial<Adds<TResult>>>

type Given<TResult> = Exclude<Awaited<TResult>, Reply | undefined | void | null>
type KeysOf<T> = T extends unknown ? keyof T & string : never
type MayGiveNothing<TResult> = Extract<Awaited<TResult>, undefined | void | null>
/** What a `run` with this result adds. */
export type Adds<TResult> = [Given<TResult>] extends [never]
  ? {}
  : [MayGiveNothing<TResult>] extends [never]
    ? Given<TResult>
    : Partial<Given<TResult>>

/** `unknown` when `adds` and the result of `run` name the same things, else the sentence. */
type SameNames<TName extends string, TResult> = [Exclude<KeysOf<Given<TResult>>, TName>] extends [never]
  ? [Exclude<TName, KeysOf<Given<TResult>>>] extends [never]
    ? unknown
    : TypeMessage<`adds names '${Exclude<TName, KeysOf<Given<TResult>>>}', which run does not return.`>
  : TypeMessage<`run returns '${Exclude<KeysOf<Given<TResult>>, TName>}', which adds does not name.`>

type Misplaced<TStage> = TStage extends 'respond'
  ? 'run' | 'wrap'
  : TStage extends 'record'
    ? 'run' | 'wrap' | 'transform' | 'encode'
    : never
interface StageOf {
  readonly run: "a stage up to 'handle'"
  readonly wrap: "a stage up to 'handle'"
  readonly transform: "stage 'respond'"
  readonly encode: "stage 'respond'"
}
/** `unknown` where the stage is not known, else a sentence for each part that it does not run. */
export type PartsFit<TStage extends Stage> = Stage extends TStage
  ? unknown
  : {
      readonly [K in Misplaced<TStage>]?:
        | TypeMessage<`${K} cannot stand in stage '${TStage}': it belongs to ${StageOf[K]}.`>
        | undefined
    }
