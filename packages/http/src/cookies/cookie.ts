import { stringifySetCookie, type SetCookie } from 'cookie'
import { ArgumentError } from '@keelson/core'
import type { ReadyCookieOptions } from './cookie-options.ts'
import { isPlain, tellOfPlainHttp, type CookieContext } from './plain-http.ts'
import { putCookie } from './put-cookie.ts'

/** Largest sum of name and value, bytes: browsers refuse a larger cookie (RFC 6265bis §5.6). */
const MAX_PAIR_BYTES = 4096

/** RFC 6265bis §4.1.1: `cookie-octet`. */
const OCTETS = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/
const LONE_SURROGATE = /\p{Cs}/u

/** Whether a value is a text that UTF-8 can hold. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && !LONE_SURROGATE.test(value)
}

const PREFIXES = { host: '__Host-', secure: '__Secure-', none: '' } as const

/** How long a cookie is kept; neither for one that ends with the browser. */
interface Lifetime {
  readonly maxAge?: number
  readonly expires?: Date
}

/** RFC 6265bis §3.1: an end in the past deletes. `Max-Age` is what counts, `Expires` for who knows it alone. */
const PAST: Lifetime = { maxAge: 0, expires: new Date(0) }

/** A cookie whose attributes are known, checked and ready; its value is not. */
export class Cookie {
  readonly #secure: SetCookie
  /** Over plain HTTP in development: without what browsers refuse there. */
  readonly #plain: SetCookie
  readonly #isRaw: boolean
  readonly #lifetime: Lifetime

  constructor(name: string, options: ReadyCookieOptions) {
    const { prefix, secure, httpOnly, sameSite, path, partitioned } = options
    const { domain, priority, maxAgeSeconds, expires, encoding } = options
    const common = {
      value: undefined,
      path,
      httpOnly,
      ...(domain === undefined ? {} : { domain }),
      ...(priority === undefined ? {} : { priority }),
    }
    this.#secure = { ...common, name: PREFIXES[prefix] + name, secure, sameSite, partitioned }
    this.#plain = { ...common, name, sameSite: sameSite === 'none' ? 'lax' : sameSite }
    this.#isRaw = encoding === 'none'
    this.#lifetime = {
      ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }),
      ...(expires === undefined ? {} : { expires }),
    }
  }

  /** The name under which it is sent in this request's surroundings. */
  nameFor(ctx: Pick<CookieContext, 'app' | 'scheme'>): string {
    return (isPlain(ctx) ? this.#plain : this.#secure).name
  }

  read(ctx: CookieContext): string | undefined {
    return ctx.cookie(this.nameFor(ctx))
  }

  /**
   * Sets it in the answer, in place of what was set of the same name, path and domain.
   *
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a value that it cannot hold
   */
  set(ctx: CookieContext, value: string, lifetime: Lifetime = this.#lifetime): void {
    const form = isPlain(ctx) ? this.#plain : this.#secure
    this.#assertValue(form.name, value)
    const whole = { ...form, value, ...lifetime }
    const line = stringifySetCookie(whole, this.#isRaw ? { encode: (text) => text } : {})
    const bytes = line.indexOf(';') - 1
    if (bytes > MAX_PAIR_BYTES)
      throw new ArgumentError(
        `The cookie '${form.name}' has ${bytes} bytes of name and value, of which browsers keep ${MAX_PAIR_BYTES}. Keep what is large in a store, and its key in the cookie.`,
      )
    if (this.#secure.secure === true) tellOfPlainHttp(ctx)
    putCookie(ctx.responseHeaders, whole, line)
  }

  /** Has the browser delete it. */
  clear(ctx: CookieContext): void {
    this.set(ctx, '', PAST)
  }

  #assertValue(name: string, value: unknown): void {
    // Not the value, which may be a secret.
    if (!isText(value))
      throw new ArgumentError(`The value of the cookie '${name}' is not a text without lone surrogates.`)
    if (this.#isRaw && !OCTETS.test(value))
      throw new ArgumentError(
        `The value of the cookie '${name}' has what a cookie cannot hold: a space, '"', ',', ';', '\\', a control character, or none of ASCII. Omit encoding: 'none'.`,
      )
  }
}
