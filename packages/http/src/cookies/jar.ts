import { InternalError, type Keys } from '@keelson/core'
import { checkCallOptions, checkOptions } from '@keelson/core/options'
import { systemClock } from '@keelson/core/ports'
import {
  checkJar,
  CREATE_JAR_OPTIONS,
  SET_OPTIONS,
  type CreateCookieJarOptions,
  type JarCookies,
} from './jar-cookies.ts'
import type { CookieContext } from './plain-http.ts'
import { ProtectedCookie, type JarCookieOptions } from './protected-cookie.ts'

/** One cookie of a jar, in one request. */
export interface JarCookie {
  /**
   * What was set, in this request or before; `undefined` for none, and for what the client changed, moved here from another cookie or
   * kept for too long, and for what no secret of the app made. One that an older secret made is set anew on the way, with the
   * time that it has left.
   */
  read(): string | undefined
  /**
   * Sets it in the answer.
   *
   * @param options.maxAgeSeconds - in place of what the jar says of it
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a value that is not a text, or that makes it larger than browsers keep
   */
  set(value: string, options?: Pick<JarCookieOptions, 'maxAgeSeconds'>): void
  /** Has the browser delete it. What was sent before stays valid until its time: what has to be ended belongs into a store. */
  clear(): void
}

/** The cookies of a jar in one request, by name. */
export type CookieJar<TName extends string = string> = { readonly [K in TName]: JarCookie }

/** A jar without a request. */
export interface CookieJarFactory<TName extends string> {
  /** The cookies in a request. */
  of(ctx: CookieContext): CookieJar<TName>
}

/**
 * Makes a jar of keys, for packages and middleware of your own; `cookieJar` is the middleware.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what browsers would refuse
 * @example
 * const sessions = createCookieJar(keys, { session: { maxAgeSeconds: 3600 } }, { purpose: 'auth' })
 * sessions.of(ctx).session.read()
 */
export function createCookieJar<TName extends string>(
  keys: Keys,
  cookies: JarCookies<TName>,
  options: CreateCookieJarOptions = {},
): CookieJarFactory<TName> {
  const place = { name: 'createCookieJar', below: createCookieJar as never }
  checkOptions(CREATE_JAR_OPTIONS, options, place)
  checkJar(cookies, place)
  const { purpose, clock = systemClock } = options
  const derived = keys.derive(purpose === undefined ? 'http-cookie' : `http-cookie-${purpose}`)
  const Jar = jarClass()
  for (const [name, attributes] of Object.entries<JarCookieOptions>(cookies))
    addCookie(Jar, name, new ProtectedCookie(name, attributes, { keys: derived, clock }))
  return { of: (ctx) => new Jar(ctx) as unknown as CookieJar<TName> }
}

/** No name of a cookie. */
const kContext = Symbol('context')

interface Holder {
  readonly [kContext]: CookieContext
}

/** One class for each jar: a request costs one object, and another for each cookie that it looks at. */
function jarClass(): new (ctx: CookieContext) => Holder {
  return class Jar implements Holder {
    readonly [kContext]: CookieContext
    constructor(ctx: CookieContext) {
      this[kContext] = ctx
    }
  }
}

function addCookie(Jar: new (ctx: CookieContext) => Holder, name: string, cookie: ProtectedCookie): void {
  Object.defineProperty(Jar.prototype, name, {
    get(this: Holder) {
      const value = new BoundCookie(this[kContext], cookie)
      Object.defineProperty(this, name, { value })
      return value
    },
  })
}

/** Nothing was read yet. */
const UNREAD = Symbol('unread')

class BoundCookie implements JarCookie {
  readonly #ctx: CookieContext
  readonly #cookie: ProtectedCookie
  #value: string | undefined | typeof UNREAD = UNREAD

  constructor(ctx: CookieContext, cookie: ProtectedCookie) {
    this.#ctx = ctx
    this.#cookie = cookie
  }

  read(): string | undefined {
    if (this.#value === UNREAD) this.#value = this.#readAndRenew()
    return this.#value
  }

  set(value: string, options: Pick<JarCookieOptions, 'maxAgeSeconds'> = {}): void {
    checkCallOptions(SET_OPTIONS, options, { name: 'jar.set' })
    this.#cookie.set(this.#ctx, value, options.maxAgeSeconds)
    this.#value = value
  }

  clear(): void {
    this.#cookie.clear(this.#ctx)
    this.#value = undefined
  }

  #readAndRenew(): string | undefined {
    const found = this.#cookie.read(this.#ctx)
    if (found?.isOld === true) this.#renew(found.value, found.leftSeconds)
    return found?.value
  }

  #renew(value: string, leftSeconds: number | undefined): void {
    try {
      this.#cookie.renew(this.#ctx, value, leftSeconds)
    } catch (error) {
      // Read when the answer was sent, by a part of stage `record`: the next request renews it.
      if (!InternalError.is(error)) throw error
    }
  }
}
