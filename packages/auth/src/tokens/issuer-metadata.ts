// What an issuer says of itself (RFC 8414): where its keys and its endpoints are.
import { t } from '@keelson/core'

/** Where the metadata of an issuer without a path are (RFC 8414 §3). */
export const METADATA_PATH = '/.well-known/oauth-authorization-server'

export const ENDPOINTS = {
  token: '/oauth/token',
  revoke: '/oauth/revoke',
  introspect: '/oauth/introspect',
  keys: '/.well-known/jwks.json',
} as const

const URL_TEXT = t.String()

export const ISSUER_METADATA = t.Object({
  issuer: t.String(),
  jwks_uri: URL_TEXT,
  token_endpoint: t.Optional(URL_TEXT),
  revocation_endpoint: t.Optional(URL_TEXT),
  introspection_endpoint: URL_TEXT,
  grant_types_supported: t.Array(t.String()),
  response_types_supported: t.Array(t.String()),
  token_endpoint_auth_methods_supported: t.Optional(t.Array(t.String())),
  revocation_endpoint_auth_methods_supported: t.Optional(t.Array(t.String())),
  introspection_endpoint_auth_methods_supported: t.Array(t.String()),
})

/** Which endpoints an issuer has besides those that all have. */
export interface KeptEndpoints {
  /** `POST /oauth/token`: it makes refresh tokens. */
  readonly refresh: boolean
  /** `POST /oauth/revoke`: it keeps what was revoked. */
  readonly revoke: boolean
}

const WITH_SECRET = ['client_secret_basic', 'client_secret_post']

/**
 * The metadata of an issuer, whose URL is what all others begin with.
 *
 * @param path - of the request, which may be below a prefix
 * @param has - the endpoints: what is not there is not named
 * @returns `undefined` for an issuer that is not a URL
 */
export function metadataOf(
  issuer: string,
  path: string,
  has: KeptEndpoints,
): typeof ISSUER_METADATA.static | undefined {
  const origin = URL.parse(issuer)?.origin ?? 'null'
  if (origin === 'null') return undefined
  const base = origin + path.slice(0, path.indexOf(METADATA_PATH))
  const methods = ['none', ...WITH_SECRET]
  return {
    issuer,
    jwks_uri: base + ENDPOINTS.keys,
    ...(has.refresh
      ? { token_endpoint: base + ENDPOINTS.token, token_endpoint_auth_methods_supported: methods }
      : {}),
    ...(has.revoke
      ? {
          revocation_endpoint: base + ENDPOINTS.revoke,
          revocation_endpoint_auth_methods_supported: methods,
        }
      : {}),
    introspection_endpoint: base + ENDPOINTS.introspect,
    introspection_endpoint_auth_methods_supported: WITH_SECRET,
    // RFC 8414 §2: omitted it would mean two grants that are not here.
    grant_types_supported: has.refresh ? ['refresh_token'] : [],
    // Required by RFC 8414 §2; there is no authorization endpoint.
    response_types_supported: [],
  }
}
