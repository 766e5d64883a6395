import {
  ArgumentError,
  BUS,
  CLOCK,
  KEY_VALUE_STORE,
  LOGGER,
  RANDOM,
  Secret,
  type BaseContext,
  type Bus,
  type Clock,
  type Injected,
  type KeyValueStore,
  type Logger,
  type Provider,
  type Random,
  type Unsubscribe,
} from '@keelson/core'
import {
  checkCallOptions,
  checkOptions,
  refuseCall,
  withDefaults,
  type WithDefaults,
} from '@keelson/core/options'
import { createCsrfJudge } from '@keelson/http/csrf'
import { assertUserId } from '../access-holder/index.ts'
import { publish } from '../events/index.ts'
import { bindWith, givenStore, readPart } from '../provider/index.ts'
import type {
  ReauthenticatedOptions,
  Session,
  SessionStore,
  SignedIn,
  SignInOptions,
  StoredSession,
} from './contract.ts'
import { keyValueSessionStore } from './key-value-session-store.ts'
import { Revocations, type OnRevokedOptions, type RevokedListener } from './revocations.ts'
import { SessionCookie, textOf } from './session-cookie.ts'
import { SessionEnds } from './session-ends.ts'
import { SessionFinder } from './session-finder.ts'
import { SessionKeeper, type GivenSession } from './session-keeper.ts'
import type { SessionToken } from './session-token.ts'
import {
  BIND_OPTIONS,
  REAUTHENTICATED_OPTIONS,
  REVOKE_ALL_OPTIONS,
  SESSIONS_OPTIONS,
  SIGN_IN_OPTIONS,
  idleProblems,
  type BindSessionsOptions,
  type ReadSessionsOptions,
  type SessionsOptions,
} from './sessions-options.ts'

export type { BindSessionsOptions, SessionsOptions } from './sessions-options.ts'

const BY = 'session'
const MAX_DEVICE = 200
const STORE = {
  name: 'Sessions',
  what: 'a KeyValueStore or a SessionStore',
  methods: ['read', 'write', 'rotate', 'destroy', 'listByUser', 'destroyByUser'],
}

/**
 * Begins, rotates, lists and ends sessions. It is a service: a route or a class that injects it has one, with the sessions in the app's
 * `KEY_VALUE_STORE`; {@link Sessions.bind} gives it options, or another store. {@link session} is the scheme that finds the caller by one.
 *
 * The cookie is `<id>.<secret>`, 128 and 256 random bits; stored is the SHA-256 of the secret. What is done for a browser takes the `ctx` of its request,
 * and is judged as `csrf()` does it, sign-in included.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`, `ERR_CORE_PORT_CAPABILITY` for a store that cannot keep sessions
 * @example
 * const me = route.inject({ sessions: Sessions }).get('/sessions', { access: 'public' }, ({ sessions }) => sessions.list('ada'))
 */
export class Sessions {
  static readonly inject = [KEY_VALUE_STORE, CLOCK, RANDOM, BUS, LOGGER] as const

  /**
   * The provider of sessions with options, for `providers` of an app.
   *
   * @throws {SetupError} `ERR_CORE_OPTION`, with the place of the call
   * @example
   * const routes = {}
   * const app = createApp({ name: 'shop', routes, providers: [Sessions.bind({ idleMs: 1_800_000 })] })
   */
  static bind<const TServices extends Injected = {}>(options: BindSessionsOptions<TServices> = {}): Provider {
    const below = Sessions.bind as never
    const place = { name: 'Sessions.bind', below }
    checkOptions(BIND_OPTIONS, options, place)
    const { inject, store, ...own } = options
    refuseCall(idleProblems(own, withDefaults(SESSIONS_OPTIONS, own)), place)
    readPart('csrf', place, () => createCsrfJudge(own.csrf))
    const kept = store === undefined ? ([KEY_VALUE_STORE] as const) : ([] as const)
    return bindWith(Sessions, {
      ports: [CLOCK, RANDOM, BUS, LOGGER, ...kept] as const,
      inject,
      make: ([clock, random, bus, log, appStore], services) =>
        new Sessions(
          store === undefined ? appStore! : givenStore(store(services), STORE),
          clock,
          random,
          bus,
          log,
          own,
        ),
      below,
    })
  }

  /** For the scheme alone; may change with any version. */
  readonly '~internal': SessionFinder
  readonly #clock: Clock
  readonly #options: ReadSessionsOptions
  readonly #keeper: SessionKeeper
  readonly #revocations: Revocations
  readonly #ends: SessionEnds

  // oxlint-disable-next-line max-params -- the ports in the order of inject, which bind hands on with `...ports`
  constructor(
    store: KeyValueStore | SessionStore,
    clock: Clock,
    random: Random,
    bus: Bus,
    log: Logger,
    options: SessionsOptions = {},
  ) {
    checkOptions(SESSIONS_OPTIONS, options, { name: 'Sessions', below: Sessions as never })
    this.#options = withDefaults(SESSIONS_OPTIONS, options)
    refuseCall(idleProblems(options, this.#options), { name: 'Sessions', below: Sessions as never })
    this.#clock = clock
    const kept = 'capabilities' in store ? keyValueSessionStore(store, clock) : store
    this.#keeper = new SessionKeeper({ store: kept, clock, random, options: this.#options })
    this.#revocations = new Revocations({ bus, clock, log, limitMs: this.#options.storeTimeoutMs })
    this.#ends = new SessionEnds({
      keeper: this.#keeper,
      revocations: this.#revocations,
      maxPerUser: this.#options.maxPerUser,
    })
    this['~internal'] = new SessionFinder(
      this.#keeper,
      new SessionCookie(this.#options),
      createCsrfJudge(this.#options.csrf),
    )
  }

  /** Name of the cookie, without its prefix `__Host-`. */
  get cookie(): string {
    return this.#options.cookie
  }

  /**
   * Begins a session, whose cookie the answer sets. The one that the browser had before ends, so that nobody knows the new one who put the old
   * one there (session fixation).
   *
   * One that is being made while {@link Sessions.revokeAll} runs for its user has ended when both are done. Call it after the password was checked,
   * and see then that it is still the same: what was checked before the call nobody knows here.
   *
   * @param ctx - of the request; `undefined` where there is none: then nothing but the returned `token` is told
   * @param userId - 1 to 200 characters
   * @throws {CsrfError} `ERR_HTTP_CSRF`, 403, for a page of another site that signs somebody in
   * @throws {ServiceUnavailableError} `ERR_CORE_UNAVAILABLE`, 503, where the store cannot be asked
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for options that it does not take
   */
  async signIn(ctx: BaseContext | undefined, userId: string, options: SignInOptions = {}): Promise<SignedIn> {
    checkCallOptions(SIGN_IN_OPTIONS, options, { name: 'Sessions.signIn' })
    assertNewUserId(userId)
    const {
      factors = [],
      isPersistent,
      device = ctx?.header('user-agent')?.slice(0, MAX_DEVICE),
    } = withDefaults<WithDefaults<SignInOptions, 'isPersistent'>>(SIGN_IN_OPTIONS, options)
    const authenticatedAt = this.#timeOf(options)
    if (ctx !== undefined) await this.#endBefore(ctx)
    const lastEnd = await this.#keeper.lastEnd(userId)
    const about = device === undefined ? {} : { device }
    const given = await this.#keeper.begin({
      userId,
      authenticatedAt,
      factors: [...factors],
      isPersistent,
      ...about,
    })
    const { session, secret } = given
    await this.#ends.settle(session, lastEnd)
    if (ctx !== undefined) this.#hand(ctx, given)
    publish('signed-in', { by: BY, principalId: userId, route: ctx?.routeName })
    return { ...toSession(session), token: new Secret(textOf(session.id, secret)) }
  }

  /**
   * Gives the session of a request a new secret: call it where its user gets other rights. Requests that were under way may bring the old
   * cookie for `graceMs`, without keeping the session alive; then it is a 401.
   *
   * @throws {UnauthorizedError} `ERR_CORE_UNAUTHORIZED`, 401, without a session
   */
  async rotate(ctx: BaseContext): Promise<Session> {
    return this.#rotate(ctx, {})
  }

  /**
   * Notes that the user of a request has proven again who it is (step-up), by what is said here and no more, and rotates the session.
   *
   * @throws {UnauthorizedError} `ERR_CORE_UNAUTHORIZED`, 401, without a session
   */
  async reauthenticated(ctx: BaseContext, options: ReauthenticatedOptions = {}): Promise<Session> {
    checkCallOptions(REAUTHENTICATED_OPTIONS, options, { name: 'Sessions.reauthenticated' })
    const authenticatedAt = this.#timeOf(options)
    return this.#rotate(ctx, { authenticatedAt, factors: [...(options.factors ?? [])] })
  }

  /**
   * Ends the session of a request, and clears its cookie, also where there is none, and where the store fails to end it. Behind the scheme a
   * store that cannot be asked is a 503 before the handler runs; on a route without it the cookie is cleared then as well.
   *
   * @returns whether there was one
   */
  async signOut(ctx: BaseContext): Promise<boolean> {
    const finder = this['~internal']
    await finder.judge(ctx)
    finder.cookie.clear(ctx)
    const before = await finder.find(ctx)
    finder.keep(ctx, { is: 'none' })
    if (before.is !== 'found') return false
    const { session } = before.found
    await this.#ends.one(session)
    publish('signed-out', { by: BY, principalId: session.userId, route: ctx.routeName })
    return true
  }

  /**
   * The session of a request, such as to mark it in a list; `undefined` without one. Whether its user may come in, `load` of the scheme says.
   *
   * @throws {CsrfError} `ERR_HTTP_CSRF`, 403, for an unsafe request of a page of another site
   */
  async current(ctx: BaseContext): Promise<Session | undefined> {
    await this['~internal'].judge(ctx)
    const session = await this['~internal'].find(ctx)
    return session.is === 'found' ? toSession(session.found.session) : undefined
  }

  /** The sessions of a user, the one that was used last first. */
  async list(userId: string): Promise<readonly Session[]> {
    return (await this.#keeper.list(userId)).sessions.map(toSession)
  }

  /**
   * Ends a session: the next request with it is a 401, on all processes.
   *
   * @param userId - whose it must be; the session of another user stays
   * @returns whether there was such a session
   */
  async revoke(userId: string, id: string): Promise<boolean> {
    const isEnded = await this.#ends.one({ id, userId })
    if (isEnded) publish('revoked', { by: BY, reason: 'The session was revoked.', principalId: userId })
    return isEnded
  }

  /**
   * Ends all sessions that a user has now, and those that {@link Sessions.signIn} is making meanwhile; those of a later sign-in are good. Where a
   * password was changed, call it when the new one is written and committed: until then who knows the old one signs in.
   *
   * @param options.except - id of the one that stays, such as that of the request: `(await sessions.current(ctx))?.id`
   * @returns how many there were
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for an id that is not a text, or an empty one
   */
  async revokeAll(userId: string, options: { readonly except?: string | undefined } = {}): Promise<number> {
    assertUserId('Sessions.revokeAll', userId)
    checkCallOptions(REVOKE_ALL_OPTIONS, options, { name: 'Sessions.revokeAll' })
    return this.#ends.all(userId, options.except)
  }

  /**
   * Calls back when sessions have ended before their time, in whatever process: close the sockets and streams that are open for them. Requests need
   * none of it, since each asks the store.
   *
   * @returns a function that ends the calls
   */
  async onRevoked(listener: RevokedListener, options: OnRevokedOptions = {}): Promise<Unsubscribe> {
    return this.#revocations.listen(listener, options)
  }

  async #rotate(ctx: BaseContext, changes: Parameters<SessionKeeper['rotate']>[2]): Promise<Session> {
    const finder = this['~internal']
    await finder.judge(ctx)
    const { found, token } = await finder.demand(ctx)
    const given = await this.#keeper.rotate(found, token, changes)
    this.#hand(ctx, given, token)
    const { session } = given
    publish('rotated', { by: BY, principalId: session.userId, route: ctx.routeName })
    return toSession(session)
  }

  /** Sets the cookie, where there is a new secret, and has the rest of the request see the session. */
  #hand(ctx: BaseContext, { session, secret }: GivenSession, before?: SessionToken): void {
    const finder = this['~internal']
    if (secret !== undefined) finder.cookie.set(ctx, session, { secret, now: this.#clock.now() })
    const token = secret === undefined ? before! : { id: session.id, secret }
    finder.keep(ctx, {
      is: 'found',
      found: { session, isCurrent: secret !== undefined, proof: session },
      token,
    })
  }

  async #endBefore(ctx: BaseContext): Promise<void> {
    const finder = this['~internal']
    await finder.judge(ctx)
    const before = await finder.find(ctx)
    if (before.is === 'found') await this.#ends.one(before.found.session)
  }

  /** One in the future, by the clock of another server, would be recent for longer than a rule asks for. */
  #timeOf({ authenticatedAt }: ReauthenticatedOptions): number {
    const now = this.#clock.now()
    return authenticatedAt === undefined ? now : Math.min(authenticatedAt, now)
  }
}

function assertNewUserId(userId: string): void {
  if (typeof userId === 'string' && userId.length > 0 && userId.length <= MAX_DEVICE) return
  throw new ArgumentError('Sessions.signIn: The id of the user must be a text of 1 to 200 characters.')
}

/** Without what nobody but the store needs. */
function toSession({
  id,
  userId,
  createdAt,
  authenticatedAt,
  lastSeenAt,
  factors,
  device,
}: StoredSession): Session {
  const about = { id, userId, createdAt, authenticatedAt, lastSeenAt, factors }
  return device === undefined ? about : { ...about, device }
}
