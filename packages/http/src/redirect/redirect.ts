import { ArgumentError, reply, type HeadedReply } from '@keelson/core'
import {
  checkCallOptions,
  oneOf,
  optionTable,
  text,
  withDefaults,
  type WithDefaults,
} from '@keelson/core/options'
import { exactOrigins } from '../origin/origin-options.ts'
import { RedirectTargetError } from './redirect-target-error.ts'
import { toLocation } from './redirect-target.ts'

/** Where a redirect may lead. */
export interface RedirectTargetOptions {
  /** Origins that are allowed besides relative targets, as browsers write them: `https://app.example`. Default: none. */
  readonly allow?: readonly string[] | undefined
}

/** Options of {@link redirect}. */
export interface RedirectOptions<TStatus extends number = RedirectStatus> extends RedirectTargetOptions {
  /**
   * RFC 9110 §15.4: 303 has the browser ask by GET, 307 by the same method; 308 and 301 are for good, 302 is 303 or 307 by the client.
   * Default 303.
   */
  readonly status?: TStatus | undefined
  /** Leads there instead, where the target is refused: `/`. Default: none, which throws. */
  readonly fallback?: string | undefined
}

type RedirectStatus = 301 | 302 | 303 | 307 | 308

const ALLOW = exactOrigins('Origins that are allowed besides relative targets.')

const TARGET_OPTIONS = optionTable<RedirectTargetOptions>({ allow: ALLOW })

const REDIRECT_OPTIONS = optionTable<RedirectOptions>({
  allow: ALLOW,
  status: oneOf([301, 302, 303, 307, 308], 'How the client asks, and whether for good.', { default: 303 }),
  fallback: text('Leads there instead, where the target is refused.'),
})

/**
 * Whether {@link redirect} leads to a target: a relative one (`/orders/7`, `orders?page=2`, `#top`), or one whose origin is in the list.
 * Refused are `//host`, schemes (`javascript:`), backslashes, control characters and spaces, plain and escaped, users before a host, and paths that
 * are one of these once they are decoded or normalised: `/%2Fhost`, `/..//host`.
 *
 * @example
 * isRedirectTarget('/orders/7') // => true
 * isRedirectTarget('//evil.example') // => false
 * isRedirectTarget('https://app.example/x', { allow: ['https://app.example'] }) // => true
 */
export function isRedirectTarget(target: unknown, options: RedirectTargetOptions = {}): target is string {
  checkCallOptions(TARGET_OPTIONS, options, { name: 'isRedirectTarget', below: isRedirectTarget as never })
  return toLocation(target, options.allow ?? []) !== undefined
}

/**
 * An answer that leads to another place, which is relative or in the list; see {@link isRedirectTarget}. So a target that clients say, such as
 * `?next=`, leads nowhere else. Characters beyond ASCII are escaped.
 *
 * @throws {RedirectTargetError} `ERR_HTTP_REDIRECT_TARGET`, 400, for another target without a `fallback`
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for an option that is wrong, or a `fallback` that is refused
 * @see RFC 9110 §15.4
 * @example
 * const create = route.post('/orders', { access: 'public' }, () => redirect('/orders/7'))
 * const next = route.get('/next', { access: 'public', query: { to: t.String() } }, ({ query }) =>
 *   redirect(query.to, { allow: ['https://app.example'], fallback: '/' }),
 * )
 */
export function redirect<const TStatus extends RedirectStatus = 303>(
  target: string,
  options: RedirectOptions<TStatus> = {},
  // Else what the route declares would be taken for the status, and not the default.
): HeadedReply<NoInfer<TStatus>, undefined, { readonly location: string }> {
  checkCallOptions(REDIRECT_OPTIONS, options, { name: 'redirect', below: redirect as never })
  const {
    status,
    allow = [],
    fallback,
  } = withDefaults<WithDefaults<RedirectOptions<TStatus>, 'status'>>(REDIRECT_OPTIONS, options)
  return reply(status, undefined, { location: toLocation(target, allow) ?? fallbackOf(fallback, allow) })
}

function fallbackOf(fallback: string | undefined, allow: readonly string[]): string {
  if (fallback === undefined) throw new RedirectTargetError()
  const location = toLocation(fallback, allow)
  if (location === undefined)
    throw new ArgumentError("redirect: The fallback is refused as well. Give a path, such as '/'.")
  return location
}
