// RFC 7009: revocation of tokens.
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMemoryStore } from '@keelson/core/ports'
import { issuerApp } from './token-issuer.ts'

const SECRET = 'b7Xq-0zB_vQ7pXH3y1d9uJrT5cN8gLaEk'
const clients = [{ id: 'app' }, { id: 'web', secret: SECRET }]
const asWeb = { authorization: `Basic ${btoa(`web:${SECRET}`)}` }

async function opened(...[options, shared]: Parameters<typeof issuerApp>) {
  const app = await issuerApp({ clients, ...options }, shared)
  onTestFinished(() => app.close())
  const revoke = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    app.post('/oauth/revoke', fields, headers)
  return { ...app, revoke }
}

describe('RFC 7009', () => {
  it('§2.1: a refresh token is revoked, with the access tokens of its grant', async () => {
    const app = await opened()
    const answer = await app.signIn()
    const revoked = await app.revoke({ token: answer.refresh_token })
    expect(revoked.status).toBe(200)
    expect(await revoked.text()).toBe('')
    expect((await app.refresh(answer.refresh_token)).status).toBe(400)
    expect(await app.status(answer.access_token)).toBe(401)
  })

  it('§2.1: an access token is revoked, and its refresh token is not', async () => {
    const app = await opened()
    const answer = await app.signIn()
    expect(await app.status(answer.access_token)).toBe(200)
    expect((await app.revoke({ token: answer.access_token })).status).toBe(200)
    expect(await app.status(answer.access_token)).toBe(401)
    expect((await app.refresh(answer.refresh_token)).status).toBe(200)
  })

  it.each(['access_token', 'refresh_token', 'saml_token', ''])(
    '§2.1: a hint that is wrong or unknown is of no matter: %j',
    async (hint) => {
      const app = await opened()
      const answer = await app.signIn()
      for (const token of [answer.access_token, answer.refresh_token])
        expect((await app.revoke({ token, token_type_hint: hint })).status).toBe(200)
      expect(await app.status(answer.access_token)).toBe(401)
      expect((await app.refresh(answer.refresh_token)).status).toBe(400)
    },
  )

  it.each(['x', 'a.b.c', 'refresh_AbCdEfGh1234_x', '.'.repeat(8000)])(
    '§2.2: what is no token is a 200: %j',
    async (token) => {
      const app = await opened()
      expect((await app.revoke({ token })).status).toBe(200)
    },
  )

  it('§2.2: a token that is revoked already is a 200', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn()
    expect((await app.revoke({ token })).status).toBe(200)
    expect((await app.revoke({ token })).status).toBe(200)
  })

  it('§2.1: without a token it is an invalid request', async () => {
    const app = await opened()
    for (const fields of [{}, { token: '' }]) {
      const answer = await app.revoke(fields)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
    }
  })

  it('§2.1: a client with a secret proves who it is', async () => {
    const app = await opened()
    const answer = await app.signIn('ada', { clientId: 'web' })
    for (const token of [answer.refresh_token, answer.access_token]) {
      const refused = await app.revoke({ token })
      expect(refused.status).toBe(401)
      expect(await refused.json()).toMatchObject({ error: 'invalid_client' })
    }
    expect(await app.status(answer.access_token)).toBe(200)
    expect((await app.revoke({ token: answer.refresh_token }, asWeb)).status).toBe(200)
    expect(await app.status(answer.access_token)).toBe(401)
  })

  it('§2.1: a client that is wrong is refused, also for a token that never was', async () => {
    const app = await opened()
    expect((await app.revoke({ token: 'x', client_id: 'other' })).status).toBe(401)
    expect((await app.revoke({ token: 'x' }, { authorization: `Basic ${btoa('web:no')}` })).status).toBe(401)
  })

  it('§2.1: the token of another client stays', async () => {
    const app = await opened()
    const answer = await app.signIn()
    for (const token of [answer.refresh_token, answer.access_token]) {
      const refused = await app.revoke({ token }, asWeb)
      expect(refused.status).toBe(400)
      expect(await refused.json()).toMatchObject({ error: 'invalid_grant' })
    }
    expect(await app.status(answer.access_token)).toBe(200)
  })

  it('§2.2.1: while the store is down it is a 503 with retry-after', async () => {
    const store = createMemoryStore()
    const app = await opened({}, { store })
    const { refresh_token: token } = await app.signIn()
    await store.close()
    const answer = await app.revoke({ token })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
    app.takeErrors()
  })

  it('§2: takes POST alone, so that no link revokes a token', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn()
    expect((await app.request('GET', `/oauth/revoke?token=${token}`)).status).toBe(405)
    expect((await app.refresh(token)).status).toBe(200)
  })
})
