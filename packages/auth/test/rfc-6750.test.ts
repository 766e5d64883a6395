// RFC 6750: bearer tokens in requests, and the challenges of those who are refused, by `bearer` and by `tokens`.
import { request } from 'node:http'
import { afterAll, describe, expect, it } from 'vitest'
import { SECONDS, openVerifiers } from './token-verifiers.ts'

const { good, verifiers, close } = await openVerifiers()
afterAll(close)

const CHALLENGE = /^Bearer error="(\w+)", error_description="[\x20-\x21\x23-\x5b\x5d-\x7e]+"/

describe.each(verifiers)('RFC 6750, $name', ({ test, ask }) => {
  const get = (headers: Record<string, string> = {}, path = '/me') => test.request('GET', path, { headers })

  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR', 'Bearer  '])(
    '§2.1, RFC 9110 §11.1: the header is read after %j',
    async (name) => {
      expect((await get({ authorization: `${name} ${good()}` })).status).toBe(200)
    },
  )

  it('§2.2: a token in a form is not read', async () => {
    const answer = await test.request('POST', '/me', {
      body: `access_token=${good()}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(answer.status).toBe(401)
  })

  it('§2.3: a token in the query is not read', async () => {
    expect((await get({}, `/me?access_token=${good()}`)).status).toBe(401)
    const open = await get({}, `/open?access_token=${good()}`)
    expect(await open.text()).toBe('nobody')
  })

  it('§3, §3.1: without a token there is a challenge, and no error code', async () => {
    for (const headers of [{}, { authorization: 'Basic YTpi' }]) {
      const answer = await get(headers)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="[^"]+"$/)
    }
  })

  it.each<readonly [string, () => string]>([
    ['expired', () => good({ exp: SECONDS - 60 })],
    ['malformed', () => 'no'],
    ['of another key', () => `${good().slice(0, -10)}AAAAAAAAAA`],
    ['for others', () => good({ aud: 'shop' })],
    ['with quotes in its claims', () => good({ sub: 7, iss: 'https://a".example' })],
  ])('§3.1: a token that is %s is a 401 with invalid_token', async (_what, token) => {
    const answer = await ask(token())
    expect(answer.status).toBe(401)
    expect(CHALLENGE.exec(answer.headers.get('www-authenticate') ?? '')?.[1]).toBe('invalid_token')
    expect(await answer.json()).toMatchObject({
      detail: expect.stringMatching(/^The token is not good\. .+ Get a new one\.$/),
    })
    // The same on a route that is open to all: a bad token is never passed over.
    expect((await ask(token(), '/open')).status).toBe(401)
  })

  it('§3.1: a token with too few scopes is a 403 with insufficient_scope and the scopes to ask for', async () => {
    for (const scope of [
      undefined,
      '',
      'orders:read',
      'ORDERS:READ ORDERS:LIST',
      'orders:read,orders:list',
    ]) {
      const answer = await ask(good({ scope }), '/orders')
      expect(answer.status).toBe(403)
      const challenge = answer.headers.get('www-authenticate') ?? ''
      expect(challenge).toMatch(/^Bearer error="insufficient_scope"/)
      expect(challenge).toMatch(/scope="orders:read orders:list"/)
    }
    expect((await ask(good({ scope: 'a orders:list orders:read' }), '/orders')).status).toBe(200)
  })

  it('§3: no parameter of a challenge is there twice', async () => {
    for (const [token, path] of [
      [good({ scope: 'a' }), '/orders'],
      ['no', '/me'],
    ] as const) {
      const challenge = (await ask(token, path)).headers.get('www-authenticate') ?? ''
      const names = [...challenge.matchAll(/(\w+)="/g)].map(([, name]) => name)
      expect(new Set(names).size).toBe(names.length)
    }
  })

  it('§2: two tokens in one request are none that is good', async () => {
    expect((await get({ authorization: `Bearer ${good()}, Bearer ${good()}` })).status).toBe(401)
    const status = await new Promise((resolve, reject) => {
      const authorization = ['Bearer no', `Bearer ${good()}`]
      const asked = request(`${test.baseUrl}/me`, { headers: { authorization } as never }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode))
      })
      asked.on('error', reject).end()
    })
    expect(status).not.toBe(200)
  })

  it('§5.2: neither the log nor the answer has the token', async () => {
    const token = good({ aud: 'shop' })
    const answer = await ask(token)
    const said = `${await answer.text()}${JSON.stringify([...answer.headers])}${JSON.stringify(test.log.lines)}`
    expect(said).not.toContain(token.slice(-20))
  })
})
