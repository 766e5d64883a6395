import type { MiddlewareContext, Needs, Outcome } from '@keelson/core'
import type { KeyPart } from '../contract/index.ts'

/**
 * What the functions of {@link CachedOptions} and {@link invalidates} are given: the request, its validated input, and what `needs` names. Input has
 * the types that `needs<{ params: { id: number } }>('params')` says, to which the compiler holds the route.
 */
export type CachedContext<TNeeds = {}> = MiddlewareContext<TNeeds> & {
  readonly [K in 'params' | 'query' as K extends keyof TNeeds ? never : K]: {
    readonly [name: string]: unknown
  }
}

/** Options of {@link cached}. */
export interface CachedOptions<TNeeds = {}> {
  /** How long an answer is fresh, ms, at most 100 years. */
  readonly ttlMs: number
  /** How long one that is not fresh any more may be given, ms, while a new one is made, and where that fails. Default 0. */
  readonly graceMs?: number | undefined
  /** What the context must have for the functions here: `needs<{ user: User }>('user')`. */
  readonly needs?: Needs<TNeeds> | undefined
  /** By which its answers are invalidated, at most 16; a function is given the request. A param that the route does not have throws there. Default: none. */
  readonly tags?: readonly string[] | ((ctx: CachedContext<TNeeds>) => readonly string[]) | undefined
  /**
   * Whose answers they are: `user` for one caller, by the frame's `PRINCIPAL`, which a middleware of the route must say; `nobody` for the same
   * answer to all who may call; or a function that tells callers apart, and gives `undefined` for one whose answer is not kept. A route whose access is not public, or that
   * has middleware of stage `authenticate`, must say it. Default: as `nobody`, but a request with `authorization` or `cookie` passes the
   * cache by, unless they are in the key.
   */
  readonly by?: 'user' | 'nobody' | ((ctx: CachedContext<TNeeds>) => KeyPart | undefined) | undefined
  /**
   * What tells answers apart besides: `body` for the validated body, or a function; `undefined` for a request that passes the cache by. A
   * route of method POST must say it; for QUERY the default is `body`.
   */
  readonly key?: 'body' | ((ctx: CachedContext<TNeeds>) => KeyPart | undefined) | undefined
  /** Request headers on which the answer depends, in any case: they join the key, and the header `vary` of the answer. Default: none. */
  readonly vary?: readonly string[] | undefined
  /** Headers of the answer that are kept. Default: all that the handler gives, but those of one request alone. */
  readonly headers?: readonly string[] | undefined
  /** Statuses from 400 to 499 that are kept as well, answered or thrown. Default: none. */
  readonly errors?: readonly number[] | undefined
  /** How long those are fresh, ms. Default `ttlMs`. */
  readonly errorTtlMs?: number | undefined
  /** Largest answer that is kept, bytes. Default that of the cache. */
  readonly maxEntryBytes?: number | undefined
}

/**
 * Gives the tags that a request has made invalid; {@link invalidates}. The outcome is undefined where nobody knows it: the route has thrown, its
 * client has left, or its deadline has passed. Give all then that the request may have changed. A param that the route does not have throws.
 */
export type InvalidatedTags<TNeeds = {}> = (
  ctx: CachedContext<TNeeds>,
  outcome: Outcome | undefined,
) => string | readonly string[]

/** Options of {@link invalidates}, where its function needs more of the context than the request. */
export interface InvalidatesOptions<TNeeds = {}> {
  /** What the context must have: `needs<{ user: User }>('user')`. */
  readonly needs?: Needs<TNeeds> | undefined
  /** Tags, or a function that is given the request and the outcome. */
  readonly tags: readonly string[] | InvalidatedTags<TNeeds>
}
