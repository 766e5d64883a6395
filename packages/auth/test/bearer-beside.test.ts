import { channel } from 'node:diagnostics_channel'
import { request } from 'node:http'
import { route, UnauthorizedError } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { expect, it, onTestFinished } from 'vitest'
import { anyOf, bearer, scheme, signedIn, type AuthMessage } from '@keelson/auth'
import { claimsOf, localIssuer, NOW, signer, tokenOf } from './local-issuer.ts'

const ISSUER = 'https://id.example.com'
const by = signer()
const device = scheme({
  name: 'device',
  security: { name: 'device', scheme: { type: 'apiKey', in: 'header', name: 'x-device' } },
  find: ({ header }) => {
    const id = header('x-device')
    if (id === undefined) return undefined
    if (id === 'wrong') throw new UnauthorizedError('The device is not known.')
    return { user: { id }, principal: { id, kind: 'service' } }
  },
})
const tokens = bearer({
  issuer: ISSUER,
  key: by.publicKey,
  audience: 'orders',
  user: ({ sub }) => ({ id: sub }),
})
const routes = {
  me: route.use(anyOf(tokens, device)).get('/me', { access: signedIn() }, ({ user }) => user.id),
}
const good = (claims?: Record<string, unknown>) => tokenOf(by, claimsOf(ISSUER, claims))

it('a wrong token is not passed over for another credential', async () => {
  const test = await testApp({ now: NOW, routes })
  const ask = (headers: Record<string, string>) => test.request('GET', '/me', { headers })
  expect(await (await ask({ 'x-device': 'd1' })).text()).toBe('d1')
  expect(await (await ask({ authorization: `Bearer ${await good()}`, 'x-device': 'd1' })).text()).toBe('ada')
  expect((await ask({ authorization: 'Bearer no', 'x-device': 'd1' })).status).toBe(401)
  expect((await ask({ authorization: 'Basic YTpi', 'x-device': 'd1' })).status).toBe(200)
})

it('RFC 9110 §11.6.1: a 401 has the error of the token, and the challenges of the others', async () => {
  const test = await testApp({ now: NOW, routes })
  const answer = await test.request('GET', '/me', { headers: { authorization: 'Bearer no' } })
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token", .*, ApiKey /)
})

it('a refused token is an event that has nothing of it', async () => {
  const test = await testApp({ now: NOW, routes })
  const events: AuthMessage[] = []
  const listen = (event: unknown) => {
    events.push(event as AuthMessage)
  }
  channel('keelson:auth:refused').subscribe(listen)
  onTestFinished(() => {
    channel('keelson:auth:refused').unsubscribe(listen)
  })
  const token = await good({ sub: 'eve-of-the-event', aud: 'shop' })
  await test.request('GET', '/me', { headers: { authorization: `Bearer ${token}` } })
  expect(events).toMatchObject([{ event: 'refused', by: 'bearer', reason: expect.stringContaining("'aud'") }])
  expect(JSON.stringify(events)).not.toMatch(/eve-of-the-event|eyJ/)
})

it('over a socket two headers are one credential that is not good', async () => {
  await using test = await testApp({ transport: 'socket', now: NOW, routes })
  const token = await good()
  const statusOf = (...authorization: string[]) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request(`${test.baseUrl}/me`, { headers: { authorization } as never }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode))
      })
      asked.on('error', reject).end()
    })
  expect(await statusOf(`Bearer ${token}`)).toBe(200)
  expect(await statusOf('Bearer no', `Bearer ${token}`)).not.toBe(200)
})

it('two apps with one value have keys and tokens of their own', async () => {
  await using issuer = await localIssuer(by)
  const value = bearer({
    issuer: issuer.url,
    audience: 'orders',
    allowInsecureIssuer: true,
    user: ({ sub }) => ({ id: sub }),
  })
  const both = { me: route.use(value).get('/me', { access: signedIn() }, ({ user }) => user.id) }
  const headers = { authorization: `Bearer ${await issuer.token()}` }
  for (const asked of [2, 4]) {
    await using test = await testApp({ now: NOW, routes: both })
    expect((await test.request('GET', '/me', { headers })).status).toBe(200)
    expect((await test.request('GET', '/me', { headers })).status).toBe(200)
    expect(issuer.asked.length).toBe(asked)
  }
})
