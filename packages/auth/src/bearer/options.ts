import type { KeyObject } from 'node:crypto'
import type { AppSecret, BaseContext, Injected } from '@keelson/core'
import {
  anything,
  callable,
  either,
  flag,
  integer,
  listOf,
  milliseconds,
  oneOf,
  optionTable,
  required,
  SECRET_OPTION,
  text,
  type WithDefaults,
} from '@keelson/core/options'
import {
  PUBLIC_ALGORITHMS,
  SECRET_ALGORITHMS,
  type BearerAlgorithm,
  type BearerClaims,
  type JsonWebKeySet,
} from '../jwt/index.ts'
import type { SchemeServices } from '../schemes/index.ts'

/**
 * Options of {@link bearer}. Keys come from one of `jwks`, `secret` and `key`, or, where none of them is given, from what `issuer` says of
 * itself.
 */
export interface BearerOptions<TUser extends object, TServices extends Injected = {}> {
  /**
   * Who issues the tokens: the `iss` of each must be the same text. Where it is also where keys come from, a URL of `https:`; its metadata
   * (OpenID Connect Discovery 1.0, else RFC 8414) name the keys. Needed with a URL as `jwks`.
   */
  readonly issuer?: string | undefined
  /** Keys of the issuer (RFC 7517 §5): the URL of the set, or the set itself. */
  readonly jwks?: string | JsonWebKeySet | undefined
  /** A secret that the issuer shares, of at least 256 bits; its bytes are its UTF-8. */
  readonly secret?: AppSecret | undefined
  /** The public key of the issuer: PEM of a key or a certificate, a `KeyObject`, or a JWK. */
  readonly key?: string | KeyObject | object | undefined
  /** For whom tokens are to be: the `aud` of each has one of these. */
  readonly audience: string | readonly string[]
  /** Services that `user` needs, by name. */
  readonly inject?: TServices | undefined
  /**
   * The caller as the application knows it, asked at every request, so that what it says is never old. `undefined` or `null` refuses the
   * token. Synchronous ones cost no promise.
   */
  readonly user: (
    claims: BearerClaims,
    services: SchemeServices<TServices>,
    ctx: BaseContext,
  ) => TUser | undefined | null | Promise<TUser | undefined | null>
  /**
   * Name of the authentication scheme in the header `authorization`. Documents describe `Token` as a key in that header (`apiKey`), since it is
   * not a registered name. Default `Bearer`.
   */
  readonly scheme?: 'Bearer' | 'Token' | undefined
  /** What tokens must have: those of `jwt` any of the usual types and `exp`, `sub`, `aud`; `rfc9068`, what RFC 9068 §2 says. Default `jwt`. */
  readonly profile?: 'jwt' | 'rfc9068' | undefined
  /**
   * Algorithms that are accepted. A key is used with the one that it names, else with the first of these that it is fit for. Default: those
   * of the kind of keys; of a secret `HS256`.
   */
  readonly algorithms?: readonly BearerAlgorithm[] | undefined
  /** Shown in messages, logs, events and documents. Default `bearer`. */
  readonly name?: string | undefined
  /** How far the clocks of issuer and app may be apart, ms. Default 5_000. */
  readonly clockSkewMs?: number | undefined
  /** Longest token, bytes. Default 8_192. */
  readonly maxTokenBytes?: number | undefined
  /** Most bytes, roughly, of verified tokens that are kept, so that they are not verified again before they end; `0` keeps none. Default 16_777_216 (16 MiB). */
  readonly maxCacheBytes?: number | undefined
  /** How long the issuer may take to say its keys, ms. Default 5_000. */
  readonly fetchTimeoutMs?: number | undefined
  /** How long keys of an issuer are used that cannot be read again, ms; at least ten minutes. Default 3_600_000 (one hour). */
  readonly staleKeysMs?: number | undefined
  /** Whether the issuer may be reached without TLS: for tests and development. Default `false`. */
  readonly allowInsecureIssuer?: boolean | undefined
}

const AUDIENCE = text('For whom tokens are to be.', { minLength: 1 })
const MINUTE_MS = 60_000

export const BEARER_OPTIONS = optionTable<BearerOptions<object>>({
  issuer: text('Who issues the tokens.', { minLength: 1 }),
  jwks: anything('Keys of the issuer.', { what: 'a URL, or an object with keys' }),
  secret: { ...SECRET_OPTION, description: 'A secret that the issuer shares.' },
  key: anything('The public key of the issuer.', { what: 'PEM text, a KeyObject or a JWK' }),
  audience: required(either(AUDIENCE, listOf(AUDIENCE, undefined, { minItems: 1 }))),
  inject: anything('Services that user needs, by name.'),
  user: required(callable('The caller as the application knows it.', '(claims, services) => user')),
  scheme: oneOf(['Bearer', 'Token'], 'Name of the authentication scheme.', { default: 'Bearer' }),
  profile: oneOf(['jwt', 'rfc9068'], 'What tokens must have.', { default: 'jwt' }),
  algorithms: listOf(
    oneOf([...PUBLIC_ALGORITHMS, ...SECRET_ALGORITHMS], 'Algorithms that are accepted.'),
    undefined,
    { minItems: 1 },
  ),
  name: text('Shown in messages, logs, events and documents.', { default: 'bearer', minLength: 1 }),
  clockSkewMs: milliseconds('How far the clocks of issuer and app may be apart, ms.', {
    maximum: 5 * MINUTE_MS,
    default: 5000,
  }),
  maxTokenBytes: integer('Longest token, bytes.', {
    minimum: 256,
    maximum: 65_536,
    default: 8192,
  }),
  maxCacheBytes: integer('Most bytes of verified tokens that are kept.', {
    default: 16_777_216,
  }),
  fetchTimeoutMs: milliseconds('How long the issuer may take to say its keys, ms.', {
    minimum: 1,
    maximum: MINUTE_MS,
    default: 5000,
  }),
  staleKeysMs: milliseconds('How long keys of an issuer are used that cannot be read again, ms.', {
    minimum: 10 * MINUTE_MS,
    default: 60 * MINUTE_MS,
  }),
  allowInsecureIssuer: flag('Whether the issuer may be reached without TLS.', { default: false }),
})

/** The options, with what is by default. */
export type ReadyBearerOptions = WithDefaults<
  BearerOptions<object>,
  | 'scheme'
  | 'profile'
  | 'name'
  | 'clockSkewMs'
  | 'maxTokenBytes'
  | 'maxCacheBytes'
  | 'fetchTimeoutMs'
  | 'staleKeysMs'
  | 'allowInsecureIssuer'
>
