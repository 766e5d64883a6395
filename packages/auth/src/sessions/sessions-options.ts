import type { Injected, KeyValueStore } from '@keelson/core'
import type { CsrfJudgeOptions } from '@keelson/http/csrf'
import {
  anything,
  callable,
  flag,
  integer,
  listOf,
  milliseconds,
  oneOf,
  optionTable,
  SERVICES_OPTION,
  text,
  type WithDefaults,
} from '@keelson/core/options'
import type { SchemeServices } from '../schemes/index.ts'
import type { ReauthenticatedOptions, SessionStore, SignInOptions } from './contract.ts'

/** Options of {@link Sessions}. */
export interface SessionsOptions {
  /**
   * Name of the cookie, without its prefix `__Host-`: apps that share a host, as on a developer's machine, each have their own. What `session({ cookie })`
   * says as well. Default `session`.
   */
  readonly cookie?: string | undefined
  /** Which requests of other sites carry the cookie: `lax` links and other plain navigation, `strict` none. Default `lax`. */
  readonly sameSite?: 'lax' | 'strict' | undefined
  /** How long a session lasts that is not used, ms; at most `lifetimeMs`. Default 3,600,000, an hour (NIST SP 800-63B-4 §2.2.3). */
  readonly idleMs?: number | undefined
  /** How long a session lasts however much it is used, ms. Default 86,400,000, a day (NIST SP 800-63B-4 §2.2.3). */
  readonly lifetimeMs?: number | undefined
  /** How long requests that were under way at a rotation may bring the cookie from before it, ms. Default 10,000. */
  readonly graceMs?: number | undefined
  /** Most sessions of a user; with one more the one ends that was not used for the longest time. Default 20. */
  readonly maxPerUser?: number | undefined
  /** Ends all sessions, of whatever user, that began before this time, ms since 1970: after a leak. Default 0: none. */
  readonly notBefore?: number | undefined
  /** Pages of which other origins may send unsafe requests, as `csrf({ origins, originTimeoutMs })` takes it. Default: those of the app alone. */
  readonly csrf?: CsrfJudgeOptions | undefined
  /** How long the store may take, ms; then it is 503. Default 1000. */
  readonly storeTimeoutMs?: number | undefined
}

/** Options of {@link Sessions.bind}. */
export interface BindSessionsOptions<TServices extends Injected = {}> extends SessionsOptions {
  /** Services that `store` needs, by name. */
  readonly inject?: TServices | undefined
  /** Gives the store of the sessions. Default: the app's `KEY_VALUE_STORE`. */
  readonly store?: ((services: SchemeServices<TServices>) => KeyValueStore | SessionStore) | undefined
}

/** 400 days, for which browsers keep a cookie at most (RFC 6265bis §5.5). */
const MAX_LIFETIME_MS = 34_560_000_000
const MINUTE_MS = 60_000

export const SESSIONS_OPTIONS = optionTable<SessionsOptions>({
  cookie: text('Name of the cookie, without its prefix.', {
    pattern: "^(?!__)[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$",
    what: 'the name of a cookie, without a prefix',
    default: 'session',
  }),
  sameSite: oneOf(['lax', 'strict'], 'Which requests of other sites carry the cookie.', {
    default: 'lax',
  }),
  idleMs: integer('How long a session lasts that is not used, ms.', {
    minimum: 1000,
    maximum: MAX_LIFETIME_MS,
    default: 60 * MINUTE_MS,
  }),
  lifetimeMs: integer('How long a session lasts however much it is used, ms.', {
    minimum: 1000,
    maximum: MAX_LIFETIME_MS,
    default: 24 * 60 * MINUTE_MS,
  }),
  graceMs: integer('How long the cookie from before a rotation is good, ms.', {
    minimum: 0,
    maximum: MINUTE_MS,
    default: 10_000,
  }),
  maxPerUser: integer('Most sessions of a user.', {
    minimum: 1,
    maximum: 1000,
    default: 20,
  }),
  notBefore: integer('Ends all sessions that began before this time, ms since 1970.', {
    minimum: 0,
    default: 0,
  }),
  csrf: anything('Pages of which other origins may send unsafe requests.'),
  storeTimeoutMs: milliseconds('How long the store may take, ms.', {
    minimum: 1,
    default: 1000,
  }),
})

export const BIND_OPTIONS = optionTable<BindSessionsOptions>({
  ...SESSIONS_OPTIONS.properties,
  inject: SERVICES_OPTION,
  store: callable('Gives the store of the sessions.', '(services) => store'),
})

const FACTORS = listOf(
  text('A way of proving who one is.', {
    pattern: '^[A-Za-z0-9_-]{1,50}$',
    what: 'a value of amr, such as pwd',
  }),
)
const AUTHENTICATED_AT = integer('When the user proved it, ms since 1970.', { minimum: 0 })

export const REAUTHENTICATED_OPTIONS = optionTable<ReauthenticatedOptions>({
  factors: FACTORS,
  authenticatedAt: AUTHENTICATED_AT,
})

export const REVOKE_ALL_OPTIONS = optionTable<{ readonly except?: string | undefined }>({
  except: text('Id of the session that stays.', { minLength: 1 }),
})

export const SIGN_IN_OPTIONS = optionTable<SignInOptions>({
  factors: FACTORS,
  authenticatedAt: AUTHENTICATED_AT,
  isPersistent: flag('Whether the cookie outlives the browser.', { default: false }),
  device: text('What lists name the browser by.', {
    pattern: '^[^]{0,200}$',
    what: 'a text of up to 200 characters',
  }),
})

/** The options, with what is by default. */
export type ReadSessionsOptions = WithDefaults<SessionsOptions, Exclude<keyof SessionsOptions, 'csrf'>>

/** It would say nothing: the lifetime ends the session before. The default of an hour means no more than that. */
export function idleProblems(
  { idleMs = 0 }: SessionsOptions,
  { lifetimeMs }: ReadSessionsOptions,
): readonly { readonly message: string; readonly remedy: string }[] {
  if (idleMs <= lifetimeMs) return []
  const message = `Option idleMs is ${idleMs}, and a session ends after lifetimeMs, ${lifetimeMs}, however much it is used.`
  return [{ message, remedy: 'Give a lifetimeMs that is as long, or a shorter idleMs.' }]
}
