/**
 * Cookies by RFC 6265bis: set, read and deleted with safe defaults, and signed or sealed by the keys of the app.
 *
 * @module
 */
export type { CookieAttributes, CookieOptions, ReadCookieOptions } from './cookie-options.ts'
export { clearCookie, readCookie, setCookie } from './set-cookie.ts'
export { cookieJar } from './cookie-jar.ts'
export { createCookieJar, type CookieJar, type CookieJarFactory, type JarCookie } from './jar.ts'
export type { CookieJarOptions, CreateCookieJarOptions, JarCookies } from './jar-cookies.ts'
export type { CookieContext } from './plain-http.ts'
export type { JarCookieOptions } from './protected-cookie.ts'
