// Requests that are not as most are: none of them is an error because of the cache, nor gets what is another's.
import { cached } from '@keelson/cache'
import { currentFrame, middleware, NotFoundError, PRINCIPAL, reply, route, t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { cachedApp, Counter, open, seen, transports } from './http-support.ts'

const keep = { ttlMs: 60_000 }

/** Says who is calling by `x-user`; a route does not see at its start that it does. */
const early = middleware({
  name: 'early',
  stage: 'receive',
  run: ({ header }) => {
    const id = header('x-user')
    if (id !== undefined) currentFrame()?.set(PRINCIPAL, { id, kind: 'user' })
  },
})
const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: ({ header }) => ({
    user: { id: header('x-user') ?? '', scopes: (header('x-scopes') ?? '').split(' ') },
  }),
  principal: ({ user }) => ({ ...user, kind: 'user' }),
})
const member = route.use(session)
const whose = (): string => {
  const { id = 'nobody', scopes = [] } = currentFrame()?.get(PRINCIPAL) ?? {}
  return [id, ...scopes].join(' ')
}

describe.each(transports)('cached, %s', (transport) => {
  it('gives an answer to a body that is as deep as a body may be', async () => {
    const made = new Counter()
    const find = route.post('/', { ...open, body: t.Any(), use: [cached({ ...keep, key: 'body' })] }, () =>
      made.next(),
    )
    await using app = await cachedApp({ find }, { transport })
    const ask = async (depth: number, end: number) => {
      const body = '{"a":'.repeat(depth) + String(end) + '}'.repeat(depth)
      const headers = { 'content-type': 'application/json' }
      return seen(app.request('POST', '/', { body, headers }))
    }
    for (const [at, depth] of [12, 17, 40, 64].entries()) {
      const [first, other] = [String(at * 2 + 1), String(at * 2 + 2)]
      expect([await ask(depth, 1), await ask(depth, 1)]).toEqual([
        [200, first],
        [200, first],
      ])
      expect(await ask(depth, 2)).toEqual([200, other])
    }
    expect((await ask(65, 1))[0]).toBe(400)
  })

  it('gives an answer to a query that is too long to be read, where the route reads none', async () => {
    const made = new Counter()
    const show = route.get('/', { ...open, use: [cached(keep)] }, () => made.next())
    await using app = await cachedApp({ show }, { transport })
    const ask = (query: string) => seen(app.request('GET', `/?${query}`))
    const many = 'a&'.repeat(2000)
    expect([await ask(many), await ask(many), await ask(`${many}b`)]).toEqual([
      [200, '1'],
      [200, '1'],
      [200, '2'],
    ])
  })

  it('keeps nothing for a principal of whom the start knows nothing, where by is not said', async () => {
    const show = route.get('/', { ...open, use: [cached(keep)] }, whose)
    await using app = await cachedApp({ show }, { transport, use: [early] })
    const ask = async (headers: Record<string, string>) =>
      (await seen(app.request('GET', '/', { headers })))[1]
    for (const user of ['ann', 'bob', 'ann']) expect(await ask({ 'x-user': user })).toBe(user)
    expect([await ask({}), await ask({})]).toEqual(['nobody', 'nobody'])
    expect(await ask({ 'x-user': 'ann' })).toBe('ann')
    const told = app.log.lines.filter(({ msg }) => String(msg).includes('pass the cache by'))
    expect(told.map(({ msg }) => msg)).toEqual([expect.stringContaining('they have a principal')])
  })

  it('tells the scopes of a caller apart, in any order', async () => {
    const made = new Counter()
    const show = member.get(
      '/',
      { ...open, use: [cached({ ...keep, by: 'user' })] },
      () => `${made.next()} ${whose()}`,
    )
    await using app = await cachedApp({ show }, { transport })
    const ask = async (scopes: string) =>
      (await seen(app.request('GET', '/', { headers: { 'x-user': 'ann', 'x-scopes': scopes } })))[1]
    expect(await ask('read write')).toBe('1 ann read write')
    expect(await ask('read')).toBe('2 ann read')
    expect(await ask('write read')).toBe('1 ann read write')
    expect(await ask('')).toBe('3 ann ')
  })

  it('keeps no error that challenges its caller, or sets a cookie', async () => {
    for (const name of ['WWW-Authenticate', 'Set-Cookie']) {
      const made = new Counter()
      const show = route.get('/', { ...open, use: [cached({ ...keep, errors: [404] })] }, () => {
        throw new NotFoundError(`Not there ${made.next()}.`, { headers: { [name]: 'a=1' } })
      })
      await using app = await cachedApp({ show }, { transport })
      for (let at = 1; at <= 2; at++) {
        expect((await app.request('GET', '/')).status).toBe(404)
        expect(made.count).toBe(at)
      }
    }
  })

  it('keeps a private answer for one caller, and for no group', async () => {
    const made = new Counter()
    const answer = () => reply(200, String(made.next()), { 'cache-control': 'private' })
    const routes = {
      own: member.get('/own', { ...open, use: [cached({ ...keep, by: 'user' })] }, answer),
      group: member.get('/group', { ...open, use: [cached({ ...keep, by: () => 'group' })] }, answer),
    }
    await using app = await cachedApp(routes, { transport })
    const ask = async (path: string) =>
      (await seen(app.request('GET', path, { headers: { 'x-user': 'ann' } })))[1]
    expect([await ask('/own'), await ask('/own')]).toEqual(['1', '1'])
    expect([await ask('/group'), await ask('/group')]).toEqual(['2', '3'])
  })
})
