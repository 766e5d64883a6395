// Access tokens that are not good any more though they have not ended: one by its id, those of a family, all of a user. What is revoked is
// written to the store, then told to all processes by the bus. A process asks the store when it sees a token for the first time, and from then on
// knows by the bus. A revocation that is written is one, also where the bus cannot tell it.
import { hash } from 'node:crypto'
import {
  SetupError,
  type Bus,
  type Clock,
  type KeyValueStore,
  type Logger,
  type Unsubscribe,
} from '@keelson/core'
import { requireCapabilities, scopedStore } from '@keelson/core/ports'
import type { BearerClaims, Revocations } from '../jwt/index.ts'
import { askStore, lostRace } from '../limits/index.ts'
import { readTold, tell } from '../told/index.ts'
import { timeOfTokenId } from './token-id.ts'

type Kind = 'id' | 'family' | 'user'

/** What is revoked: `id` of a token, `family`, or `user`, of whom all until now are. */
export interface Revoked {
  readonly kind: Kind
  readonly value: string
}

/** What is known of a revocation, ms since 1970. */
interface Known {
  readonly at: number
  readonly until: number
}

interface Options {
  readonly store: KeyValueStore
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Logger
  readonly storeTimeoutMs: number
  /** How long a token is good, with the skew of clocks: what is older is not kept. */
  readonly keptMs: number
  /** Whether the store is asked of tokens that are seen for the first time. */
  readonly isAsked: boolean
}

const TOPIC = 'keelson.auth.revoked-tokens'
/** Version of the format of what is stored. */
const VERSION = '1'
/** Revocations of some minutes. Beyond that many, what was verified is verified again, and the store asked. */
const MAX_KNOWN = 50_000
const UNTOLD =
  'Tokens were revoked, and the bus could not tell it: processes that know an access token let it pass until its end.'
/** So many processes do not revoke the same at once. */
const MAX_TRIES = 100

export class RevokedTokens implements Revocations {
  /** Another number when messages may have been lost: then what was verified is to be verified again. */
  revision = 0
  readonly #options: Options
  readonly #store: KeyValueStore
  readonly #known = {
    id: new Map<string, Known>(),
    family: new Map<string, Known>(),
    user: new Map<string, Known>(),
  }
  /** Until when the store is asked in any case: what is not known here may have been revoked. Ms since 1970. */
  #isUnsureUntil = 0
  #unsubscribe: Unsubscribe | undefined

  constructor(options: Options) {
    const problems = requireCapabilities(options.store, ['compareAndSet', 'keeps'], { place: 'Tokens' })
    if (problems.length > 0) throw new SetupError(problems)
    this.#options = options
    this.#store = scopedStore(options.store, 'revoked-tokens')
  }

  /** Listens to other processes, from before the first request. */
  async listen(signal: AbortSignal): Promise<void> {
    this.#unsubscribe = await this.#options.bus.subscribe(TOPIC, (payload) => this.#hear(payload), {
      signal,
      onGap: () => this.#askAnew(),
    })
  }

  async close(): Promise<void> {
    await this.#unsubscribe?.()
  }

  async revoke(one: Revoked): Promise<void> {
    // Here at once, also where the store fails.
    this.#note(one, this.#options.clock.now())
    const at = await this.#ask((signal) => this.#write(one, signal))
    this.#note(one, at)
    await this.#tell(one, at)
  }

  /** Until when all tokens of a user are revoked, ms since 1970; 0 where none are. Another number after each `revoke` of them. */
  async revokedUntil(userId: string): Promise<number> {
    const key = keyOf({ kind: 'user', value: userId })
    return timeIn(await this.#ask((signal) => this.#store.get(key, { signal }))) ?? 0
  }

  isKnown({ jti = '', sid, sub }: BearerClaims): boolean {
    const { id, family, user } = this.#known
    if (id.has(jti) || (typeof sid === 'string' && family.has(sid))) return true
    const known = user.get(sub)
    return known !== undefined && timeOfTokenId(jti) <= known.at
  }

  async isRevoked(claims: BearerClaims): Promise<boolean> {
    if (this.isKnown(claims)) return true
    if (!this.#options.isAsked && this.#options.clock.now() >= this.#isUnsureUntil) return false
    const named = namedBy(claims)
    const found = await this.#ask((signal) => this.#store.getMany(named.map(keyOf), { signal }))
    return found.some((value, at) => {
      const time = timeIn(value)
      if (time === undefined) return false
      // Of a user the tokens until then are, those of a sign-in afterwards are not.
      return named[at]!.kind !== 'user' || timeOfTokenId(claims.jti ?? '') <= time
    })
  }

  /**
   * A time after all at which tokens of a user were revoked, so that one that is made now is good.
   *
   * @param until - what the store says, where it was asked
   */
  timeAfter(userId: string, until = 0): number {
    const known = this.#known.user.get(userId)?.at ?? 0
    return Math.max(this.#options.clock.now(), known + 1, until + 1)
  }

  /** @returns the time that was written */
  async #write(one: Revoked, signal: AbortSignal): Promise<number> {
    const key = keyOf(one)
    const { clock, keptMs } = this.#options
    // Of all others the time is not asked.
    const isUser = one.kind === 'user'
    for (let at = 0; at < MAX_TRIES; at++) {
      const now = clock.now()
      const expected = isUser ? await this.#store.get(key, { signal }) : undefined
      // Clocks of processes differ: a time that went back would make tokens good again that were revoked.
      const until = Math.max(now, (timeIn(expected) ?? 0) + 1)
      const next = Buffer.from(`${VERSION} ${until}`)
      const options = { signal, ttlMs: keptMs + until - now }
      if (!isUser) await this.#store.set(key, next, options)
      else if (!(await this.#store.compareAndSet(key, { ...options, expected, next }))) continue
      return until
    }
    throw lostRace({
      detail: 'The same tokens are being revoked by others.',
      call: '`compareAndSet` of the revocation of a user',
      tries: MAX_TRIES,
    })
  }

  #tell(one: Revoked, at: number): Promise<void> {
    const { bus, clock, log, storeTimeoutMs: limitMs } = this.#options
    const untold = { fields: { revoked: one }, text: UNTOLD }
    return tell({ topic: TOPIC, message: { ...one, at }, untold }, { bus, clock, log, limitMs })
  }

  #hear(payload: Uint8Array): void {
    const told = readTold<ToldRevocation>(payload, isTold)
    // What is not understood may be of any token.
    if (told === undefined) this.#askAnew()
    else this.#note(told, told.at)
  }

  #note({ kind, value }: Revoked, at: number): void {
    const now = this.#options.clock.now()
    const known = this.#known[kind]
    if (known.size >= MAX_KNOWN) {
      for (const [one, { until }] of known) if (until <= now) known.delete(one)
      if (known.size >= MAX_KNOWN) this.#drop(known)
    }
    const latest = Math.max(at, known.get(value)?.at ?? 0)
    known.set(value, { at: latest, until: now + this.#options.keptMs })
  }

  /** Something may not be known. What is known stays so, whatever the store has lost, too. Until all tokens of now have ended the store is asked. */
  #askAnew(): void {
    this.revision++
    const { clock, keptMs } = this.#options
    this.#isUnsureUntil = clock.now() + keptMs
  }

  #drop(known: Map<string, Known>): void {
    this.#askAnew()
    known.clear()
  }

  #ask<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, storeTimeoutMs: limitMs } = this.#options
    return askStore(work, { clock, limitMs, what: 'revoked tokens' })
  }
}

type ToldRevocation = Revoked & { readonly at: number }

function isTold({ kind, value, at }: Partial<ToldRevocation>): boolean {
  const isKind = kind === 'id' || kind === 'family' || kind === 'user'
  return isKind && typeof value === 'string' && typeof at === 'number'
}

/** Under which a token may be revoked. */
function namedBy({ jti = '', sid, sub }: BearerClaims): readonly Revoked[] {
  const named: Revoked[] = [
    { kind: 'id', value: jti },
    { kind: 'user', value: sub },
  ]
  if (typeof sid === 'string') named.push({ kind: 'family', value: sid })
  return named
}

/** Ids of users may be of any length and characters. */
function keyOf({ kind, value }: Revoked): string {
  return `${kind}:${kind === 'user' ? hash('sha256', value, 'base64url') : value}`
}

/** When it was written; `undefined` for what was not, or by another version. */
function timeIn(value: Uint8Array | undefined): number | undefined {
  const [version, time] = textOf(value)
  return version === VERSION ? Number(time) : undefined
}

function textOf(value: Uint8Array | undefined): readonly string[] {
  return Buffer.from(value ?? [])
    .toString()
    .split(' ')
}
