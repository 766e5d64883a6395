// What W3 and W4 demand of every answer: helmet's headers, CORS, and a signed token with a role.

/** Origins that may read answers. */
export const ALLOWED_ORIGINS = ['https://app.example', 'https://admin.example'] as const

/** Answered to browsers beside the origin. */
export const EXPOSED_HEADERS = 'x-request-id'

export const JWT_SECRET = 'keelson-bench-secret-of-32-bytes!'
export const JWT_ISSUER = 'https://id.example'
export const JWT_AUDIENCE = 'items'

/** Who may read items. */
export const READER_ROLE = 'reader'

/** Claims of a token. */
export interface Claims {
  readonly sub: string
  readonly roles: readonly string[]
  readonly iss: string
  readonly aud: string
  readonly iat: number
  readonly exp: number
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "base-uri 'self'",
  "font-src 'self' https: data:",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "script-src 'self'",
  "script-src-attr 'none'",
  "style-src 'self' https: 'unsafe-inline'",
  'upgrade-insecure-requests',
].join(';')

/** What answers of JSON must say, whatever a server says besides. */
export const JSON_HEADERS: Readonly<Record<string, string>> = {
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** The policy of content for answers of JSON, where it is not that of pages. */
export const JSON_CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"

/** The headers that helmet sets by default. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
}
