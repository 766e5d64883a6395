// At set-up: options as they are used.
import type { Clock, Logger } from '@keelson/core'
import { checkOptions, refuseCall, withDefaults, type OptionPlace } from '@keelson/core/options'
import {
  fixedKeys,
  PROFILES,
  PUBLIC_ALGORITHMS,
  readKeySet,
  readPublicKey,
  secretKeyFor,
  type KeySet,
  type KeySource,
  type TokenRules,
  type VerificationKey,
} from '../jwt/index.ts'
import { IssuerKeys } from './issuer-keys.ts'
import { bearerProblems } from './option-problems.ts'
import { BEARER_OPTIONS, type BearerOptions, type ReadyBearerOptions } from './options.ts'

/** Makes the keys of an app; those of an issuer are read by each app for itself. */
export type MakeKeys = (services: { readonly clock: Clock; readonly log: Logger }) => KeySource

/** Options that can be used. */
export interface ReadyBearer {
  readonly options: ReadyBearerOptions
  readonly rules: TokenRules
  readonly makeKeys: MakeKeys
}

/** @throws {SetupError} `ERR_CORE_OPTION`, `ERR_CORE_SECRET` */
export function readOptions(given: BearerOptions<object>, place: OptionPlace): ReadyBearer {
  checkOptions(BEARER_OPTIONS, given, place)
  const options = withDefaults<ReadyBearerOptions>(BEARER_OPTIONS, given)
  refuseCall(bearerProblems(options), place)
  const { issuer, secret, audience, profile, clockSkewMs } = options
  const accepted = options.algorithms ?? (secret === undefined ? PUBLIC_ALGORITHMS : ['HS256'])
  const fixed = fixedKeysOf(options, accepted, place)
  return {
    options,
    rules: { ...PROFILES[profile], issuer, audience: [audience].flat(), accepted, clockSkewMs },
    makeKeys: fixed === undefined ? issuerKeysOf(options, accepted) : (services) => keysOf(fixed, services),
  }
}

function fixedKeysOf(
  { secret, key, jwks }: ReadyBearerOptions,
  accepted: readonly string[],
  place: OptionPlace,
): KeySet | undefined {
  if (secret !== undefined) {
    const text = typeof secret === 'string' ? secret : secret.reveal()
    return only(secretKeyFor(text, accepted[0] as string))
  }
  if (key !== undefined) return attempt('key', () => only(readPublicKey(key, accepted)), place)
  if (typeof jwks !== 'object') return undefined
  const read = (): KeySet => {
    const set = readKeySet(jwks, accepted)
    if (set.keys.length === 0) throw new Error(set.skipped.join(' ') || 'It has no keys.')
    return set
  }
  return attempt('jwks', read, place)
}

function only(key: VerificationKey): KeySet {
  return { keys: [key], skipped: [] }
}

/** Sets are copied from issuers, with keys of other uses among them (RFC 7517 §5): the log tells which are passed over. */
function keysOf({ keys, skipped }: KeySet, { log }: Parameters<MakeKeys>[0]): KeySource {
  if (skipped.length > 0)
    log.info(
      { event: 'keys-passed-over', usable: keys.length, skipped },
      'Some keys of jwks cannot verify tokens.',
    )
  return fixedKeys(keys)
}

function attempt<T>(what: string, read: () => T, place: OptionPlace): T {
  try {
    return read()
  } catch (error) {
    const message = `Option ${what} cannot be used. ${(error as Error).message}`
    const remedy =
      'Give the public key for signatures: RSA from 2048 to 8192 bits, P-256, P-384, P-521 or Ed25519.'
    return refuseCall([{ message, remedy }], place)
  }
}

function issuerKeysOf(options: ReadyBearerOptions, accepted: readonly string[]): MakeKeys {
  const { fetchTimeoutMs, staleKeysMs, allowInsecureIssuer: isInsecure, jwks } = options
  // Without fixed keys there is an issuer, and jwks, if given, is a URL.
  const issuer = options.issuer as string
  const jwksUrl = jwks as string | undefined
  return (services) => {
    const keys = new IssuerKeys(
      { issuer, isInsecure, jwksUrl, accepted, fetchTimeoutMs, staleKeysMs },
      services,
    )
    // The start does not wait for them: requests do.
    void keys.refresh()
    return keys
  }
}
