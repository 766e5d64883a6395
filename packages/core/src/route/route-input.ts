import type { BodyInput, ParamsInput, ShapedInput } from '../schema/index.ts'
import type { PathParams } from '../path/path-params.ts'
import type { UploadBody } from '@keelson/contract'

/** Schemas by place, `undefined` where a route declares none. */
interface Places {
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly cookies: unknown
  readonly body: unknown
}

/**
 * What a caller sends, made of the declared places only: query, headers and body are optional where they may be left
 * out; cookies always, since browsers send them by themselves. The conditional type makes the compiler print it resolved.
 */
export type RouteInput<TPlaces extends Places> = TPlaces extends infer P extends Places
  ? {
      [K in keyof Optionality<Loose<P>> as P[K] extends undefined ? never : K]: K extends 'params'
        ? ParamsInput<P[K]>
        : K extends 'body'
          ? BodyInput<P[K]>
          : ShapedInput<P[K]>
    }
  : never
type Loose<P extends Places> =
  | (P['query'] extends undefined ? never : {} extends ShapedInput<P['query']> ? 'query' : never)
  | (P['headers'] extends undefined ? never : {} extends ShapedInput<P['headers']> ? 'headers' : never)
  | 'cookies'
  // A body is sent, be it `{}`, unless its schema takes none.
  | (P['body'] extends undefined ? never : undefined extends BodyInput<P['body']> ? 'body' : never)
/** Members whose only sense is whether they are optional; the same type for all routes alike, so it costs them nothing. */
type Optionality<TLoose extends keyof Places> = { [K in Exclude<keyof Places, TLoose>]: 1 } & {
  [K in TLoose]?: 1
}

/** What a caller of a route sends whose factory has params besides. */
export type InputBelow<TAt, TIn> = {} extends TAt
  ? TIn
  : TIn & { params: TAt } extends infer T
    ? { [K in keyof T]: T[K] }
    : never

/** Stands for the schema of a body: that of a route that `consumes` without one is what its first media type says. */
export type BodySchema<TBody, TConsumes> = TBody extends undefined
  ? TConsumes extends readonly [infer First, ...unknown[]]
    ? { static: First extends `${string}${'/' | '+'}json${string}` ? unknown : UploadBody }
    : TConsumes extends readonly string[]
      ? { static: UploadBody }
      : undefined
  : TBody

/** Stands for the schema of params where none is given, or `undefined` for a path without params. */
export type PathSchema<TPath extends string> = TPath extends `${string}:${string}` | `${string}*${string}`
  ? { static: PathParams<TPath> }
  : undefined
