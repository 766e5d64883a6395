// On the path of each request: the session of a request, looked up once, and judged once.
import { UnauthorizedError, type BaseContext, type RouteFacts } from '@keelson/core'
import { frameKey } from '@keelson/core/frames'
import type { CsrfJudge } from '@keelson/http/csrf'
import type { SessionCookie } from './session-cookie.ts'
import type { FoundSession, SessionKeeper } from './session-keeper.ts'
import type { SessionToken } from './session-token.ts'

/** A session, and the token that led to it. */
export interface RequestWithSession {
  readonly is: 'found'
  readonly found: FoundSession
  readonly token: SessionToken
}

/** What the cookie of a request leads to. */
export type RequestSession = RequestWithSession | { readonly is: 'none' | 'ended' }

const NONE: RequestSession = { is: 'none' }
const ENDED: RequestSession = { is: 'ended' }

interface Known {
  readonly of: SessionFinder
  readonly session: RequestSession
}

const KNOWN = frameKey<Known>('keelson.auth.session')
const JUDGED = frameKey<SessionFinder>('keelson.auth.judged')

export class SessionFinder {
  readonly keeper: SessionKeeper
  readonly cookie: SessionCookie
  readonly #judge: CsrfJudge
  readonly #noting = new Set<string>()

  constructor(keeper: SessionKeeper, cookie: SessionCookie, judge: CsrfJudge) {
    this.keeper = keeper
    this.cookie = cookie
    this.#judge = judge
  }

  /** @throws {ServiceUnavailableError} 503 where the store cannot be asked */
  async find(ctx: BaseContext): Promise<RequestSession> {
    const known = ctx.frame.get(KNOWN)
    if (known?.of === this) return known.session
    const token = this.cookie.read(ctx)
    if (token === 'none') return NONE
    const found = token === 'wrong' ? undefined : await this.keeper.find(token)
    return this.keep(ctx, found === undefined ? ENDED : { is: 'found', found, token: token as SessionToken })
  }

  /** What the request has from now on. */
  keep(ctx: BaseContext, session: RequestSession): RequestSession {
    ctx.frame.set(KNOWN, { of: this, session })
    return session
  }

  /**
   * @param route - absent where a handler asks, whose route may have no scheme
   * @throws {CsrfError} `ERR_HTTP_CSRF`, 403
   */
  async judge(ctx: BaseContext, route?: RouteFacts): Promise<void> {
    if (ctx.frame.get(JUDGED) === this) return
    await this.#judge.judge(ctx, route)
    this.acquit(ctx)
  }

  /** Has nobody judge a request any more, as where it is none of a browser. */
  acquit(ctx: BaseContext): void {
    ctx.frame.set(JUDGED, this)
  }

  /** @throws {UnauthorizedError} 401 without a session */
  async demand(ctx: BaseContext): Promise<RequestWithSession> {
    const session = await this.find(ctx)
    if (session.is === 'found') return session
    throw new UnauthorizedError('Sign in.')
  }

  /** Notes in the background that a session is used: neither the time nor the failure of it is for the caller. */
  note(ctx: BaseContext, found: FoundSession): void {
    const { id } = found.session
    if (!this.keeper.isToBeNoted(found) || this.#noting.has(id)) return
    this.#noting.add(id)
    ctx.detach('note that a session is used', async () => {
      try {
        await this.keeper.note(found.session)
      } catch (error) {
        ctx.log.warn({ err: error }, 'It could not be noted that a session is used: it may end too early.')
      } finally {
        this.#noting.delete(id)
      }
    })
  }
}
