// Invalidations on their way to the store, and those that it could not take: until it has them, this process acts as if it had.
import type { Clock, ClockTimer } from '@keelson/core'
import { EVERYTHING } from './store-keys.ts'
import type { UnwrittenTags } from './shared-store.ts'

/** How often they are tried again while the store is gone, ms. */
const RETRY_MS = 250
/** More than these are not kept apart: then everything is invalidated, since a process does not know which namespaces others have. */
const MAX_KEPT = 10_000
/** So many are written at a time, within the time of one call. */
const MAX_AT_ONCE = 500

/** What is needed. */
export interface UnwrittenParts {
  readonly clock: Clock
  /** Writes them. @returns whether the store has them */
  readonly write: (tags: readonly string[], isSoft: boolean) => Promise<boolean>
  readonly drop: (keys: readonly string[]) => Promise<boolean>
  /** Called when the first is kept, and when all are written. */
  readonly onKept: (count: number) => void
}

/** How often a tag is on its way, and which way it was invalidated. */
interface Way {
  count: number
  life: 'hard' | 'soft'
}

interface Kept {
  readonly life: 'hard' | 'soft'
}

/** What the store does not have yet. */
export class Unwritten implements UnwrittenTags {
  readonly #parts: UnwrittenParts
  /** On their way. */
  readonly #ways = new Map<string, Way>()
  /** Not taken. Each time that it is not is a value of its own: a try that began before does not count for it. */
  readonly #kept = new Map<string, Kept>()
  readonly #keptKeys = new Map<string, object>()
  #timer: ClockTimer | undefined
  #isTrying = false
  #isClosed = false

  constructor(parts: UnwrittenParts) {
    this.#parts = parts
  }

  /** Invalidations that the store has not taken. */
  get count(): number {
    return this.#kept.size + this.#keptKeys.size
  }

  lifeOf(tag: string): 'hard' | 'soft' | undefined {
    if (this.#ways.size === 0 && this.#kept.size === 0) return undefined
    const kept = this.#kept.get(tag)?.life
    const onWay = this.#ways.get(tag)?.life
    return kept === 'hard' || onWay === 'hard' ? 'hard' : (kept ?? onWay)
  }

  isDropped(key: string): boolean {
    return this.#keptKeys.size > 0 && this.#keptKeys.has(key)
  }

  /** Invalidates, and keeps what the store does not take. @returns whether it has it */
  async invalidate(tags: readonly string[], isSoft: boolean): Promise<boolean> {
    const life = isSoft ? 'soft' : 'hard'
    for (const tag of tags) this.#enter(tag, life)
    const isWritten = await this.#parts.write(tags, isSoft)
    if (!isWritten) this.#keep(tags, life)
    for (const tag of tags) this.#leave(tag)
    return isWritten
  }

  async drop(keys: readonly string[]): Promise<boolean> {
    const isDone = await this.#parts.drop(keys)
    if (isDone) return true
    for (const key of keys) this.#keptKeys.set(key, {})
    this.#begin()
    return false
  }

  /** The store is back: it need not wait for its time. */
  tryNow(): void {
    if (this.#isTrying || this.#timer === undefined) return
    this.#timer.cancel()
    void this.#retry()
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #enter(tag: string, life: 'hard' | 'soft'): void {
    const way = this.#ways.get(tag)
    if (way === undefined) this.#ways.set(tag, { count: 1, life })
    else {
      way.count++
      if (life === 'hard') way.life = life
    }
  }

  #leave(tag: string): void {
    const way = this.#ways.get(tag)
    if (way !== undefined && --way.count === 0) this.#ways.delete(tag)
  }

  #keep(tags: readonly string[], life: 'hard' | 'soft'): void {
    for (const tag of tags)
      this.#kept.set(tag, { life: this.#kept.get(tag)?.life === 'hard' ? 'hard' : life })
    this.#begin()
  }

  #begin(): void {
    if (this.count > MAX_KEPT) this.#keepAll()
    this.#parts.onKept(this.count)
    this.#schedule()
  }

  #keepAll(): void {
    this.#kept.clear()
    this.#keptKeys.clear()
    this.#kept.set(EVERYTHING, { life: 'hard' })
  }

  #schedule(): void {
    if (this.#isTrying || this.#isClosed || this.#timer !== undefined) return
    this.#timer = this.#parts.clock.setTimeout(() => void this.#retry(), RETRY_MS, { unref: true })
  }

  async #retry(): Promise<void> {
    this.#timer = undefined
    this.#isTrying = true
    const { write, drop } = this.#parts
    const hard = [...this.#kept].filter(([, { life }]) => life === 'hard')
    const soft = [...this.#kept].filter(([, { life }]) => life === 'soft')
    void (
      (await writeOff(this.#kept, hard, (tags) => write(tags, false))) &&
      (await writeOff(this.#kept, soft, (tags) => write(tags, true))) &&
      (await writeOff(this.#keptKeys, [...this.#keptKeys], drop))
    )
    this.#isTrying = false
    if (this.count > 0) this.#schedule()
    else this.#parts.onKept(0)
  }
}

/** Writes what is kept, part by part, and keeps no longer what the store has. @returns whether it has all */
async function writeOff<T>(
  kept: Map<string, T>,
  tried: readonly (readonly [name: string, one: T])[],
  write: (names: readonly string[]) => Promise<boolean>,
): Promise<boolean> {
  for (let at = 0; at < tried.length; at += MAX_AT_ONCE) {
    const part = tried.slice(at, at + MAX_AT_ONCE)
    if (!(await write(part.map(([name]) => name)))) return false
    for (const [name, one] of part) if (kept.get(name) === one) kept.delete(name)
  }
  return true
}
