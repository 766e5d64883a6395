// What cached({ by: 'user' }) gives to callers of whom the frame has no principal.
import { cached } from '@keelson/cache'
import { accessRule, middleware, needs, route } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { account, cachedApp, Counter, open, seen, transports } from './http-support.ts'

const use = [cached({ ttlMs: 60_000, by: 'user' })]

/** Knows callers by two kinds of credential, and says who they are of one alone. */
const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['who'],
  run: (ctx) => ({ who: ctx.header('x-user') ?? ctx.header('x-guest') }),
  principal: (ctx) => {
    const id = ctx.header('x-user')
    return id === undefined ? undefined : { id, kind: 'user' }
  },
})
const guest = middleware({
  name: 'guest',
  stage: 'authenticate',
  adds: ['who'],
  run: (ctx) => ({ who: ctx.header('x-guest') }),
})
const known = accessRule({
  name: 'known',
  needs: needs<{ who: string | undefined }>('who'),
  allow: ({ who }) => who !== undefined,
})

describe.each(transports)("cached({ by: 'user' }), %s", (transport) => {
  it('gives callers without a principal nothing of each other where not all may call', async () => {
    const me = route.use(session).get('/', { access: known, use }, ({ who }) => `private of ${who}`)
    await using app = await cachedApp({ me }, { transport })
    const ask = (headers: Record<string, string>) => seen(app.request('GET', '/', { headers }))
    for (const name of ['ann', 'bob', 'ann', 'bob'])
      expect(await ask({ 'x-guest': name })).toEqual([200, `private of ${name}`])
    for (const name of ['ann', 'bob', 'ann'])
      expect(await ask({ 'x-user': name })).toEqual([200, `private of ${name}`])
    expect(await ask({})).toEqual([403, expect.anything()])
    const told = app.log.lines.filter(({ msg }) => String(msg).includes('pass the cache by'))
    expect(told.map(({ msg }) => msg)).toEqual([
      'Some requests pass the cache by, where the route me says cached(): they have no principal, and may have been admitted for another reason each.',
    ])
  })

  it('keeps the answers of those who have one, and one for all others where all may call', async () => {
    const made = new Counter()
    const page = route.use(account).get('/', { ...open, use }, ({ user }) => `${user.id} ${made.next()}`)
    await using app = await cachedApp({ page }, { transport })
    const ask = async (headers?: Record<string, string>) =>
      (await seen(app.request('GET', '/', headers && { headers })))[1]
    expect(await ask()).toBe('undefined 1')
    expect(await ask({ 'x-user': 'ann' })).toBe('ann 2')
    expect(await ask({ 'x-user': 'bob' })).toBe('bob 3')
    expect(await ask({ 'x-user': 'ann' })).toBe('ann 2')
    expect(await ask()).toBe('undefined 1')
  })

  it('shares nothing among them where a middleware may know them without saying so', async () => {
    const page = route.use([account, guest]).get('/', { ...open, use }, ({ who }) => `of ${who}`)
    await using app = await cachedApp({ page }, { transport })
    for (const name of ['ann', 'bob', 'ann'])
      expect(await seen(app.request('GET', '/', { headers: { 'x-guest': name } }))).toEqual([
        200,
        `of ${name}`,
      ])
    expect(app.log.lines.map(({ msg }) => msg)).toContain(
      'Some requests pass the cache by, where the route page says cached(): they have no principal, and guest may know a caller without saying so.',
    )
  })
})
