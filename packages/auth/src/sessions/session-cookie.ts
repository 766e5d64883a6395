// The cookie of a session. On the path of each request: `read`.
import type { BaseContext } from '@keelson/core'
import { clearCookie, setCookie } from '@keelson/http/cookies'
import type { StoredSession } from './contract.ts'
import { parseToken, type SessionToken } from './session-token.ts'
import type { ReadSessionsOptions } from './sessions-options.ts'

export class SessionCookie {
  /** Without its prefix. */
  readonly name: string
  readonly #sameSite: ReadSessionsOptions['sameSite']

  constructor({ cookie, sameSite }: Pick<ReadSessionsOptions, 'cookie' | 'sameSite'>) {
    this.name = cookie
    this.#sameSite = sameSite
  }

  /** What the request brings: `none`, `wrong` for what cannot be a token, and for two that differ, of which nobody knows whose they are. */
  read(ctx: BaseContext): SessionToken | 'none' | 'wrong' {
    const text = ctx.cookie(`__Host-${this.name}`)
    if (text === undefined || text === '') return 'none'
    if (this.#isTwice(ctx.header('cookie') ?? '')) return 'wrong'
    return parseToken(text) ?? 'wrong'
  }

  /** Neither the answer that sets it nor the one that clears it is for a cache. */
  set(ctx: BaseContext, { id, isPersistent, endsAt }: StoredSession, { secret, now }: NewValue): void {
    const lifetime = isPersistent ? { maxAgeSeconds: Math.max(0, Math.floor((endsAt - now) / 1000)) } : {}
    setCookie(ctx, this.name, textOf(id, secret), { sameSite: this.#sameSite, ...lifetime })
    ctx.responseHeaders.set('cache-control', 'no-store')
  }

  clear(ctx: BaseContext): void {
    clearCookie(ctx, this.name, { sameSite: this.#sameSite })
    ctx.responseHeaders.set('cache-control', 'no-store')
  }

  /** RFC 6265bis §5.8.3: servers are not to rely on the order of cookies of one name. */
  #isTwice(header: string): boolean {
    const values = new Map<string, string>()
    return header.split(';').some((pair) => {
      const at = pair.indexOf('=')
      const name = pair.slice(0, at).trim()
      if (name !== this.name && name !== `__Host-${this.name}`) return false
      const before = values.get(name)
      values.set(name, pair.slice(at + 1).trim())
      return before !== undefined && before !== values.get(name)
    })
  }
}

interface NewValue {
  readonly secret: string
  readonly now: number
}

export function textOf(id: string, secret: string): string {
  return `${id}.${secret}`
}
