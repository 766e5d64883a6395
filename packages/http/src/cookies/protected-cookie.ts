import { ArgumentError, type Clock, type DerivedKeys } from '@keelson/core'
import { readCookieOptions, type CookieAttributes } from './cookie-options.ts'
import { Cookie, isText } from './cookie.ts'
import type { CookieContext } from './plain-http.ts'

/** A cookie of a jar: its attributes, and how its value is protected. */
export interface JarCookieOptions extends CookieAttributes {
  /** `sealed`: nobody else can read or change it (AES-256-GCM). `signed`: others can read it (HMAC-SHA-256). Default `sealed`. */
  readonly protection?: 'sealed' | 'signed' | undefined
  /**
   * How long the browser keeps it and how long it is believed, s; at most 34,560,000, the 400 days of browsers. Default: until the browser is closed, and believed as long as its
   * secret is there.
   */
  readonly maxAgeSeconds?: number | undefined
}

/** What was found in a cookie. */
interface Found {
  readonly value: string
  /** Whether an older secret made it. */
  readonly isOld: boolean
  /** How long it is still believed, s; `undefined` without an end. */
  readonly leftSeconds: number | undefined
}

/** `1.<key id>.<43 characters>`, as keys sign. */
const SIGNATURE_LENGTH = 54

/** `1.<end, Unix s, or nothing>.<value>`; the first part is the version of the form. */
const TEXT = /^1\.(\d{0,15})\.([^]*)$/

/** A cookie whose value is bound to its name and to the purpose of its keys, and cannot be changed by who sends it. */
export class ProtectedCookie {
  readonly #cookie: Cookie
  readonly #keys: DerivedKeys
  readonly #clock: Clock
  readonly #isSealed: boolean
  readonly #maxAgeSeconds: number | undefined

  constructor(name: string, options: JarCookieOptions, { keys, clock }: { keys: DerivedKeys; clock: Clock }) {
    this.#cookie = new Cookie(name, readCookieOptions(options))
    this.#keys = keys
    this.#clock = clock
    this.#isSealed = options.protection !== 'signed'
    this.#maxAgeSeconds = options.maxAgeSeconds
  }

  /** What was set; `undefined` for none, and for what was changed, moved here from another cookie, is of no secret, or too old. */
  read(ctx: CookieContext): Found | undefined {
    const name = this.#cookie.nameFor(ctx)
    const written = ctx.cookie(name)
    if (written === undefined) return undefined
    const text = this.#isSealed ? this.#keys.open(written, name) : this.#verify(name, written)
    const [, end, value] = (text === undefined ? undefined : TEXT.exec(text)) ?? []
    if (end === undefined || value === undefined) return undefined
    const leftSeconds = end === '' ? undefined : Number(end) - this.#nowSeconds()
    if (leftSeconds !== undefined && leftSeconds <= 0) return undefined
    const made = this.#isSealed ? written : written.slice(-SIGNATURE_LENGTH)
    return { value, isOld: this.#keys.isOld(made), leftSeconds }
  }

  /** @param maxAgeSeconds - in place of its own */
  set(ctx: CookieContext, value: string, maxAgeSeconds = this.#maxAgeSeconds): void {
    this.renew(ctx, value, maxAgeSeconds)
  }

  /** Sets it with the time that is said, none included. */
  renew(ctx: CookieContext, value: string, maxAgeSeconds: number | undefined): void {
    const name = this.#cookie.nameFor(ctx)
    if (!isText(value))
      throw new ArgumentError(
        `The value of the cookie '${name}' is not a text without lone surrogates. Write values as JSON.`,
      )
    const end = maxAgeSeconds === undefined ? '' : this.#nowSeconds() + maxAgeSeconds
    const text = `1.${end}.${value}`
    const written = this.#isSealed
      ? this.#keys.seal(text, name)
      : `${text}.${this.#keys.sign(`${name}=${text}`)}`
    this.#cookie.set(ctx, written, maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds })
  }

  clear(ctx: CookieContext): void {
    this.#cookie.clear(ctx)
  }

  #verify(name: string, written: string): string | undefined {
    const text = written.slice(0, -SIGNATURE_LENGTH - 1)
    return this.#keys.verify(`${name}=${text}`, written.slice(-SIGNATURE_LENGTH)) ? text : undefined
  }

  #nowSeconds(): number {
    return Math.floor(this.#clock.now() / 1000)
  }
}
