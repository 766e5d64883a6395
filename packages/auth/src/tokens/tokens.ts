import { silentLogger, type Clock, type Startable } from '@keelson/core'
import { checkCallOptions, checkOptions, refuseCall, withDefaults } from '@keelson/core/options'
import { assertUserId } from '../access-holder/index.ts'
import { publish } from '../events/index.ts'
import type { JsonWebKeySet, TokenFinder } from '../jwt/index.ts'
import { AccessTokens, type AccessToken } from './access-tokens.ts'
import {
  ISSUE_OPTIONS,
  REFRESH_OPTIONS,
  REVOKE_OPTIONS,
  USER_ID,
  type RevokeTokenOptions,
} from './call-options.ts'
import { TokenClients } from './clients.ts'
import type {
  Introspection,
  IssuedTokens,
  IssueTokensOptions,
  RefreshFamily,
  RefreshTokensOptions,
} from './contract.ts'
import { GrantError, ScopeError } from './errors.ts'
import { finderOf, type FindUser } from './finder-of.ts'
import { aboutAccess, aboutRefresh, INACTIVE } from './introspection.ts'
import { readKeyRing, type KeyRing } from './key-ring.ts'
import { keyValueRefreshTokenStore } from './key-value-refresh-token-store.ts'
import { TOKENS_OPTIONS, type ReadyTokensOptions, type TokensOptions } from './options.ts'
import { NO_FAMILIES, nothingRevoked, type Families, type Revocable } from './kept-nothing.ts'
import { storeProblems, tokensProblems } from './option-problems.ts'
import { TOKENS_NEEDS, type TokensHooks, type TokensPorts } from './ports.ts'
import { RefreshFamilies } from './refresh-families.ts'
import { RevokedTokens } from './revoked-tokens.ts'
import { ALL_REVOKED, TokenEnds } from './token-ends.ts'
import { TokenMaker } from './token-maker.ts'

/**
 * Issues, refreshes, revokes and inspects tokens. It is a service that the plugin {@link tokens} binds: `route.inject({ tokens: Tokens })`.
 *
 * An access token is a JSON Web Token (RFC 9068). A refresh token reads `<prefix>_<id>_<secret><checksum>`, is stored as SHA-256, and is good once: its
 * use gives the next. When a used one comes again, all that came of the same sign-in end (RFC 9700 §4.14.2); but for ten seconds the same caller gets
 * the same answer, since it may not have received it.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`, `ERR_CORE_SECRET`, `ERR_CORE_PORT_CAPABILITY` for a store that cannot keep tokens
 * @example
 * import { generateKeyPairSync } from 'node:crypto'
 * const { privateKey } = generateKeyPairSync('ed25519')
 * const tokens = new Tokens(
 *   { store: createMemoryStore(), bus: createMemoryBus(), clock: systemClock },
 *   { keys: [{ key: privateKey }], issuer: 'https://shop.example.com', audience: 'shop' },
 * )
 * const first = await tokens.issue('ada', { scopes: ['orders:read'] })
 * const second = await tokens.refresh(first.refresh_token)
 * second.scope // => 'orders:read'
 */
export class Tokens implements Startable, AsyncDisposable {
  /** Bound by the plugin, which knows the options; without it the start says so. */
  static readonly inject = TOKENS_NEEDS
  readonly #options: ReadyTokensOptions
  readonly #ring: KeyRing
  readonly #access: AccessTokens
  readonly #families: Families
  readonly #revoked: Revocable
  readonly #ends: TokenEnds
  readonly #maker: TokenMaker
  readonly #clock: Clock
  /** Of the routes and the scheme. */
  readonly '~internal': {
    readonly clients: TokenClients
    finder<TUser>(user: FindUser<TUser>): Promise<TokenFinder<TUser>>
  }

  constructor(ports: TokensPorts, options: TokensOptions, hooks: TokensHooks = {}) {
    const place = { name: 'Tokens', below: Tokens as never }
    checkOptions(TOKENS_OPTIONS, options, place)
    refuseCall(tokensProblems(options), place)
    const all = withDefaults<ReadyTokensOptions>(TOKENS_OPTIONS, options)
    const { store, bus, clock, log = silentLogger } = ports
    refuseCall(storeProblems(ports, options), place)
    const { issuer, audience, accessTtlMs: ttlMs, clockSkewMs, prefix, graceMs, storeTimeoutMs } = all
    this.#options = all
    this.#clock = clock
    this.#ring = readKeyRing(all.keys, place)
    this.#access = new AccessTokens({ ring: this.#ring, issuer, audience, ttlMs, clockSkewMs, clock })
    const keptMs = ttlMs + clockSkewMs + 1000
    this.#revoked =
      store === undefined || bus === undefined
        ? nothingRevoked(() => clock.now())
        : new RevokedTokens({ store, bus, clock, log, storeTimeoutMs, keptMs, isAsked: all.checkRevoked })
    this.#families =
      store === undefined || !all.refresh
        ? NO_FAMILIES
        : new RefreshFamilies({
            store: ports.refreshTokens ?? keyValueRefreshTokenStore(store, clock),
            clock,
            prefix,
            idleMs: all.refreshIdleMs,
            maxMs: all.refreshLifetimeMs,
            graceMs,
            storeTimeoutMs,
          })
    const { maxPerUser } = all
    this.#ends = new TokenEnds({ families: this.#families, revoked: this.#revoked, maxPerUser })
    this.#maker = new TokenMaker({ access: this.#access, revoked: this.#revoked, hooks, options: all })
    this['~internal'] = {
      clients: new TokenClients(all.clients),
      finder: (user) => finderOf(user, { access: this.#access, revoked: this.#revoked, options: all }),
    }
  }

  /** The `iss` of its tokens. */
  get issuer(): string {
    return this.#options.issuer
  }

  /** Public keys, for those who verify the tokens elsewhere (RFC 7517 §5); secrets are not among them. */
  get keySet(): JsonWebKeySet {
    return this.#ring.published
  }

  /** Listens to what other processes revoke. An app calls it. */
  onStart(signal: AbortSignal): Promise<void> {
    return this.#revoked.listen(signal)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#revoked.close()
  }

  /**
   * Makes tokens for a user who has just signed in.
   *
   * @param userId - 1 to 200 characters, the `sub` of the tokens
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for options that it does not take, and where the issuer has `refresh: false`
   * @throws {ServiceUnavailableError} `ERR_CORE_UNAVAILABLE`, 503, where the store cannot be asked
   */
  async issue(userId: string, options: IssueTokensOptions = {}): Promise<IssuedTokens> {
    const about = this.#aboutOf('Tokens.issue', userId, options)
    const until = await this.#revoked.revokedUntil(userId)
    const { family, token } = this.#families.make(about)
    // Before the family is there: what cannot be signed leaves nothing behind.
    const access = await this.#maker.sign({ ...about, family: family.id }, until)
    await this.#ends.surplus(userId)
    await this.#families.add(family)
    publish('signed-in', { by: 'tokens', principalId: userId })
    // A revocation of all since then has perhaps not seen the family, which is one of before.
    if ((await this.#revoked.revokedUntil(userId)) > until) await this.#ends.family(family, ALL_REVOKED)
    return this.#maker.answerOf(access, token)
  }

  /**
   * Makes an access token alone, which nobody can refresh: for a job, or for clients that sign in again.
   *
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for options that it does not take
   */
  async issueAccess(userId: string, options: IssueTokensOptions = {}): Promise<string> {
    const { text } = await this.#maker.sign(this.#aboutOf('Tokens.issueAccess', userId, options))
    return text
  }

  /**
   * Uses a refresh token: the answer has the next one, and an access token (RFC 6749 §6).
   *
   * @throws {GrantError} `ERR_AUTH_GRANT`, 400, for one that is not good; when it was used before, its whole family has ended
   * @throws {ScopeError} `ERR_AUTH_SCOPE`, 400
   * @throws {TokenClientError} `ERR_AUTH_CLIENT`, 401, for that of a client with a secret, without `clientId`
   * @throws {ServiceUnavailableError} `ERR_CORE_UNAVAILABLE`, 503, where the store cannot be asked
   */
  async refresh(token: string, options: RefreshTokensOptions = {}): Promise<IssuedTokens> {
    checkCallOptions(REFRESH_OPTIONS, options, { name: 'Tokens.refresh' })
    const found = await this.#families.find(token)
    if (found === undefined) throw refused('It is not known, has ended or was revoked.')
    const { family, standing } = found
    // First of all: neither an answer nor a family's end is for a client that has not proven who it is.
    this['~internal'].clients.assertOwner(family.clientId, options.clientId)
    const caller = `${options.clientId ?? family.clientId}\n${options.caller ?? ''}`
    const used =
      standing === 'used'
        ? this.#families.repeat<IssuedTokens>(token, family, caller)
        : await this.#rotate(token, { family, caller, options })
    if (used.outcome === 'replayed') {
      await this.#ends.family(family, 'A refresh token came again after it was used.')
      throw refused('It was used before.')
    }
    if (used.outcome === 'gone') throw refused('It is not known, has ended or was revoked.')
    if (used.outcome === 'rotated' || isOfScopes(used.answer, options.scopes ?? family.scopes))
      return used.answer
    // The same refresh token, and what this request asks for.
    return this.#maker.answerOf(await this.#accessOf(family, options.scopes), used.answer.refresh_token)
  }

  /**
   * Revokes a token (RFC 7009 §2.1): with a refresh token all that came of the same sign-in, access tokens included; an access token alone. What
   * is not a token of ours, or is none any more, is left as it is.
   *
   * @throws {GrantError} `ERR_AUTH_GRANT`, 400, for a token of another client
   * @throws {TokenClientError} `ERR_AUTH_CLIENT`, 401, for that of a client with a secret, without `clientId`
   * @throws {ServiceUnavailableError} `ERR_CORE_UNAVAILABLE`, 503, where the store cannot be asked
   */
  async revoke(token: string, options: RevokeTokenOptions = {}): Promise<void> {
    checkCallOptions(REVOKE_OPTIONS, options, { name: 'Tokens.revoke' })
    const { clients } = this['~internal']
    const found = await this.#families.find(token)
    if (found !== undefined) {
      clients.assertOwner(found.family.clientId, options.clientId)
      return this.#ends.family(found.family, 'The refresh token was revoked.')
    }
    const claims = await this.#access.read(token)
    if (claims?.jti === undefined) return
    clients.assertOwner(String(claims['client_id']), options.clientId)
    await this.#revoked.revoke({ kind: 'id', value: claims.jti })
    publish('revoked', { by: 'tokens', reason: 'The access token was revoked.', principalId: claims.sub })
  }

  /**
   * Revokes all tokens that a user has now, and those that {@link Tokens.issue} is making meanwhile; those of a later sign-in are good. What cannot be
   * revoked keeps none of the others.
   *
   * @returns how many refresh tokens there were
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for an id that is not a text, or is empty
   * @throws {ServiceUnavailableError} `ERR_CORE_UNAVAILABLE`, 503, where the store cannot be asked: call it again
   */
  async revokeAll(userId: string): Promise<number> {
    assertUserId('Tokens.revokeAll', userId)
    return this.#ends.all(userId)
  }

  /**
   * Says what a token is (RFC 7662 §2.2). Only show it to who may know.
   *
   * @throws {ServiceUnavailableError} `ERR_CORE_UNAVAILABLE`, 503, where the store cannot be asked
   */
  async introspect(token: string): Promise<Introspection> {
    const found = await this.#families.find(token)
    if (found !== undefined)
      return found.standing === 'current' ? aboutRefresh(found.family, this.#options) : INACTIVE
    const claims = await this.#access.read(token)
    if (
      claims === undefined ||
      (await this.#revoked.isRevoked(claims)) ||
      !(await this.#maker.isKnown(claims))
    )
      return INACTIVE
    return aboutAccess(claims, this.#options.scheme)
  }

  async #rotate(
    token: string,
    about: {
      readonly family: RefreshFamily
      readonly caller: string
      readonly options: RefreshTokensOptions
    },
  ) {
    const { family, caller, options } = about
    const access = await this.#accessOf(family, options.scopes)
    const used = await this.#families.rotate(token, { family, caller }, (next) =>
      this.#maker.answerOf(access, next),
    )
    if (used.outcome === 'rotated') publish('rotated', { by: 'tokens', principalId: family.userId })
    return used
  }

  async #accessOf(family: RefreshFamily, scopes = family.scopes): Promise<AccessToken> {
    // RFC 6749 §6
    if (scopes?.some((one) => family.scopes?.includes(one) !== true) === true) throw new ScopeError()
    const access = await this.#maker.sign({ ...family, scopes, family: family.id })
    if (await this.#maker.isKnown(access.claims)) return access
    await this.#ends.family(family, 'Nobody is known for the refresh token.')
    throw refused('Nobody is known for it.')
  }

  #aboutOf(name: string, userId: string, options: IssueTokensOptions) {
    checkCallOptions(USER_ID, { userId }, { name })
    checkCallOptions(ISSUE_OPTIONS, options, { name })
    const now = this.#clock.now()
    const { scopes, factors } = options
    // One in the future, by the clock of another server, would be recent for longer than a rule asks for.
    const authenticatedAt = Math.min(options.authenticatedAt ?? now, now)
    const clientId = this['~internal'].clients.known(options.clientId, name)
    return { userId, clientId, scopes, authenticatedAt, factors }
  }
}

/** RFC 6749 §3.3: their order says nothing. */
function isOfScopes({ scope = '' }: IssuedTokens, scopes: readonly string[] = []): boolean {
  const sorted = (all: readonly string[]): string => [...new Set(all)].toSorted().join(' ')
  return sorted(scopes) === sorted(scope.split(' '))
}

function refused(why: string): Error {
  publish('refused', { by: 'tokens', reason: why })
  return new GrantError({ message: `The refresh token is not good. ${why}` })
}
