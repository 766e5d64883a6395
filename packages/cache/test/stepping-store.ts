import type { KeyValueStore } from '@keelson/core'
import { createMemoryCacheStore } from '@keelson/core/ports'

/** A store whose batches are no single step, which is all that the port promises. Something happens after each step. */
export class SteppingStore {
  readonly inner = createMemoryCacheStore()
  /** Called with the method and its key when a step is done. */
  onStep: (method: string, key: string) => Promise<void> | void = () => {}
  /** Whether a batch reads its last key first. */
  isReversed = false
  /** Whether it takes a key no more: it is full. */
  refuses: (key: string) => boolean = () => false
  /** Whether it can compare and set. */
  canCompare = true

  get store(): KeyValueStore {
    const stepping = this
    const { inner } = this
    const step =
      <T extends unknown[], R>(method: string, work: (key: string, ...rest: T) => Promise<R>) =>
      async (key: string, ...rest: T): Promise<R> => {
        const result = await work(key, ...rest)
        await stepping.onStep(method, key)
        return result
      }
    const get = step('get', (key: string) => inner.get(key))
    return {
      ...Object.fromEntries(
        ['touch', 'delete', 'deleteMany', 'increment', 'close'].map((name) => [
          name,
          (inner[name as 'delete'] as (...given: unknown[]) => unknown).bind(inner),
        ]),
      ),
      capabilities: { ...inner.capabilities, shared: true, compareAndSet: this.canCompare },
      get,
      set: step('set', inner.set.bind(inner)),
      add: step('add', inner.add.bind(inner)),
      compareAndSet: step('compareAndSet', inner.compareAndSet.bind(inner)),
      async getMany(keys: readonly string[]) {
        const values = new Map<string, Uint8Array | undefined>()
        const order = stepping.isReversed ? keys.toReversed() : keys
        for (const key of order) values.set(key, await get(key))
        return keys.map((key) => values.get(key))
      },
      async setMany(entries: Parameters<KeyValueStore['setMany']>[0]) {
        for (const { key, value, ttlMs } of entries) {
          if (stepping.refuses(key)) throw new Error('The store is full.')
          await inner.set(key, value, { ttlMs })
          await stepping.onStep('set', key)
        }
      },
    } as KeyValueStore
  }
}
