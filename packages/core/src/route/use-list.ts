import type { AnyMiddleware } from './middleware-contract.ts'

// Not of any depth: of that type of itself nothing could be asked.
type Inner = AnyMiddleware | readonly AnyMiddleware[]
type Outer = AnyMiddleware | readonly Inner[]

/** What a list in `use` takes: a middleware, or a list of them, nested three deep; all run as one list. */
export type MiddlewareOrList = AnyMiddleware | readonly Outer[]

/** The middleware of a list and of those within, in the order in which it reads. */
export function flattenUse(use: readonly MiddlewareOrList[]): readonly AnyMiddleware[] {
  return use.some((one) => Array.isArray(one))
    ? ((use as readonly unknown[]).flat(Infinity) as readonly AnyMiddleware[])
    : (use as readonly AnyMiddleware[])
}
