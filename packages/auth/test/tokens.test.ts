import { createMemoryBus, createMemoryStore } from '@keelson/core/ports'
import { channel } from 'node:diagnostics_channel'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AuthMessage } from '@keelson/auth'
import { NOW } from './local-issuer.ts'
import { ISSUER, issuerApp, type Answer } from './token-issuer.ts'

const SECONDS = NOW / 1000
const jsonOf = async (answer: Response) => (await answer.json()) as Answer

async function opened(...about: Parameters<typeof issuerApp>) {
  const app = await issuerApp(...about)
  onTestFinished(() => app.close())
  return app
}

describe('tokens of a sign-in', () => {
  it('are an access token that says all of RFC 9068 §2, and a refresh token', async () => {
    const app = await opened()
    const answer = await app.signIn('ada', { scopes: ['orders:read'] })
    expect(answer).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      refresh_token: expect.stringMatching(/^refresh_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/),
      scope: 'orders:read',
    })
    expect(decodeProtectedHeader(answer.access_token)).toEqual({
      typ: 'at+jwt',
      alg: 'EdDSA',
      kid: expect.any(String),
    })
    expect(decodeJwt(answer.access_token)).toEqual({
      iss: ISSUER,
      sub: 'ada',
      aud: 'orders',
      client_id: 'app',
      iat: SECONDS,
      exp: SECONDS + 300,
      jti: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      auth_time: SECONDS,
      sid: expect.any(String),
      scope: 'orders:read',
    })
  })

  it('let their caller in, with their scopes, until they end', async () => {
    const app = await opened({ clockSkewMs: 0 })
    const { access_token: token } = await app.signIn('ada', { scopes: ['orders:read'] })
    expect(await app.status(token)).toBe(200)
    expect(await app.status(token, '/orders')).toBe(200)
    const { access_token: other } = await app.signIn()
    expect(await app.status(other, '/orders')).toBe(403)
    await app.clock.advance(299_999)
    expect(await app.status(token)).toBe(200)
    await app.clock.advance(1)
    expect(await app.status(token)).toBe(401)
  })

  it('are not good for a user who is blocked, at the next request and at the next refresh', async () => {
    const app = await opened()
    const answer = await app.signIn()
    expect(await app.status(answer.access_token)).toBe(200)
    app.blocked.add('ada')
    expect(await app.status(answer.access_token)).toBe(401)
    expect((await app.refresh(answer.refresh_token)).status).toBe(400)
    app.blocked.clear()
    expect((await app.refresh(answer.refresh_token)).status).toBe(400)
  })

  it('have the claims that the app adds, new at each refresh, and never others in place of ours', async () => {
    let roles = ['reader']
    const app = await opened({ claims: ({ userId, clientId }) => ({ roles, of: `${userId} ${clientId}` }) })
    const answer = await app.signIn()
    expect(decodeJwt(answer.access_token)).toMatchObject({ roles: ['reader'], of: 'ada app' })
    roles = ['writer']
    const next = await jsonOf(await app.refresh(answer.refresh_token))
    expect(decodeJwt(next.access_token)).toMatchObject({ roles: ['writer'] })
    const wrong = await opened({ claims: () => ({ sub: 'eve' }) })
    await expect(wrong.tokens.issue('ada')).rejects.toThrow("claims gives 'sub'")
    const long = await opened({ claims: () => ({ roles: 'x'.repeat(4100) }) })
    await expect(long.tokens.issue('ada')).rejects.toThrow('more than 4096 characters')
  })

  it('are not issued for options that make no sense', async () => {
    const app = await opened()
    await expect(app.tokens.issue('')).rejects.toThrow('userId')
    await expect(app.tokens.issue('ada', { scopes: ['a b'] })).rejects.toThrow('scopes')
    await expect(app.tokens.issue('ada', { clientId: 'other' })).rejects.toThrow('clientId')
    await expect(app.tokens.issue('ada', { scope: 'a' } as never)).rejects.toThrow("no option 'scope'")
  })

  it('say no scope where there is none, and are not longer than what is read', async () => {
    const app = await opened()
    const answer = await app.tokens.issue('ada', { scopes: [] })
    expect(answer).not.toHaveProperty('scope')
    expect(decodeJwt(answer.access_token)).not.toHaveProperty('scope')
    const scopes = Array.from({ length: 100 }, (_, at) => `${'x'.repeat(90)}${at}`)
    await expect(app.tokens.issue('ada', { scopes })).rejects.toThrow('more than the 8192 that are read')
  })

  it('can be an access token alone', async () => {
    const app = await opened()
    const token = await app.tokens.issueAccess('ada', { factors: ['pwd'], authenticatedAt: NOW - 5000 })
    expect(decodeJwt(token)).toMatchObject({ amr: ['pwd'], auth_time: SECONDS - 5 })
    expect(decodeJwt(token)).not.toHaveProperty('sid')
    expect(await app.status(token)).toBe(200)
  })

  it('say of a sign-in in the future that it was now', async () => {
    const app = await opened()
    const about = { authenticatedAt: NOW + 590_000 }
    const first = await app.tokens.issue('ada', about)
    const next = await app.tokens.refresh(first.refresh_token)
    for (const token of [await app.tokens.issueAccess('ada', about), first.access_token, next.access_token])
      expect(decodeJwt(token)['auth_time']).toBe(SECONDS)
  })

  it('are events that have nothing of them', async () => {
    const app = await opened()
    const events: AuthMessage[] = []
    const listen = (event: unknown) => void events.push(event as AuthMessage)
    const names = ['signed-in', 'rotated', 'revoked', 'refused']
    for (const name of names) channel(`keelson:auth:${name}`).subscribe(listen)
    const first = await app.signIn()
    await app.refresh(first.refresh_token)
    await app.clock.advance(10_001)
    await app.refresh(first.refresh_token)
    for (const name of names) channel(`keelson:auth:${name}`).unsubscribe(listen)
    expect(events.map(({ event, by, principalId }) => [event, by, principalId])).toEqual([
      ['signed-in', 'tokens', 'ada'],
      ['rotated', 'tokens', 'ada'],
      ['revoked', 'tokens', 'ada'],
      ['refused', 'tokens', undefined],
    ])
    expect(JSON.stringify(events)).not.toMatch(/refresh_|eyJ/)
  })
})

describe('a refresh token', () => {
  it('is good once, and its use gives the next', async () => {
    const app = await opened()
    const first = await app.signIn('ada', { scopes: ['orders:read'] })
    const second = await jsonOf(await app.refresh(first.refresh_token))
    expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: 'orders:read' })
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await app.status(second.access_token)).toBe(200)
    const third = await jsonOf(await app.refresh(second.refresh_token))
    expect(await app.status(third.access_token)).toBe(200)
  })

  it('that comes again after ten seconds ends all that came of its sign-in, access tokens too', async () => {
    const app = await opened()
    const other = await app.signIn()
    const first = await app.signIn()
    const second = await jsonOf(await app.refresh(first.refresh_token))
    await app.clock.advance(10_001)
    const replayed = await app.refresh(first.refresh_token)
    expect(replayed.status).toBe(400)
    expect(await replayed.json()).toMatchObject({ error: 'invalid_grant' })
    expect((await app.refresh(second.refresh_token)).status).toBe(400)
    expect(await app.status(second.access_token)).toBe(401)
    expect(await app.status(first.access_token)).toBe(401)
    // Another sign-in of the user goes on.
    expect(await app.status(other.access_token)).toBe(200)
    expect((await app.refresh(other.refresh_token)).status).toBe(200)
  })

  it('gives the same answer each time for ten seconds to the same caller', async () => {
    const app = await opened()
    const first = await app.signIn()
    const second = await (await app.refresh(first.refresh_token)).text()
    expect(await (await app.refresh(first.refresh_token)).text()).toBe(second)
    await app.clock.advance(10_000)
    expect(await (await app.refresh(first.refresh_token)).text()).toBe(second)
    const third = await app.refresh((JSON.parse(second) as Answer).refresh_token)
    expect(third.status).toBe(200)
  })

  it('that comes again with other scopes gives these, and the same refresh token', async () => {
    const app = await opened()
    const first = await app.signIn('ada', { scopes: ['orders:read', 'orders:write'] })
    const again = (scope: string) => app.refresh(first.refresh_token, {}, { scope })
    const all = await (await app.refresh(first.refresh_token)).text()
    const { refresh_token: next } = JSON.parse(all) as Answer
    const fewer = await jsonOf(await again('orders:read'))
    expect(fewer).toMatchObject({ scope: 'orders:read', refresh_token: next })
    expect(decodeJwt(fewer.access_token)).toMatchObject({ scope: 'orders:read', sub: 'ada' })
    expect(await app.status(fewer.access_token, '/orders')).toBe(200)
    expect(await (await again('orders:write orders:read')).text()).toBe(all)
    const more = await again('orders:read admin')
    expect([more.status, (await jsonOf(more))['error']]).toEqual([400, 'invalid_scope'])
    app.blocked.add('ada')
    expect((await again('orders:write')).status).toBe(400)
    app.blocked.clear()
    expect((await app.refresh(next)).status).toBe(400)
  })

  it('ends all at once when it comes again from another program', async () => {
    const app = await opened()
    const first = await app.signIn()
    const second = await jsonOf(await app.refresh(first.refresh_token))
    expect((await app.refresh(first.refresh_token, { 'user-agent': 'two' })).status).toBe(400)
    expect((await app.refresh(second.refresh_token)).status).toBe(400)
  })

  it('ends all when it comes again after the next one was used, within ten seconds too', async () => {
    const app = await opened()
    const first = await app.signIn()
    const second = await jsonOf(await app.refresh(first.refresh_token))
    const third = await jsonOf(await app.refresh(second.refresh_token))
    expect((await app.refresh(first.refresh_token)).status).toBe(400)
    expect((await app.refresh(third.refresh_token)).status).toBe(400)
  })

  it('that comes to two processes at once gives one answer', async () => {
    const [store, bus] = [createMemoryStore(), createMemoryBus()]
    const keys = [{ kid: '1', secret: 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa' }]
    const one = await opened({ keys }, { store, bus })
    const two = await opened({ keys }, { store, bus })
    let { refresh_token: token } = await one.signIn()
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all([one, two, one, two].map((app) => app.refresh(token)))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
      const texts = new Set(await Promise.all(answers.map((answer) => answer.text())))
      expect(texts.size).toBe(1)
      token = (JSON.parse([...texts][0]!) as Answer).refresh_token
    }
  })

  it('with a slip is refused, and ends nothing', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn()
    for (const wrong of [
      `${token}x`,
      token.slice(0, -1),
      `${token.slice(0, 30)}x${token.slice(31)}`,
      'refresh_',
    ])
      expect((await app.refresh(wrong)).status).toBe(400)
    expect((await app.refresh(token)).status).toBe(200)
  })

  it('ends when it was not used for a week, and after thirty days', async () => {
    const DAY = 86_400_000
    const app = await opened()
    const idle = await app.signIn()
    let used = await app.signIn()
    await app.clock.advance(7 * DAY - 1)
    used = await jsonOf(await app.refresh(used.refresh_token))
    await app.clock.advance(1)
    expect((await app.refresh(idle.refresh_token)).status).toBe(400)
    for (let week = 0; week < 3; week++) {
      await app.clock.advance(6 * DAY)
      used = await jsonOf(await app.refresh(used.refresh_token))
    }
    await app.clock.advance(5 * DAY - 1)
    used = await jsonOf(await app.refresh(used.refresh_token))
    await app.clock.advance(1)
    expect((await app.refresh(used.refresh_token)).status).toBe(400)
  })

  it('of the sign-in that was not used for the longest time ends when there are too many', async () => {
    const app = await opened({ maxPerUser: 2 })
    const first = await app.signIn()
    await app.clock.advance(1000)
    const second = await app.signIn()
    await app.clock.advance(1000)
    const renewed = await jsonOf(await app.refresh(first.refresh_token))
    const third = await app.signIn()
    expect((await app.refresh(second.refresh_token)).status).toBe(400)
    expect((await app.refresh(renewed.refresh_token)).status).toBe(200)
    expect((await app.refresh(third.refresh_token)).status).toBe(200)
    expect((await app.signIn('bob')).refresh_token).toBeDefined()
  })

  it('is in no store as it is, nor is what it gave', async () => {
    const store = createMemoryStore()
    const written: string[] = []
    const watched = new Proxy(store, {
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name)
        if (typeof found !== 'function') return found
        return (...values: unknown[]) => {
          written.push(
            JSON.stringify(values, (_, value: unknown) =>
              value instanceof Uint8Array ? Buffer.from(value).toString() : value,
            ),
          )
          return Reflect.apply(found, target, values) as unknown
        }
      },
    })
    const app = await opened({}, { store: watched })
    const first = await app.signIn()
    const second = await jsonOf(await app.refresh(first.refresh_token))
    const all = written.join('\n')
    expect(all).toContain('family:')
    for (const { refresh_token: refresh, access_token: access } of [first, second]) {
      expect(all).not.toContain(refresh.slice(8, 20))
      expect(all).not.toContain(refresh.slice(21))
      expect(all).not.toContain(access)
    }
  })
})

describe('revocation', () => {
  it('of a refresh token ends the access tokens of its sign-in', async () => {
    const app = await opened()
    const answer = await app.signIn()
    const other = await app.signIn()
    expect(await app.status(answer.access_token)).toBe(200)
    await app.tokens.revoke(answer.refresh_token)
    expect(await app.status(answer.access_token)).toBe(401)
    expect((await app.refresh(answer.refresh_token)).status).toBe(400)
    expect(await app.status(other.access_token)).toBe(200)
  })

  it('of an access token ends it alone', async () => {
    const app = await opened()
    const answer = await app.signIn()
    await app.tokens.revoke(answer.access_token)
    const refused = await app.request('GET', '/open', {
      headers: { authorization: `Bearer ${answer.access_token}` },
    })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect((await app.refresh(answer.refresh_token)).status).toBe(200)
  })

  it('of all tokens of a user leaves those of a sign-in afterwards, within the same millisecond too', async () => {
    const app = await opened()
    const [one, two] = [await app.signIn(), await app.signIn()]
    const alone = await app.tokens.issueAccess('ada')
    const bob = await app.signIn('bob')
    expect(await app.tokens.revokeAll('ada')).toBe(2)
    for (const token of [one.access_token, two.access_token, alone]) expect(await app.status(token)).toBe(401)
    for (const { refresh_token: token } of [one, two]) expect((await app.refresh(token)).status).toBe(400)
    const after = await app.signIn()
    expect(await app.status(after.access_token)).toBe(200)
    expect(await app.status(await app.tokens.issueAccess('ada'))).toBe(200)
    expect(await app.status(bob.access_token)).toBe(200)
    expect(await app.tokens.revokeAll('nobody')).toBe(0)
    for (const id of [undefined, '', { id: 'ada' }])
      await expect(app.tokens.revokeAll(id as never)).rejects.toMatchObject({ code: 'ERR_CORE_ARGUMENT' })
  })

  it('reaches a process that has verified the token, and one that begins afterwards', async () => {
    const [store, bus] = [createMemoryStore(), createMemoryBus()]
    const keys = [{ kid: '1', secret: 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa' }]
    const one = await opened({ keys }, { store, bus })
    const two = await opened({ keys }, { store, bus })
    const [first, second] = [await one.signIn(), await one.signIn('bob')]
    expect(await two.status(first.access_token)).toBe(200)
    expect(await two.status(second.access_token)).toBe(200)
    await one.tokens.revoke(first.access_token)
    await one.tokens.revokeAll('bob')
    expect(await two.status(first.access_token)).toBe(401)
    expect(await two.status(second.access_token)).toBe(401)
    const later = await opened({ keys }, { store, bus })
    expect(await later.status(first.access_token)).toBe(401)
    expect(await later.status(second.access_token)).toBe(401)
    const unasked = await opened({ keys, checkRevoked: false }, { store, bus })
    expect(await unasked.status(first.access_token)).toBe(200)
  })
})
