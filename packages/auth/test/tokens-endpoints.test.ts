// An issuer has the endpoints that its options give something to do, and names no others.
import { expect, it, onTestFinished } from 'vitest'
import { toOpenApi } from '@keelson/openapi'
import type { IssuerOptions } from '@keelson/auth/tokens'
import { issuerApp, type User } from './token-issuer.ts'

const ALWAYS = ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server', '/oauth/introspect']

const COMBINATIONS: readonly (readonly [options: Partial<IssuerOptions<User>>, more: readonly string[]])[] = [
  [{}, ['/oauth/revoke', '/oauth/token']],
  [{ checkRevoked: false }, ['/oauth/revoke', '/oauth/token']],
  [{ refresh: false }, ['/oauth/revoke']],
  [{ refresh: false, checkRevoked: false }, []],
]

async function opened(options: Partial<IssuerOptions<User>>) {
  const app = await issuerApp(options)
  onTestFinished(() => app.close())
  const answer = await app.request('GET', '/.well-known/oauth-authorization-server')
  return { app, metadata: (await answer.json()) as Readonly<Record<string, unknown>> }
}

it.each(COMBINATIONS)(
  '%j: what is not there is not found, not described and not named',
  async (options, more) => {
    const { app, metadata } = await opened(options)
    for (const path of ['/oauth/token', '/oauth/revoke'])
      expect((await app.post(path, { token: 'x' })).status === 404).toBe(!more.includes(path))
    const described = Object.keys(toOpenApi(app.app).paths ?? {}).filter((path) => /oauth|jwks/.test(path))
    expect(described.toSorted()).toEqual([...ALWAYS, ...more].toSorted())
    const named = Object.values(metadata)
      .filter((value) => typeof value === 'string')
      .flatMap((url) =>
        ALWAYS.concat(more, '/oauth/token', '/oauth/revoke').filter((path) => url.endsWith(path)),
      )
    expect(new Set(named)).toEqual(new Set([...ALWAYS, ...more].filter((path) => !path.endsWith('server'))))
  },
)

it('RFC 8414 §2: without a token endpoint no grant and no authentication at it is named', async () => {
  const { metadata } = await opened({ refresh: false })
  expect(metadata).toEqual({
    issuer: 'https://shop.example.com',
    jwks_uri: 'https://shop.example.com/.well-known/jwks.json',
    revocation_endpoint: 'https://shop.example.com/oauth/revoke',
    introspection_endpoint: 'https://shop.example.com/oauth/introspect',
    grant_types_supported: [],
    response_types_supported: [],
    revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  })
})

it('RFC 8414 §2: without a revocation endpoint no authentication at it is named', async () => {
  const { metadata } = await opened({ refresh: false, checkRevoked: false })
  expect(Object.keys(metadata).filter((name) => /token_|revocation_/.test(name))).toEqual([])
})

it('RFC 7009 §2: access tokens alone are revoked where revocations are kept', async () => {
  const { app } = await opened({ refresh: false })
  const token = await app.tokens.issueAccess('ada')
  expect(await app.status(token)).toBe(200)
  expect((await app.post('/oauth/revoke', { token })).status).toBe(200)
  expect(await app.status(token)).toBe(401)
})
