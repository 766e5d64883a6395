import { t } from '@keelson/core'
import { createMemoryCacheStore } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { cache, createCache, type NamespaceOptions } from '../src/index.ts'
import { fleet } from './support.ts'

const made = createCache()

describe('options that cannot work stop the start', () => {
  it.each<readonly [string, object, string]>([
    ['a time to live of 0', { ttlMs: 0 }, 'ttlMs'],
    ['a time to live of 200 years', { ttlMs: 200 * 365 * 86_400_000 }, 'ttlMs'],
    ['no time to live', {}, 'ttlMs'],
    ['a tag with a control character', { ttlMs: 1, tags: ['a\nb'] }, 'control characters'],
    ['an empty tag', { ttlMs: 1, tags: [''] }, 'not empty'],
    ['17 tags', { ttlMs: 1, tags: Array.from({ length: 17 }, (_, at) => `t${at}`) }, 'at most 16'],
    ['a jitter of 1', { ttlMs: 1, jitter: 1 }, 'jitter'],
    ['a misspelt option', { ttlMs: 1, gracems: 1 }, 'graceMs'],
    [
      'a wait for what is never served',
      { ttlMs: 1, softTimeoutMs: 200 },
      'softTimeoutMs is about values that are not fresh any more, and without graceMs none is served. Say graceMs',
    ],
    ['a rest where nothing is served', { ttlMs: 1, backOffMs: 5_000 }, 'or omit backOffMs'],
    ['a value larger than all memory', { ttlMs: 1, maxEntryBytes: 2 ** 27 }, 'Give a smaller maxEntryBytes'],
  ])('%s', (_what, options, part) => {
    expect(() =>
      made.namespace('wrong', options as NamespaceOptions & { schema?: undefined; reads?: 'frozen' }),
    ).toThrow(part)
  })

  it('a name that is not one', () => {
    expect(() => made.namespace('a:b', { ttlMs: 1 })).toThrow('Give 1 to 64 of letters')
  })

  it.each([undefined, null, 5, ['x']])('a name that is not a text: %s', (name) => {
    expect(() => made.namespace(name as never, { ttlMs: 1 })).toThrow('is not a name of a namespace')
  })

  it('but not times that are 0, nor those of values that say their grace themselves', async () => {
    made.namespace('zero', { ttlMs: 1, softTimeoutMs: 0, backOffMs: 0 })
    const own = made.namespace<number>('own-grace', { ttlMs: 1, graceMs: 0, softTimeoutMs: 50 })
    await own.set('a', 1, { graceMs: 1_000 })
  })

  it('one name with two functions of tags, also of one text', () => {
    const kept = createCache()
    const tagsOf = (tag: string) => () => [tag]
    const ofA = tagsOf('a')
    const make = (tags: () => string[]) => kept.namespace('own', { ttlMs: 1, tags })
    expect(make(ofA)).toBe(make(ofA))
    expect(() => make(tagsOf('b'))).toThrow(
      /with another tags, made by namespace \(.*bad-input\.test\.ts:\d+\)\. Make it once and keep it: a function that is written in place is another one at each call\./,
    )
    const timed = (ttlMs: number) => kept.namespace('timed', { ttlMs: () => ttlMs })
    timed(1)
    expect(() => timed(2)).toThrow('with another ttlMs')
  })

  it('one name with two schemas', () => {
    const kept = createCache()
    const one = kept.namespace('prices', { ttlMs: 1, schema: t.Object({ id: t.String() }) })
    expect(kept.namespace('prices', { ttlMs: 1, schema: t.Object({ id: t.String() }) })).toBe(one)
    expect(() => kept.namespace('prices', { ttlMs: 1, schema: t.Object({ id: t.Integer() }) })).toThrow(
      /namespace \(.*bad-input\.test\.ts:\d+\): There is a namespace 'prices' already, with another schema, made by namespace \(.*bad-input\.test\.ts:\d+\)\. Make it in one place and import it, or give it another name\. \[ERR_CACHE_NAMESPACE\]/,
    )
    expect(() => kept.namespace('prices', { ttlMs: 2, schema: t.Object({ id: t.String() }) })).toThrow(
      'ttlMs',
    )
  })

  it('a shared store that is not one, with the function that was called', () => {
    expect(() => cache('redis://127.0.0.1' as never)).toThrow('cache')
    expect(() => cache({ store: {} } as never)).toThrow('get, set, getMany, setMany')
    expect(() => createCache({ maxBytes: 0 })).toThrow('maxBytes')
    expect(() => cache({ clock: {} } as never)).toThrow('clock')
    expect(() => cache({ shared: {} } as never)).toThrow('shared')
    expect(() => cache({ store: createMemoryCacheStore(), maxBytes: 1 } as never)).toThrow(
      'maxBytes cannot stand beside store. Give cache({ store }, { maxBytes }). [ERR_CORE_OPTION]',
    )
  })
})

describe('calls that cannot be meant', () => {
  const numbers = made.namespace<number>('calls', { ttlMs: 1_000 })
  it('say what to give instead', async () => {
    await expect(numbers.getMany('abc' as never)).rejects.toThrow('calls.getMany: Give a list of keys')
    await expect(numbers.setMany({} as never)).rejects.toThrow('calls.setMany: Give a list of { key, value }')
    await expect(numbers.set('a', 1, null as never)).rejects.toThrow('calls.set')
    await expect(numbers.set('a', 1, 5 as never)).rejects.toThrow('calls.set')
  })
})

describe('a key that is not plain data is refused with what to give instead', () => {
  const numbers = made.namespace<number>('keys', { ttlMs: 1_000 })
  const own: { self?: unknown } = {}
  own.self = own

  it.each<readonly [string, unknown, string]>([
    [
      'undefined',
      undefined,
      'keys: A key consists of texts, numbers, booleans, null, lists and plain objects, not of undefined',
    ],
    ['null', null, 'not of null'],
    ['NaN', Number.NaN, 'NaN'],
    ['a date', new Date(0), 'Date'],
    ['a function within', [() => {}], 'not of the function'],
    ['a map within', { a: new Map() }, 'Map'],
    ['undefined in a list', [undefined], 'not of undefined, which is at /0'],
    ['a member that is undefined', ['ann', { team: undefined }], 'not of undefined, which is at /1/team'],
    ['itself', own, 'refers to itself'],
  ])('%s', async (_what, key, part) => {
    await expect(numbers.getOrSet(key as string, () => 1)).rejects.toThrow(part)
    await expect(numbers.get(key as string)).rejects.toMatchObject({ code: 'ERR_CORE_ARGUMENT' })
    expect(() => numbers.peek(key as string)).toThrow(part)
  })
})

describe('a value that JSON cannot hold is refused with its place', () => {
  const any = made.namespace<unknown>('values', { ttlMs: 1_000 })
  class Money {
    readonly cents = 1
  }
  const own: { list: unknown[] } = { list: [] }
  own.list.push(own)

  it.each<readonly [string, unknown, string]>([
    ['a date', { at: { when: new Date(0) } }, '/at/when'],
    ['a map', [new Map()], '/0'],
    ['a big integer', { id: 1n }, '/id'],
    ['not a number', { sum: Number.NaN }, '/sum'],
    ['a class', new Money(), 'Money'],
    ['undefined in a list', [undefined], '/0'],
    ['a function', { f: () => {} }, '/f'],
    ['itself', own, 'refers to itself'],
    ['a symbol', Symbol('a'), "A value of 'values'"],
  ])('%s', async (_what, value, part) => {
    await expect(any.set('a', value as never)).rejects.toMatchObject({ code: 'ERR_CACHE_VALUE' })
    await expect(any.getOrSet('a', () => value as never)).rejects.toThrow(part)
    expect(any.peek('a')).toBeUndefined()
  })

  it('but an undefined member is as good as none', async () => {
    await any.set('b', { a: 1, b: undefined } as never)
    expect(any.peek('b')).toEqual({ a: 1 })
  })
})

describe('calls that are wrong reject', () => {
  const numbers = made.namespace<number>('calls', { ttlMs: 1_000 })
  const prices = made.namespace('checked', { ttlMs: 1_000, schema: t.Object({ amount: t.Integer() }) })
  const tagged = made.namespace<number>('tagged', { ttlMs: 1_000, tags: () => ['a\0b'] })
  const timed = made.namespace<number>('timed', { ttlMs: () => 'soon' as never })

  it.each<readonly [string, () => Promise<unknown>, string]>([
    [
      'a factory that is not a function',
      () => numbers.getOrSet('a', 1 as never),
      'calls.getOrSet: The factory must be',
    ],
    ['a misspelt option', () => numbers.set('a', 1, { ttl: 5 } as never), 'ttlMs'],
    ['a time to live of 0', () => numbers.set('a', 1, { ttlMs: 0 }), 'ttlMs'],
    ['a tag of a value', () => tagged.set('a', 1), 'control characters'],
    ['a tag to invalidate', () => made.invalidate(['ok', 'a\tb']), 'invalidate'],
    ['a time to live that is not a number', () => timed.set('a', 1), "ttlMs of 'timed' gave"],
    ['a value that does not fit', () => prices.set('a', { amount: '1' } as never), '/amount must be integer'],
    [
      'what a factory decides',
      () => numbers.getOrSet('a', ({ decide }) => (decide({ ttl: 1 } as never), 1)),
      'ttl',
    ],
  ])('%s', async (_what, call, part) => {
    await expect(call()).rejects.toThrow(part)
  })

  it('drops what the schema does not declare, and adds what it has by default', async () => {
    const schema = t.Object({ amount: t.Integer(), currency: t.String({ default: 'EUR' }) })
    const kept = fleet().join().namespace('defaults', { ttlMs: 1_000, schema })
    const given = await kept.getOrSet('a', () => ({ amount: 1, secret: 'x' }) as never)
    expect(given).toEqual({ amount: 1, currency: 'EUR' })
    expect(await kept.get('a')).toEqual({ amount: 1, currency: 'EUR' })
  })
})
