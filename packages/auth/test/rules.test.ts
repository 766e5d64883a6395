import { channel } from 'node:diagnostics_channel'
import { route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest'
import { ability, anyOf, bearer, recent, scheme, type AuthMessage } from '@keelson/auth'
import { claimsOf, NOW, signer, tokenOf } from './local-issuer.ts'

const ISSUER = 'https://id.example.com'
const MINUTE = 60_000
const by = signer()

interface User {
  readonly id: string
}

const tokens = bearer({
  issuer: ISSUER,
  key: by.publicKey,
  audience: 'orders',
  user: ({ sub }): User => ({ id: sub }),
})
/** Callers whose sign-in a header dates, as those of a session. */
const visits = scheme({
  name: 'visit',
  security: { name: 'visit', scheme: { type: 'apiKey', in: 'header', name: 'x-visit' } },
  find: ({ header }) => {
    const [id, authenticatedAt] = header('x-visit')?.split(' ') ?? []
    if (id === undefined) return undefined
    const user: User = { id }
    return {
      user,
      principal: { id, kind: 'user' },
      authenticatedAt: Number(authenticatedAt ?? Number.NaN) || undefined,
    }
  },
})

const web = route.use(anyOf(tokens, visits))
const routes = {
  write: web.get('/write', { access: ability('read', 'write') }, ({ user }) => {
    expectTypeOf(user).toEqualTypeOf<User>()
    return user.id
  }),
  close: web.get('/close', { access: recent({ withinMs: 10 * MINUTE }) }, ({ user }) => {
    expectTypeOf(user).toEqualTypeOf<User>()
    return user.id
  }),
  both: web.get('/both', { access: recent({ withinMs: MINUTE, factors: ['pwd', 'otp'] }) }, () => 'both'),
  pay: web.get(
    '/pay',
    { access: [ability('write'), recent({ withinMs: MINUTE, anyFactor: ['otp', 'hwk'] })] },
    ({ user }) => {
      expectTypeOf(user).toEqualTypeOf<User>()
      return user.id
    },
  ),
}

const test = await testApp({ now: NOW, routes })
const get = (path: string, headers: Record<string, string> = {}) => test.request('GET', path, { headers })
const withToken = async (path: string, claims: Record<string, unknown>) =>
  get(path, { authorization: `Bearer ${await tokenOf(by, claimsOf(ISSUER, claims))}` })
const ago = (ms: number) => (NOW - ms) / 1000

describe('ability', () => {
  it.each([{ scope: 'write read' }, { scp: ['read', 'write'] }, { scp: 'read write admin' }])(
    'admits a token with all scopes: %j',
    async (claims) => {
      expect((await withToken('/write', claims)).status).toBe(200)
    },
  )

  it.each([
    {},
    { scope: '' },
    { scope: 'read' },
    { scope: 'read writer' },
    { scope: 7 },
    { scope: 'READ WRITE' },
  ])('RFC 6750 §3.1: others get 403 and insufficient_scope: %j', async (claims) => {
    const answer = await withToken('/write', claims)
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="read write"',
    )
    expect(JSON.stringify(await answer.json())).not.toContain('read')
  })

  it('admits callers whose credential has no limits', async () => {
    expect((await get('/write', { 'x-visit': 'ada' })).status).toBe(200)
  })

  it('is a 401 without anybody', async () => {
    const answer = await get('/write')
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).not.toContain('error')
  })

  it('tells those who watch, and the log, what lacks', async () => {
    const events: AuthMessage[] = []
    const listen = (event: unknown) => {
      events.push(event as AuthMessage)
    }
    channel('keelson:auth:denied').subscribe(listen)
    onTestFinished(() => {
      channel('keelson:auth:denied').unsubscribe(listen)
    })
    await withToken('/write', { scope: 'read' })
    const reason = 'The credential lacks write.'
    expect(events).toMatchObject([{ event: 'denied', by: 'ability read write', reason, route: 'write' }])
    expect(test.log.lines.some((line) => line['reason'] === reason)).toBe(true)
  })

  it.each([[], ['a b'], ['a"b'], ['']])('does not take %j', (...scopes) => {
    expect(() => ability(...(scopes as unknown as [string]))).toThrow('It takes scopes')
  })
})

describe('recent', () => {
  it('admits who signed in lately, by any scheme', async () => {
    expect((await withToken('/close', { auth_time: ago(10 * MINUTE) })).status).toBe(200)
    expect((await get('/close', { 'x-visit': `ada ${NOW - MINUTE}` })).status).toBe(200)
  })

  it.each([
    ['too long ago', { auth_time: ago(10 * MINUTE + 1000) }],
    ['at a time that is not said', {}],
    ['long after now', { auth_time: ago(-11 * MINUTE) }],
  ])(
    'RFC 9470 §3: is a 401 with insufficient_user_authentication for a sign-in %s',
    async (_what, claims) => {
      const answer = await withToken('/close', claims)
      expect(answer.status).toBe(401)
      expect(await answer.json()).toMatchObject({ code: 'ERR_AUTH_NOT_RECENT' })
      expect(answer.headers.get('www-authenticate')).toMatch(
        /^Bearer error="insufficient_user_authentication", error_description="[^"]+", max_age="600", ApiKey /,
      )
    },
  )

  it('asks for each of its factors, so that a second one is never left out', async () => {
    const token = (amr: unknown) => withToken('/both', { auth_time: ago(0), amr })
    expect((await token(['pwd', 'otp'])).status).toBe(200)
    expect((await token(['otp', 'mca', 'pwd'])).status).toBe(200)
    for (const amr of [['pwd'], ['otp'], [], 'pwd otp', undefined])
      expect((await token(amr)).status).toBe(401)
    expect(await (await token(['pwd'])).json()).toMatchObject({
      detail: 'Sign in again by pwd and otp: that must not be longer ago than 60 s.',
    })
  })

  it('asks for one of several factors', async () => {
    const token = (amr: unknown) => withToken('/pay', { auth_time: ago(0), scope: 'write', amr })
    expect((await token(['pwd', 'otp'])).status).toBe(200)
    expect((await token(['pwd'])).status).toBe(401)
    expect((await token('otp')).status).toBe(401)
    expect((await token(undefined)).status).toBe(401)
  })

  it('has the challenge of the plan for callers by other schemes', async () => {
    const answer = await get('/close', { 'x-visit': `ada ${NOW - 11 * MINUTE}` })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ code: 'ERR_AUTH_NOT_RECENT' })
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=.*ApiKey /)
  })

  it('is a 401 without anybody, and for a call that names its caller', async () => {
    expect(await (await get('/close')).json()).toMatchObject({ code: 'ERR_CORE_UNAUTHORIZED' })
    const called = await test.app.invoke('close', {}, { as: { user: { id: 'ada' } } })
    expect(called).toMatchObject({ ok: false, error: { code: 'ERR_AUTH_NOT_RECENT' } })
  })

  it('says whole seconds on the wire, and takes no others', () => {
    expect(() => recent({ withinMs: 1500 })).toThrow(
      /rules\.test\.ts[^]*A sign-in within 1500 ms ends within a second, which max_age cannot say\. Give whole seconds\./,
    )
  })

  it.each([{}, { withinMs: 0 }, { withinMs: 1000, factors: [] }, { withinMs: 1000, factors: ['a b'] }])(
    'does not take %j',
    (options) => {
      expect(() => recent(options as never)).toThrow('recent')
    },
  )
})
