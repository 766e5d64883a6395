// Errors of the token endpoints as RFC 6749 §5.2 has them.
import { errorFormat, t, type ErrorFormat } from '@keelson/core'

/** Error codes of RFC 6749 §5.2 by ours. */
const NAMES: Readonly<Record<string, string>> = {
  ERR_AUTH_TOKEN_REQUEST: 'invalid_request',
  ERR_AUTH_CLIENT: 'invalid_client',
  ERR_AUTH_GRANT: 'invalid_grant',
  ERR_AUTH_GRANT_TYPE: 'unsupported_grant_type',
  ERR_AUTH_SCOPE: 'invalid_scope',
}

/** Of errors that any route may give. The last two are of RFC 6749 §4.1.2.1. */
function nameOf(code: string, status: number): string {
  const own = NAMES[code]
  if (own !== undefined) return own
  if (status === 429 || status === 503) return 'temporarily_unavailable'
  return status < 500 ? 'invalid_request' : 'server_error'
}

/** `error` and `error_description` of RFC 6749 §5.2; `code` beside them is ours. */
export const OAUTH_ERRORS: ErrorFormat = errorFormat({
  mediaType: 'application/json',
  schema: t.Object({
    error: t.String(),
    error_description: t.String(),
    code: t.String(),
    request_id: t.String(),
  }),
  write: ({ code, status, title, detail }, { requestId }) => ({
    error: nameOf(code, status),
    error_description: asDescription(detail ?? title),
    code,
    request_id: requestId,
  }),
  read: (body) => {
    const {
      code,
      error_description: title,
      request_id: id,
    } = (body ?? {}) as Readonly<Record<string, unknown>>
    if (typeof code !== 'string' || typeof title !== 'string') return undefined
    const requestId = typeof id === 'string' ? id : undefined
    return { code, title, requestId }
  },
})

/** RFC 6749 §5.2: ASCII without quotes and backslashes. */
function asDescription(text: string): string {
  return text.replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "'")
}
