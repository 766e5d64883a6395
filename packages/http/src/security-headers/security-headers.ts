import { middleware, RANDOM, type BaseContext, type Middleware, type RouteFacts } from '@keelson/core'
import { checkOptions, refuseCall } from '@keelson/core/options'
import type { CspOptions, NonceDirective } from './csp-options.ts'
import { toPolicy, type SecurityPolicy } from './header-sets.ts'
import { describe } from './describe.ts'
import { findProblems } from './security-problems.ts'
import { SECURITY_HEADERS_OPTIONS, type SecurityHeadersOptions } from './security-options.ts'
import { encodeBy, encodeLaid, layEarly } from './security-parts.ts'

/** Options of {@link securityHeaders} with a nonce. */
export interface NonceHeadersOptions extends SecurityHeadersOptions {
  readonly contentSecurityPolicy: CspOptions & { readonly nonce: true | readonly NonceDirective[] }
}

/**
 * Says in every answer what browsers may do with it. Pages, and what belongs to them, get the headers that helmet sets, with the referrer
 * policy `strict-origin-when-cross-origin`; JSON and other data `nosniff`, `no-referrer`, the resource policy and
 * a policy by which nothing is loaded. `strict-transport-security` and `upgrade-insecure-requests` are sent over https alone. Headers that an answer
 * brings stay as they are.
 *
 * With `contentSecurityPolicy: { nonce: true }` each answer has a nonce of 128 bits, `ctx.cspNonce`: put it into `<script nonce="…">`.
 *
 * Of several that cover a route the nearest counts.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what browsers would misread, such as a keyword without quotes
 * @example
 * createApp({ routes: { orders }, use: [securityHeaders({ contentSecurityPolicy: { imgSrc: ["'self'", 'https://cdn.example'] } })] })
 */
export function securityHeaders(options: NonceHeadersOptions): Middleware<{ cspNonce: string }>
export function securityHeaders(options?: SecurityHeadersOptions): Middleware
export function securityHeaders(options: SecurityHeadersOptions = {}): Middleware<{}> {
  const place = { name: 'securityHeaders', below: securityHeaders as never }
  checkOptions(SECURITY_HEADERS_OPTIONS, options, place)
  refuseCall(findProblems(options), place)
  const policy = toPolicy(options)
  return policy.hasNonce ? withNonce(policy) : withoutNonce(policy)
}

const ABOUT = {
  name: 'securityHeaders',
  stage: 'receive',
  isSingle: true,
  kinds: ['http'],
} as const

function withoutNonce(policy: SecurityPolicy): Middleware {
  return middleware<never, void>({
    ...ABOUT,
    for: (route) => {
      const { early, encode } = partsFor(route, policy)
      return { run: early, encode, describe: describe(policy, route.mediaTypes) }
    },
    describe: describe(policy),
  })
}

/** Bytes of a nonce: CSP3 §2.3.1 asks for 128 bits. */
const NONCE_BYTES = 16

function withNonce(policy: SecurityPolicy): Middleware<{ cspNonce: string }> {
  return middleware({
    ...ABOUT,
    inject: { random: RANDOM },
    adds: ['cspNonce'],
    for: (route) => {
      const { early, encode } = partsFor(route, policy)
      return {
        run: (ctx, { random }) => {
          early?.(ctx)
          return { cspNonce: Buffer.from(random.bytes(NONCE_BYTES)).toString('base64url') }
        },
        encode,
        describe: describe(policy, route.mediaTypes),
      }
    },
    run: () => ({ cspNonce: '' }),
    describe: describe(policy),
  })
}

/** Before a mounted handler the headers are said early, too. */
function partsFor({ method }: RouteFacts, policy: SecurityPolicy) {
  const isMount = method === '*'
  const early: ((ctx: BaseContext) => void) | undefined = isMount ? layEarly(policy) : undefined
  return { early, encode: isMount ? encodeLaid(policy) : encodeBy(policy) }
}
