// `isActive && user` gives `false` for nobody, and rows may be '' or 0: none of it is somebody.
import { generateKeyPairSync } from 'node:crypto'
import { reply, route, t } from '@keelson/core'
import { createMemoryBus, createMemoryStore, systemClock } from '@keelson/core/ports'

import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import {
  ability,
  apiKeys,
  bearer,
  definePolicy,
  role,
  scheme,
  session,
  Sessions,
  signedIn,
  Tokens,
  type Scheme,
} from '@keelson/auth'
import { as, localIssuer } from '@keelson/auth/testing'

const NOBODY = [false, '', 0, null, undefined] as const

function routesBehind(by: Scheme<{ id: string }>) {
  const api = route.use(by)
  const policy = definePolicy<{ user: { id: string } }>()((resource) => ({
    Order: resource<{ id: string }>()(({ when }) => ({ create: when(() => true) })),
  }))
  return {
    me: api.get('/me', { access: signedIn() }, () => 'me'),
    write: api.get('/write', { access: ability('write') }, () => 'written'),
    create: api.get('/create', { access: policy.can('create', 'Order') }, () => 'created'),
    signIn: route
      .inject({ sessions: Sessions })
      .post('/sign-in', { body: t.Object({}), access: 'public', response: { 204: null } }, async (ctx) => {
        await ctx.sessions.signIn(ctx, 'ada')
        return reply(204)
      }),
  }
}

const PATHS = ['/me', '/write', '/create']

describe.each(NOBODY)('a caller for whom the app finds %j', (nobody) => {
  const found = () => nobody as never

  it('is refused behind a session, which ends', async () => {
    await using app = await testApp({ routes: routesBehind(session({ load: found }) as never) })
    for (const path of PATHS) {
      const answer = await app.request('POST', '/sign-in', { json: {} })
      const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
      expect((await app.request('GET', path, { headers: { cookie } })).status).toBe(401)
    }
    expect(await app.resolve(Sessions).list('ada')).toEqual([])
  })

  it('is refused behind an API key', async () => {
    await using app = await testApp({ routes: routesBehind(apiKeys({ user: found })) })
    const ada = await as(app, { id: 'ada' }, { scopes: ['write'] })
    for (const path of PATHS) expect((await ada.request('GET', path)).status).toBe(401)
  })

  it('is refused behind a token', async () => {
    await using issuer = await localIssuer({ audience: 'shop' })
    const by = bearer({ issuer: issuer.url, allowInsecureIssuer: true, audience: 'shop', user: found })
    await using app = await testApp({ routes: routesBehind(by) })
    const ada = await as(app, { id: 'ada' }, { issuer, scopes: ['write'] })
    for (const path of PATHS) expect((await ada.request('GET', path)).status).toBe(401)
  })

  it('is refused by rules, whatever added the user', async () => {
    const by = scheme({
      name: 'odd',
      security: { name: 'odd', scheme: { type: 'apiKey', in: 'header', name: 'x-odd' } },
      find: () => ({ user: nobody as never, principal: { id: 'ada', kind: 'user', scopes: ['write'] } }),
    })
    await using app = await testApp({ routes: routesBehind(by) })
    for (const path of PATHS) expect((await app.request('GET', path)).status).toBe(401)
  })

  it('gets no new tokens, and none of its tokens is active', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    let isActive = true
    const tokens = new Tokens(
      { store: createMemoryStore(), bus: createMemoryBus(), clock: systemClock },
      { keys: [{ key: privateKey }], issuer: 'https://shop.example.com', audience: 'shop' },
      { user: () => (isActive ? { id: 'ada' } : nobody) },
    )
    const issued = await tokens.issue('ada')
    expect(await tokens.introspect(issued.access_token)).toMatchObject({ active: true })
    isActive = false
    expect(await tokens.introspect(issued.access_token)).toEqual({ active: false })
    await expect(tokens.refresh(issued.refresh_token)).rejects.toMatchObject({ code: 'ERR_AUTH_GRANT' })
  })
})

it('a look-up that gives false for nobody is an error of the compiler', () => {
  const byId = (id: string): false | { id: string } => id === 'ada' && { id }
  // @ts-expect-error a user is an object
  session({ load: byId })
  // @ts-expect-error a user is an object
  apiKeys({ user: ({ userId }) => byId(userId) })
  expect(byId('eve')).toBe(false)
})

it('a role is not a part of a text', async () => {
  const by = scheme({
    name: 'odd',
    security: { name: 'odd', scheme: { type: 'apiKey', in: 'header', name: 'x-odd' } },
    find: ({ header }) => ({
      user: { roles: JSON.parse(header('x-odd') ?? '[]') as string[] },
      principal: { id: 'ada', kind: 'user' as const },
    }),
  })
  const api = route.use(by)
  await using app = await testApp({ routes: { purge: api.get('/', { access: role('admin') }, () => 'ok') } })
  const statusOf = async (roles: unknown) =>
    (await app.request('GET', '/', { headers: { 'x-odd': JSON.stringify(roles) } })).status
  expect(await statusOf(['admin'])).toBe(200)
  expect(await statusOf('superadmin')).toBe(403)
  expect(await statusOf('admin')).toBe(403)
  expect(await statusOf(null)).toBe(403)
})
