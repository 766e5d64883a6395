// The truth that the model test holds processes to: what a source says, and until when an older value may be served.
import assert from 'node:assert/strict'
import type { Bus, BusListener } from '@keelson/core'
import { createMemoryBus } from '@keelson/core/ports'
import type { Cache, Namespace } from '../src/index.ts'
import { deferred, fleet, turns, type Deferred, type Fleet } from './support.ts'

export const KEYS = ['a', 'b'] as const
export const TAGS = ['t', 'u'] as const
const TTL_MS = 1_000
const GRACE_MS = 500
const MEMORY_TTL_MS = 100

/** What a value says of itself: where it comes from, and what it may be served for. */
interface Value {
  readonly key: string
  /** Which source made it. */
  readonly version: number
  readonly tag: string
}

/** One process. */
interface Process {
  readonly cache: Cache
  readonly fixed: Namespace<Value>
  readonly own: Namespace<Value>
}

/** A computation that has read its source and is not over. */
interface Running {
  readonly value: Value
  readonly done: Deferred<void>
}

/** What happens. */
export type Step =
  | {
      readonly kind: 'read'
      readonly at: number
      readonly key: string
      readonly isOwn: boolean
      readonly isSlow: boolean
    }
  | { readonly kind: 'finish'; readonly which: number }
  | { readonly kind: 'write'; readonly at: number; readonly tag: string }
  | { readonly kind: 'set'; readonly at: number; readonly key: string }
  | { readonly kind: 'clear'; readonly at: number }
  | { readonly kind: 'evict'; readonly which: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'bus'; readonly loses: boolean; readonly repeats: boolean }
  | { readonly kind: 'store'; readonly isGone: boolean }
  | { readonly kind: 'gap' }

/** A bus that loses and repeats what it carries; it says so by `onGap` when the test wants it to. */
class FaultyBus implements Bus {
  readonly capabilities = { shared: true }
  readonly #inner = createMemoryBus()
  readonly #gaps: (() => void)[] = []
  loses = false
  repeats = false
  /** Whether anything was lost since the last gap. */
  hasLost = false

  async publish(topic: string, payload: Uint8Array): Promise<void> {
    if (this.loses) {
      this.hasLost = true
      return
    }
    await this.#inner.publish(topic, payload)
    if (this.repeats) await this.#inner.publish(topic, payload)
  }

  subscribe(
    topic: string,
    listener: BusListener,
    options?: Parameters<Bus['subscribe']>[2],
  ): ReturnType<Bus['subscribe']> {
    this.#gaps.push(() => void options?.onGap?.(topic))
    return this.#inner.subscribe(topic, listener, options)
  }

  gap(): void {
    this.hasLost = false
    for (const one of this.#gaps) one()
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}

/** Two processes, and what is true. */
export class World {
  readonly kit: Fleet = fleet()
  readonly bus = new FaultyBus()
  readonly processes: readonly Process[]
  readonly running: Running[] = []
  readonly pending: Promise<void>[] = []
  readonly versions = new Map<string, number>(TAGS.map((tag) => [tag, 0]))
  /** When a version was replaced, in which process, on the fake clock. */
  readonly replaced = new Map<
    string,
    { readonly at: number; readonly by: number; readonly boundMs: number }
  >()
  #next = 0

  constructor() {
    this.processes = [0, 1].map(() => {
      const cache = this.kit.join({
        shared: { store: this.kit.store, bus: this.bus },
        memoryTtlMs: MEMORY_TTL_MS,
      })
      const options = { ttlMs: TTL_MS, graceMs: GRACE_MS, softTimeoutMs: 2_000, jitter: 0 }
      return {
        cache,
        fixed: cache.namespace<Value>('fixed', { ...options, tags: [TAGS[0]] }),
        own: cache.namespace<Value>('own', { ...options, tags: ({ tag }) => [tag] }),
      }
    })
  }

  get now(): number {
    return this.kit.clock.monotonic()
  }

  #source(name: string, tag: string): Value {
    return { key: name, version: this.versions.get(tag) ?? 0, tag }
  }

  #process(index: number): Process {
    return this.processes[index] as Process
  }

  async read({ at: index, key: name, isOwn, isSlow }: Extract<Step, { kind: 'read' }>): Promise<void> {
    const tag = isOwn && name === 'b' ? TAGS[1] : TAGS[0]
    const begunAt = this.now
    // What was replaced before the read began must not be served, but for the stated bound.
    const replaced = [...this.replaced]
    const versionAtStart = this.versions.get(tag) ?? 0
    const process = this.#process(index)
    const work = (isOwn ? process.own : process.fixed)
      .getOrSet(name, async () => {
        const value = this.#source(name, tag)
        if (isSlow) {
          const done = deferred()
          this.running.push({ value, done })
          await done.promise
        }
        return value
      })
      .then((value) => {
        assert.equal(value.key, name)
        assert.equal(value.tag, tag)
        if (value.version >= versionAtStart) return
        const bound = replaced.find(([which]) => which === `${tag}:${value.version}`)?.[1]
        assert.ok(bound, 'a version that was never replaced')
        // Only another process may serve it, and only so long.
        assert.notEqual(bound.by, index)
        assert.ok(
          begunAt - bound.at <= bound.boundMs,
          `served ${begunAt - bound.at} ms later, not ${bound.boundMs}`,
        )
      })
    this.pending.push(work)
    work.catch(() => {})
    await turns(2)
  }

  finish(which: number): void {
    if (this.running.length === 0) return
    const [one] = this.running.splice(which === -1 ? -1 : which % this.running.length, 1)
    one?.done.resolve()
  }

  async write(index: number, tag: string): Promise<void> {
    const before = this.versions.get(tag) ?? 0
    this.versions.set(tag, ++this.#next)
    await this.#process(index).cache.invalidate(tag)
    await turns(2)
    // A message that arrives leaves nothing; one that is lost, what is in memory; a store that is gone, what it has.
    const lostMs = this.bus.loses ? MEMORY_TTL_MS : -1
    const boundMs = this.kit.store.isGone ? TTL_MS + GRACE_MS : lostMs
    for (let version = before; version >= 0; version--)
      if (!this.replaced.has(`${tag}:${version}`))
        this.replaced.set(`${tag}:${version}`, { at: this.now, by: index, boundMs })
  }

  async set(index: number, name: string): Promise<void> {
    await this.#process(index).fixed.set(name, this.#source(name, TAGS[0]))
    await turns(2)
  }

  async evict(which: number): Promise<void> {
    if (this.kit.store.isGone) return
    const names = [
      'latest',
      't:t',
      't:u',
      'n:fixed',
      'n:own',
      'v:fixed:a',
      'v:own:a',
      'v:own:b',
      'l:own:a',
      'l:fixed:a',
    ]
    await this.kit.store.delete(`cache:${names[which % names.length]}`)
  }

  async end(): Promise<void> {
    this.kit.store.isGone = false
    for (let times = 0; times < 50; times++) {
      while (this.running.length > 0) this.finish(0)
      await this.kit.clock.advance(100)
      await turns(1)
    }
    await Promise.all(this.pending)
    for (const { cache } of this.processes) {
      await cache.close()
      const { namespaces } = cache.state()
      for (const { bytes, entries } of Object.values(namespaces)) assert.equal(bytes > 0, entries > 0)
    }
  }
}

/** Does one step. */
export async function play(world: World, step: Step): Promise<void> {
  switch (step.kind) {
    case 'read':
      return world.read(step)
    case 'finish':
      world.finish(step.which)
      return turns(2)
    case 'write':
      return world.write(step.at, step.tag)
    case 'set':
      return world.set(step.at, step.key)
    case 'clear':
      return world.processes[step.at]?.fixed.clear()
    case 'evict':
      return world.evict(step.which)
    case 'advance':
      return world.kit.clock.advance(step.ms)
    case 'bus':
      world.bus.loses = step.loses
      world.bus.repeats = step.repeats
      return
    case 'store':
      world.kit.store.isGone = step.isGone
      return
    case 'gap':
      world.bus.gap()
  }
}
