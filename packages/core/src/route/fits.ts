// What a middleware, a rule or a factory asks of its place: `unknown` where that is there, else the sentence.
import type { TypeMessage } from '../errors/contract.ts'
import type { BaseContext } from './context.ts'
import type { AnyMiddleware, PipelineStage } from './middleware-contract.ts'
import type { ParamNames } from '../path/path-params.ts'
import type { AccessRule } from './route-contract.ts'

interface TypedMiddleware {
  readonly '~types': { adds: unknown; needs: unknown; errors: unknown }
}
type AddsOf<M> = M extends TypedMiddleware ? M['~types']['adds'] : {}
type ErrorsOf<M> = M extends TypedMiddleware ? M['~types']['errors'] : never
type NeedsOf<M> = M extends TypedMiddleware ? M['~types']['needs'] : {}

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void
  ? I
  : never
type Names<T> = keyof T & string

/** The middleware of a list and of those within, as deep as lists are nested. */
type Each<T> = Member<Member<Member<Member<T>>>>
type Member<T> = T extends readonly (infer M)[] ? M : T
/** What an access rule adds, alone or as a list; what a list of middleware adds. */
export type AllAdds<T> = T extends readonly []
  ? {}
  : T extends readonly unknown[]
    ? UnionToIntersection<AddsOf<Each<T>>>
    : AddsOf<T>
/** What an access rule may answer with, alone or as a list; what a list of middleware may. */
export type AllErrors<T> = T extends readonly unknown[] ? ErrorsOf<Each<T>> : ErrorsOf<T>
type AllNeeds<T> = T extends readonly unknown[] ? UnionToIntersection<NeedsOf<Each<T>>> : NeedsOf<T>

interface NarrowingRule {
  readonly '~types': { narrows: unknown }
}
type NarrowsOf<M> = M extends NarrowingRule ? M['~types']['narrows'] : {}
/** A context as the handler sees it, when the access rules have admitted the request. */
export type Narrowed<TContext, TAccess> = [Extract<Each<TAccess>, NarrowingRule>] extends [never]
  ? TContext
  : TContext & UnionToIntersection<NarrowsOf<Each<TAccess>>>

/** Names of the request's own data, whose types a route declares. */
type InputName = 'params' | 'query' | 'headers' | 'cookies' | 'body'

type Fits<TNeeds, TThere> = TThere extends TNeeds
  ? unknown
  : [Exclude<Names<TNeeds>, keyof TThere>] extends [never]
    ? TypeMessage<`This middleware needs another type of '${Unlike<TNeeds, TThere>}' than ${Owner<Unlike<TNeeds, TThere>>}.`>
    : TypeMessage<`This middleware needs '${Exclude<Names<TNeeds>, keyof TThere>}' on the context: put the middleware that adds it before.`>
type Unlike<TNeeds, TThere> = {
  [K in keyof TNeeds & Names<TThere>]: TThere[K] extends TNeeds[K] ? never : K
}[keyof TNeeds & Names<TThere>]
// Params are on the context where a factory has a path.
type Owner<TName> = TName extends Exclude<InputName, 'params'> ? 'this route declares' : 'the context has'

type Clash<TAdds, TThere> = [keyof TAdds] extends [never]
  ? unknown
  : string extends keyof TAdds | keyof TThere // names that only the start knows
    ? unknown
    : [keyof TAdds & (keyof TThere | keyof BaseContext | InputName)] extends [never]
      ? unknown
      : [Names<TAdds> & (keyof BaseContext | InputName)] extends [never]
        ? TypeMessage<`'${Names<TAdds> & keyof TThere}' is on the context already: give one of the two another name, or remove it.`>
        : TypeMessage<`'${Names<TAdds> & (keyof BaseContext | InputName)}' is a name that every context has: give it another name.`>

/** What `use` of a factory asks of a middleware or a list. Input that it needs waits for the routes, but for params that are known. */
export type UseFits<M, TAdded> =
  AllNeeds<M> extends infer N
    ? ([keyof N & InputName] extends [never]
        ? Fits<N, WithOwn<M, TAdded>>
        : Fits<Omit<N, InputName>, WithOwn<M, TAdded>> & KnownParamsFit<N, TAdded>) &
        Clash<AllAdds<M>, TAdded> &
        ClashInList<M>
    : never
// Those of a list may need what others of it add; the start looks at their order.
type WithOwn<M, TAdded> = M extends readonly unknown[] ? TAdded & AllAdds<M> : TAdded
type KnownParamsFit<TNeeds, TAdded> = TNeeds extends { params: infer P }
  ? TAdded extends { params: infer A }
    ? { [K in keyof P & keyof A]: A[K] } extends { [K in keyof P & keyof A]: P[K] }
      ? unknown
      : Fits<{ params: P }, { params: A }>
    : unknown
  : unknown
/** What a middleware of a factory needs of the input of its routes. */
export type PendingOf<M> = [keyof AllNeeds<M> & InputName] extends [never]
  ? {}
  : Pick<AllNeeds<M>, keyof AllNeeds<M> & InputName>

/** What `inject` of a factory asks of the names. */
export type InjectFits<TServices, TAdded> = Clash<TServices, TAdded>

/** What the access rule of a route asks of its factory, its path and its middleware. */
export type AccessFits<TAccess, TAdded, TThere> = [TAccess] extends [undefined | 'public']
  ? unknown
  : [TAccess] extends [readonly [AnyMiddleware, ...AnyMiddleware[]]]
    ? StageFits<TAccess[number], '~access'> &
        OnName<
          '~access',
          ClashInList<TAccess> &
            Clash<AllAdds<TAccess>, TAdded> &
            ListFits<TAccess, TThere & AllAdds<TAccess>>
        >
    : [TAccess] extends [TypedMiddleware]
      ? StageFits<TAccess, 'access'> &
          OnName<'access', Clash<AddsOf<TAccess>, TAdded> & Fits<NeedsOf<TAccess>, TThere>>
      : NotEmpty<TAccess>
// All together, but for rules that narrow what those behind them need.
type ListFits<T extends readonly unknown[], TThere> = [Extract<T[number], NarrowingRule>] extends [never]
  ? Fits<AllNeeds<T>, TThere>
  : InOrder<T, TThere>
type InOrder<T, TThere> = T extends readonly [infer A, ...infer Rest]
  ? Fits<NeedsOf<A>, TThere> & InOrder<Rest, TThere & NarrowsOf<A>>
  : unknown
// A list prints its sentence at a name of its own: at the option itself it drowns in lines about tuples.
type OnName<TName extends string, TFit> = unknown extends TFit ? unknown : { readonly [K in TName]: TFit }
type StageFits<TRule, TName extends string> = [Extract<TRule, OfOtherStage>] extends [never]
  ? unknown
  : {
      readonly [
        K in TName
      ]: TypeMessage<`An access rule is a middleware of stage 'authorize', this one is of stage '${Extract<TRule, OfOtherStage>['stage']}'.`>
    }
/** What a route or a router asks of a list of rules: to have one. */
export type NotEmpty<TAccess> = [TAccess] extends [undefined | 'public']
  ? unknown // `any`, too
  : [TAccess] extends [readonly []]
    ? {
        readonly '~access': TypeMessage<"An empty list says nothing of who may call it: write 'public', or name a rule.">
      }
    : [TAccess] extends [AccessRule | undefined]
      ? unknown
      : {
          readonly '~access': TypeMessage<"A list of access rules holds middleware alone, without 'public' and lists. Type it AnyMiddleware[] where it has the type AccessRule[].">
        }
interface OfOtherStage {
  readonly stage: Exclude<PipelineStage, 'authorize'>
}
type ClashInList<T> = T extends readonly [infer A, infer B, ...infer Rest]
  ? Clash<AllAdds<A>, AllAdds<readonly [B, ...Rest]>> & ClashInList<readonly [B, ...Rest]>
  : unknown

/** What the own middleware of a route asks of it. */
export type OwnUseFits<TUse, TAdded, TThere> = [TUse] extends [readonly [] | undefined]
  ? unknown
  : OnName<'use', ClashInList<TUse> & Clash<AllAdds<TUse>, TAdded> & Fits<AllNeeds<TUse>, TThere>>

/** What the middleware of a factory asks of the input of a route. */
export type PendingFits<TPending, TThere> = {} extends TPending
  ? unknown
  : OnName<'~use', Fits<TPending, TThere>>

/** Names that a schema of params describes. */
type Described<S> = S extends { properties: infer P } ? keyof P : keyof S

/** What `at` asks of its params: to be an object of schemas that names what its path names. */
export type AtFits<TPath extends string, TParams> = TParams extends undefined
  ? unknown
  : TParams extends { '~standard': unknown }
    ? TypeMessage<'Whole Standard Schemas cannot be joined: give a plain object of schemas, or t.Object.'>
    : [Exclude<Described<TParams>, ParamNames<TPath>>] extends [never]
      ? [Exclude<ParamNames<TPath>, Described<TParams>>] extends [never]
        ? unknown
        : TypeMessage<`The path has ':${Exclude<ParamNames<TPath>, Described<TParams> & string>}', which these params do not describe.`>
      : TypeMessage<`The path '${TPath}' has no ':${Exclude<Described<TParams> & string, ParamNames<TPath>>}'.`>

/** What a factory that describes params asks of the params of a route. */
export type ParamsFit<TAt, TParams> = {} extends TAt
  ? unknown
  : [TParams] extends [undefined]
    ? unknown
    : TParams extends { '~standard': unknown }
      ? {
          readonly params: TypeMessage<"Whole Standard Schemas cannot be joined with the factory's params: give a plain object of schemas.">
        }
      : [keyof TAt & Described<TParams>] extends [never]
        ? unknown
        : {
            readonly params: TypeMessage<`The factory describes ':${keyof TAt & Described<TParams> & string}' already.`>
          }

/** What a route asks of the names of its options; `TNames` are those that there are. */
export type NamesFit<T, TNames> = [Exclude<keyof T, TNames>] extends [never]
  ? unknown
  : {
      readonly [K in Exclude<keyof T, TNames>]?: TypeMessage<`'${K & string}' is not an option of a route.`>
    }

/** Members named by a status are responses; others are not. */
export type ResponseFits<TResponse> = [TResponse] extends [
  undefined | { static: unknown } | { '~standard': unknown },
]
  ? unknown
  : [Exclude<keyof TResponse, number>] extends [never]
    ? unknown
    : {
        readonly response: TypeMessage<`'${Exclude<keyof TResponse, number | symbol>}' is not a status: give one schema, t.Object for instance, or one for each status, { 200: … }.`>
      }

/** What an app asks of its routes: that each, or a router above it, says who may call it. */
export type RoutesFit<TTree> = [Unruled<TTree, ''>] extends [never]
  ? unknown
  : {
      readonly routes: TypeMessage<`Route '${Unruled<TTree, ''>}' does not say who may call it: give it access, 'public' or a rule, or give its router one.`>
    }
type Unruled<TTree, TAbove extends string> = string extends keyof TTree
  ? never
  : {
      // Of `any` nothing is known; the start looks.
      [K in Names<TTree>]: 0 extends 1 & TTree[K]
        ? never
        : TTree[K] extends { readonly '~types': { readonly rule: 'router' } }
          ? `${TAbove}${K}`
          : TTree[K] extends { readonly '~types': { readonly rule: { errors: unknown } } }
            ? never
            : TTree[K] extends { readonly '~types': { readonly tree: infer T } }
              ? Unruled<T, `${TAbove}${K}.`>
              : TTree[K] extends { readonly '~internal': unknown }
                ? never
                : Unruled<TTree[K], `${TAbove}${K}.`>
    }[Names<TTree>]
