// RFC 6749: the token endpoint, for the grant that it has, the refresh of tokens.
import { describe, expect, it, onTestFinished } from 'vitest'
import { issuerApp, type Answer } from './token-issuer.ts'

const SECRET = 'b7Xq-0zB_vQ7pXH3y1d9uJrT5cN8gLaEk'
const clients = [{ id: 'app' }, { id: 'web shop', secret: SECRET }, { id: 'kiosk' }]
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})

async function opened() {
  const app = await issuerApp({ clients })
  onTestFinished(() => app.close())
  return app
}

/** Status and `error`. */
async function errorOf(answer: Response) {
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const { error, error_description: description } = (await answer.json()) as Record<string, unknown>
  expect(description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  return [answer.status, error]
}

describe('RFC 6749', () => {
  it('§5.1: an answer with tokens is JSON that nobody stores', async () => {
    const app = await opened()
    const answer = await app.refresh((await app.signIn()).refresh_token)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('pragma')).toBe('no-cache')
    expect(await answer.json()).toMatchObject({ token_type: 'Bearer', expires_in: 300 })
  })

  it('§3.2: the endpoint takes POST alone', async () => {
    const app = await opened()
    expect((await app.request('GET', '/oauth/token?grant_type=refresh_token')).status).toBe(405)
  })

  it('§3.2: parameters that are not known are ignored', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn()
    expect((await app.refresh(token, {}, { resource: 'x', 'a b': 'ü' })).status).toBe(200)
  })

  it('§3.2: a parameter without a value is one that is omitted', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn()
    expect((await app.refresh(token, {}, { scope: '', client_id: '', client_secret: '' })).status).toBe(200)
    expect(await errorOf(await app.post('/oauth/token', { grant_type: '', refresh_token: token }))).toEqual([
      400,
      'invalid_request',
    ])
  })

  it('§3.2: a parameter is not given twice', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn()
    const answer = await app.request('POST', '/oauth/token', {
      body: `grant_type=refresh_token&refresh_token=${token}&refresh_token=${token}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(await errorOf(answer)).toEqual([400, 'invalid_request'])
  })

  it('§2.3.1: a secret in the query is no secret of the request', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn('ada', { clientId: 'web shop' })
    const path = `/oauth/token?client_id=web%20shop&client_secret=${SECRET}`
    const answer = await app.post(path, { grant_type: 'refresh_token', refresh_token: token })
    expect(await errorOf(answer)).toEqual([401, 'invalid_client'])
  })

  it.each<readonly [string, Record<string, string>, readonly unknown[]]>([
    ['no grant', {}, [400, 'invalid_request']],
    ['no token', { grant_type: 'refresh_token' }, [400, 'invalid_request']],
    ['another grant', { grant_type: 'password', username: 'a' }, [400, 'unsupported_grant_type']],
    ['a grant in other case', { grant_type: 'Refresh_Token' }, [400, 'unsupported_grant_type']],
    ['a token that never was', { grant_type: 'refresh_token', refresh_token: 'x' }, [400, 'invalid_grant']],
    ['an unknown client', { grant_type: 'refresh_token', client_id: 'no' }, [401, 'invalid_client']],
    [
      'a secret of nobody',
      { grant_type: 'refresh_token', refresh_token: 'x', client_secret: 'x' },
      [400, 'invalid_request'],
    ],
    [
      'a secret for a client that has none',
      { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'app', client_secret: 'x' },
      [401, 'invalid_client'],
    ],
    [
      'a token of 64 KB',
      { grant_type: 'refresh_token', refresh_token: 'x'.repeat(65_536) },
      [400, 'invalid_request'],
    ],
  ])('§5.2: %s has its error', async (_what, fields, expected) => {
    const app = await opened()
    expect(await errorOf(await app.post('/oauth/token', fields))).toEqual(expected)
  })

  it('§5.2: another body than a form is an invalid request', async () => {
    const app = await opened()
    const answer = await app.request('POST', '/oauth/token', { json: { grant_type: 'refresh_token' } })
    expect(await errorOf(answer)).toEqual([415, 'invalid_request'])
  })

  it('§6: a token that is not good is an invalid grant, and is not in the answer', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn()
    await app.tokens.revoke(token)
    const answer = await app.refresh(token)
    expect(await answer.clone().text()).not.toContain(token.slice(8))
    expect(await errorOf(answer)).toEqual([400, 'invalid_grant'])
  })
})

describe('RFC 6749 §6, scopes', () => {
  const scopes = ['orders:read', 'orders:write']

  it('may be fewer for one access token, and stay all for the next', async () => {
    const app = await opened()
    const first = await app.signIn('ada', { scopes })
    const fewer = (await (
      await app.refresh(first.refresh_token, {}, { scope: 'orders:write' })
    ).json()) as Answer
    expect(fewer['scope']).toBe('orders:write')
    expect(await app.status(fewer.access_token, '/orders')).toBe(403)
    const all = (await (await app.refresh(fewer.refresh_token)).json()) as Answer
    expect(all['scope']).toBe('orders:read orders:write')
  })

  it.each(['orders:delete', 'orders:read orders:delete', 'ORDERS:READ', '"', 'ü'])(
    'may not be more: %j',
    async (scope) => {
      const app = await opened()
      const { refresh_token: token } = await app.signIn('ada', { scopes })
      expect(await errorOf(await app.refresh(token, {}, { scope }))).toEqual([400, 'invalid_scope'])
      // The token is as good as before.
      expect((await app.refresh(token)).status).toBe(200)
    },
  )

  it('may not be any, where the token has none', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn()
    expect(await errorOf(await app.refresh(token, {}, { scope: 'orders:read' }))).toEqual([
      400,
      'invalid_scope',
    ])
  })
})

describe('RFC 6749 §2.3, clients', () => {
  it('§2.3.1: prove who they are in the header, encoded as in a form', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn('ada', { clientId: 'web shop' })
    expect((await app.refresh(token, basic('web shop', SECRET))).status).toBe(200)
    const plus = `Basic ${Buffer.from(`web+shop:${SECRET}`).toString('base64')}`
    const next = (await (await app.refresh(token, basic('web shop', SECRET))).json()) as Answer
    expect((await app.refresh(next.refresh_token, { authorization: plus })).status).toBe(200)
  })

  it('§2.3.1: or in the form', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn('ada', { clientId: 'web shop' })
    const fields = { client_id: 'web shop', client_secret: SECRET }
    expect((await app.refresh(token, {}, fields)).status).toBe(200)
  })

  it.each<readonly [string, Record<string, string>, Record<string, string>, number]>([
    ['§3.2.1: nothing', {}, {}, 401],
    ['§3.2.1: their id alone', {}, { client_id: 'web shop' }, 401],
    ['another secret', basic('web shop', `${SECRET}x`), {}, 401],
    ['no secret', basic('web shop', ''), {}, 401],
    ['an unknown id', basic('webshop', SECRET), {}, 401],
    ['what is no Basic', { authorization: 'Bearer x' }, {}, 401],
    ['what is no base64', { authorization: 'Basic ä' }, {}, 401],
    ['what cannot be decoded', { authorization: `Basic ${btoa('%zz:x')}` }, {}, 401],
    ['§2.3: two ways at once', basic('web shop', SECRET), { client_secret: SECRET }, 400],
    ['two ids', basic('web shop', SECRET), { client_id: 'app' }, 400],
  ])('with a secret are not taken for who brings %s', async (_what, headers, fields, status) => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn('ada', { clientId: 'web shop' })
    const answer = await app.refresh(token, headers, fields)
    expect(answer.status).toBe(status)
    // §5.2: who tried by the header is answered with the scheme of the header.
    const isTried = headers['authorization'] !== undefined && status === 401
    expect(answer.headers.get('www-authenticate') ?? '').toMatch(isTried ? /^Basic realm="token"/ : /^/)
    expect(await errorOf(answer)).toEqual([status, status === 401 ? 'invalid_client' : 'invalid_request'])
    expect((await app.refresh(token, basic('web shop', SECRET))).status).toBe(200)
  })

  it('§6: get no answer again for a used token, and end no family, as long as they have not proven who they are', async () => {
    const app = await opened()
    const { refresh_token: token } = await app.signIn('ada', { clientId: 'web shop' })
    const answer = await (await app.refresh(token, basic('web shop', SECRET))).text()
    expect((await app.refresh(token)).status).toBe(401)
    expect((await app.refresh(token, {}, { client_id: 'app' })).status).toBe(400)
    expect(await (await app.refresh(token, basic('web shop', SECRET))).text()).toBe(answer)
    const { refresh_token: next } = JSON.parse(answer) as Answer
    expect((await app.refresh(next, basic('web shop', SECRET))).status).toBe(200)
  })

  it('§6: get no tokens for the token of another client', async () => {
    const app = await opened()
    const ofKiosk = await app.signIn('ada', { clientId: 'kiosk' })
    expect(await errorOf(await app.refresh(ofKiosk.refresh_token, {}, { client_id: 'app' }))).toEqual([
      400,
      'invalid_grant',
    ])
    expect(await errorOf(await app.refresh(ofKiosk.refresh_token, basic('web shop', SECRET)))).toEqual([
      400,
      'invalid_grant',
    ])
    expect((await app.refresh(ofKiosk.refresh_token, {}, { client_id: 'kiosk' })).status).toBe(200)
  })
})
