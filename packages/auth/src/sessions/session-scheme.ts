import {
  SetupError,
  UnauthorizedError,
  type BaseContext,
  type Injected,
  type RouteFacts,
  type WireError,
} from '@keelson/core'
import {
  anything,
  callable,
  checkOptions,
  optionTable,
  required,
  text,
  withDefaults,
  type WithDefaults,
} from '@keelson/core/options'
import { createCsrfJudge, CsrfError } from '@keelson/http/csrf'
import { isSomebody, scheme, type Identity, type Scheme, type SchemeServices } from '../schemes/index.ts'
import type { SessionFinder } from './session-finder.ts'
import type { FoundSession } from './session-keeper.ts'
import { Sessions } from './sessions.ts'
import { SESSIONS_OPTIONS } from './sessions-options.ts'

type MaybePromise<T> = T | Promise<T>

/** Options of {@link session}. */
export interface SessionSchemeOptions<TUser extends object, TServices extends Injected = {}> {
  /** Services that `load` needs, by name. */
  readonly inject?: TServices | undefined
  /**
   * The user of a session, asked at every request: `undefined`, `null` or `false` for one who is gone or blocked, whose session then ends with a
   * 401.
   */
  readonly load: (
    userId: string,
    services: SchemeServices<TServices>,
    ctx: BaseContext,
  ) => MaybePromise<TUser | undefined | null>
  /** Name of the cookie, as {@link Sessions} has it: where that has another one, the start says so. Default `session`. */
  readonly cookie?: string | undefined
  /** Names it in messages, logs and documents. Default `session`. */
  readonly name?: string | undefined
}

/** Errors of routes behind {@link session}, besides those of all schemes. */
export type SessionErrors = WireError<'ERR_HTTP_CSRF', undefined, 403>

const SESSION_OPTIONS = optionTable<SessionSchemeOptions<object>>({
  inject: anything('Services that load needs, by name.'),
  load: required(callable('The user of a session.', '(userId, services) => user')),
  cookie: SESSIONS_OPTIONS.properties.cookie,
  name: text('Names it in messages, logs and documents.', { minLength: 1, default: 'session' }),
})

/** It needs nothing of what its options could say. */
const { problems } = createCsrfJudge()

/**
 * A scheme for people with a browser: the caller is the user of the session that {@link Sessions} began, found by its cookie. Unsafe
 * requests that pages of other sites have the browser send are refused where the session decides who calls, and only there.
 *
 * A cookie that is wrong, or whose session has ended, is a 401, and cleared. On routes with `access: 'public'` it is cleared and
 * counts as none: else the page on which people sign in would be closed to those who have to.
 *
 * @returns middleware that adds `user`; `principal` has the id of the user and is of kind `user`
 * @throws {SetupError} `ERR_CORE_OPTION`; in production the start refuses it where nothing says that the app is reached over HTTPS
 * @throws {UnauthorizedError} `ERR_CORE_UNAUTHORIZED`, 401
 * @throws {CsrfError} `ERR_HTTP_CSRF`, 403
 * @throws {ServiceUnavailableError} `ERR_CORE_UNAVAILABLE`, 503, where the store cannot be asked
 * @example
 * const users = { byId: (id: string) => ({ id }) }
 * const web = route.use(session({ load: users.byId }))
 * const me = web.get('/me', { access: signedIn() }, ({ user }) => user.id)
 */
export function session<TUser extends object, const TServices extends Injected = {}>(
  options: SessionSchemeOptions<TUser, TServices>,
): Scheme<TUser, SessionErrors> {
  checkOptions(SESSION_OPTIONS, options, { name: 'session', below: session as never })
  const { inject, load, cookie, name } = withDefaults<
    WithDefaults<SessionSchemeOptions<TUser, TServices>, 'cookie' | 'name'>
  >(SESSION_OPTIONS, options)
  return scheme<TUser, OwnServices, SchemeState<TUser>, typeof CsrfError>({
    name,
    security: { name, scheme: { type: 'apiKey', in: 'cookie', name: `__Host-${cookie}` } },
    inject: { ...inject, '~sessions': Sessions },
    state: ({ '~sessions': sessions, ...services }) => {
      assertSameCookie(sessions.cookie, cookie)
      return { sessions, userOf: (userId, ctx) => load(userId, services as never, ctx) }
    },
    errors: [CsrfError],
    headers: { vary: 'Depends on `cookie`.' },
    problems,
    find: (ctx, { state }, route) => findIn(state, ctx, route),
  })
}

interface OwnServices extends Injected {
  readonly '~sessions': typeof Sessions
}

interface SchemeState<TUser> {
  readonly sessions: Sessions
  readonly userOf: (userId: string, ctx: BaseContext) => MaybePromise<TUser | undefined | null>
}

/** On the path of each request. */
async function findIn<TUser>(
  { sessions, userOf }: SchemeState<TUser>,
  ctx: BaseContext,
  route: RouteFacts,
): Promise<Identity<TUser> | undefined> {
  const finder = sessions['~internal']
  // What the answer is depends on the cookie: no shared cache gives it to others.
  ctx.responseHeaders.vary('cookie')
  // A call within the process.
  if (route.kind !== 'http') finder.acquit(ctx)
  const found = await admitted(finder, ctx, route)
  if (found === undefined) return undefined
  const { userId, id } = found.session
  const user = await userOf(userId, ctx)
  if (isSomebody(user)) {
    finder.note(ctx, found)
    return identityOf(user, found)
  }
  await sessions.revoke(userId, id)
  finder.keep(ctx, { is: 'ended' })
  return refused(finder, ctx, route)
}

/** The session of a request that no other site has sent. */
async function admitted(
  finder: SessionFinder,
  ctx: BaseContext,
  route: RouteFacts,
): Promise<FoundSession | undefined> {
  const session = await finder.find(ctx)
  if (session.is !== 'found') return session.is === 'none' ? undefined : refused(finder, ctx, route)
  await finder.judge(ctx, route)
  return session.found
}

/** What cannot be used is not to come again. */
function refused(finder: SessionFinder, ctx: BaseContext, { access }: RouteFacts): undefined {
  finder.cookie.clear(ctx)
  if (access !== 'public') throw new UnauthorizedError('The session is not known, or has ended. Sign in.')
}

function identityOf<TUser>(user: TUser, { session: kept, proof }: FoundSession): Identity<TUser> {
  return {
    user,
    principal: { id: kept.userId, kind: 'user' },
    expiresAt: kept.endsAt,
    authenticatedAt: proof.authenticatedAt,
    factors: proof.factors,
  }
}

function assertSameCookie(there: string, here: string): void {
  if (there === here) return
  throw new SetupError([
    {
      code: 'ERR_CORE_OPTION',
      place: 'session',
      message: `Its cookie is '${here}', and that of Sessions is '${there}'.`,
      remedy: `Write session({ cookie: '${there}', … }).`,
    },
  ])
}
