import {
  createFakeClock,
  createMemoryBus,
  createMemoryCacheStore,
  createMemoryStore,
} from '@keelson/core/ports'
import type { KeyValueStore } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { createLocks, LockLostError, LockTakenError, type Lock } from './index.ts'

/** A store whose calls a test can hold up or fail. */
function faulty(store: KeyValueStore) {
  const fault: { before?: (name: string) => Promise<void> } = {}
  const proxy = new Proxy(store, {
    get: (target, name: keyof KeyValueStore & string) => {
      const member = target[name]
      if (typeof member !== 'function') return member
      return async (...args: never[]) => {
        await fault.before?.(name)
        return (member as (...all: never[]) => unknown).apply(target, args)
      }
    },
  })
  return Object.assign(fault, { store: proxy })
}

const setUp = () => {
  const clock = createFakeClock()
  const bus = createMemoryBus()
  const gate = faulty(createMemoryStore({ clock }))
  const join = () => createLocks({ store: gate.store, bus, clock })
  return { clock, bus, gate, join }
}

const turns = async (): Promise<void> => {
  for (let at = 0; at < 50; at++) await Promise.resolve()
}

describe('a lock', () => {
  it('is held by one at a time, and free when it is released', async () => {
    const { join } = setUp()
    const [ours, theirs] = [join(), join()]
    const lock = await ours.lock('import')
    await expect(theirs.lock('import')).rejects.toThrow(LockTakenError)
    await expect(theirs.lock('other')).resolves.toMatchObject({ name: 'other' })
    expect(await lock.release()).toBe(true)
    expect(await lock.release()).toBe(true)
    await expect(theirs.lock('import')).resolves.toMatchObject({ name: 'import' })
  })

  it('of many that ask at once, one gets', async () => {
    const { join } = setUp()
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => join().lock('import')))
    expect(asked.filter(({ status }) => status === 'fulfilled').length).toBe(1)
  })

  it('is waited for, and taken when the bus tells that it is free', async () => {
    const { clock, join } = setUp()
    const lock = await join().lock('import')
    const waiting = join().lock('import', { waitMs: 5000 })
    await turns()
    await lock.release()
    const next = await waiting
    expect([next.name, clock.monotonic()]).toEqual(['import', 0])
  })

  it('is taken without a bus, too, and after waitMs given up', async () => {
    const { clock, gate, join } = setUp()
    const alone = createLocks({ store: gate.store, clock })
    const lock = await join().lock('import', { ttlMs: 60_000 })
    const waiting = alone.lock('import', { waitMs: 5000 })
    await clock.advance(1000)
    await lock.release()
    await clock.advance(1000)
    const next = await waiting
    const givenUp = join().lock('import', { waitMs: 3000 })
    const refused = givenUp.catch((error: unknown) => error)
    await clock.advance(2900)
    await clock.advance(200)
    expect(LockTakenError.is(await refused)).toBe(true)
    expect(next.signal.aborted).toBe(false)
  })

  it('of an owner that has died is free after its time, and not before', async () => {
    const { clock, gate, join } = setUp()
    // Its process is dead: nobody renews, and nobody releases.
    await gate.store.set('lock:name:import', new TextEncoder().encode('1 dead'), { ttlMs: 10_000 })
    const waiting = join().lock('import', { waitMs: 60_000 })
    let isTaken = false
    void waiting.then(() => (isTaken = true))
    await clock.advance(9900)
    expect(isTaken).toBe(false)
    await clock.advance(1000)
    expect((await waiting).name).toBe('import')
  })

  it('is renewed for as long as it is held', async () => {
    const { clock, join } = setUp()
    const lock = await join().lock('import', { ttlMs: 1000 })
    for (let at = 0; at < 20; at++) {
      await clock.advance(500)
      await expect(join().lock('import')).rejects.toThrow(LockTakenError)
    }
    lock.assertHeld()
    expect([lock.signal.aborted, await lock.release()]).toEqual([false, true])
    await clock.advance(5000)
    expect(lock.signal.aborted).toBe(false)
  })

  it('is lost when the store is gone for its time, not when it is back before', async () => {
    const { clock, gate, join } = setUp()
    const lock = await join().lock('import', { ttlMs: 1000 })
    gate.before = async () => {
      throw new Error('gone')
    }
    await clock.advance(700)
    delete gate.before
    await clock.advance(300)
    await clock.advance(2000)
    expect(lock.signal.aborted).toBe(false)
    gate.before = async () => {
      throw new Error('gone')
    }
    await clock.advance(1000)
    await clock.advance(100)
    expect(LockLostError.is(lock.signal.reason)).toBe(true)
    expect(() => lock.assertHeld()).toThrow(LockLostError)
    expect(await lock.release()).toBe(false)
  })

  it('is lost before somebody else can have it, although renewals hang', async () => {
    const { clock, gate, join } = setUp()
    const lock = await join().lock('import', { ttlMs: 1000 })
    gate.before = (name) => (name === 'compareAndSet' ? new Promise(() => {}) : Promise.resolve())
    await clock.advance(985)
    expect(lock.signal.aborted).toBe(true)
    await expect(join().lock('import')).rejects.toThrow(LockTakenError)
    await clock.advance(15)
    await expect(join().lock('import')).resolves.toMatchObject({ name: 'import' })
  })

  it('that somebody else has by now is lost at the next renewal, and not released for him', async () => {
    const { clock, gate, join } = setUp()
    const lock = await join().lock('import', { ttlMs: 3000 })
    await gate.store.delete('lock:name:import')
    const theirs = await join().lock('import', { ttlMs: 3000 })
    await clock.advance(1000)
    expect(LockLostError.is(lock.signal.reason)).toBe(true)
    expect(await lock.release()).toBe(false)
    await expect(join().lock('import')).rejects.toThrow(LockTakenError)
    expect(theirs.signal.aborted).toBe(false)
  })

  it('has a fence larger than all before, where the store keeps', async () => {
    const { clock, join } = setUp()
    const fences: (number | undefined)[] = []
    for (const name of ['a', 'b', 'a']) {
      const lock = await join().lock(name)
      fences.push(lock.fence)
      await lock.release()
    }
    expect(fences).toEqual([1, 2, 3])
    const evicting = createLocks({ store: createMemoryCacheStore({ clock }), clock })
    expect((await evicting.lock('a')).fence).toBe(undefined)
  })

  it('whose fence came too late is not given', async () => {
    const { clock, gate, join } = setUp()
    let answer = (): void => {}
    gate.before = (name) =>
      name === 'increment' ? new Promise<void>((resolve) => (answer = resolve)) : Promise.resolve()
    const late = join().lock('import', { ttlMs: 1000 })
    const refused = late.catch((error: unknown) => error)
    await turns()
    await clock.advance(1000)
    answer()
    expect(LockLostError.is(await refused)).toBe(true)
  })

  it('that was taken although no answer came is given back', async () => {
    const { gate, join } = setUp()
    gate.before = async (name) => {
      if (name === 'increment') throw new Error('the answer was lost')
    }
    await expect(join().lock('import')).rejects.toThrow('the answer was lost')
    await turns()
    delete gate.before
    await expect(join().lock('import')).resolves.toMatchObject({ name: 'import' })
  })

  it('is released when the work under it is done, failed too', async () => {
    const { join } = setUp()
    const locks = join()
    expect(await locks.run('import', ({ name }) => name)).toBe('import')
    await expect(locks.run('import', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(locks.run('import', async () => 'again')).resolves.toBe('again')
  })

  it('that cannot be released fails no work that was done under it', async () => {
    const { gate, join } = setUp()
    const done = await join().run('import', (lock: Lock) => {
      gate.before = async () => {
        throw new Error('gone')
      }
      return lock.name
    })
    expect(done).toBe('import')
  })

  it('is not waited for any longer when the signal aborts', async () => {
    const { join } = setUp()
    await join().lock('import')
    const leaving = new AbortController()
    const waiting = join().lock('import', { waitMs: 5000, signal: leaving.signal })
    await turns()
    leaving.abort(new Error('the client has left'))
    await expect(waiting).rejects.toThrow('the client has left')
  })

  it('is not given out after close, also where it was on its way, and is free for others', async () => {
    const store = createMemoryStore()
    let go = (): void => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    const slow = new Proxy(store, {
      get: (target, name) => {
        if (name === 'add')
          return async (...given: Parameters<KeyValueStore['add']>) => {
            await gate
            return target.add(...given)
          }
        const member: unknown = target[name as keyof KeyValueStore]
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
    const locks = createLocks({ store: slow })
    const asked = locks.lock('a')
    await locks[Symbol.asyncDispose]()
    go()
    await expect(asked).rejects.toThrow('The locks are closed.')
    const other = createLocks({ store })
    await (await other.lock('a')).release()
    await other.close()
  })

  it('is released at close, and told so', async () => {
    const { join } = setUp()
    const locks = join()
    const lock = await locks.lock('import')
    await locks.close()
    expect(LockLostError.is(lock.signal.reason)).toBe(true)
    await expect(locks.lock('import')).rejects.toMatchObject({ code: 'ERR_CORE_PORT_CLOSED' })
    await expect(join().lock('import')).resolves.toMatchObject({ name: 'import' })
  })

  it('refuses a wrong name, option and store', async () => {
    const { join } = setUp()
    const locks = join()
    for (const name of ['', 'x'.repeat(401), 7 as never])
      await expect(locks.lock(name)).rejects.toMatchObject({ code: 'ERR_CORE_PORT_ARGUMENT' })
    await expect(locks.lock('a\n')).rejects.toMatchObject({ code: 'ERR_CORE_PORT_ARGUMENT' })
    for (const options of [{ ttl: 5 }, { ttlMs: 0 }, { ttlMs: 200 * 365 * 86_400_000 }, { waitMs: -1 }])
      await expect(locks.lock('a', options)).rejects.toThrow(Object.keys(options)[0])
    const { capabilities } = createMemoryStore()
    const lacking = Object.defineProperty(createMemoryStore(), 'capabilities', {
      value: { ...capabilities, add: false },
    })
    expect(() => createLocks({ store: lacking })).toThrow('ERR_CORE_PORT_CAPABILITY')
    expect(() => createLocks({} as never)).toThrow('store')
  })
})
