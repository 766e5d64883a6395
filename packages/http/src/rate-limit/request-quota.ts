// On the request path: what a handler takes from quotas.
import { ArgumentError, type BaseContext } from '@keelson/core'
import { groupOf } from './caller.ts'
import { tooMany, uncounted } from './refusal.ts'
import type { Asked, StoreWatch, Taken } from './store-watch.ts'

/** A quota in one request. */
export interface RequestQuota {
  /**
   * Takes units for a key.
   *
   * @param key - who or what it is counted for, any text
   * @param units - default 1
   * @throws {TooManyRequestsError} when they are not there; then none is taken
   * @throws {ServiceUnavailableError} when the store fails, where `onStoreFailure` is `closed`
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a key that is not a text, and units that are not a whole number from 1 to the limit
   */
  take(key: string, units?: number): Promise<void>
  /** Gives back what this request took for a key. */
  giveBack(key: string): Promise<void>
}

/** The quotas in one request, by name. */
export type Quotas<TName extends string = string> = { readonly [K in TName]: RequestQuota }

/** A quota as its requests take from it. */
export interface ReadySize {
  readonly name: string
  readonly limit: number
  readonly windowMs: number
  readonly prefix: string
}

interface Counting {
  readonly watch: StoreWatch
  readonly isClosed: boolean
}

/** All of them, for one request. */
export function quotasOfRequest(
  ctx: BaseContext,
  sizes: readonly ReadySize[],
  counting: Counting,
): Quotas<string> {
  return Object.fromEntries(sizes.map((size) => [size.name, new CountedQuota(ctx, size, counting)]))
}

/** What was taken for a key in this request, each time. */
interface Part {
  readonly units: number
  readonly taken: Taken
}

class CountedQuota implements RequestQuota {
  readonly #ctx: BaseContext
  readonly #size: ReadySize
  readonly #counting: Counting
  readonly #parts = new Map<string, Part[]>()

  constructor(ctx: BaseContext, size: ReadySize, counting: Counting) {
    this.#ctx = ctx
    this.#size = size
    this.#counting = counting
  }

  async take(key: string, units = 1): Promise<void> {
    const { name, limit } = this.#size
    if (typeof key !== 'string') throw new ArgumentError(`quotas.${name}: the key must be a text.`)
    if (!Number.isSafeInteger(units) || units < 1 || units > limit)
      throw new ArgumentError(
        `quotas.${name}: units must be a whole number from 1 to ${limit}, not ${String(units)}.`,
      )
    const taken = await this.#ask(key, units)
    if (taken === undefined && this.#counting.isClosed) throw uncounted()
    if (taken?.isTaken === false) throw tooMany(name, taken.resetMs)
    if (taken !== undefined) this.#parts.set(key, [...(this.#parts.get(key) ?? []), { units, taken }])
  }

  async giveBack(key: string): Promise<void> {
    const parts = this.#parts.get(key) ?? []
    this.#parts.delete(key)
    for (const { units, taken } of parts) {
      if (taken !== undefined && 'giveBack' in taken) taken.giveBack()
      else await this.#ask(key, -units)
    }
  }

  #ask(key: string, amount: number): Taken | Promise<Taken> {
    const { limit, windowMs, prefix } = this.#size
    const quota: Asked['quota'] = { prefix, callerOf: (_ctx, level) => groupOf(key, level) }
    const asked = { quota, units: { limit, windowMs, amount } }
    return this.#counting.watch.take(this.#ctx, prefix + groupOf(key, 0), asked)
  }
}
