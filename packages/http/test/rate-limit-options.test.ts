import { createApp, route, type AppOptions } from '@keelson/core'
import { createMemoryStore } from '@keelson/core/ports'
import { quotas, rateCost, rateLimit } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'

const MINUTE = { limit: 3, windowMs: 60_000 }

describe('rateLimit', () => {
  it.each([
    [{}, 'It has no limit'],
    [{ limit: 1 }, 'It has no limit'],
    [{ limit: 0, windowMs: 1000 }, 'limit'],
    [{ limit: 1.5, windowMs: 1000 }, 'limit'],
    [{ limit: 1e15, windowMs: 1000 }, 'limit'],
    [{ limit: 1, windowMs: 999 }, 'windowMs'],
    [{ limit: 1, windowMs: 1500 }, 'whole seconds'],
    [{ limit: 1, windowMs: 366 * 86_400_000 }, 'windowMs'],
    [{ ...MINUTE, name: 'Per User' }, 'name'],
    [{ ...MINUTE, by: 'user' }, 'by'],
    [{ ...MINUTE, by: [] }, 'by'],
    [{ ...MINUTE, by: ['principal', 'ip'], stage: 'receive' }, 'not known in stage'],
    [{ ...MINUTE, stage: 'handle' }, 'stage'],
    [{ ...MINUTE, ipv6Prefix: 31 }, 'ipv6Prefix'],
    [{ ...MINUTE, ipv6Prefix: 129 }, 'ipv6Prefix'],
    [{ ipv6Prefix: 48, quotas: [MINUTE] }, 'options of a single one besides'],
    [{ ...MINUTE, quotas: [MINUTE] }, 'options of a single one besides'],
    [{ quotas: [] }, 'quotas'],
    [{ quotas: [{ limit: 1 }] }, 'windowMs'],
    [{ quotas: [MINUTE, MINUTE] }, "Two quotas have the name 'default'"],
    [{ ...MINUTE, onStoreFailure: 'pass' }, 'onStoreFailure'],
    [{ ...MINUTE, storeTimeoutMs: 0 }, 'storeTimeoutMs'],
    [{ ...MINUTE, maxBytes: 0 }, 'maxBytes'],
    [{ ...MINUTE, max: 3 }, "'max'"],
  ])('refuses %j', (options, message) => {
    expect(() => rateLimit(options as never)).toThrow(message)
  })

  it('refuses the start where two of an app have one name', async () => {
    const one = route.get('/', { ...open, use: [rateLimit(MINUTE)] }, () => 1)
    await expect(testApp({ routes: { one }, use: [rateLimit({ ...MINUTE, limit: 9 })] })).rejects.toThrow(
      /Another limit of the app has a quota of the name 'default'/,
    )
  })

  it('refuses the start where a request costs more than there is', async () => {
    const one = route.get('/', { ...open, meta: [rateCost(4)] }, () => 1)
    await expect(testApp({ routes: { one }, use: [rateLimit(MINUTE)] })).rejects.toThrow(
      /A request costs 4 units, and the quota 'default' has 3/,
    )
  })

  it('refuses the start where the store cannot set its share aside', async () => {
    const one = route.get('/', open, () => 1)
    const ports = { store: createMemoryStore({ maxBytes: 1_000_000 }) }
    await expect(testApp({ routes: { one }, use: [rateLimit(MINUTE)], ports })).rejects.toThrow(/rate-limit/)
    await using test = await testApp({
      routes: { one },
      use: [rateLimit({ ...MINUTE, maxBytes: 500_000 })],
      ports,
    })
    expect((await test.request('GET', '/')).headers.get('ratelimit')).toMatch(/r=2/)
  })

  it('refuses two sizes of the share, which the check of the app tells', async () => {
    const one = route.get('/', { ...open, use: [rateLimit({ ...MINUTE, maxBytes: 500_000 })] }, () => 1)
    const check = (use: AppOptions['use']) => createApp({ routes: { one }, use }).check()
    for (const use of [
      [rateLimit({ ...MINUTE, name: 'all' })],
      [quotas({ guesses: MINUTE }, { maxBytes: 16_777_216 })],
    ])
      expect(() => check(use)).toThrow(
        /Its maxBytes is 500000, and that of another limit of the app 16777216.*Give each .* the same maxBytes/,
      )
    expect(() => check([rateLimit({ ...MINUTE, name: 'all', maxBytes: 500_000 })])).not.toThrow()
  })

  it.each([-1, 0.5, '5', Number.NaN])('refuses a cost of %j', (cost) => {
    expect(() => rateCost(cost as number)).toThrow(/The cost/)
  })
})
