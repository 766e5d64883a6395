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

/** A schema that Keelson takes: TypeBox (`t`), or any Standard Schema object (zod, valibot, arktype…). */
export type SchemaLike = TSchema | StandardSchemaV1

/** A plain object of schemas, short for `t.Object({...})` where strings come in by name: params, query, headers, cookies. */
export interface FieldSchemas {
  readonly [name: string]: SchemaLike
}

/** A plain object of schemas of our own, short for `t.Object({...})` of a JSON body. */
export interface PropertySchemas {
  readonly [name: string]: TSchema
}

/** What a value of the schema is after validation. */
export type OutputOf<S> = S extends { static: unknown }
  ? S['static']
  : S extends StandardSchemaV1<unknown, infer T>
    ? T
    : never

/**
 * What a caller may send. Differs from {@link OutputOf} where a member has a default, which may be left out, and for
 * Standard Schemas that transform.
 */
export type InputOf<S> = S extends { static: unknown }
  ? true extends HoldsDefault<S>
    ? InputWithDefaults<S>
    : S['static']
  : StandardInput<S>

/**
 * What a handler may return: nobody fills a default into a response. Lists may be read-only, members that may be missing
 * `undefined`, and dates stand for what JSON makes of them.
 */
export type ReturnedOf<S> = S extends { static: unknown } ? Returned<S> : StandardInput<S>

type Returned<S> = S extends { properties: infer P }
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

/** Whether anything within a schema has a default that the server fills in; asked first, since most have none. */
type HoldsDefault<S> = S extends HasDefault
  ? true
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

// A member of a union gets its defaults only where it is certain that it is meant; elsewhere a caller sends them.
type UnionInput<T extends TSchema[]> = T extends [infer A, TNull] | [TNull, infer A]
  ? (A extends { properties: unknown } | TArray | TRecord ? InputOf<A> : OutputOf<A>) | null
  : T extends [{ properties: infer P }, ...unknown[]]
    ? [TagOf<T, keyof P>] extends [never]
      ? OutputOf<T[number]>
      : InputOf<T[number]>
    : OutputOf<T[number]>

/** Names of properties that tell the members of a union apart: in each required, and in each another literal. */
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

/** Keys of a shape that a caller may leave out. */
type LooseKeys<S> = {
  // Asked first whose schema it is: those of zod have a method named `default`.
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

/** Input of params, of which the path has every one: no default of theirs is ever used. */
export type ParamsInput<S> = S extends { static: unknown } | { '~standard': unknown }
  ? SentOf<S>
  : S[keyof S] extends { static: unknown }
    ? ShapeOutput<S>
    : { [K in keyof S]: SentOf<S[K]> }
type SentOf<S> = S extends { static: unknown } ? S['static'] : StandardInput<S>

/** A body after validation; one that may be missing is `undefined` then. */
export type BodyOutput<S> = S extends Marked ? OutputOf<S> | undefined : ShapedOutput<S>

/** Input of a body; one that may be missing has `undefined` in it. */
export type BodyInput<S> = S extends Marked ? InputOf<S> | undefined : ShapedInput<S>
