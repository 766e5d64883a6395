import { MAX_STORED_KEY_BYTES } from '../key-value-store.ts'
import { bytes, codeOf, text, type SuiteCases } from '../suite.ts'
import { optional, type StoreSubject } from './store-subject.ts'

/** Limits and invalid arguments. */
export const ARGUMENT_CASES: SuiteCases<StoreSubject> = {
  'takes keys up to the limit and rejects longer and invalid ones': async (
    { store, maxKeyBytes = MAX_STORED_KEY_BYTES },
    expect,
  ) => {
    const longest = 'k'.repeat(maxKeyBytes)
    await store.set(longest, bytes('v'))
    expect(text(await store.get(longest))).toEqual('v')
    const wide = 'ä'.repeat(Math.floor(maxKeyBytes / 2))
    await store.set(wide, bytes('w'))
    expect(text(await store.get(wide))).toEqual('w')
    for (const key of [
      '',
      `${longest}k`,
      `${wide}ää`,
      'a\nb',
      'a\0',
      '\ud800',
      7 as never,
      undefined as never,
    ]) {
      const codes = [
        await codeOf(store.get(key)),
        await codeOf(store.set(key, bytes('v'))),
        await codeOf(store.getMany([key])),
      ]
      expect(codes).toEqual(Array.from({ length: 3 }, () => 'ERR_CORE_PORT_ARGUMENT'))
    }
  },
  'refuses a TTL that is not a whole number of 1 or more, and changes nothing': async ({ store }, expect) => {
    await store.set('k', bytes('before'))
    for (const ttlMs of [0, -1, 0.5, Number.NaN, Infinity, '1' as never]) {
      expect([ttlMs, await codeOf(store.set('k', bytes('v'), { ttlMs }))]).toEqual([
        ttlMs,
        'ERR_CORE_PORT_ARGUMENT',
      ])
    }
    expect(text(await store.get('k'))).toEqual('before')
  },
  'takes the longest TTL': async ({ store }, expect) => {
    await store.set('k', bytes('v'), { ttlMs: 3_153_600_000_000 })
    expect(text(await store.get('k'))).toEqual('v')
    expect(await codeOf(store.set('k', bytes('w'), { ttlMs: 3_153_600_000_001 }))).toEqual(
      'ERR_CORE_PORT_ARGUMENT',
    )
  },
  'refuses values that are not bytes': async ({ store }, expect) => {
    for (const value of ['text', null, undefined, [1], new ArrayBuffer(1)]) {
      expect(await codeOf(store.set('k', value as never))).toEqual('ERR_CORE_PORT_ARGUMENT')
    }
    expect(await store.get('k')).toEqual(undefined)
  },
  'refuses unknown options, and invalid ones, and changes nothing': async ({ store }, expect) => {
    const [value, ttl] = [bytes('v'), { ttl: 5 } as object]
    const entry = { key: 'k', value, ...ttl }
    const { add, compareAndSet, increment, touch } = store.capabilities
    const codes = [
      await codeOf(store.get('k', ttl)),
      await codeOf(store.set('k', value, ttl)),
      await codeOf(store.set('k', value, 5000 as never)),
      await codeOf(store.delete('k', ttl)),
      await codeOf(store.getMany(['k'], ttl)),
      await codeOf(store.setMany([entry])),
      await codeOf(store.setMany([{ key: 'k', value }], { ttlMs: 5 } as object)),
      await codeOf(store.deleteMany(['k'], ttl)),
      ...(add ? [await codeOf(store.add('k', value, ttl))] : []),
      ...(compareAndSet
        ? [await codeOf(store.compareAndSet('k', { expected: undefined, next: value, ...ttl }))]
        : []),
      ...(increment ? [await codeOf(store.increment('k', 1, ttl))] : []),
      ...(touch ? [await codeOf(store.touch('k', 1000, ttl))] : []),
    ]
    expect(codes).toEqual(codes.map(() => 'ERR_CORE_PORT_ARGUMENT'))
    expect(await store.get('k')).toEqual(undefined)
  },
  'refuses another kind of value for a list, an entry, a change or a time': async ({ store }, expect) => {
    const value = bytes('v')
    const { compareAndSet, touch } = store.capabilities
    const lists: unknown[] = [undefined, null, 'k', 7, { key: 'k', value }]
    const entries: unknown[] = [undefined, null, 'k', 7]
    const changes: unknown[] = compareAndSet ? [undefined, null, 'k', 7, { next: 'v' }, { expected: 1 }] : []
    const times: unknown[] = touch ? [undefined, null, '1', 0] : []
    const codes = [
      ...lists.flatMap((list) => [
        codeOf(store.getMany(list as never)),
        codeOf(store.setMany(list as never)),
        codeOf(store.deleteMany(list as never)),
      ]),
      ...entries.map((entry) => codeOf(store.setMany([{ key: 'k', value }, entry as never]))),
      ...changes.map((change) => codeOf(store.compareAndSet('k', change as never))),
      ...times.map((ttlMs) => codeOf(store.touch('k', ttlMs as never))),
    ]
    expect(await Promise.all(codes)).toEqual(codes.map(() => 'ERR_CORE_PORT_ARGUMENT'))
    expect(await store.get('k')).toEqual(undefined)
  },
  'refuses to increment by a value that is not a whole number': optional(
    'increment',
    async ({ store }, expect) => {
      for (const by of [0.5, Number.NaN, Infinity, 2 ** 53, '1' as never]) {
        expect(await codeOf(store.increment('n', by))).toEqual('ERR_CORE_PORT_ARGUMENT')
        expect(await codeOf(store.increment('n', 1, { max: by }))).toEqual('ERR_CORE_PORT_ARGUMENT')
      }
      expect(await store.get('n')).toEqual(undefined)
    },
  ),
  'stores none of many when one of them is invalid': async ({ store }, expect) => {
    const entries = [
      { key: 'a', value: bytes('1') },
      { key: '', value: bytes('2') },
    ]
    expect(await codeOf(store.setMany(entries))).toEqual('ERR_CORE_PORT_ARGUMENT')
    expect(await store.get('a')).toEqual(undefined)
  },
  'rejects with the reason of an aborted signal': async ({ store }, expect) => {
    const reason = Object.assign(new Error('enough'), { code: 'ENOUGH' })
    const signal = AbortSignal.abort(reason)
    expect(await codeOf(store.get('k', { signal }))).toEqual('ENOUGH')
    expect(await codeOf(store.set('k', bytes('v'), { signal }))).toEqual('ENOUGH')
    expect(await codeOf(store.deleteMany(['k'], { signal }))).toEqual('ENOUGH')
  },
}
