import { bind, route, token, UnauthorizedError } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { anyOf, apiKeys, ApiKeys, bearer, identityOf, scheme, signedIn } from '@keelson/auth'
import { claimsOf, NOW, signer, tokenOf } from './local-issuer.ts'

const [ours, theirs] = [signer(), signer()]
const [OURS, THEIRS] = ['https://id.example.com', 'https://partner.example.com']
const staff = bearer({
  name: 'staff',
  issuer: OURS,
  key: ours.publicKey,
  audience: 'orders',
  user: ({ sub }) => ({ id: `staff ${sub}` }),
})
const partner = bearer({
  name: 'partner',
  issuer: THEIRS,
  key: theirs.publicKey,
  audience: 'orders',
  user: ({ sub }) => ({ id: `partner ${sub}` }),
})
const keys = apiKeys({ user: ({ userId }) => ({ id: `key of ${userId}` }) })
const device = scheme({
  name: 'device',
  security: { name: 'device', scheme: { type: 'apiKey', in: 'header', name: 'x-device' } },
  find: ({ header }) => {
    const id = header('x-device')
    return id === undefined ? undefined : { user: { id }, principal: { id, kind: 'service' } }
  },
})

const ourToken = (claims = {}) => tokenOf(ours, claimsOf(OURS, claims))
const theirToken = (claims = {}) => tokenOf(theirs, claimsOf(THEIRS, claims))

describe.each([
  ['in one order', anyOf(staff, partner, keys, device)],
  ['in the other', anyOf(keys, partner, staff, device)],
])('tokens of two issuers and API keys in one header, %s', async (_order, either) => {
  const member = route.use(either)
  const test = await testApp({
    transport: 'socket',
    now: NOW,
    routes: {
      me: member.get('/me', { access: signedIn() }, ({ user }) => user.id),
      open: member.get('/open', { access: 'public' }, () => identityOf()?.principal.kind ?? 'nobody'),
      issue: route
        .inject({ keys: ApiKeys })
        .post('/keys', { access: 'public' }, async ({ keys: all }) =>
          (await all.issue({ userId: 'ada', name: 'import' })).key.reveal(),
        ),
    },
  })
  const ask = async (authorization: string, more: Record<string, string> = {}) => {
    const answer = await test.request('GET', '/me', { headers: { authorization, ...more } })
    return answer.status === 200 ? answer.text() : answer.status
  }

  it('are each verified by whom they name', async () => {
    const key = await (await test.request('POST', '/keys')).text()
    expect(await ask(`Bearer ${await ourToken()}`)).toBe('staff ada')
    expect(await ask(`Bearer ${await theirToken()}`)).toBe('partner ada')
    expect(await ask(`Bearer ${key}`)).toBe('key of ada')
    // Once more, as they are known now.
    expect(await ask(`bearer  ${await theirToken()}`)).toBe('partner ada')
  })

  it('are not good by the key of the other issuer', async () => {
    expect(await ask(`Bearer ${await tokenOf(theirs, claimsOf(OURS))}`)).toBe(401)
    expect(await ask(`Bearer ${await tokenOf(ours, claimsOf(THEIRS))}`)).toBe(401)
  })

  it.each([
    ['of no issuer', () => ourToken({ iss: undefined })],
    ['of a third', () => ourToken({ iss: 'https://other.example.com' })],
    ['of a list of both', () => ourToken({ iss: [OURS, THEIRS] })],
    ['that is no token', () => 'no'],
    ['that is half a token', () => 'a.b'],
    ['with claims that are no JSON', () => 'e30.e30x.AA'],
    ['of 64 KB', () => `${'A'.repeat(15_000)}.AA.AA`],
    ['that has expired', () => theirToken({ exp: 1 })],
    ['that begins as a key', () => 'key_AbCdEfGh1234_no'],
  ])('are a 401 and never passed over for another credential: one %s', async (_what, made) => {
    const authorization = `Bearer ${await made()}`
    expect(await ask(authorization, { 'x-device': 'd1' })).toBe(401)
    const open = await test.request('GET', '/open', { headers: { authorization } })
    expect(open.status).toBe(401)
  })

  it('leave a request without any to the next scheme', async () => {
    expect(await ask('Basic YTpi', { 'x-device': 'd1' })).toBe('d1')
    expect(await ask('Basic YTpi')).toBe(401)
  })
})

it('API keys alone leave what has not their prefix to others', async () => {
  const opaque = scheme({
    name: 'opaque',
    security: { name: 'opaque', scheme: { type: 'http', scheme: 'bearer' } },
    find: ({ header }) =>
      header('authorization') === 'Bearer opaque'
        ? { user: { id: 'opaque' }, principal: { id: 'opaque', kind: 'user' } }
        : undefined,
  })
  const routes = {
    me: route.use(anyOf(keys, opaque)).get('/me', { access: signedIn() }, ({ user }) => user.id),
  }
  await using test = await testApp({ routes })
  const answer = await test.request('GET', '/me', { headers: { authorization: 'Bearer opaque' } })
  expect(await answer.text()).toBe('opaque')
})

it('a scheme of your own says by recognises which credentials are its', async () => {
  const opaque = scheme({
    name: 'opaque',
    security: { name: 'opaque', scheme: { type: 'http', scheme: 'bearer' } },
    recognises: ({ header }) => header('authorization')?.startsWith('Bearer opaque-') === true,
    find: ({ header }) => {
      const text = header('authorization') ?? ''
      if (!text.startsWith('Bearer opaque-')) return undefined
      if (text !== 'Bearer opaque-1') throw new UnauthorizedError('It is not known.')
      return { user: { id: 'opaque' }, principal: { id: 'opaque', kind: 'user' } }
    },
  })
  const routes = {
    me: route.use(anyOf(staff, opaque)).get('/me', { access: signedIn() }, ({ user }) => user.id),
  }
  await using test = await testApp({ now: NOW, routes })
  const ask = async (token: string) =>
    test.request('GET', '/me', { headers: { authorization: `Bearer ${token}` } })
  expect(await (await ask('opaque-1')).text()).toBe('opaque')
  expect(await (await ask(await ourToken())).text()).toBe('staff ada')
  expect((await ask('opaque-2')).status).toBe(401)
  expect((await ask('other')).status).toBe(401)
})

describe('the user', () => {
  interface Users {
    byId(id: string): { readonly id: string } | undefined
  }
  const USERS = token<Users>('users')
  const users = bind(USERS, {
    value: { byId: (id) => (id === 'eve' ? undefined : { id: `${id} of users` }) },
  })

  it('of a token is found by services that are injected, and by the context', async () => {
    const api = route.use(
      bearer({
        issuer: OURS,
        key: ours.publicKey,
        audience: 'orders',
        inject: { users: USERS },
        user: ({ sub }, services, { path }) => {
          const found = services.users.byId(sub)
          return found === undefined ? undefined : { ...found, path }
        },
      }),
    )
    const me = api.get('/me', { access: signedIn() }, ({ user }) => user)
    await using test = await testApp({ now: NOW, routes: { me }, providers: [users] })
    const ask = async (sub: string) =>
      test.request('GET', '/me', { headers: { authorization: `Bearer ${await ourToken({ sub })}` } })
    expect(await (await ask('ada')).json()).toEqual({ id: 'ada of users', path: '/me' })
    expect((await ask('eve')).status).toBe(401)
  })

  it('of an API key as well', async () => {
    const api = route.use(
      apiKeys({ inject: { users: USERS }, user: ({ userId }, services) => services.users.byId(userId) }),
    )
    const me = api
      .inject({ keys: ApiKeys })
      .get('/me', { access: 'public' }, async ({ user, keys: all }) =>
        user === undefined ? (await all.issue({ userId: 'ada', name: 'import' })).key.reveal() : user.id,
      )
    await using test = await testApp({ routes: { me }, providers: [users] })
    const key = await (await test.request('GET', '/me')).text()
    const answer = await test.request('GET', '/me', { headers: { authorization: `Bearer ${key}` } })
    expect(await answer.text()).toBe('ada of users')
  })

  it('needs services that the app has, or the start fails', async () => {
    const api = route.use(
      bearer({
        secret: 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa',
        audience: 'a',
        inject: { users: USERS },
        user: () => null,
      }),
    )
    const me = api.get('/me', { access: 'public' }, () => null)
    await expect(testApp({ routes: { me } })).rejects.toThrow("Nothing provides the token 'users'")
  })
})
