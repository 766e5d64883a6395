// RFC 7662: what a token is, asked of its issuer.
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMemoryStore } from '@keelson/core/ports'
import { claimsOf, NOW, signer, tokenOf } from './local-issuer.ts'
import { ISSUER, issuerApp } from './token-issuer.ts'

const SECONDS = NOW / 1000
const SECRET = 'b7Xq-0zB_vQ7pXH3y1d9uJrT5cN8gLaEk'
const clients = [{ id: 'app' }, { id: 'orders', secret: SECRET }]
const asOrders = { authorization: `Basic ${btoa(`orders:${SECRET}`)}` }

async function opened(...[options, shared]: Parameters<typeof issuerApp>) {
  const app = await issuerApp({ clients, ...options }, shared)
  onTestFinished(() => app.close())
  const introspect = async (token: string, more: Record<string, string> = {}) => {
    const answer = await app.post('/oauth/introspect', { token, ...more }, asOrders)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    return answer.json()
  }
  return { ...app, introspect }
}

describe('RFC 7662', () => {
  it('§2.2: says of an access token what it says itself', async () => {
    const app = await opened()
    const { access_token: token } = await app.signIn('ada', { scopes: ['orders:read', 'orders:write'] })
    expect(await app.introspect(token)).toEqual({
      active: true,
      iss: ISSUER,
      aud: 'orders',
      sub: 'ada',
      client_id: 'app',
      token_type: 'Bearer',
      scope: 'orders:read orders:write',
      iat: SECONDS,
      exp: SECONDS + 300,
      jti: expect.any(String),
    })
  })

  it('§2.2: says of a refresh token whose it is and when it ends', async () => {
    const app = await opened({ audience: ['orders', 'bills'] })
    const { refresh_token: token } = await app.signIn()
    expect(await app.introspect(token, { token_type_hint: 'access_token' })).toEqual({
      active: true,
      iss: ISSUER,
      aud: ['orders', 'bills'],
      sub: 'ada',
      client_id: 'app',
      iat: SECONDS,
      exp: SECONDS + 604_800,
    })
    // §2.1: to ask does not use it.
    expect((await app.refresh(token)).status).toBe(200)
  })

  it('§2.2: says of all others that they are not active, and nothing more', async () => {
    const app = await opened()
    const inactive = { active: false }
    const foreign = await tokenOf(signer(), claimsOf(ISSUER, { client_id: 'app', jti: '1' }), {
      typ: 'at+jwt',
    })
    for (const token of ['x', foreign, 'refresh_AbCdEfGh1234_x'])
      expect(await app.introspect(token)).toEqual(inactive)
    const used = await app.signIn()
    await app.refresh(used.refresh_token)
    expect(await app.introspect(used.refresh_token)).toEqual(inactive)
    const revoked = await app.signIn()
    await app.tokens.revoke(revoked.access_token)
    expect(await app.introspect(revoked.access_token)).toEqual(inactive)
    await app.tokens.revoke(revoked.refresh_token)
    expect(await app.introspect(revoked.refresh_token)).toEqual(inactive)
    const late = await app.signIn()
    await app.clock.advance(306_000)
    expect(await app.introspect(late.access_token)).toEqual(inactive)
    const { access_token: blocked } = await app.signIn()
    app.blocked.add('ada')
    expect(await app.introspect(blocked)).toEqual(inactive)
  })

  it('§2.1: answers clients alone that have proven who they are', async () => {
    const app = await opened()
    const { access_token: token } = await app.signIn()
    const ask = async (headers: Record<string, string>, more: Record<string, string> = {}) =>
      app.post('/oauth/introspect', { token, ...more }, headers)
    for (const answer of [
      await ask({}),
      await ask({}, { client_id: 'app' }),
      await ask({ authorization: `Bearer ${token}` }),
      await ask({ authorization: `Basic ${btoa('orders:wrong')}` }),
    ]) {
      expect(answer.status).toBe(401)
      expect(await answer.json()).toMatchObject({ error: 'invalid_client' })
    }
    expect((await app.post('/oauth/introspect', {}, asOrders)).status).toBe(400)
    expect((await app.request('GET', `/oauth/introspect?token=${token}`, { headers: asOrders })).status).toBe(
      405,
    )
  })

  it('is a 503 while the store is down, and not "inactive"', async () => {
    const store = createMemoryStore()
    const app = await opened({}, { store })
    const answer = await app.signIn()
    await store.close()
    for (const token of [answer.access_token, answer.refresh_token])
      expect((await app.post('/oauth/introspect', { token }, asOrders)).status).toBe(503)
    expect(await app.status(answer.access_token)).toBe(503)
    app.takeErrors()
  })
})
