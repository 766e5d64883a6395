import { ArgumentError } from '@keelson/core'
import { checkCallOptions } from '@keelson/core/options'
import {
  COOKIE_OPTIONS,
  READ_OPTIONS,
  readCookieOptions,
  type CookieOptions,
  type ReadCookieOptions,
} from './cookie-options.ts'
import { cookieProblems } from './cookie-rules.ts'
import { Cookie } from './cookie.ts'
import type { CookieContext } from './plain-http.ts'

/**
 * Sets a cookie in whatever answer goes out, in place of one that was set before under the same name, path and domain. What the
 * options do not say is the safe choice: `__Host-` before the name, `Secure`, `HttpOnly`, `SameSite=Lax`, `Path=/`.
 *
 * Over plain HTTP in development and test it goes out without what browsers refuse there: the prefix and `Secure`, `Partitioned`, and
 * `SameSite=None`, which becomes `Lax`. {@link readCookie}, by this name, and `ctx.cookie` and `cookies` of a route,
 * by the whole name (`__Host-theme`), find it there as well.
 *
 * @param name - without a prefix
 * @param value - any text; name and value have at most 4,096 bytes together when they are encoded
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for what browsers would refuse or read in another way
 * @throws {InternalError} when the answer was sent
 * @see RFC 6265bis §4.1
 * @example
 * const choose = route.put('/theme/:name', { access: 'public' }, (ctx) => {
 *   setCookie(ctx, 'theme', ctx.params.name, { maxAgeSeconds: 31_536_000 })
 * })
 */
// oxlint-disable-next-line max-params -- the order in which other frameworks take them
export function setCookie(
  ctx: CookieContext,
  name: string,
  value: string,
  options: CookieOptions = {},
): void {
  checkCallOptions(COOKIE_OPTIONS, options, { name: 'setCookie', below: setCookie })
  cookieOf('setCookie', name, options).set(ctx, value)
}

/**
 * Has the browser delete a cookie. Browsers tell a cookie by name, domain and path: give the options with which
 * it was set; its time and encoding do not count.
 *
 * @param name - without a prefix
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` as {@link setCookie}
 * @example
 * const forget = route.delete('/theme', { access: 'public' }, (ctx) => clearCookie(ctx, 'theme'))
 */
export function clearCookie(ctx: CookieContext, name: string, options: CookieOptions = {}): void {
  checkCallOptions(COOKIE_OPTIONS, options, { name: 'clearCookie', below: clearCookie })
  const { maxAgeSeconds: _maxAge, expires: _expires, encoding: _encoding, ...attributes } = options
  cookieOf('clearCookie', name, attributes).clear(ctx)
}

/**
 * The value of a cookie that {@link setCookie} set, decoded; `undefined` without one. It is looked for under the name that it has in this
 * request: with its prefix, and without it over plain HTTP in development.
 *
 * @param name - without a prefix
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a name that no cookie has
 * @example
 * const theme = route.get('/theme', { access: 'public' }, (ctx) => readCookie(ctx, 'theme') ?? 'light')
 */
export function readCookie(
  ctx: CookieContext,
  name: string,
  options: ReadCookieOptions = {},
): string | undefined {
  checkCallOptions(READ_OPTIONS, options, { name: 'readCookie', below: readCookie })
  // The name alone counts, and a prefix may go with any path.
  return cookieOf('readCookie', name, options).read(ctx)
}

function cookieOf(place: string, name: string, options: CookieOptions): Cookie {
  const ready = readCookieOptions(options)
  const [problem] = cookieProblems(name, ready)
  if (problem !== undefined)
    throw new ArgumentError(`${place}('${String(name)}'): ${problem.message} ${problem.remedy}`)
  return new Cookie(name, ready)
}
