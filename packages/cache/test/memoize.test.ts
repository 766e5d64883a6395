import { describe, expect, it } from 'vitest'
import { createCache, memoize, type Cache } from '../src/index.ts'

describe('memoize', () => {
  it('computes once for each list of arguments, and for all who ask at the same time', async () => {
    const calls: unknown[] = []
    const add = memoize(
      async (a: number, b?: number) => {
        calls.push([a, b])
        return { sum: a + (b ?? 0) }
      },
      { name: 'sums', ttlMs: 1_000 },
    )
    const all = await Promise.all([add(1, 2), add(1, 2), add(1), add(1, undefined), add(2, 1)])
    expect(all.map(({ sum }) => sum)).toEqual([3, 3, 1, 1, 3])
    expect(calls).toEqual([
      [1, 2],
      [1, undefined],
      [2, 1],
    ])
    await add.kept.clear()
    await add(1, 2)
    expect(calls).toHaveLength(4)
  })

  it('takes a key of its own, and the tags of its cache', async () => {
    const cache = createCache()
    let count = 0
    const show = memoize(({ id }: { readonly id: string; readonly at: Date }) => `${id}${++count}`, {
      name: 'shown',
      ttlMs: 1_000,
      cache,
      key: ({ id }) => id,
      tags: ['shown'],
    })
    expect(await show({ id: 'a', at: new Date() })).toBe('a1')
    expect(await show({ id: 'a', at: new Date(0) })).toBe('a1')
    await cache.invalidate('shown')
    expect(await show({ id: 'a', at: new Date() })).toBe('a2')
  })

  it('refuses arguments that are not plain data, and options that cannot work', async () => {
    const show = memoize((at: Date) => at.getTime(), { name: 'dates', ttlMs: 1_000 })
    await expect(show(new Date())).rejects.toThrow('A key consists of texts')
    expect(() => memoize(() => 1, { name: '', ttlMs: 1 })).toThrow('name')
    expect(() => memoize(() => 1, { name: 'a', ttlMs: 0 })).toThrow('ttlMs')
    expect(() => memoize(() => 1, { name: 'a', ttlMs: 1, gracems: 1 } as never)).toThrow('graceMs')
  })

  it('decorates methods, whose values are kept where their object says', async () => {
    class Prices {
      readonly cache: Cache
      count = 0

      constructor(cache: Cache) {
        this.cache = cache
      }

      @memoize({ name: 'prices', ttlMs: 1_000, cache: (self: Prices) => self.cache })
      async price(id: string): Promise<string> {
        return `${id}${++this.count}`
      }
    }
    const [one, other] = [new Prices(createCache()), new Prices(createCache())]
    expect([
      await one.price('a'),
      await one.price('a'),
      await other.price('a'),
      await one.price('b'),
    ]).toEqual(['a1', 'a1', 'a1', 'b2'])
  })

  it('is a standard decorator as well', async () => {
    const decorate = memoize({ name: 'standard', ttlMs: 1_000 })
    let count = 0
    const method = decorate(async () => ++count, { kind: 'method', name: 'count' })
    const self = {}
    expect([await method.call(self), await method.call(self)]).toEqual([1, 1])
  })

  it('refuses a name that another function, another method or another object has in a cache', async () => {
    const cache = createCache()
    const one = memoize(async () => 1, { name: 'same', ttlMs: 1_000, cache })
    expect(await one()).toBe(1)
    expect(() => memoize(async () => 2, { name: 'same', ttlMs: 1_000, cache })).toThrow(
      "Another function keeps its results as 'same' in this cache already",
    )
    const decorate = memoize({ name: 'prices', ttlMs: 1_000, cache })
    const priceOf = async function (
      this: object & { readonly region?: string },
      id: string,
    ): Promise<string> {
      return `${this.region}:${id}`
    }
    const price = decorate(priceOf, { kind: 'method', name: 'price' })
    const other = decorate(async () => 'other', { kind: 'method', name: 'other' })
    const [north, south] = [{ region: 'north' }, { region: 'south' }]
    expect(await price.call(north, '1')).toBe('north:1')
    expect(() => price.call(south, '1')).toThrow('Say what tells objects apart: key: (self, id) =>')
    expect(() => other.call(north)).toThrow('ERR_CACHE_NAMESPACE')
  })

  it('refuses two functions of one text under one name: what they have seen may differ', async () => {
    const cache = createCache()
    const of = (region: string, name: string) =>
      memoize(async (id: string) => `${region}:${id}`, { name, ttlMs: 1_000, cache })
    expect(await of('north', 'prices')('1')).toBe('north:1')
    expect(() => of('south', 'prices')).toThrow('Give it another name')
    expect(await of('south', 'prices-south')('1')).toBe('south:1')
    const alone = (region: string) =>
      memoize(async (id: string) => `${region}:${id}`, { name: 'a', ttlMs: 1 })
    expect([await alone('north')('1'), await alone('south')('1')]).toEqual(['north:1', 'south:1'])
  })

  it('refuses a time in memory where there is no shared store', () => {
    expect(() => memoize(async () => 1, { name: 'rates', ttlMs: 1_000, memoryTtlMs: 10 })).toThrow(
      'Give a cache that has one, or omit memoryTtlMs',
    )
  })

  it('gives the key of a method its object first', async () => {
    const decorate = memoize({
      name: 'prices',
      ttlMs: 1_000,
      cache: createCache(),
      key: (self: { readonly region: string }, id: string) => [self.region, id],
    })
    const price = decorate(
      async function (this: object & { readonly region?: string }, id: string): Promise<string> {
        return `${this.region}:${id}`
      },
      { kind: 'method', name: 'price' },
    )
    expect(await price.call({ region: 'north' }, '1')).toBe('north:1')
    expect(await price.call({ region: 'south' }, '1')).toBe('south:1')
  })

  it('refuses tags where no invalidation would arrive', () => {
    const options = { name: 'rates', ttlMs: 1_000, tags: ['rates'] }
    expect(() => memoize(async () => 1, options)).toThrow('Give the cache that invalidates them')
    expect(() => memoize(options)).toThrow('Give the cache that invalidates them')
    expect(() => memoize(async () => 1, { ...options, cache: createCache() })).not.toThrow()
  })
})
