import type {
  OptionalKind,
  TArray,
  TIntersect,
  TNull,
  TRecord,
  TSchema,
  TTuple,
  TUnion,
} from '@sinclair/typebox'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { HasDefault } from './schema-builder.ts'

/** The type of a value of the schema after validation. */
export type OutputOf<S> = S extends { static: unknown }
  ? S['static']
  : S extends StandardSchemaV1<unknown, infer T>
    ? T
    : never

/**
 * The type of what a caller may send. Differs from {@link OutputOf} for a member with a default, which may be omitted, and
 * for Standard Schemas that transform.
 */
export type InputOf<S> = S extends { static: unknown }
  ? true extends HoldsDefault<S>
    ? InputWithDefaults<S>
    : S['static']
  : StandardInput<S>

/**
 * The type of what a handler may return: defaults are not filled in. Lists may be read-only, optional members `undefined`,
 * and a `Date` stands for its text in JSON.
 */
export type ReturnedOf<S> = S extends { static: unknown } ? Returned<S> : StandardInput<S>

/** A schema whose type says what handlers return for it, and which fills in no defaults: that of the rows of a table. */
interface Telling {
  readonly '~returned': unknown
}

type Returned<S> = S extends Telling
  ? S['~returned']
  : S extends { properties: infer P }
    ? ShapeReturned<P>
    : S extends TArray<infer I>
      ? readonly Returned<I>[]
      : S extends { format: 'date-time' }
        ? string | Date
        : S extends TUnion<infer T>
          ? Returned<T[number]>
          : S extends TIntersect<infer T>
            ? ReturnedOfAll<T>
            : S extends TTuple<infer T>
              ? { readonly [K in keyof T]: Returned<T[K]> }
              : S extends TRecord<infer K, infer V>
                ? { readonly [_ in Extract<OutputOf<K>, PropertyKey>]: Returned<V> }
                : OutputOf<S>
type ReturnedOfAll<T> = T extends [infer First, ...infer Rest]
  ? Returned<First> & ReturnedOfAll<Rest>
  : unknown
type ShapeReturned<P, O extends keyof P = OptionalKeys<P>> = [O] extends [never]
  ? { readonly [K in keyof P]: Returned<P[K]> }
  : { readonly [K in Exclude<keyof P, O>]: Returned<P[K]> } & {
      readonly [K in O]?: Returned<P[K]> | undefined
    }

type StandardInput<S> = S extends StandardSchemaV1<infer T, unknown> ? T : never

interface Marked {
  readonly [OptionalMark]: 'Optional'
}
declare const OptionalMark: typeof OptionalKind

/** Whether anything in a schema has a default that the server fills in; checked first, because most have none. */
type HoldsDefault<S> = S extends HasDefault
  ? true
  : S extends Telling
    ? false
    : S extends { properties: infer P }
      ? HoldsDefault<P[keyof P]>
      : S extends TArray<infer I>
        ? HoldsDefault<I>
        : S extends TIntersect<infer T> | TTuple<infer T> | TUnion<infer T>
          ? HoldsDefault<T[number]>
          : S extends TRecord<TSchema, infer V>
            ? HoldsDefault<V>
            : false

type InputWithDefaults<S> = S extends { properties: infer P }
  ? ShapeInput<P>
  : S extends TArray<infer I>
    ? InputOf<I>[]
    : S extends TIntersect<infer T>
      ? InputOfAll<T>
      : S extends TTuple<infer T>
        ? { [K in keyof T]: InputOf<T[K]> }
        : S extends TRecord<infer K, infer V>
          ? { [_ in Extract<OutputOf<K>, PropertyKey>]: InputOf<V> }
          : S extends TUnion<infer T>
            ? UnionInput<T>
            : OutputOf<S>
type InputOfAll<T> = T extends [infer First, ...infer Rest] ? InputOf<First> & InputOfAll<Rest> : unknown

// A member of a union gets its defaults only where it is certain that the value is for it; elsewhere a caller sends them.
type UnionInput<T extends TSchema[]> = T extends [infer A, TNull] | [TNull, infer A]
  ? (A extends { properties: unknown } | TArray | TRecord ? InputOf<A> : OutputOf<A>) | null
  : T extends [{ properties: infer P }, ...unknown[]]
    ? [TagOf<T, keyof P>] extends [never]
      ? OutputOf<T[number]>
      : InputOf<T[number]>
    : OutputOf<T[number]>

/** Names of properties that tell the members of a union apart: required in each, with another literal in each. */
type TagOf<T, K> = K extends unknown ? (AreApart<T, K, never> extends true ? K : never) : never
type AreApart<T, K, Seen> = T extends [infer A, ...infer Rest]
  ? TagValue<A, K> extends infer V
    ? [V] extends [never]
      ? false
      : [V & Seen] extends [never]
        ? AreApart<Rest, K, Seen | V>
        : false
    : false
  : true
type TagValue<A, K> = A extends { properties: infer P }
  ? K extends keyof P
    ? P[K] extends Marked
      ? never
      : P[K] extends { const: infer V extends string } | { anyOf: { const: infer V extends string }[] }
        ? V
        : never
    : never
  : never

/** Keys of a shape whose schema is `t.Optional(…)`. */
type OptionalKeys<S> = { [K in keyof S]: S[K] extends Marked ? K : never }[keyof S]

type ShapeOutput<S, O extends keyof S = OptionalKeys<S>> = [O] extends [never]
  ? { [K in keyof S]: OutputOf<S[K]> }
  : { [K in Exclude<keyof S, O>]: OutputOf<S[K]> } & { [K in O]?: OutputOf<S[K]> } extends infer T
    ? { [K in keyof T]: T[K] } // printed resolved, where an alias would be printed by its name
    : never

/** Keys of a shape that a caller may omit. */
type LooseKeys<S> = {
  // TypeBox first: schemas of zod have a method named `default`.
  [K in keyof S]: S[K] extends { static: unknown }
    ? S[K] extends Marked | HasDefault
      ? K
      : never
    : undefined extends StandardInput<S[K]>
      ? K
      : never
}[keyof S]

type ShapeInput<S, O extends keyof S = LooseKeys<S>> = [O] extends [never]
  ? { [K in keyof S]: InputOf<S[K]> }
  : { [K in Exclude<keyof S, O>]: InputOf<S[K]> } & { [K in O]?: InputOf<S[K]> } extends infer T
    ? { [K in keyof T]: T[K] } // printed resolved, as above
    : never

/** Output of a schema or of a shape of schemas. */
export type ShapedOutput<S> = S extends { static: unknown } | { '~standard': unknown }
  ? OutputOf<S>
  : ShapeOutput<S>

/** Input of a schema or of a shape of schemas. */
export type ShapedInput<S> = S extends { static: unknown } | { '~standard': unknown }
  ? InputOf<S>
  : ShapeInput<S>

/** Input of params. The path has all of them, so their defaults are never used. */
export type ParamsInput<S> = S extends { static: unknown } | { '~standard': unknown }
  ? SentOf<S>
  : S[keyof S] extends { static: unknown }
    ? ShapeOutput<S>
    : { [K in keyof S]: SentOf<S[K]> }
type SentOf<S> = S extends { static: unknown } ? S['static'] : StandardInput<S>

/** A body after validation; `undefined` for an optional one that is missing. */
export type BodyOutput<S> = S extends Marked ? OutputOf<S> | undefined : ShapedOutput<S>

/** Input of a body; `undefined` is allowed for an optional one. */
export type BodyInput<S> = S extends Marked ? InputOf<S> | undefined : ShapedInput<S>
