import type { BaseContext, DerivedKeys, Keys, Random } from '@keelson/core'
import { readCookieOptions } from '../cookies/cookie-options.ts'
import { Cookie } from '../cookies/cookie.ts'
import type { ReadyTokenOptions } from './csrf-options.ts'

/** 128 random bits in base64url. */
const SECRET = /^[\w-]{22}$/
const SECRET_BYTES = 16

/** Makes and verifies tokens. A token is what it is of, sealed for the secret that the cookie holds: each one reads in another way. */
export class CsrfTokens {
  readonly #keys: DerivedKeys
  readonly #random: Random
  readonly #cookie: Cookie
  readonly #session: (ctx: BaseContext) => string | undefined

  constructor({ keys, random }: { keys: Keys; random: Random }, options: ReadyTokenOptions) {
    this.#keys = keys.derive('http-csrf')
    this.#random = random
    this.#cookie = new Cookie(options.cookie, readCookieOptions({}))
    this.#session = options.session ?? (() => undefined)
  }

  /** Gives tokens for one request; the first sets the cookie, where the browser has none. */
  maker(ctx: BaseContext): () => string {
    let secret: string | undefined
    return () => {
      secret ??= this.#secretOf(ctx) ?? this.#newSecret(ctx)
      return this.#keys.seal(this.#session(ctx) ?? '', secret)
    }
  }

  isRight(ctx: BaseContext, token: string): boolean {
    const secret = this.#secretOf(ctx)
    return secret !== undefined && this.#keys.open(token, secret) === (this.#session(ctx) ?? '')
  }

  #secretOf(ctx: BaseContext): string | undefined {
    const secret = this.#cookie.read(ctx)
    return secret !== undefined && SECRET.test(secret) ? secret : undefined
  }

  #newSecret(ctx: BaseContext): string {
    const secret = Buffer.from(this.#random.bytes(SECRET_BYTES)).toString('base64url')
    this.#cookie.set(ctx, secret)
    return secret
  }
}
