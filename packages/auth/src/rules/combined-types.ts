// What access rules that are combined add, need and prove, all of them or any one.
import type { AnyMiddleware, Middleware } from '@keelson/core'

interface Typed {
  readonly '~types': { readonly adds: unknown; readonly needs: unknown; readonly errors: unknown }
}
type AddsOf<M> = M extends Typed ? M['~types']['adds'] : {}
type NeedsOf<M> = M extends Typed ? M['~types']['needs'] : {}
type ErrorsOf<M> = M extends Typed ? M['~types']['errors'] : never
type NarrowsOf<M> = M extends { readonly '~types': { readonly narrows: infer N } } ? N : {}

type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (one: infer I) => void
  ? I
  : never
/** What every member of a union has. */
type Common<U, K extends keyof U = keyof U> = { readonly [P in K]: U[P] }

/** Access rules, in order. */
export type Rules = readonly [AnyMiddleware, ...AnyMiddleware[]]

/** What {@link anyRule} makes of rules: it adds and proves what all of them do, since any of them may admit the request. */
export type AnyOfRules<T extends Rules> = Middleware<
  Common<AddsOf<T[number]>>,
  Intersection<NeedsOf<T[number]>>,
  ErrorsOf<T[number]>
> & { readonly '~types': { readonly narrows: Common<NarrowsOf<T[number]>> } }

/** What {@link allRules} makes of rules: it adds and proves what each of them does, and each finds what those before it did. */
export type AllOfRules<T extends Rules> = Middleware<
  Intersection<AddsOf<T[number]>>,
  NeedsInOrder<T>,
  ErrorsOf<T[number]>
> & { readonly '~types': { readonly narrows: Intersection<NarrowsOf<T[number]>> } }

type NeedsInOrder<T extends readonly unknown[]> = T extends readonly [infer M, ...infer Rest]
  ? NeedsOf<M> & Behind<NeedsInOrder<Rest>, AddsOf<M>, NarrowsOf<M>>
  : unknown
/** What is still to be there: not what a rule before adds; what it proves may be missing until then. */
type Behind<TNeeds, TAdds, TNarrows> = {
  readonly [K in keyof TNeeds as K extends keyof TAdds ? never : K]: K extends keyof TNarrows
    ? TNeeds[K] | undefined
    : TNeeds[K]
}
