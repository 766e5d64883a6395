import { callable, integer, ofKind, optionTable, required } from '../errors/index.ts'
import {
  MAX_STORED_KEY_BYTES,
  STORE_KIND,
  type KeyValueCapabilities,
  type KeyValueStore,
} from './key-value-store.ts'
import {
  bytes,
  codeOf,
  declareSuite,
  text,
  type SuiteCase,
  type SuiteOptions,
  type SuiteTools,
} from './suite.ts'

/** What each case of {@link keyValueStoreSuite} works on. */
export interface StoreSubject {
  /** An empty store that no other case uses. */
  readonly store: KeyValueStore
  /** Lets the store's time pass: moves a fake clock, or waits. */
  readonly advance: (ms: number) => Promise<void>
  /** The smallest TTL that the store keeps exactly, ms. Default 1000. */
  readonly ttlUnitMs?: number | undefined
  /** Longest key, bytes. Default 545, `MAX_STORED_KEY_BYTES`; of a scope 512. */
  readonly maxKeyBytes?: number | undefined
  /**
   * Most bytes that the store holds, at most some MiB: the case of a full store fills it. Without it that case fails; skip it,
   * with the reason, where the bound is not the test's to say.
   */
  readonly maxBytes?: number | undefined
  readonly dispose?: (() => void | Promise<void>) | undefined
}

/**
 * Proves that a store keeps the contract of `KeyValueStore`, and every key until its time, as the token `KEY_VALUE_STORE` wants
 * it. An operation that its capabilities deny must reject.
 *
 * @throws {StartError} `ERR_CORE_OPTION` for tools or options that are none
 * @example
 * keyValueStoreSuite({ describe, it, expect }, {
 *   name: 'redis',
 *   make: async () => ({ store: await emptyStore(), advance: sleep, ttlUnitMs: 50 }),
 *   skip: { 'when full, refuses what is new and forgets nothing': 'the bound is that of the server' },
 * })
 */
export function keyValueStoreSuite(tools: SuiteTools, options: SuiteOptions<StoreSubject>): void {
  declareSuite(tools, options, {
    name: 'keyValueStoreSuite',
    below: keyValueStoreSuite,
    subject: SUBJECT,
    cases: [...COMMON, ...KEEPING],
  })
}

/**
 * Proves that a store keeps the contract of `KeyValueStore`, and takes what is new when it is full, as the token `CACHE_STORE` has
 * it. Otherwise as {@link keyValueStoreSuite}.
 *
 * @throws {StartError} `ERR_CORE_OPTION` for tools or options that are none
 * @example
 * cacheStoreSuite({ describe, it, expect }, {
 *   name: 'memcached',
 *   make: async () => ({ store: await emptyStore(), advance: sleep, ttlUnitMs: 1000, maxBytes: 1_048_576 }),
 * })
 */
export function cacheStoreSuite(tools: SuiteTools, options: SuiteOptions<StoreSubject>): void {
  declareSuite(tools, options, {
    name: 'cacheStoreSuite',
    below: cacheStoreSuite,
    subject: SUBJECT,
    cases: [...COMMON, ...EVICTING],
  })
}

const SUBJECT = optionTable<StoreSubject>({
  store: required(ofKind(STORE_KIND, 'An empty store.')),
  advance: required(callable('Lets time pass.')),
  ttlUnitMs: integer('The smallest TTL that is kept exactly, ms.', { minimum: 1, default: 1000 }),
  maxKeyBytes: integer('Longest key, bytes.', { minimum: 1, default: MAX_STORED_KEY_BYTES }),
  maxBytes: integer('Most bytes that the store holds.', { minimum: 1 }),
  dispose: callable('Called after each case.'),
})

/** A case for an operation that a store may lack; then it has to reject with the one code. */
function optional(
  capability: keyof KeyValueCapabilities,
  name: string,
  run: SuiteCase<StoreSubject>['run'],
): SuiteCase<StoreSubject> {
  return {
    name,
    run: async (subject, expect) => {
      if (subject.store.capabilities[capability]) {
        await run(subject, expect)
        return
      }
      const attempts: Partial<Record<keyof KeyValueCapabilities, () => Promise<unknown>>> = {
        add: () => subject.store.add('k', bytes('v')),
        compareAndSet: () => subject.store.compareAndSet('k', { expected: undefined, next: bytes('v') }),
        increment: () => subject.store.increment('k', 1),
        touch: () => subject.store.touch('k', 1000),
      }
      expect(await codeOf(attempts[capability]!())).toEqual('ERR_CORE_PORT_UNSUPPORTED')
    },
  }
}

const BASIC: readonly SuiteCase<StoreSubject>[] = [
  {
    name: 'says for each capability whether it has it',
    run: async ({ store }, expect) => {
      const names = ['add', 'batch', 'compareAndSet', 'durable', 'increment', 'keeps', 'shared', 'touch']
      expect(Object.keys(store.capabilities).toSorted()).toEqual(names)
      expect(Object.values(store.capabilities).every((value) => typeof value === 'boolean')).toEqual(true)
    },
  },
  {
    name: 'gives undefined for an absent key',
    run: async ({ store }, expect) => void expect(await store.get('absent')).toEqual(undefined),
  },
  {
    name: 'gives back what was set, and the latest of it',
    run: async ({ store }, expect) => {
      await store.set('k', bytes('one'))
      expect(text(await store.get('k'))).toEqual('one')
      await store.set('k', bytes('two'))
      expect(text(await store.get('k'))).toEqual('two')
    },
  },
  {
    name: 'keeps every byte, and an empty value apart from none',
    run: async ({ store }, expect) => {
      const all = Uint8Array.from({ length: 256 }, (_, index) => index)
      await store.set('all', all)
      expect(Array.from((await store.get('all'))!)).toEqual(Array.from(all))
      await store.set('empty', new Uint8Array(0))
      expect((await store.get('empty'))?.byteLength).toEqual(0)
    },
  },
  {
    name: 'keeps a copy of what it is given and gives a copy of what it keeps',
    run: async ({ store }, expect) => {
      const given = Buffer.from('abc')
      await store.set('k', given)
      given[0] = 0
      const first = await store.get('k')
      first![1] = 0
      expect(text(await store.get('k'))).toEqual('abc')
    },
  },
  {
    name: 'tells keys apart by case, blanks, and beyond ASCII',
    run: async ({ store }, expect) => {
      const keys = ['a', 'A', 'a ', 'ä', 'a\u0308', '🚢', 'a:b', '__proto__', 'constructor']
      for (const key of keys) await store.set(key, bytes(key))
      const found: unknown[] = []
      for (const key of keys) found.push(text(await store.get(key)))
      expect(found).toEqual(keys)
    },
  },
  {
    name: 'deletes, and says whether there was something',
    run: async ({ store }, expect) => {
      await store.set('k', bytes('v'))
      expect([await store.delete('k'), await store.delete('k')]).toEqual([true, false])
      expect(await store.get('k')).toEqual(undefined)
    },
  },
  {
    name: 'refuses calls after close, and closes twice without complaint',
    run: async ({ store }, expect) => {
      await store.close()
      await store.close()
      expect(await codeOf(store.get('k'))).toEqual('ERR_CORE_PORT_CLOSED')
      expect(await codeOf(store.set('k', bytes('v')))).toEqual('ERR_CORE_PORT_CLOSED')
    },
  },
]

const EXPIRY: readonly SuiteCase<StoreSubject>[] = [
  {
    name: 'forgets nothing before its time',
    run: async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
      await store.set('short', bytes('v'), { ttlMs: ttlUnitMs * 4 })
      await store.set('for ever', bytes('v'))
      await advance(ttlUnitMs)
      expect(text(await store.get('short'))).toEqual('v')
      await advance(ttlUnitMs * 4)
      expect(text(await store.get('for ever'))).toEqual('v')
    },
  },
  {
    name: 'forgets a key when its time is up',
    run: async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
      await store.set('k', bytes('v'), { ttlMs: ttlUnitMs })
      await advance(ttlUnitMs * 2)
      expect(await store.get('k')).toEqual(undefined)
      expect(await store.getMany(['k'])).toEqual([undefined])
      expect(await store.delete('k')).toEqual(false)
    },
  },
  {
    name: 'lifts a TTL when a key is set without one',
    run: async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
      await store.set('k', bytes('v'), { ttlMs: ttlUnitMs })
      await store.set('k', bytes('w'))
      await advance(ttlUnitMs * 2)
      expect(text(await store.get('k'))).toEqual('w')
    },
  },
  {
    name: 'does not prolong a TTL by reading',
    run: async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
      await store.set('k', bytes('v'), { ttlMs: ttlUnitMs * 3 })
      await advance(ttlUnitMs)
      await store.get('k')
      await advance(ttlUnitMs * 3)
      expect(await store.get('k')).toEqual(undefined)
    },
  },
  optional('touch', 'touch gives a key new time from now, and knows absent ones', async (subject, expect) => {
    const { store, advance, ttlUnitMs = 1000 } = subject
    await store.set('k', bytes('v'), { ttlMs: ttlUnitMs * 2 })
    await advance(ttlUnitMs)
    expect(await store.touch('k', ttlUnitMs * 4)).toEqual(true)
    await advance(ttlUnitMs * 2)
    expect(text(await store.get('k'))).toEqual('v')
    await advance(ttlUnitMs * 4)
    expect(await store.get('k')).toEqual(undefined)
    expect(await store.touch('k', ttlUnitMs)).toEqual(false)
  }),
  optional('add', 'add takes a key whose time is up', async (subject, expect) => {
    const { store, advance, ttlUnitMs = 1000 } = subject
    await store.add('lock', bytes('a'), { ttlMs: ttlUnitMs })
    expect(await store.add('lock', bytes('b'), { ttlMs: ttlUnitMs })).toEqual(false)
    await advance(ttlUnitMs * 2)
    expect(await store.add('lock', bytes('c'), { ttlMs: ttlUnitMs * 10 })).toEqual(true)
    expect(text(await store.get('lock'))).toEqual('c')
  }),
  optional(
    'increment',
    'increment sets the TTL only when it creates the counter',
    async (subject, expect) => {
      const { store, advance, ttlUnitMs = 1000 } = subject
      await store.increment('n', 1, { ttlMs: ttlUnitMs * 4 })
      await advance(ttlUnitMs)
      expect(await store.increment('n', 1, { ttlMs: ttlUnitMs * 100 })).toEqual(2)
      await advance(ttlUnitMs * 4)
      expect(await store.increment('n', 1, { ttlMs: ttlUnitMs })).toEqual(1)
    },
  ),
  optional(
    'compareAndSet',
    'compareAndSet takes the TTL it is given, and lifts one when given none',
    async (subject, expect) => {
      const { store, advance, ttlUnitMs = 1000 } = subject
      await store.set('a', bytes('1'), { ttlMs: ttlUnitMs })
      await store.set('b', bytes('1'))
      await store.compareAndSet('a', { expected: bytes('1'), next: bytes('2') })
      await store.compareAndSet('b', { expected: bytes('1'), next: bytes('2'), ttlMs: ttlUnitMs })
      await advance(ttlUnitMs * 2)
      expect([text(await store.get('a')), text(await store.get('b'))]).toEqual(['2', undefined])
    },
  ),
]

const ATOMIC: readonly SuiteCase<StoreSubject>[] = [
  optional('add', 'add stores only what is absent', async ({ store }, expect) => {
    expect([await store.add('k', bytes('a')), await store.add('k', bytes('b'))]).toEqual([true, false])
    expect(text(await store.get('k'))).toEqual('a')
  }),
  optional('add', 'of many that add at once exactly one wins', async ({ store }, expect) => {
    const won = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.add('k', bytes(String(index)))),
    )
    expect(won.filter(Boolean)).toEqual([true])
    expect(text(await store.get('k'))).toEqual(String(won.indexOf(true)))
  }),
  optional(
    'compareAndSet',
    'compareAndSet stores only over the expected bytes',
    async ({ store }, expect) => {
      await store.set('k', bytes('a'))
      expect(await store.compareAndSet('k', { expected: bytes('b'), next: bytes('x') })).toEqual(false)
      expect(await store.compareAndSet('k', { expected: bytes('aa'), next: bytes('x') })).toEqual(false)
      expect(await store.compareAndSet('k', { expected: undefined, next: bytes('x') })).toEqual(false)
      expect(text(await store.get('k'))).toEqual('a')
      expect(await store.compareAndSet('k', { expected: bytes('a'), next: bytes('b') })).toEqual(true)
      expect(text(await store.get('k'))).toEqual('b')
    },
  ),
  optional('compareAndSet', 'compareAndSet takes absence for a value', async ({ store }, expect) => {
    expect(await store.compareAndSet('k', { expected: new Uint8Array(0), next: bytes('x') })).toEqual(false)
    expect(await store.compareAndSet('k', { expected: undefined, next: undefined })).toEqual(true)
    expect(await store.compareAndSet('k', { expected: undefined, next: bytes('a') })).toEqual(true)
    expect(await store.compareAndSet('k', { expected: bytes('b'), next: undefined })).toEqual(false)
    expect(await store.compareAndSet('k', { expected: bytes('a'), next: undefined })).toEqual(true)
    expect(await store.get('k')).toEqual(undefined)
  }),
  optional(
    'compareAndSet',
    'of many that compare and set at once exactly one wins',
    async ({ store }, expect) => {
      await store.set('k', bytes('start'))
      const change = (index: number) => ({ expected: bytes('start'), next: bytes(String(index)) })
      const won = await Promise.all(
        Array.from({ length: 20 }, (_, index) => store.compareAndSet('k', change(index))),
      )
      expect(won.filter(Boolean)).toEqual([true])
      expect(text(await store.get('k'))).toEqual(String(won.indexOf(true)))
    },
  ),
  optional(
    'increment',
    'increment counts up and down from zero, and get shows the digits',
    async ({ store }, expect) => {
      const sums = [
        await store.increment('n', 5),
        await store.increment('n', -7),
        await store.increment('n', 0),
      ]
      expect(sums).toEqual([5, -2, -2])
      expect(text(await store.get('n'))).toEqual('-2')
      await store.set('n', bytes('41'))
      expect(await store.increment('n', 1)).toEqual(42)
    },
  ),
  optional('increment', 'loses no increment of many at once', async ({ store }, expect) => {
    const sums = await Promise.all(Array.from({ length: 50 }, () => store.increment('n', 1)))
    expect(sums.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  }),
  optional(
    'increment',
    'increment refuses what is no counter, and leaves it alone',
    async ({ store }, expect) => {
      for (const value of ['abc', '', '1.5', ' 1', '1e3', '0x10', '99999999999999999999']) {
        await store.set('n', bytes(value))
        expect([value, await codeOf(store.increment('n', 1))]).toEqual([value, 'ERR_CORE_STORE_COUNTER'])
        expect(text(await store.get('n'))).toEqual(value)
      }
    },
  ),
  optional('increment', 'increment refuses a sum that a double cannot hold', async ({ store }, expect) => {
    await store.increment('n', Number.MAX_SAFE_INTEGER)
    expect(await codeOf(store.increment('n', 1))).toEqual('ERR_CORE_STORE_COUNTER')
    expect(await store.increment('n', -1)).toEqual(Number.MAX_SAFE_INTEGER - 1)
  }),
  optional(
    'increment',
    'increment with max tells a sum above it, and stores none',
    async ({ store }, expect) => {
      const sums = [
        await store.increment('n', 3, { max: 5 }),
        await store.increment('n', 3, { max: 5 }),
        await store.increment('n', 2, { max: 5 }),
        await store.increment('n', 1, { max: 5 }),
      ]
      expect(sums).toEqual([3, 6, 5, 6])
      expect(text(await store.get('n'))).toEqual('5')
      expect(await store.increment('absent', 6, { max: 5, ttlMs: 1000 })).toEqual(6)
      expect(await store.get('absent')).toEqual(undefined)
    },
  ),
  optional(
    'increment',
    'increment with max goes down, and reads by 0, also from above it',
    async ({ store }, expect) => {
      await store.set('n', bytes('9'))
      const sums = [
        await store.increment('n', 0, { max: 5 }),
        await store.increment('n', -1, { max: 5 }),
        await store.increment('n', 1, { max: 5 }),
      ]
      expect(sums).toEqual([9, 8, 9])
      expect(text(await store.get('n'))).toEqual('8')
    },
  ),
  optional(
    'increment',
    'of many increments with max at once exactly those succeed that fit',
    async ({ store }, expect) => {
      const sums = await Promise.all(Array.from({ length: 30 }, () => store.increment('n', 1, { max: 10 })))
      expect(sums.filter((sum) => sum <= 10).length).toEqual(10)
      expect(text(await store.get('n'))).toEqual('10')
    },
  ),
]

const BATCH: readonly SuiteCase<StoreSubject>[] = [
  {
    name: 'gets many in the order asked for, absent and repeated ones too',
    run: async ({ store }, expect) => {
      await store.set('a', bytes('1'))
      await store.set('b', bytes('2'))
      const found = await store.getMany(['b', 'absent', 'a', 'b'])
      expect(found.map(text)).toEqual(['2', undefined, '1', '2'])
      expect(await store.getMany([])).toEqual([])
    },
  },
  {
    name: 'sets many, each with its own TTL, the last of a repeated key staying',
    run: async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
      await store.setMany([
        { key: 'a', value: bytes('1'), ttlMs: ttlUnitMs },
        { key: 'b', value: bytes('2') },
        { key: 'b', value: bytes('3') },
      ])
      await store.setMany([])
      expect((await store.getMany(['a', 'b'])).map(text)).toEqual(['1', '3'])
      await advance(ttlUnitMs * 2)
      expect((await store.getMany(['a', 'b'])).map(text)).toEqual([undefined, '3'])
    },
  },
  {
    name: 'deletes many and counts those that were there',
    run: async ({ store }, expect) => {
      await store.setMany([
        { key: 'a', value: bytes('1') },
        { key: 'b', value: bytes('2') },
        { key: 'c', value: bytes('3') },
      ])
      expect(await store.deleteMany(['a', 'absent', 'b', 'a'])).toEqual(2)
      expect((await store.getMany(['a', 'b', 'c'])).map(text)).toEqual([undefined, undefined, '3'])
      expect(await store.deleteMany([])).toEqual(0)
    },
  },
]

const ARGUMENTS: readonly SuiteCase<StoreSubject>[] = [
  {
    name: 'takes keys up to the limit and refuses the rest by rejecting',
    run: async ({ store, maxKeyBytes = MAX_STORED_KEY_BYTES }, expect) => {
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
  },
  {
    name: 'refuses TTLs that are no whole number from 1 on, and changes nothing',
    run: async ({ store }, expect) => {
      await store.set('k', bytes('before'))
      for (const ttlMs of [0, -1, 0.5, Number.NaN, Infinity, '1' as never]) {
        expect([ttlMs, await codeOf(store.set('k', bytes('v'), { ttlMs }))]).toEqual([
          ttlMs,
          'ERR_CORE_PORT_ARGUMENT',
        ])
      }
      expect(text(await store.get('k'))).toEqual('before')
    },
  },
  {
    name: 'takes the longest TTL',
    run: async ({ store }, expect) => {
      await store.set('k', bytes('v'), { ttlMs: 3_153_600_000_000 })
      expect(text(await store.get('k'))).toEqual('v')
      expect(await codeOf(store.set('k', bytes('w'), { ttlMs: 3_153_600_000_001 }))).toEqual(
        'ERR_CORE_PORT_ARGUMENT',
      )
    },
  },
  {
    name: 'refuses values that are not bytes',
    run: async ({ store }, expect) => {
      for (const value of ['text', null, undefined, [1], new ArrayBuffer(1)]) {
        expect(await codeOf(store.set('k', value as never))).toEqual('ERR_CORE_PORT_ARGUMENT')
      }
      expect(await store.get('k')).toEqual(undefined)
    },
  },
  {
    name: 'refuses names that its options do not have, and options that are none, and changes nothing',
    run: async ({ store }, expect) => {
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
  },
  optional('increment', 'refuses to increment by what is no whole number', async ({ store }, expect) => {
    for (const by of [0.5, Number.NaN, Infinity, 2 ** 53, '1' as never]) {
      expect(await codeOf(store.increment('n', by))).toEqual('ERR_CORE_PORT_ARGUMENT')
      expect(await codeOf(store.increment('n', 1, { max: by }))).toEqual('ERR_CORE_PORT_ARGUMENT')
    }
    expect(await store.get('n')).toEqual(undefined)
  }),
  {
    name: 'stores nothing of many when one of them is wrong',
    run: async ({ store }, expect) => {
      const entries = [
        { key: 'a', value: bytes('1') },
        { key: '', value: bytes('2') },
      ]
      expect(await codeOf(store.setMany(entries))).toEqual('ERR_CORE_PORT_ARGUMENT')
      expect(await store.get('a')).toEqual(undefined)
    },
  },
  {
    name: 'rejects with the reason of a signal that is aborted',
    run: async ({ store }, expect) => {
      const reason = Object.assign(new Error('enough'), { code: 'ENOUGH' })
      const signal = AbortSignal.abort(reason)
      expect(await codeOf(store.get('k', { signal }))).toEqual('ENOUGH')
      expect(await codeOf(store.set('k', bytes('v'), { signal }))).toEqual('ENOUGH')
      expect(await codeOf(store.deleteMany(['k'], { signal }))).toEqual('ENOUGH')
    },
  },
]

const COMMON = [...BASIC, ...EXPIRY, ...ATOMIC, ...BATCH, ...ARGUMENTS]

/** Writes values of a part of the bound until nothing more fits, or four times as many as fit. */
async function fill({ store, maxBytes }: StoreSubject): Promise<{ keys: string[]; refused: unknown[] }> {
  if (maxBytes === undefined)
    throw new Error('Give the maxBytes of the store in the subject, or skip this case with a reason.')
  const value = new Uint8Array(Math.floor(maxBytes / 16))
  const keys: string[] = []
  const refused: unknown[] = []
  for (let count = 0; count < 64 && refused.length === 0; count++) {
    const code = await codeOf(store.set(`fill ${count}`, value))
    if (code === 'no error') keys.push(`fill ${count}`)
    else refused.push(code)
  }
  return { keys, refused }
}

const KEEPING: readonly SuiteCase<StoreSubject>[] = [
  {
    name: 'says that it keeps every key until its time',
    run: async ({ store }, expect) => void expect(store.capabilities.keeps).toEqual(true),
  },
  {
    name: 'when full, refuses what is new and forgets nothing',
    run: async (subject, expect) => {
      const { store, advance, ttlUnitMs = 1000 } = subject
      await store.increment('n', 1).catch(() => store.set('n', bytes('1')))
      await store.set('short', new Uint8Array(1024), { ttlMs: ttlUnitMs })
      const { keys, refused } = await fill(subject)
      expect(refused).toEqual(['ERR_CORE_STORE_FULL'])
      const found = await store.getMany(keys)
      expect(found.filter((value) => value === undefined).length).toEqual(0)
      expect(text(await store.get('n'))).toEqual('1')
      // What is there may be written over, and what is deleted or over gives room.
      const large = new Uint8Array(found[0]!.byteLength)
      await store.set(keys[0]!, large)
      await store.delete(keys[1]!)
      await store.set('instead', large)
      await advance(ttlUnitMs * 2)
      await store.set('small', new Uint8Array(64))
      expect((await store.get('small'))?.byteLength).toEqual(64)
    },
  },
]

const EVICTING: readonly SuiteCase<StoreSubject>[] = [
  {
    name: 'when full, takes what is new and forgets other keys',
    run: async (subject, expect) => {
      const { keys, refused } = await fill(subject)
      expect(refused).toEqual([])
      const found = await subject.store.getMany(keys)
      expect(found.some((value) => value === undefined)).toEqual(true)
      expect(found.at(-1) === undefined).toEqual(false)
    },
  },
]
