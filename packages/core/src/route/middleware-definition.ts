import type { AllFitInject, Injectable, Resolved } from '../di/index.ts'
import type { ErrorDefinition, TypeMessage } from '../errors/index.ts'
import type { Principal } from '../frame/index.ts'
import type { MiddlewareContext } from './context.ts'
import type {
  MiddlewareDescription,
  Next,
  RequestSummary,
  PipelineStage,
  SecurityDemand,
} from './middleware-contract.ts'
import type { Answer, Outcome, Reply } from './outcome.ts'
import type { RouteFacts } from './route-facts.ts'

/** Names and types that a middleware must find on the context; made by {@link needs}. */
export interface Needs<TNeeds> {
  readonly names: readonly string[]
  readonly '~types': TNeeds
}

/** Services by name, as `inject` takes them. */
export interface Injected {
  readonly [name: string]: Injectable
}

// A member that is read at once: editors then show what it is, and not the alias with its arguments.
type ServicesOf<TServices> = {
  services: { readonly [K in keyof TServices]: Resolved<TServices[K]> }
}['services']
/** What the parts of a middleware hold: its services and its state. */
type Held<TServices, TState> = {
  held: [TState] extends [never]
    ? ServicesOf<TServices>
    : ServicesOf<TServices> & { readonly state: Awaited<TState> }
}['held']

/** The types of a middleware that its definition says, each inferred from one member. */
interface MiddlewareTypes {
  readonly stage: PipelineStage
  readonly services: {}
  readonly name: string
  readonly needs: unknown
  readonly narrows: string
  readonly errors: ErrorDefinition
  readonly responses: MiddlewareDescription['responses']
}

/**
 * A middleware: `run` or `wrap`, and besides `transform`, `encode` and `observe`.
 *
 * The members stand in the order in which they are to be written: the compiler takes types from above to below. What
 * `inject` and `state` give is the last argument of every part.
 */
// State and result are inferred from functions, of which the compiler fixes one after the other: not in one type with the rest.
export interface MiddlewareDefinition<
  T extends MiddlewareTypes = MiddlewareTypes,
  TState = never,
  TResult = unknown,
> {
  /** Shown by `explain` and in messages. */
  readonly name: string
  /** Where `run` or `wrap` stands; without them `respond`, or `record` where it only observes. */
  readonly stage: T['stage']
  /**
   * Whether `run` or `wrap` stands before those of its stage that do not say so, those further out included: for what must answer
   * before a limit refuses, such as preflights. `transform` and `encode` keep their place.
   */
  readonly isFirst?: boolean | undefined
  /**
   * Whether of those of its name that cover a route only the nearest stands, where the outermost would: for what says one thing of an
   * answer, such as a policy. What a further one adds the nearest must add as well. Not in stage `authorize`, whose rules all hold.
   */
  readonly isSingle?: boolean | undefined
  /** Kinds of call in whose plans it stands, `['http']`; default: all. */
  readonly kinds?: readonly string[] | undefined
  /** Services that live as long as the app, by name; they are there for requests without a route, too. */
  readonly inject?: (T['services'] & InjectFits<T['services']>) | undefined
  /**
   * Makes what it keeps, once in each app that uses it: at start, when its services are there, and within the time of the
   * start. May be a promise. What has a method for it (`Symbol.asyncDispose`, `Symbol.dispose`, `dispose`) is closed after the drain.
   */
  readonly state?: ((services: ServicesOf<T['services']>) => TState) | undefined
  /** Names that `run` adds to the context; the compiler holds the two to each other, both ways. */
  readonly adds?: readonly T['name'][] | undefined
  /**
   * Whether what it adds differs from caller to caller: the records that one may see, a condition on them. An answer that is made of it is not
   * that of another caller, which caches are told.
   */
  readonly isPerCaller?: boolean | undefined
  /**
   * Whether its `wrap` keeps a transaction open around what is within, `opens`, or works `outside` of one alone: what it did within one
   * would not last. A start with the second within the first is refused.
   */
  readonly transaction?: 'opens' | 'outside' | undefined
  readonly needs?: Needs<T['needs']> | undefined
  /**
   * Names of what it needs that an access rule proves to be there: the handler sees them without `undefined` and `null`. A rule
   * that admits a request without them is a 500.
   */
  readonly narrows?: (readonly T['narrows'][] & NamesNeeded<T['needs'], T['narrows']>) | undefined
  /**
   * Says once for each plan which parts run in it, and what is described there: `undefined` for what stands below, others in its
   * place, `null` for none at all, or `{ problems }` to refuse the start. A route cannot omit what adds something, or an access rule.
   */
  readonly for?:
    | ((
        route: RouteFacts,
      ) => PartsForRoute<NoInfer<TResult>, T['needs'], Held<T['services'], TState>> | null | undefined)
    | undefined
  /** Gives additions, a reply that ends the request, or nothing. Synchronous ones cost no promise. */
  readonly run?:
    | ((
        ctx: MiddlewareContext<T['needs']>,
        held: Held<T['services'], TState>,
      ) => TResult & SameNames<T['name'], KeysOf<Given<TResult>>>)
    | undefined
  /**
   * Goes around the rest of its stage and all later stages up to `handle`; see {@link Next}. One that answers at once, without the
   * rest, costs no promise.
   */
  readonly wrap?:
    | ((
        ctx: MiddlewareContext<T['needs']>,
        next: Next,
        held: Held<T['services'], TState>,
      ) => Outcome | Reply | Promise<Outcome | Reply>)
    | undefined
  /**
   * Who the caller is, for packages: sets the slot `PRINCIPAL` of the frame when `run` has let a call pass. Stage `authenticate`.
   * Of several the last to run counts; `undefined` leaves what an earlier one said.
   */
  readonly principal?:
    | ((
        ctx: MiddlewareContext<T['needs'] & Adds<TResult>>,
        held: Held<T['services'], TState>,
      ) => Principal | undefined)
    | undefined
  /** Which tenant the request works for: sets the slot `TENANT` as `principal` does its own. */
  readonly tenant?:
    | ((
        ctx: MiddlewareContext<T['needs'] & Adds<TResult>>,
        held: Held<T['services'], TState>,
      ) => string | undefined)
    | undefined
  /**
   * Changes the outcome, rendered errors included. What `run` adds and what it needs are optional here, in `encode` and in
   * `observe`: a request may have been refused before.
   */
  readonly transform?:
    | ((
        ctx: LateContext<T['needs'], TResult>,
        outcome: Outcome,
        held: Held<T['services'], TState>,
      ) => Outcome | Promise<Outcome>)
    | undefined
  /** Changes the answer as it goes out: status, headers and the serialised body, that of HEAD and of errors included. */
  readonly encode?:
    | ((
        ctx: LateContext<T['needs'], TResult>,
        answer: Answer,
        held: Held<T['services'], TState>,
      ) => void | Promise<void>)
    | undefined
  /** Is called for every request that ended, once, after the last byte. */
  readonly observe?:
    | ((
        ctx: LateContext<T['needs'], TResult>,
        summary: RequestSummary,
        held: Held<T['services'], TState>,
      ) => void)
    | undefined
  /**
   * The challenge, RFC 9110 §11.6.1, of a 401 that has none of its own: `Bearer realm="shop", scope="orders"`; several where it takes
   * several schemes, and in their list a demand, as in `describe.security`, for what its scheme says by default. Default: by what
   * `describe.security` says. Stage `authenticate` or `authorize`.
   */
  readonly challenge?: string | readonly (string | SecurityDemand)[] | undefined
  /** Goes into the OpenAPI document and the typed client of every route that it covers. */
  readonly describe?:
    | (Omit<MiddlewareDescription, 'errors' | 'responses'> & {
        readonly errors?: readonly T['errors'][]
        readonly responses?: T['responses']
      })
    | undefined
}

/**
 * What `for` of a middleware gives: parts and a description in place of its own, `undefined` for one to be omitted; or why the route
 * cannot have it.
 */
export interface PartsForRoute<TResult, TNeeds, THeld> {
  readonly run?: ((ctx: MiddlewareContext<TNeeds>, held: THeld) => TResult) | undefined
  readonly wrap?:
    | ((
        ctx: MiddlewareContext<TNeeds>,
        next: Next,
        held: THeld,
      ) => Outcome | Reply | Promise<Outcome | Reply>)
    | undefined
  readonly transform?:
    | ((ctx: MiddlewareContext<Partial<TNeeds>>, outcome: Outcome, held: THeld) => Outcome | Promise<Outcome>)
    | undefined
  readonly encode?:
    | ((ctx: MiddlewareContext<Partial<TNeeds>>, answer: Answer, held: THeld) => void | Promise<void>)
    | undefined
  readonly observe?:
    | ((ctx: MiddlewareContext<Partial<TNeeds>>, summary: RequestSummary, held: THeld) => void)
    | undefined
  /** In place of its own, as a whole. Errors and statuses are among those of its own, which the types of clients have. */
  readonly describe?: MiddlewareDescription | undefined
  readonly problems?: readonly { readonly message: string; readonly remedy: string }[] | undefined
}

/** Context of the parts that run for every request, whatever came of it. */
type LateContext<TNeeds, TResult> = MiddlewareContext<Partial<TNeeds> & Partial<Adds<TResult>>>

/** What an access rule narrows, for the types of its routes. */
export type Narrowing<TNeeds, TNarrow> = [TNarrow] extends [never]
  ? unknown
  : {
      readonly '~types': {
        readonly narrows: { readonly [K in TNarrow & keyof TNeeds]: NonNullable<TNeeds[K]> }
      }
    }

/** `unknown` when what is narrowed is needed, else the sentence. */
export type NamesNeeded<TNeeds, TNarrow> = [TNarrow] extends [keyof TNeeds]
  ? unknown
  : TypeMessage<`narrows names '${Exclude<TNarrow, keyof TNeeds> & string}', which needs does not name.`>

/** `unknown` when the services can be had, else a sentence. Of tokens there is nothing to compare. */
type InjectFits<TServices> = 'state' extends keyof TServices
  ? TypeMessage<"'state' is what state gives: inject it by another name.">
  : TServices[keyof TServices] extends symbol
    ? unknown
    : AllFitInject<TServices>

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
type SameNames<TName extends string, TGiven extends string> = [TGiven] extends [TName]
  ? [TName] extends [TGiven]
    ? unknown
    : TypeMessage<`adds names '${Exclude<TName, TGiven>}', which run does not return.`>
  : TypeMessage<`run returns '${Exclude<TGiven, TName>}', which adds does not name.`>

type Early<TPart extends string, TStage extends string> =
  | TypeMessage<`${TPart} cannot stand in stage '${TStage}': it belongs to a stage up to 'handle'.`>
  | undefined
type Late<TPart extends string> =
  | TypeMessage<`${TPart} cannot stand in stage 'record': it belongs to stage 'respond'.`>
  | undefined
/** By stage: `unknown`, or the parts that cannot stand in it. */
// A table, read by name: a condition on the stage costs three times as much for each part of a middleware.
export interface StageFits {
  readonly receive: unknown
  readonly authenticate: unknown
  readonly authorize: unknown
  readonly validate: unknown
  readonly handle: unknown
  readonly respond: { readonly run?: Early<'run', 'respond'>; readonly wrap?: Early<'wrap', 'respond'> }
  readonly record: {
    readonly run?: Early<'run', 'record'>
    readonly wrap?: Early<'wrap', 'record'>
    readonly transform?: Late<'transform'>
    readonly encode?: Late<'encode'>
  }
}
