// Runs a factory, and finds out how its value is stored.
import { ArgumentError } from '@keelson/core'
import { checkCallOptions, describeValue } from '@keelson/core/options'
import { waitUntil } from '@keelson/core/ports'
import {
  CacheTimeoutError,
  type CacheWriteOptions,
  type Factory,
  type FactoryDecision,
} from '../contract/index.ts'
import type { Flight, Served } from '../flight/index.ts'
import { assertTags } from '../tags/index.ts'
import { lifetimeOf, type Lifetime } from './lifetime.ts'
import type { NamespaceParts } from './namespace-parts.ts'
import { DECIDE_OPTIONS } from './options.ts'

/** A value, and how it is stored. */
export interface Made {
  readonly held: unknown
  readonly empty: Served['empty']
  readonly payload: Uint8Array
  /** Undefined for what is not stored. */
  readonly lifetime: Lifetime | undefined
  /** All of them, that of the namespace included. */
  readonly tags: readonly string[]
}

/** Any factory. */
export type AnyFactory = Factory<never, never>

const NO_BYTES = new Uint8Array()

/** Runs a factory within its time. */
export async function runFactory(
  parts: NamespaceParts,
  flight: Flight,
  job: { readonly factory: AnyFactory; readonly options: CacheWriteOptions },
): Promise<Made> {
  const { name, core, settings, codec } = parts
  let decided: FactoryDecision = {}
  const { stale } = flight
  const run = {
    signal: flight.signal,
    get stale(): never {
      return (stale?.empty === undefined ? codec.read(stale?.held) : undefined) as never
    },
    decide: (options: FactoryDecision): void => {
      checkCallOptions(DECIDE_OPTIONS, options, { name: `${name}: decide`, below: run.decide })
      decided = { ...decided, ...options }
    },
  }
  const late = (): void => flight.abort(tookTooLong(parts))
  // Keeps the process alive for those who wait: nothing else may.
  const timer = core.clock.setTimeout(late, settings.hardTimeoutMs, { unref: stale !== undefined })
  try {
    const value: unknown = await untilAborted(() => job.factory(run), flight.signal)
    return toMade(parts, value, { ...job.options, ...decided, isOurs: true })
  } finally {
    timer.cancel()
  }
}

/** Of a factory that took longer than it may. */
export function tookTooLong({ name, settings: { hardTimeoutMs } }: NamespaceParts): Error {
  return timeoutError(`A factory of '${name}' took longer than ${hardTimeoutMs} ms.`)
}

/** @param what - what took too long, as a sentence */
export function timeoutError(what: string): Error {
  return new CacheTimeoutError({
    message: `${what} Give what it calls shorter limits, or raise hardTimeoutMs.`,
  })
}

/** What is stored of a value. */
export function toMade(
  parts: NamespaceParts,
  value: unknown,
  { isOurs, ...written }: FactoryDecision & { readonly isOurs: boolean },
): Made {
  const { codec, settings } = parts
  const isAbsent = value === undefined || (value === null && !codec.takesNull)
  if (isAbsent) {
    const lifetime = written.isStored === false ? undefined : lifetimeOf(undefined, written, lifeParts(parts))
    const empty = value === null ? 'null' : 'undefined'
    return { held: undefined, empty, payload: NO_BYTES, lifetime, tags: tagsOf(parts, undefined, written) }
  }
  const { held, payload } = codec.make(value, isOurs)
  const isAsked = typeof settings.ttlMs === 'function' || typeof settings.tags === 'function'
  const read = isAsked ? codec.read(held) : held
  const lifetime = written.isStored === false ? undefined : lifetimeOf(read, written, lifeParts(parts))
  return { held, empty: undefined, payload, lifetime, tags: tagsOf(parts, read, written) }
}

function lifeParts({ name, settings, core: { random } }: NamespaceParts): Parameters<typeof lifetimeOf>[2] {
  return { name, settings, random }
}

/** @param value - undefined for nothing, of which only what was written says tags */
function tagsOf(parts: NamespaceParts, value: unknown, written: CacheWriteOptions): readonly string[] {
  const { name, ownTags, staticTags, settings } = parts
  if (written.tags === undefined && staticTags !== undefined) return parts.knownTags
  const own = typeof settings.tags === 'function' && value !== undefined ? settings.tags(value) : []
  const tags: unknown = written.tags ?? own
  assertTags(tags, name)
  return [...new Set([...ownTags, ...tags])]
}

/** The wait for a factory: one that ignores its signal is left alone. */
export async function untilAborted<T>(work: () => T | PromiseLike<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return waitUntil<T>(work, { signal })
}

/** @throws {ArgumentError} `ERR_CORE_ARGUMENT` */
export function assertFactory(factory: unknown, place: string): void {
  if (typeof factory === 'function') return
  throw new ArgumentError(
    `${place}: The factory must be a function, not ${describeValue(factory)}. Give () => value.`,
  )
}
