import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  defineError,
  middleware,
  PRINCIPAL,
  route,
  ServiceUnavailableError,
  UnauthorizedError,
  type WireError,
} from '@keelson/core'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { ability, anyOf, identityOf, role, scheme, signedIn, type Scheme } from '@keelson/auth'

interface User {
  readonly id: string
  readonly roles: readonly string[]
}

const byHeader = (name: string, header: string) =>
  scheme({
    name,
    security: { name, scheme: { type: 'apiKey', in: 'header', name: header } },
    find: (ctx) => {
      const id = ctx.header(header)
      if (id === undefined) return undefined
      if (id === 'wrong') throw new UnauthorizedError(`A wrong ${name}.`)
      const user: User = { id, roles: id === 'ada' ? ['admin'] : [] }
      return { user, principal: { id, kind: 'user' } }
    },
  })

const later = scheme({
  name: 'later',
  security: { name: 'later', scheme: { type: 'http', scheme: 'bearer' } },
  find: async (ctx) => {
    await Promise.resolve()
    const id = ctx.header('x-later')
    return id === undefined
      ? undefined
      : { user: { id, roles: [] } as User, principal: { id, kind: 'service' } as const }
  },
})

const web = route.use(anyOf(later, byHeader('staff', 'x-staff'), byHeader('device', 'x-device')))
const routes = {
  open: web.get('/open', { access: 'public' }, ({ user, frame }) => {
    expectTypeOf(user).toEqualTypeOf<User | undefined>()
    return { id: user?.id ?? null, principal: identityOf(frame)?.principal ?? null }
  }),
  me: web.get('/me', { access: signedIn() }, ({ user }) => user.id),
  purge: web.delete('/', { access: role('admin') }, ({ user }) => user.id),
}

describe('a scheme', () => {
  const Blocked = defineError('BLOCKED', { status: 403, title: 'Blocked' })
  const byRoute = scheme({
    name: 'byRoute',
    security: { name: 'byRoute', scheme: { type: 'apiKey', in: 'header', name: 'x-name' } },
    errors: [Blocked],
    find: ({ header }, _held, { access, name }) => {
      if (header('x-name') === 'blocked') throw new Blocked()
      const id = `${String(name)} ${String(access)}`
      return { user: { id }, principal: { id, kind: 'user' } }
    },
  })
  const one = route.use(byRoute)
  const two = {
    open: one.get('/open', { access: 'public' }, ({ user }) => user?.id),
    mine: one.get('/mine', { access: signedIn() }, ({ user }) => user.id),
  }

  it('is told for which route it looks', async () => {
    await using app = await testApp({ routes: two })
    expect(await (await app.request('GET', '/open')).text()).toBe('open public')
    expect(await (await app.request('GET', '/mine')).text()).toBe('mine signed in')
  })

  it('has routes declare what else it may throw', async () => {
    await using app = await testApp({ routes: two })
    const answer = await app.request('GET', '/open', { headers: { 'x-name': 'blocked' } })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'BLOCKED'])
    expect(Object.keys(toOpenApi(app.app).paths?.['/open']?.get?.responses ?? {})).toContain('403')
    type ErrorsOf<S> = S extends Scheme<unknown, infer TErrors> ? TErrors : 'none'
    expectTypeOf<ErrorsOf<typeof byRoute>>().toEqualTypeOf<WireError<'BLOCKED', undefined, 403>>()
    expectTypeOf<ErrorsOf<typeof later>>().toEqualTypeOf<never>()
  })
})

describe('schemes side by side', async () => {
  const { app } = await testApp({ routes })
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    app.fetch(new Request(`http://localhost${path}`, { headers, method }))

  it('have no user where no credential comes', async () => {
    expect(await (await get('/open')).json()).toEqual({ id: null, principal: null })
  })

  it('take the first whose credential comes', async () => {
    const both = await get('/open', { 'x-later': 'eve', 'x-staff': 'ada' })
    expect(await both.json()).toEqual({ id: 'eve', principal: { id: 'eve', kind: 'service' } })
    const one = await get('/open', { 'x-device': 'bob' })
    expect(await one.json()).toEqual({ id: 'bob', principal: { id: 'bob', kind: 'user' } })
  })

  it('never pass over a wrong credential', async () => {
    const answer = await get('/open', { 'x-staff': 'wrong', 'x-device': 'bob' })
    expect(answer.status).toBe(401)
  })

  it('challenge by each', async () => {
    const answer = await get('/me')
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*x-staff.*x-device/)
  })

  it('challenge by what one of them states, and by the kind of the others', async () => {
    const digest = scheme({
      name: 'digest',
      security: { name: 'digest', scheme: { type: 'http', scheme: 'digest' } },
      challenge: 'Digest realm="lamps", nonce="n1"',
      find: (): { user: User; principal: { id: string; kind: 'user' } } | undefined => undefined,
    })
    const mixed = route.use(anyOf(byHeader('staff', 'x-staff'), digest, later))
    await using test = await testApp({ routes: { me: mixed.get('/', { access: signedIn() }, () => 'me') } })
    const answer = await test.request('GET', '/')
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^ApiKey .*x-staff.*, Digest realm="lamps", nonce="n1", Bearer realm=/,
    )
  })

  it('leave the roles to a rule', async () => {
    expect((await get('/', { 'x-staff': 'ada' }, 'DELETE')).status).toBe(200)
    expect((await get('/', { 'x-staff': 'bob' }, 'DELETE')).status).toBe(403)
    expect((await get('/', {}, 'DELETE')).status).toBe(401)
  })

  it('are not asked where a call names its caller', async () => {
    const answer = await app.invoke('me', {}, { as: { user: { id: 'eve', roles: [] } } })
    expect(answer).toMatchObject({ ok: true, data: 'eve' })
  })
})

it('publishes a credential that was refused, and not a store that is down', async () => {
  const seen: unknown[] = []
  const listen = (message: unknown): void => void seen.push(message)
  subscribe('keelson:auth:refused', listen)
  try {
    const down = scheme({
      name: 'down',
      security: { name: 'bearer' },
      find: ({ header }) => {
        if (header('x-down') !== undefined) throw new ServiceUnavailableError('The store is down.')
        return undefined
      },
    })
    const both = route.use(anyOf(down, byHeader('staff', 'x-staff')))
    const { app } = await testApp({ routes: { open: both.get('/', { access: 'public' }, () => 'open') } })
    const ask = async (headers: Record<string, string>) =>
      (await app.fetch(new Request('http://localhost/', { headers }))).status
    expect([await ask({ 'x-down': '1' }), await ask({ 'x-staff': 'wrong' })]).toEqual([503, 401])
    expect(seen).toMatchObject([{ event: 'refused', by: 'staff', reason: 'A wrong staff.', route: 'open' }])
  } finally {
    unsubscribe('keelson:auth:refused', listen)
  }
})

describe.each([
  ['at once', (found: unknown) => found],
  ['later', (found: unknown) => Promise.resolve(found)],
])('a scheme that finds what is no identity, %s', (_when, give) => {
  const statusOf = async (found: unknown) => {
    const odd = scheme({ name: 'lamp', security: { name: 'lamp' }, find: () => give(found) as never })
    const both = route.use(anyOf(odd, byHeader('staff', 'x-staff')))
    await using test = await testApp({
      routes: { me: both.get('/', { access: signedIn() }, ({ user }) => (user as User).id) },
    })
    const { status } = await test.request('GET', '/', { headers: { 'x-staff': 'ada' } })
    return [status, JSON.stringify(test.takeErrors())] as const
  }

  it('has found nobody by null, and the next is asked', async () => {
    expect((await statusOf(null))[0]).toBe(200)
  })

  it.each([{}, { user: { id: 'ada' } }, { id: 'ada' }, 'ada', false, 0, []])(
    'answers 500 and names itself, and what to give: %j',
    async (found) => {
      const [status, errors] = await statusOf(found)
      expect(status).toBe(500)
      expect(errors).toContain('The scheme lamp found a user without a principal. Give { user, principal')
    },
  )
})

it('two of one name are refused', () => {
  expect(() => anyOf(byHeader('a', 'x-a'), byHeader('a', 'x-b'))).toThrow("are named 'a'")
})

describe('a scheme that says of a caller what is no principal', () => {
  const odd = scheme({
    name: 'odd',
    security: { name: 'odd', scheme: { type: 'apiKey', in: 'header', name: 'x-odd' } },
    find: async ({ header }) => ({
      user: { id: 'ada' },
      principal: JSON.parse(header('x-odd') ?? 'null') as never,
    }),
  })
  const api = route.use(odd)
  const read = api.get('/', { access: ability('orders:read') }, () => 'all orders')
  const open = api.get('/open', { access: 'public' }, () => 'open')

  it.each([
    ['scopes as a text', { id: 'ada', kind: 'key', scopes: 'orders:read-own' }],
    ['the very scope as a text', { id: 'ada', kind: 'key', scopes: 'orders:read' }],
    ['scopes by name', { id: 'ada', kind: 'key', scopes: { 'orders:read': true } }],
    ['scopes that are no texts', { id: 'ada', kind: 'key', scopes: ['orders:read', 7] }],
    ['null for scopes', { id: 'ada', kind: 'key', scopes: null }],
    ['an id that is a number', { id: 7, kind: 'user', scopes: ['orders:read'] }],
    ['an unknown kind', { id: 'ada', kind: 'robot', scopes: ['orders:read'] }],
    ['a text', 'ada'],
    ['nothing', null],
  ])('answers 500 and tells the log what to give: %s', async (_what, principal) => {
    await using test = await testApp({ routes: { read, open } })
    const headers = { 'x-odd': JSON.stringify(principal) }
    for (const path of ['/', '/open']) expect((await test.request('GET', path, { headers })).status).toBe(500)
    expect(JSON.stringify(test.takeErrors())).toMatch(/\{ id, kind(, scopes\?)? \}/)
  })

  it('lets those through whose principal is one', async () => {
    await using test = await testApp({ routes: { read, open } })
    const statusOf = async (principal: object) =>
      (await test.request('GET', '/', { headers: { 'x-odd': JSON.stringify(principal) } })).status
    expect(await statusOf({ id: 'ada', kind: 'key', scopes: ['orders:read'] })).toBe(200)
    expect(await statusOf({ id: 'ada', kind: 'key', scopes: ['orders:read-own'] })).toBe(403)
    expect(await statusOf({ id: 'ada', kind: 'user' })).toBe(200)
  })

  it.each(['key', 'service'])('is a 403 where an ability is asked of a %s without scopes', async (kind) => {
    await using test = await testApp({ routes: { read, open } })
    const headers = { 'x-odd': JSON.stringify({ id: 'ada', kind }) }
    expect((await test.request('GET', '/', { headers })).status).toBe(403)
    expect((await test.request('GET', '/open', { headers })).status).toBe(200)
  })
})

it('an ability is not a part of a text, whatever set the principal', async () => {
  const set = middleware({
    name: 'set',
    stage: 'authenticate',
    adds: ['user'],
    run: ({ frame, header }) => {
      const scopes = JSON.parse(header('x-scopes') ?? '[]') as readonly string[]
      frame.set(PRINCIPAL, { id: 'ada', kind: 'key', scopes })
      return { user: { id: 'ada' } }
    },
  })
  const read = route.use(set).get('/', { access: ability('orders:read') }, () => 'all orders')
  await using test = await testApp({ routes: { read } })
  const statusOf = async (scopes: unknown) =>
    (await test.request('GET', '/', { headers: { 'x-scopes': JSON.stringify(scopes) } })).status
  expect(await statusOf(['orders:read'])).toBe(200)
  expect(await statusOf('orders:read-own')).toBe(403)
  expect(await statusOf('orders:read')).toBe(403)
  expect(await statusOf(null)).toBe(403)
})
