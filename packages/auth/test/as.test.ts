import { generateKeyPairSync } from 'node:crypto'
import { route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ability,
  anyOf,
  ApiKeys,
  apiKeys,
  bearer,
  recent,
  scheme,
  session,
  Sessions,
  signedIn,
  tokens,
} from '@keelson/auth'
import { as, localIssuer, type LocalIssuer } from '@keelson/auth/testing'

const USERS: Readonly<Record<string, { readonly id: string }>> = { ada: { id: 'ada' }, '7': { id: '7' } }
const keys = apiKeys({ user: ({ userId }) => USERS[userId] })
const shopKeys = ApiKeys.bind({ prefix: 'shop' })

function routesOf(by: ReturnType<typeof scheme<{ readonly id: string }>>) {
  const api = route.use(by)
  return {
    me: api.get('/me', { access: signedIn() }, ({ user }) => user.id),
    write: api.post('/orders', { access: ability('orders:write') }, ({ user }) => user.id),
  }
}

describe.each(['memory', 'socket'] as const)('a user of a test, over %s', (transport) => {
  it('calls by an API key that the app made', async () => {
    await using app = await testApp({ routes: routesOf(keys), providers: [shopKeys], transport })
    const ada = await as(app, { id: 'ada' })
    expect(await ada.client.me()).toBe('ada')
    expect(await (await ada.request('GET', '/me')).text()).toBe('ada')
    expect(ada.headers['authorization']).toMatch(/^Bearer shop_/)
    const listed = await app.resolve(ApiKeys).list('ada')
    expect(listed.map(({ name }) => name)).toEqual(['test'])
  })

  it('may do what the credential allows, and no more', async () => {
    await using app = await testApp({ routes: routesOf(keys), transport })
    const reader = await as(app, { id: 'ada' })
    const writer = await as(app, { id: 'ada' }, { scopes: ['orders:write'] })
    expect((await reader.request('POST', '/orders')).status).toBe(403)
    expect((await writer.request('POST', '/orders')).status).toBe(200)
  })

  it('is refused when it is not known to the app, and when the key is revoked', async () => {
    await using app = await testApp({ routes: routesOf(keys), transport })
    const ada = await as(app, { id: 'ada' })
    const nobody = await as(app, { id: 'nobody' })
    expect((await nobody.request('GET', '/me')).status).toBe(401)
    await app.resolve(ApiKeys).revokeAll('ada')
    expect((await ada.request('GET', '/me')).status).toBe(401)
  })

  it('sends its key in the header of the scheme', async () => {
    const inHeader = apiKeys({ user: ({ userId }) => USERS[userId], header: 'x-api-key' })
    await using app = await testApp({ routes: routesOf(inHeader), transport })
    const seven = await as(app, { id: 7 })
    expect(Object.keys(seven.headers)).toEqual(['x-api-key'])
    expect(await seven.client.me()).toBe('7')
  })
})

describe.each(['memory', 'socket'] as const)('a user with a session, over %s', (transport) => {
  const web = route.use(session({ load: (id) => USERS[id] }))
  const routes = {
    me: web.get('/me', { access: signedIn() }, ({ user }) => user.id),
    leave: web.post(
      '/leave',
      { access: [signedIn(), recent({ withinMs: 60_000, factors: ['otp'] })] },
      () => 'left',
    ),
  }

  it('calls by a session that the app began, and changes things as its own pages do', async () => {
    await using app = await testApp({ routes, transport })
    const ada = await as(app, { id: 'ada' }, { factors: ['otp'] })
    expect(await ada.client.me()).toBe('ada')
    expect(await ada.client.leave()).toBe('left')
    const listed = await app.resolve(Sessions).list('ada')
    expect(listed.map(({ device }) => device)).toEqual(['test'])
  })

  it('has signed in when the test says, and how', async () => {
    await using app = await testApp({ routes, transport })
    const early = await as(app, { id: 'ada' }, { factors: ['otp'], authenticatedAt: Date.now() - 120_000 })
    const weak = await as(app, { id: 'ada' }, { factors: ['pwd'] })
    const statuses = [early, weak].map(async (one) => (await one.request('POST', '/leave')).status)
    expect(await Promise.all(statuses)).toEqual([401, 401])
  })

  it('is refused when the session has ended', async () => {
    await using app = await testApp({ routes, transport })
    const ada = await as(app, { id: 'ada' })
    await app.resolve(Sessions).revokeAll('ada')
    expect((await ada.request('GET', '/me')).status).toBe(401)
  })

  it('stands beside keys, which say what sessions do not', async () => {
    const both = route.use(anyOf(session({ load: (id) => USERS[id] }), keys))
    const write = both.post('/orders', { access: ability('orders:write') }, ({ user }) => user.id)
    await using app = await testApp({ routes: { write }, transport })
    const byKey = await as(app, { id: 'ada' }, { scopes: ['orders:write'] })
    expect(Object.keys(byKey.headers)).toEqual(['authorization'])
    expect(await byKey.client.write()).toBe('ada')
    const bySession = await as(app, { id: 'ada' })
    expect(Object.keys(bySession.headers)).toContain('cookie')
    await expect(as(app, { id: 'ada' }, { scopes: ['orders:write'], factors: ['otp'] })).rejects.toThrow(
      'for which a credential that says scopes, factors can be made; it has session, apiKeys.',
    )
  })
})

describe.each(['Bearer', 'Token'] as const)('a user with a token of the app, by the scheme %s', (by) => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const shop = tokens({
    keys: [{ key: privateKey }],
    issuer: 'https://shop.example.com',
    audience: 'shop',
    scheme: by,
    user: ({ sub }) => USERS[sub],
  })
  const api = route.use(shop.scheme)
  const routes = {
    me: api.get('/me', { access: recent({ withinMs: 60_000 }) }, ({ user }) => user.id),
    write: api.post('/orders', { access: ability('orders:write') }, ({ user }) => user.id),
  }

  it('calls by it', async () => {
    await using app = await testApp({ routes, plugins: [shop] })
    const ada = await as(app, { id: 'ada' }, { scopes: ['orders:write'] })
    expect([await ada.client.me(), await ada.client.write()]).toEqual(['ada', 'ada'])
    const early = await as(app, { id: 'ada' }, { authenticatedAt: Date.now() - 120_000 })
    expect((await early.request('GET', '/me')).status).toBe(401)
    expect((await early.request('POST', '/orders')).status).toBe(403)
  })
})

describe('a user of an issuer', () => {
  let issuer: LocalIssuer
  beforeAll(async () => {
    issuer = await localIssuer({ audience: 'orders' })
  })
  afterAll(() => issuer[Symbol.asyncDispose]())
  const outside = () =>
    bearer({
      issuer: issuer.url,
      allowInsecureIssuer: true,
      audience: 'orders',
      profile: 'rfc9068',
      user: ({ sub }) => USERS[sub],
    })

  it('calls by a token of it', async () => {
    await using app = await testApp({ routes: routesOf(outside()) })
    const ada = await as(app, { id: 'ada' }, { issuer, scopes: ['orders:write'] })
    expect(await ada.client.write()).toBe('ada')
    const reader = await as(app, { id: 'ada' }, { issuer })
    expect((await reader.request('POST', '/orders')).status).toBe(403)
  })

  it('has signed in when the test says, and how', async () => {
    const api = route.use(outside())
    const access = recent({ withinMs: 60_000, factors: ['otp'] })
    await using app = await testApp({ routes: { me: api.get('/me', { access }, ({ user }) => user.id) } })
    const status = async (options: Parameters<typeof as>[2]) => {
      const user = await as(app, { id: 'ada' }, { issuer, ...options })
      return (await user.request('GET', '/me')).status
    }
    expect(await status({ authenticatedAt: Date.now(), factors: ['otp'] })).toBe(200)
    expect(await status({ authenticatedAt: Date.now() - 120_000, factors: ['otp'] })).toBe(401)
    expect(await status({ authenticatedAt: Date.now() })).toBe(401)
  })

  it('stands beside users with keys', async () => {
    await using app = await testApp({ routes: routesOf(anyOf(keys, outside())) })
    const byToken = await as(app, { id: 'ada' }, { issuer })
    const byKey = await as(app, { id: 'ada' }, { scheme: 'apiKeys' })
    expect([await byToken.client.me(), await byKey.client.me()]).toEqual(['ada', 'ada'])
    await expect(as(app, { id: 'ada' }, { scheme: 'bearer' })).rejects.toThrow(
      "as: The app has no scheme 'bearer' for which a credential can be made; it has apiKeys, bearer. Give the issuer",
    )
  })
})

describe('a call as a user is refused', () => {
  it('for an app without schemes', async () => {
    await using app = await testApp({ routes: { home: route.get('/', { access: 'public' }, () => 'home') } })
    await expect(as(app, { id: 'ada' })).rejects.toThrow('for which a credential can be made; it has none.')
  })

  it('for a scheme of which nothing is known', async () => {
    const own = scheme({ name: 'own', security: { name: 'own' }, find: () => undefined })
    await using app = await testApp({
      routes: { me: route.use(own).get('/me', { access: signedIn() }, () => 1) },
    })
    await expect(as(app, { id: 'ada' })).rejects.toThrow('it has own.')
  })

  it('for what is no user, and for options that do not exist', async () => {
    await using app = await testApp({ routes: routesOf(keys) })
    await expect(as(app, { name: 'ada' } as never)).rejects.toThrow('The user has no id.')
    await expect(as(app, { id: 'ada' }, { scope: [] } as never)).rejects.toThrow('scope')
    await expect(as(app, { id: 'ada' }, { issuer: {} } as never)).rejects.toThrow(
      'an issuer, of localIssuer()',
    )
  })
})
