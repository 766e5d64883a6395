import type { ErrorDefinition } from '../errors/contract.ts'
import type { Answer, Outcome, Reply } from './outcome.ts'

/** The stages of the pipeline in the order in which a request passes them. */
export const STAGES = [
  'receive',
  'authenticate',
  'authorize',
  'validate',
  'handle',
  'respond',
  'record',
] as const

/** Name of a stage of the pipeline. */
export type PipelineStage = (typeof STAGES)[number]

type MaybePromise<T> = T | Promise<T>

/** How a caller proves who it is, as an OpenAPI document describes it (OpenAPI 3.1 §4.8.27). */
export type SecurityScheme =
  | {
      readonly type: 'http'
      /** Of the IANA registry of authentication schemes: `bearer`, `basic`. */
      readonly scheme: string
      /** A hint for people: `JWT`. */
      readonly bearerFormat?: string | undefined
      readonly description?: string | undefined
    }
  | {
      readonly type: 'apiKey'
      readonly in: 'header' | 'query' | 'cookie'
      /** Name of the header, the query key or the cookie. */
      readonly name: string
      /**
       * With the header `Authorization`: the authentication scheme that stands before the credential, for one that is not of the IANA registry, `Token`.
       * Generated clients send what they are given as the whole header.
       */
      readonly authScheme?: string | undefined
      readonly description?: string | undefined
    }
  | {
      readonly type: 'openIdConnect'
      readonly openIdConnectUrl: string
      readonly description?: string | undefined
    }
  | { readonly type: 'oauth2'; readonly flows: OAuthFlows; readonly description?: string | undefined }
  | { readonly type: 'mutualTLS'; readonly description?: string | undefined }

/** The grants of an OAuth 2 server, each with the URLs that its kind has (OpenAPI 3.1 §4.8.29). */
export interface OAuthFlows {
  readonly authorizationCode?: OAuthFlow<'authorizationUrl' | 'tokenUrl'> | undefined
  readonly clientCredentials?: OAuthFlow<'tokenUrl'> | undefined
  readonly implicit?: OAuthFlow<'authorizationUrl'> | undefined
  readonly password?: OAuthFlow<'tokenUrl'> | undefined
}

/** One grant of an OAuth 2 server. */
export type OAuthFlow<TUrl extends 'authorizationUrl' | 'tokenUrl'> = { readonly [K in TUrl]: string } & {
  readonly refreshUrl?: string | undefined
  /** Scope to what it allows. */
  readonly scopes: { readonly [scope: string]: string }
}

/** A security scheme that a middleware demands, with its definition. */
export interface SecurityDemand {
  /** Name of the scheme in documents; the same everywhere. */
  readonly name: string
  /** Default: what the document's options say of this name; `bearer` and `basic` need nothing. */
  readonly scheme?: SecurityScheme | undefined
  /** Scopes or roles that the caller must have; default none. */
  readonly scopes?: readonly string[] | undefined
}

/** What a middleware tells OpenAPI and the typed client about itself. */
export interface MiddlewareDescription {
  /** The security scheme that it demands, by name or in full; of a list, any one will do. */
  readonly security?: string | SecurityDemand | readonly (string | SecurityDemand)[] | undefined
  /**
   * Whether requests without such credentials pass it, so that the access rule decides: one that `narrows` what the middleware adds
   * demands them, any other takes requests with and without. Default `false`.
   */
  readonly isSecurityOptional?: boolean | undefined
  /** Errors that it may answer with; they join the errors of every route that it covers. */
  readonly errors?: readonly ErrorDefinition[] | undefined
  /** Names of response headers that it sets, with a sentence each. */
  readonly headers?: { readonly [name: string]: string } | undefined
  /** The same of those that it sets in answers of a status below 400 alone. */
  readonly successHeaders?: { readonly [name: string]: string } | undefined
  /** Names of request headers that it reads, with a sentence each. */
  readonly requestHeaders?: { readonly [name: string]: string } | undefined
  /** Statuses that it may answer with by itself, besides errors, with a sentence each: 206, 304. */
  readonly responses?: { readonly [status: number]: string } | undefined
  /** What it does to requests of the route, in a few words, for `keelson explain`: `100 in 60 s by ip`. */
  readonly explain?: string | undefined
}

/** What the `record` stage sees of a request that has ended. */
export interface RequestSummary {
  /** Status on the wire; 499 when the client was gone before an answer. */
  readonly status: number
  readonly durationMs: number
  /** Body bytes handed to the socket. */
  readonly bytes: number
  /** Code of the error that was rendered, if one was. */
  readonly errorCode: string | undefined
  /** The thrown value behind `errorCode`. */
  readonly error: unknown
  /** Whether the response ended before it was complete. */
  readonly aborted: boolean
}

/** Runs what a `wrap` goes around: the rest of its stage and the stages up to `handle`. */
export interface Next {
  /**
   * Once. Resolves to the outcome, whose JSON text is made, or rejects with what was thrown. Await it, also when something else
   * fails.
   */
  (): Promise<Outcome>
  /**
   * The same once more, as often as needed, with or without the first time: to try again, or to make what is stale anew. It runs
   * in a frame of its own, in the same trace, outside any transaction that was around the `wrap`, with its own request-scoped services, under the
   * deadline and signal of the request, or of the detached work that calls it. Headers that it says go out where its outcome or error is
   * answered. The body is not read from the client again.
   */
  again(): Promise<Outcome>
}

/** The parts of a middleware that the request path calls; `run` or `wrap`, not both. What it holds comes last. */
export interface MiddlewareBehaviour {
  readonly run?: ((ctx: never, held: never) => unknown) | undefined
  readonly wrap?: ((ctx: never, next: Next, held: never) => MaybePromise<Outcome | Reply>) | undefined
  readonly transform?: ((ctx: never, outcome: Outcome, held: never) => MaybePromise<Outcome>) | undefined
  readonly encode?: ((ctx: never, answer: Answer, held: never) => MaybePromise<void>) | undefined
  readonly observe?: ((ctx: never, summary: RequestSummary, held: never) => void) | undefined
}

/** Names of the parts that the request path calls, in the order in which it does. */
export const PARTS = ['run', 'wrap', 'transform', 'encode', 'observe'] as const

/** Name of a part of a middleware. */
export type PartName = (typeof PARTS)[number]

/** A middleware of whatever type; what `use` lists take. */
export interface AnyMiddleware extends MiddlewareBehaviour {
  readonly kind: 'middleware'
  readonly name: string
  /** Where `run` or `wrap` stands. */
  readonly stage: PipelineStage
  /** Whether it stands before others of its stage. */
  readonly isFirst?: boolean | undefined
  /** Whether of those of its name in a plan only the nearest stands. */
  readonly isSingle?: boolean | undefined
  /** Services that its parts hold, by name. */
  readonly inject: { readonly [name: string]: unknown }
  /** Makes what its parts hold besides, once in each app. */
  readonly state?: ((services: never) => unknown) | undefined
  /** Kinds of call in whose plans it stands; default: all. */
  readonly kinds?: readonly string[] | undefined
  readonly adds: readonly string[]
  /** Whether what it adds differs from caller to caller. */
  readonly isPerCaller?: boolean | undefined
  /** Whether it opens a transaction around what is within, or works outside of one alone. */
  readonly transaction?: 'opens' | 'outside' | undefined
  readonly needs: readonly string[]
  /** Names that an access rule proves to be there. */
  readonly narrows?: readonly string[] | undefined
  /** Says who the caller is, for the frame. */
  readonly principal?: ((ctx: never, held: never) => unknown) | undefined
  /** Says which tenant a request works for, for the frame. */
  readonly tenant?: ((ctx: never, held: never) => unknown) | undefined
  /** Says which parts it has in a plan; takes `RouteFacts`, which would bring all schemas into the types of a client. */
  readonly for?: ((route: never) => unknown) | undefined
  readonly describe: MiddlewareDescription
  /** What a 401 without a challenge of its own says of it (RFC 9110 §11.6.1). */
  readonly challenge?: string | readonly (string | SecurityDemand)[] | undefined
  /** Where it was defined, `file:line`, when known. */
  readonly source: string | undefined
  readonly '~types': unknown
}

/**
 * A middleware: named parts of the pipeline in one value.
 *
 * `TAdds` is what it puts on the context, `TNeeds` what it must find there, `TErrors` what it may answer with: errors, and
 * `DescribedAnswer` for other statuses.
 */
export interface Middleware<TAdds = {}, TNeeds = {}, TErrors = never> extends AnyMiddleware {
  readonly '~types': { readonly adds: TAdds; readonly needs: TNeeds; readonly errors: TErrors }
}

/** Whether a value was made by `middleware`. */
export function isMiddleware(value: unknown): value is AnyMiddleware {
  return (
    typeof value === 'object' && value !== null && (value as Partial<AnyMiddleware>).kind === 'middleware'
  )
}
