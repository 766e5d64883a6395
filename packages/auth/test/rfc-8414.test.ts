// RFC 8414: what an issuer says of itself, and a service that knows it by its URL alone.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { expect, it, onTestFinished } from 'vitest'
import { bearer, signedIn } from '@keelson/auth'
import { NOW } from './local-issuer.ts'
import { issuerApp } from './token-issuer.ts'

/** A proxy in front of an app, whose URL is known before the app is made. */
async function inFront() {
  let to = ''
  const server = createServer((request, response) => {
    void fetch(to + request.url).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
      response.end(await answer.text())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, lead: (base: string) => void (to = base) }
}

it('§2, §3.2: an issuer says where its keys and its endpoints are', async () => {
  const app = await issuerApp()
  onTestFinished(() => app.close())
  const answer = await app.request('GET', '/.well-known/oauth-authorization-server')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
  expect(await answer.json()).toEqual({
    issuer: 'https://shop.example.com',
    jwks_uri: 'https://shop.example.com/.well-known/jwks.json',
    token_endpoint: 'https://shop.example.com/oauth/token',
    revocation_endpoint: 'https://shop.example.com/oauth/revoke',
    introspection_endpoint: 'https://shop.example.com/oauth/introspect',
    grant_types_supported: ['refresh_token'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  })
})

it('an issuer that is not a URL says nothing', async () => {
  const app = await issuerApp({ issuer: 'shop' })
  onTestFinished(() => app.close())
  expect((await app.request('GET', '/.well-known/oauth-authorization-server')).status).toBe(404)
})

it('§3.3: bearer finds the keys of tokens by the URL of the issuer', async () => {
  const front = await inFront()
  const app = await issuerApp({ issuer: front.url })
  onTestFinished(() => app.close())
  front.lead(app.baseUrl)
  const caller = bearer({
    issuer: front.url,
    audience: 'orders',
    profile: 'rfc9068',
    allowInsecureIssuer: true,
    user: ({ sub }) => ({ id: sub }),
  })
  const orders = await testApp({
    now: NOW,
    routes: { me: route.use(caller).get('/me', { access: signedIn() }, ({ user }) => user.id) },
  })
  onTestFinished(() => orders.close())
  const { access_token: token } = await app.signIn()
  const answer = await orders.request('GET', '/me', { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(200)
})
