import { createFakeClock } from '@keelson/core/ports'
import { route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bearer, signedIn } from '@keelson/auth'
import { localIssuer, type IssuerFailure, type LocalIssuerOptions } from '@keelson/auth/testing'

const NOW = Date.UTC(2030, 0, 1)
const HALF_A_MINUTE = 30_000

async function opened(options: LocalIssuerOptions = {}) {
  const issuer = await localIssuer({ audience: 'orders', ...options })
  onTestFinished(() => issuer[Symbol.asyncDispose]())
  return issuer
}

/** An app that takes its tokens, and both by one clock. The first request for the issuer may come at its start. */
async function withApp(failure?: IssuerFailure) {
  const clock = createFakeClock({ now: NOW })
  const issuer = await opened({ clock })
  issuer.failure = failure
  const tokens = bearer({
    issuer: issuer.url,
    allowInsecureIssuer: true,
    audience: 'orders',
    user: ({ sub }) => ({ id: sub }),
  })
  const me = route.use(tokens).get('/me', { access: signedIn() }, ({ user }) => user.id)
  const app = await testApp({ routes: { me }, ports: { clock } })
  onTestFinished(() => app.close())
  const status = async (token: string) =>
    (await app.request('GET', '/me', { headers: { authorization: `Bearer ${token}` } })).status
  return { issuer, clock, status, app }
}

describe('an issuer of tests', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('signs by %s, and publishes the key', async (algorithm) => {
    const issuer = await opened({ algorithm, path: '/realms/shop' })
    const found = await fetch(`${issuer.url}/.well-known/openid-configuration`)
    const metadata = (await found.json()) as { issuer: string; jwks_uri: string }
    expect(metadata).toMatchObject({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` })
    const token = await issuer.token({ sub: 'ada', scopes: ['orders:read', 'orders:write'], tenant: 'shop' })
    const { payload, protectedHeader } = await jwtVerify(
      token,
      createRemoteJWKSet(new URL(metadata.jwks_uri)),
      {
        issuer: issuer.url,
        audience: 'orders',
      },
    )
    expect(protectedHeader).toMatchObject({ alg: algorithm, typ: 'at+jwt' })
    expect(payload).toMatchObject({ sub: 'ada', scope: 'orders:read orders:write', tenant: 'shop' })
    expect(issuer.requests).toEqual(['/realms/shop/.well-known/openid-configuration', '/realms/shop/jwks'])
    expect(JSON.stringify(issuer.keys)).not.toContain('"d"')
  })

  it('says of its tokens what a test says, and leaves out what is undefined', async () => {
    const issuer = await opened()
    const token = await issuer.token({ exp: undefined, aud: ['a', 'b'] }, { typ: undefined, crit: undefined })
    const [, claims = ''] = token.split('.')
    const payload = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
    expect(payload).toMatchObject({ aud: ['a', 'b'], sub: 'ada' })
    expect(payload).not.toHaveProperty('exp')
    expect(Object.keys(decodeProtectedHeader(token)).toSorted()).toEqual(['alg', 'kid'])
  })

  it('has the time of its app', async () => {
    const { issuer, clock, status } = await withApp()
    const token = await issuer.token({ exp: NOW / 1000 + 60 })
    expect(await status(token)).toBe(200)
    await clock.advance(66_000)
    expect(await status(token)).toBe(401)
    expect(await status(await issuer.token())).toBe(200)
  })

  it('rotates its keys, and those of before stay good until they are withdrawn', async () => {
    const { issuer, clock, status } = await withApp()
    const before = await issuer.token()
    expect(await status(before)).toBe(200)
    issuer.rotate()
    await clock.advance(HALF_A_MINUTE)
    expect(await status(await issuer.token())).toBe(200)
    expect(await status(before)).toBe(200)
    issuer.rotate({ withdraw: true })
    await clock.advance(HALF_A_MINUTE)
    expect(await status(await issuer.token())).toBe(200)
    expect(await status(before)).toBe(401)
  })

  it.each(['down', 'error', 'redirect', 'garbage'] as const)(
    'is %s for an app, and comes back',
    async (failure) => {
      const { issuer, clock, status } = await withApp(failure)
      const token = await issuer.token()
      expect(await status(token)).toBe(503)
      issuer.failure = undefined
      await clock.advance(HALF_A_MINUTE)
      expect(await status(token)).toBe(200)
    },
  )

  it('is slow until the failure is over', async () => {
    const { issuer, status } = await withApp('slow')
    const answer = status(await issuer.token())
    await expect.poll(() => issuer.requests).toHaveLength(1)
    issuer.failure = undefined
    expect(await answer).toBe(200)
  })

  it('is slow for longer than an app waits', async () => {
    const { issuer, clock, status } = await withApp('slow')
    const answer = status(await issuer.token())
    await expect.poll(() => issuer.requests).toHaveLength(1)
    await clock.advance(5000)
    expect(await answer).toBe(503)
  })

  it('ends at once, also in the middle of an answer', async () => {
    const issuer = await localIssuer()
    issuer.failure = 'slow'
    const answer = fetch(`${issuer.url}/jwks`)
    await expect.poll(() => issuer.requests).toHaveLength(1)
    await issuer[Symbol.asyncDispose]()
    await expect(answer).rejects.toThrow('fetch failed')
  })

  it('refuses what it does not know', async () => {
    await expect(localIssuer({ algorithm: 'none' as never })).rejects.toThrow('algorithm')
    await expect(localIssuer({ path: 'realms/' })).rejects.toThrow('path')
    const issuer = await opened()
    expect(() => (issuer.failure = 'lazy' as never)).toThrow(
      '"lazy" is not a failure. Use one of slow, down, error',
    )
    await expect(localIssuer({ port: Number(new URL(issuer.url).port) })).rejects.toThrow('EADDRINUSE')
  })
})
