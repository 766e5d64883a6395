import { defineError } from '@keelson/core'

/** `ERR_AUTH_TOKEN_REQUEST`, 400: `invalid_request` of RFC 6749 §5.2: a parameter is missing, or the client says twice who it is. */
export const TokenRequestError = defineError('ERR_AUTH_TOKEN_REQUEST', {
  name: 'TokenRequestError',
  status: 400,
  title: 'The request for a token is incomplete',
})

/** `ERR_AUTH_CLIENT`, 401: `invalid_client` of RFC 6749 §5.2: the client is not known, or has not proven who it is. */
export const TokenClientError = defineError('ERR_AUTH_CLIENT', {
  name: 'TokenClientError',
  status: 401,
  title: 'The client is not known',
})

/** `ERR_AUTH_GRANT`, 400: `invalid_grant` of RFC 6749 §5.2: the refresh token is not known, has ended, was used or revoked, or is another client's. */
export const GrantError = defineError('ERR_AUTH_GRANT', {
  name: 'GrantError',
  status: 400,
  title: 'The refresh token is not good',
})

/** `ERR_AUTH_GRANT_TYPE`, 400: `unsupported_grant_type` of RFC 6749 §5.2. */
export const GrantTypeError = defineError('ERR_AUTH_GRANT_TYPE', {
  name: 'GrantTypeError',
  status: 400,
  title: 'There is no such grant here',
})

/** `ERR_AUTH_SCOPE`, 400: `invalid_scope` of RFC 6749 §5.2: a scope that the refresh token has not, or a text that is not a scope. */
export const ScopeError = defineError('ERR_AUTH_SCOPE', {
  name: 'ScopeError',
  status: 400,
  title: 'The scopes are not those of the refresh token',
})
