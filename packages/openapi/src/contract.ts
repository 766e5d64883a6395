import type { AccessRule, Plan, RouteMethod, SecurityScheme } from '@keelson/core'
import type { JsonSchema } from '@keelson/core/spi'

/** The source of a document: an app, or another object with plans. */
export interface OpenApiSource {
  /** Title of the document if the options have none. */
  readonly name?: string | undefined
  readonly plans: readonly Plan[]
  /** Header of every answer with the id of its request; default: none. */
  readonly requestIdHeader?: string | undefined
}

/** General information on an API (OpenAPI 3.1 §4.8.2). */
export interface OpenApiInfo {
  /** Default: the app's name. */
  readonly title?: string | undefined
  /** Version of the API, not of OpenAPI; default `0.0.0`. */
  readonly version?: string | undefined
  /** One sentence. Documents of version 3.0 omit it. */
  readonly summary?: string | undefined
  /** Markdown. */
  readonly description?: string | undefined
  readonly termsOfService?: string | undefined
  readonly contact?:
    | {
        readonly name?: string | undefined
        readonly url?: string | undefined
        readonly email?: string | undefined
      }
    | undefined
  readonly license?:
    | { readonly name: string; readonly identifier?: string | undefined; readonly url?: string | undefined }
    | undefined
}

/** A base URL of the API (OpenAPI 3.1 §4.8.5). */
export interface OpenApiServer {
  /** Absolute, or relative to the document. */
  readonly url: string
  readonly description?: string | undefined
  /** Values for the braces in `url`, `https://{region}.example.com`. */
  readonly variables?: { readonly [name: string]: OpenApiServerVariable } | undefined
}

/** A part of a server's URL that callers choose (OpenAPI 3.1 §4.8.6). */
export interface OpenApiServerVariable {
  readonly default: string
  /** All values that it may have; default: any. */
  readonly enum?: readonly string[] | undefined
  readonly description?: string | undefined
}

/** Documentation outside of the document (OpenAPI 3.1 §4.8.11). */
export interface OpenApiExternalDocs {
  readonly url: string
  readonly description?: string | undefined
}

/** Options of `toOpenApi`. */
export interface OpenApiOptions {
  /** Version of OpenAPI; default `3.1`. What `3.0` cannot express is approximated by something wider. */
  readonly version?: '3.1' | '3.0' | undefined
  readonly info?: OpenApiInfo | undefined
  /** Default: the origin of the document, `/`. */
  readonly servers?: readonly OpenApiServer[] | undefined
  /** Further documentation of the API. */
  readonly externalDocs?: OpenApiExternalDocs | undefined
  /** Descriptions of tags by name. A tag is the path of names above a route, `orders` or `admin.orders`, or one of the route's `tags`. */
  readonly tags?: { readonly [name: string]: string } | undefined
  /** Tag of routes at the root of the tree; default `general`. */
  readonly rootTag?: string | undefined
  /** Definitions of security schemes that middleware describes by name only. `bearer` and `basic` are known. */
  readonly securitySchemes?: { readonly [name: string]: SecurityScheme } | undefined
  /** Whether the document has routes with `hidden: true`, such as the health probes; default `false`. */
  readonly includeHidden?: boolean | undefined
  /** What to do with a schema without a JSON Schema: `refuse` it (default), or describe it as `any` value. */
  readonly undescribable?: 'refuse' | 'any' | undefined
}

/** A parameter of an operation. */
export interface OpenApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header' | 'cookie'
  readonly description?: string
  readonly required?: boolean
  readonly deprecated?: boolean
  readonly schema: JsonSchema
  readonly example?: unknown
  readonly [extension: string]: unknown
}

/** A body in one media type. */
export interface OpenApiMediaType {
  readonly schema?: JsonSchema
  readonly example?: unknown
  readonly examples?: { readonly [name: string]: { readonly value: unknown } }
}

/** A response header. */
export interface OpenApiHeader {
  readonly description?: string
  /** Whether every such answer has it; default `false`. */
  readonly required?: boolean
  readonly schema: JsonSchema
}

/** An answer to an operation. */
export interface OpenApiResponse {
  readonly description: string
  readonly headers?: { readonly [name: string]: OpenApiHeader | OpenApiReference }
  readonly content?: { readonly [mediaType: string]: OpenApiMediaType }
  /** Codes of the errors that come with this status. */
  readonly 'x-error-codes'?: readonly string[]
}

/** Refers to a member of `components`: `#/components/responses/Unauthorized`. */
export interface OpenApiReference {
  readonly $ref: string
  readonly description?: never
  readonly required?: never
  readonly schema?: never
  readonly headers?: never
  readonly content?: never
  readonly 'x-error-codes'?: never
}

/** Security schemes that together admit a request: name to scopes. */
export interface OpenApiSecurity {
  readonly [scheme: string]: readonly string[]
}

/** One method of a path. */
export interface OpenApiOperation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly deprecated?: boolean
  readonly parameters?: readonly OpenApiParameter[]
  readonly requestBody?: {
    readonly required?: boolean
    readonly description?: string
    readonly content: { readonly [mediaType: string]: OpenApiMediaType }
    /** Largest body that is accepted, bytes; a larger one is answered with 413. */
    readonly 'x-max-body-bytes'?: number
  }
  /** Set if undeclared query parameters are refused. */
  readonly 'x-unknown-query'?: 'refuse'
  /** By status; responses of several operations are references to components. */
  readonly responses: { readonly [status: string]: OpenApiResponse | OpenApiReference }
  /** Alternatives; empty for an operation that everybody may call. */
  readonly security: readonly OpenApiSecurity[]
}

/** The operations of a path, by method in lower case; QUERY is an extension before OpenAPI 3.2. */
export type OpenApiPath = {
  readonly [M in Exclude<Lowercase<RouteMethod>, 'query'> | 'x-query']?: OpenApiOperation
}

/** An OpenAPI document: plain JSON, keys in a fixed order. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: OpenApiInfo & { readonly title: string; readonly version: string }
  readonly jsonSchemaDialect?: string
  readonly servers: readonly OpenApiServer[]
  readonly tags: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: { readonly [path: string]: OpenApiPath }
  readonly components: {
    readonly schemas?: { readonly [name: string]: JsonSchema }
    readonly responses?: { readonly [name: string]: OpenApiResponse }
    readonly headers?: { readonly [name: string]: OpenApiHeader }
    /** `x-auth-scheme` is what stands before a key in the header `Authorization`, `Token`. */
    readonly securitySchemes?: {
      readonly [name: string]: SecurityScheme & { readonly 'x-auth-scheme'?: string }
    }
  }
  readonly externalDocs?: OpenApiExternalDocs
}

/** Options of `openapi`: those of the document, and how it is served. */
export interface OpenApiPluginOptions extends OpenApiOptions {
  /** Who may read the document. */
  readonly access: AccessRule
  /** Default `/openapi.json`. */
  readonly path?: string | undefined
}

/** Options of `docs`: those of the document that it shows, and how it is served. */
export interface DocsOptions extends OpenApiOptions {
  /** Who may read the page, and the document that it shows. */
  readonly access: AccessRule
  /** Default `/docs`. The page's files and its document are below it. */
  readonly path?: string | undefined
}
