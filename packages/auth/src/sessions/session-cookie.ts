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

  /**
   * RFC 6265bis §5.8.3: servers are not to rely on the order of cookies of one name. The name without a prefix counts where it alone is there:
   * hosts beside this one may set it, and a browser then keeps it beside the one that is read.
   */
  #isTwice(header: string): boolean {
    const own = valuesOf(header, `__Host-${this.name}`)
    return (own.size > 0 ? own : valuesOf(header, this.name)).size > 1
  }
}

interface NewValue {
  readonly secret: string
  readonly now: number
}

function valuesOf(header: string, name: string): ReadonlySet<string> {
  const pairs = header.split(';').map((pair) => pair.trim())
  const own = pairs.filter((pair) => pair.slice(0, pair.indexOf('=')).trim() === name)
  return new Set(own.map((pair) => pair.slice(pair.indexOf('=') + 1).trim()))
}

export function textOf(id: string, secret: string): string {
  return `${id}.${secret}`
}
