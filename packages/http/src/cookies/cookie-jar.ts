import { CLOCK, KEYS, middleware, type Middleware } from '@keelson/core'
import { checkOptions, withDefaults, type WithDefaults } from '@keelson/core/options'
import { readCookieOptions } from './cookie-options.ts'
import { checkJar, JAR_OPTIONS, type CookieJarOptions, type JarCookies } from './jar-cookies.ts'
import { createCookieJar, type CookieJar } from './jar.ts'
import { plainHttpProblem } from './plain-http.ts'
import type { JarCookieOptions } from './protected-cookie.ts'
import { sharedCookieProblems } from './route-cookies.ts'

/**
 * Adds `jar`, which has cookies whose values the client cannot change: sealed, or signed where scripts or other servers read them. Values
 * are bound to the name of their cookie and to the purpose of the jar, by keys of the app's secrets. Each cookie is declared
 * once, so that its attributes are checked at start, and `clear` deletes what `set` has set.
 *
 * Of two jars on one route each has its own name, `as`, and their cookies have names of their own: a browser keeps one of a name.
 *
 * When a secret is put in front of `createApp({ secrets })`, values of the older ones are still read, and set anew with the first when they are.
 *
 * @param cookies - by name, without a prefix; attributes as of `setCookie`
 * @throws {SetupError} `ERR_CORE_OPTION` for what browsers would refuse, and for no cookies; the start refuses a jar with secure cookies in production
 *   where nothing says that the app is reached over HTTPS, and a cookie of a name that another middleware of the route has
 * @example
 * const shopper = route.use(cookieJar({ cart: { maxAgeSeconds: 86_400 } }))
 * const show = shopper.get('/cart', { access: 'public' }, ({ jar }) => jar.cart.read() ?? 'empty')
 * const fill = shopper.put('/cart/:item', { access: 'public' }, ({ jar, params }) => jar.cart.set(params.item))
 */
export function cookieJar<const TName extends string, const TAs extends string = 'jar'>(
  cookies: JarCookies<TName>,
  options?: CookieJarOptions<TAs>,
): Middleware<{ [K in TAs]: CookieJar<TName> }>
export function cookieJar(
  cookies: JarCookies<string>,
  options: CookieJarOptions = {},
): Middleware<{ [as: string]: CookieJar<string> }> {
  const place = { name: 'cookieJar', below: cookieJar as never }
  checkOptions(JAR_OPTIONS, options, place)
  checkJar(cookies, place)
  const all = Object.entries<JarCookieOptions>(cookies)
  const { as, purpose } = withDefaults<WithDefaults<CookieJarOptions, 'as'>>(JAR_OPTIONS, options)
  const named = all.map(([name, { path }]) => ({ name, path }))
  const self = {}
  const isSecure = all.some(([, attributes]) => readCookieOptions(attributes).secure)
  return middleware({
    name: 'cookieJar',
    stage: 'receive',
    inject: { keys: KEYS, clock: CLOCK },
    state: ({ keys, clock }) => createCookieJar(keys, cookies, { purpose, clock }),
    adds: [as],
    for: (route) => {
      const insecure = isSecure ? plainHttpProblem(route.app, 'Its cookies have Secure') : undefined
      const problems = [insecure ?? [], sharedCookieProblems(route, named, self)].flat()
      return problems.length > 0 ? { problems } : undefined
    },
    run: (ctx, { state }) => ({ [as]: state.of(ctx) }),
    describe: { headers: { 'set-cookie': `Sets or renews ${listOf(all.map(([name]) => name))}.` } },
  })
}

/** `cookies 'a', 'b'` */
function listOf(names: readonly string[]): string {
  return `cookies ${names.map((name) => `\`${name}\``).join(', ')}`
}
