// W3's headers by hand, until @keelson/core/http brings securityHeaders() and cors(): lists made once.
import { middleware } from '@keelson/core'
import { ALLOWED_ORIGINS, EXPOSED_HEADERS, SECURITY_HEADERS } from '../../domain/security.ts'

const COMMON = [...Object.entries(SECURITY_HEADERS).flat(), 'vary', 'Origin']
const BY_ORIGIN = new Map<string, readonly string[]>(
  ALLOWED_ORIGINS.map((origin) => [
    origin,
    [...COMMON, 'access-control-allow-origin', origin, 'access-control-expose-headers', EXPOSED_HEADERS],
  ]),
)

/** Sets the security headers, and those of CORS for an allowed origin. */
export const standardHeaders = middleware({
  name: 'standardHeaders',
  stage: 'respond',
  transform: (ctx, outcome) => {
    const origin = ctx.header('origin')
    const list = origin === undefined ? COMMON : (BY_ORIGIN.get(origin) ?? COMMON)
    outcome.headers.flat.push(...list)
    return outcome
  },
})
