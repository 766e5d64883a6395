import type { KeyObject } from 'node:crypto'
import type { AppSecret, Injected, KeyValueStore } from '@keelson/core'
import {
  anything,
  callable,
  either,
  flag,
  integer,
  listOf,
  milliseconds,
  nested,
  oneOf,
  optionTable,
  required,
  SECRET_OPTION,
  SERVICES_OPTION,
  text,
  type WithDefaults,
} from '@keelson/core/options'
import {
  PUBLIC_ALGORITHMS,
  SECRET_ALGORITHMS,
  type BearerAlgorithm,
  type BearerClaims,
} from '../jwt/index.ts'
import type { SchemeServices } from '../schemes/index.ts'
import type { RefreshTokenStore } from './contract.ts'

type MaybePromise<T> = T | Promise<T>

/** A key of an issuer: one of `key` and `secret`. */
export interface TokenKey {
  /** Its id in the head of tokens and in the set of keys. Default: that of the JWK, else its thumbprint (RFC 7638); a secret has none. */
  readonly kid?: string | undefined
  /**
   * The private key: PEM, a JWK or its JSON, or a `KeyObject`; texts may be the `Secret` of a configuration. A public key verifies, and cannot be
   * the first.
   */
  readonly key?: string | { reveal(): string } | KeyObject | object | undefined
  /** A secret of at least 256 bits, which all who verify have; its bytes are its UTF-8. */
  readonly secret?: AppSecret | undefined
  /** Its one algorithm (RFC 8725 §3.1). Default: `EdDSA`, `ES256`, `ES384`, `ES512`, `RS256`, `HS256` by the kind of key. */
  readonly alg?: BearerAlgorithm | undefined
}

/** A program that refreshes tokens (RFC 6749 §2). */
export interface TokenClient {
  readonly id: string
  /** Which the client proves itself with; apps and pages in browsers cannot keep one. Default: none. */
  readonly secret?: AppSecret | undefined
}

/** Whom tokens are made for, as `claims` is told. */
export interface TokenSubject {
  readonly userId: string
  readonly clientId: string
  readonly scopes?: readonly string[] | undefined
}

/** What is the same for all tokens of an issuer. */
export interface TokensOptions {
  /** The first signs, all verify. To rotate, put a new one second, then first, then remove the old one when its tokens have ended. */
  readonly keys: readonly TokenKey[]
  /** Who issues: the `iss` of each token, usually the URL of the app. */
  readonly issuer: string
  /** For whom tokens are: the `aud` of each. */
  readonly audience: string | readonly string[]
  /** Clients that refresh tokens. Default: `[{ id: 'app' }]`, one without a secret. */
  readonly clients?: readonly TokenClient[] | undefined
  /**
   * Name of the authentication scheme in the header `authorization`. Documents describe `Token` as a key in that header (`apiKey`), since it is
   * not a registered name. Default `Bearer`.
   */
  readonly scheme?: 'Bearer' | 'Token' | undefined
  /**
   * Whether sign-ins have refresh tokens. Without, `issueAccess` alone makes tokens; and with `checkRevoked: false` besides nothing is kept: no store
   * and no bus are needed, and a token is good until it ends, since none can be revoked. Default `true`.
   */
  readonly refresh?: boolean | undefined
  /** How long an access token is good, ms: whole seconds. Default 300_000 (five minutes). */
  readonly accessTtlMs?: number | undefined
  /** After which time without use a refresh token ends, ms. Default 604_800_000 (seven days). */
  readonly refreshIdleMs?: number | undefined
  /** After which time a sign-in ends, however much it is used, ms. Default 2_592_000_000 (30 days). */
  readonly refreshLifetimeMs?: number | undefined
  /** How long a used refresh token gives its answer again to the same caller, ms. Default 10_000. */
  readonly graceMs?: number | undefined
  /** Most sign-ins of a user; with one more the one ends that was not used for the longest time. Default 50. */
  readonly maxPerUser?: number | undefined
  /**
   * Whether the store is asked of each access token that a process sees for the first time, so that one that was revoked is refused
   * everywhere. Without, it is where the process was told by the bus, and the store is asked only while it may have missed something. Default `true`.
   */
  readonly checkRevoked?: boolean | undefined
  /** What refresh tokens begin with, so that people and scanners see what they are. Default `refresh`. */
  readonly prefix?: string | undefined
  /** How long the store may take, ms; then it is 503. Default 1_000. */
  readonly storeTimeoutMs?: number | undefined
  /** How far the clocks of processes may be apart, ms. Default 5_000. */
  readonly clockSkewMs?: number | undefined
  /** Most bytes, roughly, of verified tokens that are kept; `0` keeps none. Default 16_777_216 (16 MiB). */
  readonly maxCacheBytes?: number | undefined
}

/** Options of {@link tokens}. */
export interface IssuerOptions<TUser extends object, TServices extends Injected = {}> extends TokensOptions {
  /** Services that `user`, `claims` and `store` need, by name. */
  readonly inject?: TServices | undefined
  /**
   * The caller as the application knows it, asked at every request and whenever tokens are refreshed. `undefined` or `null` refuses the token; a
   * refresh token then ends with its family.
   */
  readonly user: (
    claims: BearerClaims,
    services: SchemeServices<TServices>,
  ) => MaybePromise<TUser | undefined | null>
  /** More claims of access tokens, for services that verify them elsewhere; asked whenever one is made. Default: none. */
  readonly claims?:
    | ((
        subject: TokenSubject,
        services: SchemeServices<TServices>,
      ) => MaybePromise<Readonly<Record<string, unknown>>>)
    | undefined
  /** Gives the store of refresh tokens. What was revoked stays in the app's `KEY_VALUE_STORE`, which is the default of both. */
  readonly store?: ((services: SchemeServices<TServices>) => KeyValueStore | RefreshTokenStore) | undefined
  /** Shown in messages, logs, events and documents. Default `tokens`. */
  readonly name?: string | undefined
}

const SECOND_MS = 1000
const DAY_MS = 86_400_000
/** Ten years: nothing waits so long, so that it may be more than a timer takes. */
const MAX_SIGN_IN_MS = 3660 * DAY_MS

/** Options of which none is missing. */
export type ReadyTokensOptions = WithDefaults<TokensOptions>

const ID = text('An id.', { pattern: '^[\\x20-\\x7e]{1,100}$', what: 'up to 100 characters of ASCII' })
const AUDIENCE = text('For whom tokens are.', { minLength: 1 })
const KEY = optionTable<TokenKey>({
  kid: ID,
  key: anything('The private key.', { what: 'PEM text, a JWK or a KeyObject' }),
  secret: { ...SECRET_OPTION, description: 'A secret that all who verify have.' },
  alg: oneOf([...PUBLIC_ALGORITHMS, ...SECRET_ALGORITHMS], 'Its one algorithm.'),
})
const CLIENT = optionTable<TokenClient>({
  id: required(ID),
  secret: { ...SECRET_OPTION, description: 'Which the client proves itself with.' },
})

export const TOKENS_OPTIONS = optionTable<TokensOptions>({
  keys: required(listOf(nested(KEY, 'A key of the issuer.'), undefined, { minItems: 1 })),
  issuer: required(text('Who issues.', { minLength: 1 })),
  audience: required(either(AUDIENCE, listOf(AUDIENCE, undefined, { minItems: 1 }))),
  clients: listOf(nested(CLIENT, 'A client.'), undefined, { minItems: 1, default: [{ id: 'app' }] }),
  scheme: oneOf(['Bearer', 'Token'], 'Name of the authentication scheme.', { default: 'Bearer' }),
  refresh: flag('Whether sign-ins have refresh tokens.', { default: true }),
  accessTtlMs: integer('How long an access token is good, ms.', {
    minimum: SECOND_MS,
    maximum: 366 * DAY_MS,
    default: 300 * SECOND_MS,
  }),
  refreshIdleMs: integer('After which time without use a refresh token ends, ms.', {
    minimum: SECOND_MS,
    maximum: MAX_SIGN_IN_MS,
    default: 7 * DAY_MS,
  }),
  refreshLifetimeMs: integer('After which time a sign-in ends, ms.', {
    minimum: SECOND_MS,
    maximum: MAX_SIGN_IN_MS,
    default: 30 * DAY_MS,
  }),
  graceMs: milliseconds('How long a used refresh token gives its answer again, ms.', {
    maximum: 60 * SECOND_MS,
    default: 10 * SECOND_MS,
  }),
  maxPerUser: integer('Most sign-ins of a user.', {
    minimum: 1,
    maximum: 1000,
    default: 50,
  }),
  checkRevoked: flag('Whether the store is asked of new access tokens.', { default: true }),
  prefix: text('What refresh tokens begin with.', {
    pattern: '^(?=.{1,24}$)[a-z0-9]+(?:_[a-z0-9]+)*$',
    what: 'up to 24 lower-case letters and digits, parts joined by _',
    default: 'refresh',
  }),
  storeTimeoutMs: milliseconds('How long the store may take, ms.', {
    minimum: 1,
    default: SECOND_MS,
  }),
  clockSkewMs: milliseconds('How far the clocks of processes may be apart, ms.', {
    maximum: 300 * SECOND_MS,
    default: 5 * SECOND_MS,
  }),
  maxCacheBytes: integer('Most bytes of verified tokens that are kept.', {
    default: 16_777_216,
  }),
})

export const ISSUER_OPTIONS = optionTable<IssuerOptions<object>>({
  ...TOKENS_OPTIONS.properties,
  inject: SERVICES_OPTION,
  user: required(callable('The caller as the application knows it.', '(claims, services) => user')),
  claims: callable('More claims of access tokens.', '(subject, services) => ({})'),
  store: callable('Gives the store of refresh tokens.', '(services) => store'),
  name: text('Shown in messages, logs, events and documents.', { default: 'tokens', minLength: 1 }),
})
