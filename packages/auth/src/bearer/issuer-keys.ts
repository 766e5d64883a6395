// Keys of an issuer, as it publishes them: read when they are needed, again when they are old or lack a key.
import { ServiceUnavailableError, type Clock, type ClockTimer, type Logger } from '@keelson/core'
import { runOutsideFrame } from '@keelson/core/frames'
import { fetchJson, IssuerError } from './fetch-json.ts'
import { discoverKeys, type IssuerAccess } from './discovery.ts'
import {
  chooseKeys,
  readKeySet,
  type KeyChoice,
  type KeySet,
  type KeySource,
  type VerificationKey,
} from '../jwt/index.ts'

/** Where the keys of an issuer are, and how long they are good. */
export interface IssuerKeysOptions extends IssuerAccess {
  /** Default: what the metadata of the issuer say. */
  readonly jwksUrl: string | undefined
  readonly accepted: readonly string[]
  readonly fetchTimeoutMs: number
  /** How long keys are used that could not be read again. */
  readonly staleKeysMs: number
}

interface Services {
  readonly clock: Clock
  readonly log: Logger
}

/** Keys older than this are read again, while they are used. */
const FRESH_MS = 600_000
/** Time between two readings for the sake of a key that is not there. */
const COOL_DOWN_MS = 30_000
/** Time between two attempts while the issuer cannot be read. */
const RETRY_MS = 5_000

export class IssuerKeys implements KeySource, Disposable {
  revision = 0
  readonly #options: IssuerKeysOptions
  readonly #services: Services
  readonly #closed = new AbortController()
  #keys: readonly VerificationKey[] = []
  #readAt = -Infinity
  #triedAt = -Infinity
  #hasFailed = false
  #jwksUrl: string | undefined
  #reading: Promise<void> | undefined

  constructor(options: IssuerKeysOptions, services: Services) {
    this.#options = options
    this.#services = services
    this.#jwksUrl = options.jwksUrl
  }

  isUsable(): boolean {
    const age = this.#services.clock.monotonic() - this.#readAt
    // In the background: it waits for nobody, and nobody for it.
    if (age > FRESH_MS) void this.refresh()
    return age <= Math.max(FRESH_MS, this.#options.staleKeysMs)
  }

  async find(choice: KeyChoice): Promise<readonly VerificationKey[]> {
    if (!this.isUsable()) {
      await this.refresh()
      if (!this.isUsable()) throw this.#unavailable()
    }
    const known = chooseKeys(this.#keys, choice)
    if (known.length > 0) return known
    await this.refresh()
    const found = chooseKeys(this.#keys, choice)
    // It may be a key that could not be read.
    if (found.length === 0 && this.#hasFailed) throw this.#unavailable()
    return found
  }

  /** Reads the keys, unless that was just done; never rejects. One reading at a time. */
  refresh(): Promise<void> {
    if (this.#reading !== undefined) return this.#reading
    if (this.#closed.signal.aborted || this.#waitMs() > 0) return Promise.resolve()
    this.#reading = runOutsideFrame(() => this.#read()).finally(() => {
      this.#triedAt = this.#services.clock.monotonic()
      this.#reading = undefined
    })
    return this.#reading
  }

  [Symbol.dispose](): void {
    this.#closed.abort(new IssuerError('The app has stopped.'))
  }

  async #read(): Promise<void> {
    const { issuer, accepted } = this.#options
    try {
      const set = await this.#withinTime(async (signal) => {
        this.#jwksUrl ??= await discoverKeys(this.#options, signal)
        return readKeySet(await fetchJson(this.#jwksUrl, signal), accepted)
      })
      this.#replace(set)
    } catch (error) {
      this.#hasFailed = true
      this.#jwksUrl = this.#options.jwksUrl
      if (!this.#closed.signal.aborted)
        this.#services.log.warn(
          { event: 'issuer-keys-unread', issuer, reason: (error as Error).message },
          'The keys of an issuer could not be read.',
        )
    }
  }

  #replace({ keys, skipped }: KeySet): void {
    const fresh = new Set(keys.map(({ fingerprint }) => fingerprint))
    if (this.#keys.some(({ fingerprint }) => !fresh.has(fingerprint))) this.revision++
    this.#keys = keys
    this.#readAt = this.#services.clock.monotonic()
    // Without any, nothing can be known of any token.
    this.#hasFailed = keys.length === 0
    const about = { event: 'issuer-keys-read', issuer: this.#options.issuer, usable: keys.length, skipped }
    if (keys.length === 0)
      this.#services.log.warn(about, 'An issuer publishes no key that tokens can be verified with.')
    else this.#services.log.debug(about, 'The keys of an issuer were read.')
  }

  async #withinTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { fetchTimeoutMs } = this.#options
    const late = new AbortController()
    const timer: ClockTimer = this.#services.clock.setTimeout(
      () => late.abort(new IssuerError(`It did not answer within ${fetchTimeoutMs} ms.`)),
      fetchTimeoutMs,
      { unref: true },
    )
    try {
      return await work(AbortSignal.any([late.signal, this.#closed.signal]))
    } finally {
      timer.cancel()
    }
  }

  /** Time until the next reading may begin, ms. */
  #waitMs(): number {
    const pauseMs = this.#hasFailed ? RETRY_MS : COOL_DOWN_MS
    return this.#triedAt + pauseMs - this.#services.clock.monotonic()
  }

  #unavailable(): ServiceUnavailableError {
    return new ServiceUnavailableError(`The keys of ${this.#options.issuer} are not known.`, {
      retryAfterSeconds: Math.max(1, this.#waitMs() / 1000),
    })
  }
}
