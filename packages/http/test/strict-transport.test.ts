import { request } from 'node:https'
import { reply, route } from '@keelson/core'
import { securityHeaders, type SecurityHeadersOptions } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { rawRequest } from './raw-request.ts'
import { CSP, security } from './security-support.ts'
import { TEST_CERTIFICATE } from '../../core/test/server-certificate.ts'
import { open } from './support.ts'

const routes = {
  json: route.get('/json', open, () => 1),
  page: route.get('/page', open, () => reply(200, 'x', { 'content-type': 'text/html' })),
}
const HSTS = 'max-age=31536000; includeSubDomains'

describe('strict-transport-security', () => {
  it('is sent over TLS, and pages are told to ask for https', async () => {
    const server = { tls: TEST_CERTIFICATE }
    await using test = await testApp({ routes, use: [securityHeaders()], transport: 'socket', server })
    const ask = (path: string) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const sent = request(
          `${test.baseUrl}${path}`,
          { ca: TEST_CERTIFICATE.cert, agent: false },
          (answer) => {
            answer.resume().on('end', () => resolve(answer.headers))
          },
        )
        sent.on('error', reject).end()
      })
    expect((await ask('/json'))['strict-transport-security']).toBe(HSTS)
    expect(await ask('/page')).toMatchObject({
      'strict-transport-security': HSTS,
      'content-security-policy': `${CSP}; upgrade-insecure-requests`,
    })
  })

  const behind = async (lines: readonly string[], trustProxy: readonly string[] | undefined) => {
    const server = trustProxy === undefined ? {} : { trustProxy }
    await using test = await testApp({ routes, use: [securityHeaders()], transport: 'socket', server })
    const answer = await rawRequest(test.baseUrl, ['GET /page HTTP/1.1', ...lines])
    const said = security(answer)
    const isSecure = said['strict-transport-security'] === HSTS
    expect([answer.status, said['content-security-policy']?.includes('upgrade-insecure-requests')]).toEqual([
      200,
      isSecure,
    ])
    return isSecure
  }

  it('is sent where a trusted proxy says https', async () => {
    expect(await behind(['x-forwarded-proto: https'], ['127.0.0.1'])).toBe(true)
    expect(await behind(['forwarded: for=192.0.2.1;proto=https'], ['127.0.0.1'])).toBe(false)
  })

  it.each([
    ['x-forwarded-proto: http', ['127.0.0.1']],
    ['x-forwarded-proto: javascript', ['127.0.0.1']],
    ['x-forwarded-proto: HTTPS\tx', ['127.0.0.1']],
    ['x-forwarded-proto:', ['127.0.0.1']],
    ['x-forwarded-proto: https', ['192.0.2.0/24']],
    ['x-forwarded-proto: https', undefined],
  ] as const)('is not sent for %s, where %j are trusted', async (line, trustProxy) => {
    expect(await behind([line], trustProxy)).toBe(false)
  })

  it('goes by the word of the nearest proxy where several spoke', async () => {
    expect(await behind(['x-forwarded-proto: https, http'], ['127.0.0.1'])).toBe(false)
    expect(await behind(['x-forwarded-proto: http, https'], ['127.0.0.1'])).toBe(true)
  })

  it.each([
    [{ maxAgeSeconds: 0 }, 'max-age=0; includeSubDomains'],
    [{ includeSubDomains: false }, 'max-age=31536000'],
    [{ maxAgeSeconds: 63_072_000, preload: true }, 'max-age=63072000; includeSubDomains; preload'],
    [false, null],
  ] as const)('of %j', async (strictTransportSecurity, text) => {
    await using test = await testApp({
      routes,
      use: [securityHeaders({ strictTransportSecurity })],
      server: { trustProxy: true },
    })
    const answer = await test.app.fetch(new Request('https://shop.example/json'))
    expect(answer.headers.get('strict-transport-security')).toBe(text)
  })

  it.each([
    [{ preload: true, maxAgeSeconds: 60 }, 'preload without a year'],
    [{ preload: true, includeSubDomains: false }, 'preload without a year'],
    [{ maxAgeSeconds: -1 }, 'maxAgeSeconds'],
    [{ maxAge: 1 }, 'maxAge'],
  ])('refuses %j', (strictTransportSecurity, message) => {
    expect(() => securityHeaders({ strictTransportSecurity } as SecurityHeadersOptions)).toThrow(message)
  })
})
