// What the endpoints of an issuer take and give, and their types by name: those that the compiler infers would name a package that is not ours to import.
import { t, type Route, type RulingRouter, type Static, type WireError } from '@keelson/core'
import type { ISSUER_METADATA } from './issuer-metadata.ts'

/** An answer with tokens, as `response` of a route that signs users in. */
export const ISSUED_TOKENS = t.Object({
  access_token: t.String(),
  token_type: t.Union([t.Literal('Bearer'), t.Literal('Token')]),
  expires_in: t.Integer(),
  refresh_token: t.String(),
  scope: t.Optional(t.String()),
})

/** What is said of a token (RFC 7662 §2.2). */
export const INTROSPECTION = t.Object({
  active: t.Boolean(),
  client_id: t.Optional(t.String()),
  sub: t.Optional(t.String()),
  iss: t.Optional(t.String()),
  aud: t.Optional(t.Union([t.String(), t.Array(t.String())])),
  iat: t.Optional(t.Integer()),
  exp: t.Optional(t.Integer()),
  scope: t.Optional(t.String()),
  token_type: t.Optional(t.String()),
  jti: t.Optional(t.String()),
})

const TEXT = t.Optional(t.String({ maxLength: 8192 }))
const CLIENT = { client_id: TEXT, client_secret: TEXT }
/** The fields of a form that names a token (RFC 7009 §2.1, RFC 7662 §2.1). */
export const NAMED_TOKEN = t.Object({ token: TEXT, token_type_hint: TEXT, ...CLIENT })
/** The fields of a form that refreshes tokens (RFC 6749 §6). */
export const REFRESH = t.Object({ grant_type: TEXT, refresh_token: TEXT, scope: TEXT, ...CLIENT })

/** A set of keys (RFC 7517 §5). */
export const PUBLISHED_KEYS = t.Object({ keys: t.Array(t.Record(t.String(), t.Unknown())) })

type RequestErrors =
  | WireError<'ERR_AUTH_TOKEN_REQUEST', undefined, 400>
  | WireError<'ERR_AUTH_CLIENT', undefined, 401>
type RevokeErrors = RequestErrors | WireError<'ERR_AUTH_GRANT', undefined, 400>
type RefreshErrors =
  | RevokeErrors
  | WireError<'ERR_AUTH_GRANT_TYPE', undefined, 400>
  | WireError<'ERR_AUTH_SCOPE', undefined, 400>

interface TokenRouteTree {
  readonly refresh: Route<
    { body: Static<typeof REFRESH> },
    { 200: Static<typeof ISSUED_TOKENS> },
    RefreshErrors
  >
  readonly revoke: Route<{ body: Static<typeof NAMED_TOKEN> }, { 200: undefined }, RevokeErrors>
  readonly introspect: Route<
    { body: Static<typeof NAMED_TOKEN> },
    { 200: Static<typeof INTROSPECTION> },
    RequestErrors
  >
  readonly jwks: Route<{}, { 200: Static<typeof PUBLISHED_KEYS> }, never>
  readonly metadata: Route<
    {},
    { 200: Static<typeof ISSUER_METADATA> },
    WireError<'ERR_CORE_NOT_FOUND', unknown, 404>
  >
}

type IsFalse<T> = [T] extends [false] ? true : false

/** What an issuer has not, by its options. */
type Missing<TRefresh, TCheckRevoked> =
  IsFalse<TRefresh> extends true
    ? 'refresh' | (IsFalse<TCheckRevoked> extends true ? 'revoke' : never)
    : never

/**
 * The endpoints of an issuer, as a typed client sees them: without `refresh` where the issuer has `refresh: false`, and without `revoke` where it has
 * `checkRevoked: false` besides.
 */
export type TokenRoutes<TRefresh = true, TCheckRevoked = true> = RulingRouter<
  Omit<TokenRouteTree, Missing<TRefresh, TCheckRevoked>>,
  {},
  never,
  undefined
>
