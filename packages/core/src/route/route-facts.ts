import type { AppFacts } from './app-facts.ts'
import type { BodyAlternative } from './body-format-contract.ts'
import type { MetaKey } from './meta.ts'
import type { PipelineStage } from './middleware-contract.ts'
import type { RouteMethod } from '@keelson/contract'

/** What `for` of a middleware receives: facts of the route of a plan, or of the place of requests that no route takes. */
export interface RouteFacts {
  /** Operation id, `orders.show`; `undefined` in a plan for requests without a route. */
  readonly name: string | undefined
  /** Kind of the calls that the plan serves: `http`. */
  readonly kind: string
  /** `undefined` without a route; `*` for a mounted handler. */
  readonly method: RouteMethod | '*' | undefined
  /** Full pattern of the path; `undefined` without a route. */
  readonly pattern: string | undefined
  /** `public`, or the names of the access rules; `undefined` without a route. */
  readonly access: 'public' | readonly string[] | undefined
  /** Stages in which middleware of the plan stands. */
  readonly stages: readonly PipelineStage[]
  /** Its middleware of stage `authenticate`, outermost first, and whether each says who the caller is, by a part `principal`. */
  readonly authenticates: readonly { readonly name: string; readonly saysPrincipal: boolean }[]
  /**
   * Names that its middleware and access rules add, and of which they say that they differ from caller to caller (`isPerCaller`); of a rule that adds
   * nothing, and by which callers see different things, its own.
   */
  readonly perCaller: readonly string[]
  /** Places of a request for which it declares schemas. */
  readonly inputs: readonly ('params' | 'query' | 'headers' | 'cookies' | 'body')[]
  /** How it takes its body: several where the media type chooses; empty where it declares none, or its handler reads it. */
  readonly bodies: readonly BodyAlternative[]
  /** Media types of a body that its handler reads itself; empty where it reads none. */
  readonly consumes: readonly string[]
  /** The protocol to which its requests switch their connection: `websocket`; `undefined` for others. */
  readonly upgrades: string | undefined
  /** Response schemas by status, `null` for no body; empty where none are declared. */
  readonly responses: { readonly [status: string]: object | null }
  /** Headers of answers that its responses declare or its middleware describes, in lower case; sorted. */
  readonly responseHeaders: readonly string[]
  /** Media types that the declared responses have, without parameters, in lower case; sorted. */
  readonly mediaTypes: readonly string[]
  /** Whether it is a probe of the app's health. */
  readonly isProbe: boolean
  /** What is known of the app. */
  readonly app: AppFacts
  /** The value that the route, or the nearest router above that has one, gives for a key. */
  meta<T>(key: MetaKey<T>): T | undefined
  /**
   * Changes with what the route promises to answer: SHA-256, base64url, of the canonical JSON of its response schemas and their
   * media types. With a schema that cannot say what it is in JSON Schema it is another one in each process. Made when it is read.
   */
  readonly contractHash: string
}
