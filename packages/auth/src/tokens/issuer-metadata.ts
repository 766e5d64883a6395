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
  token_endpoint: URL_TEXT,
  revocation_endpoint: URL_TEXT,
  introspection_endpoint: URL_TEXT,
  grant_types_supported: t.Array(t.String()),
  response_types_supported: t.Array(t.String()),
  token_endpoint_auth_methods_supported: t.Array(t.String()),
  revocation_endpoint_auth_methods_supported: t.Array(t.String()),
  introspection_endpoint_auth_methods_supported: t.Array(t.String()),
})

const WITH_SECRET = ['client_secret_basic', 'client_secret_post']

/**
 * The metadata of an issuer, whose URL is what all others begin with.
 *
 * @param path - of the request, which may be below a prefix
 * @returns `undefined` for an issuer that is not a URL
 */
export function metadataOf(issuer: string, path: string): typeof ISSUER_METADATA.static | undefined {
  const origin = URL.parse(issuer)?.origin ?? 'null'
  if (origin === 'null') return undefined
  const base = origin + path.slice(0, path.indexOf(METADATA_PATH))
  const methods = ['none', ...WITH_SECRET]
  return {
    issuer,
    jwks_uri: base + ENDPOINTS.keys,
    token_endpoint: base + ENDPOINTS.token,
    revocation_endpoint: base + ENDPOINTS.revoke,
    introspection_endpoint: base + ENDPOINTS.introspect,
    grant_types_supported: ['refresh_token'],
    // Required by RFC 8414 §2; there is no authorization endpoint.
    response_types_supported: [],
    token_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_methods_supported: WITH_SECRET,
  }
}
