import { OAuth2Server } from 'oauth2-mock-server'
import { route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { bearer, signedIn, type BearerOptions } from '@keelson/auth'
import { claimsOf, localIssuer, NOW, signer, tokenOf, type LocalIssuer } from './local-issuer.ts'

interface User {
  readonly id: string
}

const MINUTE = 60_000

async function appOf(issuer: string, options: Partial<BearerOptions<User>> = {}) {
  const api = route.use(
    bearer({
      issuer,
      audience: 'orders',
      allowInsecureIssuer: true,
      user: ({ sub }) => ({ id: sub }),
      ...options,
    }),
  )
  const test = await testApp({
    now: NOW,
    routes: { me: api.get('/me', { access: signedIn() }, ({ user }) => user.id) },
  })
  onTestFinished(() => {
    test.takeErrors()
    return test.close()
  })
  const get = (token?: string) =>
    test.app.fetch(
      new Request('http://localhost/me', {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      }),
    )
  return { ...test, get, status: async (token: string) => (await get(token)).status }
}

async function opened(...about: Parameters<typeof localIssuer>): Promise<LocalIssuer> {
  const issuer = await localIssuer(...about)
  onTestFinished(() => issuer[Symbol.asyncDispose]())
  return issuer
}

const CONFIGURATION = '/.well-known/openid-configuration'

describe('keys of an issuer', () => {
  it('are found by its metadata, and asked for once', async () => {
    const issuer = await opened()
    const app = await appOf(issuer.url)
    const tokens = await Promise.all(['ada', 'bob', 'eve'].map((sub) => issuer.token({ sub })))
    expect(await Promise.all(tokens.map(app.status))).toEqual([200, 200, 200])
    expect(issuer.asked).toEqual([CONFIGURATION, '/jwks'])
  })

  it('OpenID Connect Discovery 1.0 §4: below the path of the issuer', async () => {
    const issuer = await opened(signer(), '/realms/shop')
    const app = await appOf(issuer.url)
    expect(await app.status(await issuer.token())).toBe(200)
    expect(issuer.asked).toEqual([`/realms/shop${CONFIGURATION}`, '/realms/shop/jwks'])
  })

  it('RFC 8414 §3.1: else before its path', async () => {
    const issuer = await opened(signer(), '/realms/shop')
    issuer.answer = ({ url }, response) => {
      if (url === `/realms/shop${CONFIGURATION}`) response.writeHead(404).end()
      else if (url === '/.well-known/oauth-authorization-server/realms/shop')
        response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }))
      else return false
      return true
    }
    const app = await appOf(issuer.url)
    expect(await app.status(await issuer.token())).toBe(200)
  })

  it('RFC 8414 §3.3: not by metadata of another issuer', async () => {
    const issuer = await opened()
    issuer.answer = (_request, response) => {
      response.end(JSON.stringify({ issuer: 'https://other.example', jwks_uri: `${issuer.url}/jwks` }))
      return true
    }
    const app = await appOf(issuer.url)
    expect(await app.status(await issuer.token())).toBe(503)
    expect(issuer.asked).not.toContain('/jwks')
  })

  it('may have a URL of their own', async () => {
    const issuer = await opened()
    const app = await appOf(issuer.url, { jwks: `${issuer.url}/jwks` })
    expect(await app.status(await issuer.token())).toBe(200)
    expect(issuer.asked).toEqual(['/jwks'])
  })

  it.each<readonly [string, (by: ReturnType<typeof signer>) => object]>([
    ['a private key', ({ privateKey, kid, alg }) => ({ ...privateKey.export({ format: 'jwk' }), kid, alg })],
    ['a key for encryption', ({ jwk }) => ({ ...jwk, use: 'enc' })],
    ['a key for other operations', ({ jwk }) => ({ ...jwk, key_ops: ['sign'] })],
    ['a key of another algorithm', ({ jwk }) => ({ ...jwk, alg: 'ES384' })],
    ['a key with a wrong point', ({ jwk }) => ({ ...jwk, x: jwk['y'] })],
    ['a secret', ({ kid }) => ({ kty: 'oct', k: 'AAAA', kid, alg: 'HS256' })],
    ['what is no key', () => []],
  ])('do not verify as %s', async (_what, change) => {
    const by = signer()
    const issuer = await opened(by)
    issuer.keys = [change(by), signer().jwk]
    const app = await appOf(issuer.url)
    expect(await app.status(await issuer.token())).toBe(401)
  })

  it.each([`../../etc/passwd`, "' OR 1=1 --", '', '__proto__'])('are not found by the id %j', async (kid) => {
    const by = signer()
    const issuer = await opened(by)
    const app = await appOf(issuer.url)
    expect(await app.status(await issuer.token({}, { kid }))).toBe(401)
  })

  it('RFC 8725 §3.1: are used with their own algorithm', async () => {
    const rsa = signer('RS256')
    const issuer = await opened(rsa)
    const app = await appOf(issuer.url)
    expect(await app.status(await issuer.token())).toBe(200)
    expect(await app.status(await issuer.token({}, { alg: 'PS256' }))).toBe(401)
  })

  it('RFC 8725 §3.10: are never read from where a token says', async () => {
    const issuer = await opened()
    const elsewhere = await opened()
    const app = await appOf(issuer.url)
    const head = { jku: `${elsewhere.url}/jwks`, x5u: `${elsewhere.url}/x5u` }
    const token = await elsewhere.token({ iss: issuer.url }, head)
    expect(await app.status(token)).toBe(401)
    expect(elsewhere.asked).toEqual([])
  })
})

describe('an issuer that cannot be asked', () => {
  type Defect = NonNullable<LocalIssuer['answer']>
  const defect = (answer: (...about: Parameters<Defect>) => void): Defect => {
    return (request, response) => {
      answer(request, response)
      return true
    }
  }

  it.each<readonly [string, Defect]>([
    ['fails', defect((_, response) => response.writeHead(500).end())],
    ['breaks off', defect((_, response) => response.destroy())],
    [
      'redirects',
      defect(({ headers: { host } }, response) =>
        response.writeHead(302, { location: `http://${host}/other` }).end(),
      ),
    ],
    ['says no JSON', defect((_, response) => response.end('<html>'))],
    ['says null', defect((_, response) => response.end('null'))],
    ['says too much', defect((_, response) => response.end(`"${'a'.repeat(300_000)}"`))],
    [
      'names keys elsewhere than on the web',
      (request, response) => {
        if (request.url !== CONFIGURATION) return false
        const issuer = `http://${request.headers.host}`
        response.end(JSON.stringify({ issuer, jwks_uri: 'file:///etc/keys' }))
        return true
      },
    ],
    [
      'has no set of keys',
      (request, response) => {
        if (request.url !== '/jwks') return false
        response.end('{"keys":{}}')
        return true
      },
    ],
    [
      'has no key of any use',
      (request, response) => {
        if (request.url !== '/jwks') return false
        response.end('{"keys":[]}')
        return true
      },
    ],
  ])('is a 503 with retry-after, and never a 401: it %s', async (_what, answer) => {
    const issuer = await opened()
    issuer.answer = answer
    const app = await appOf(issuer.url)
    const refused = await app.get(await issuer.token())
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(5)
    expect(refused.headers.get('www-authenticate')).toBeNull()
    expect(issuer.asked).not.toContain('/other')
    // Who brings no token needs no keys.
    expect((await app.get()).status).toBe(401)
  })

  it.each([
    [262_144, 200],
    [262_145, 503],
  ])('may say 256 KiB and not a byte more: %d', async (bytes, status) => {
    const by = signer()
    const issuer = await opened(by)
    issuer.answer = (request, response) => {
      if (request.url !== '/jwks') return false
      response.end(JSON.stringify({ keys: [by.jwk] }).padEnd(bytes))
      return true
    }
    const app = await appOf(issuer.url)
    expect(await app.status(await issuer.token())).toBe(status)
  })

  it('does not hold the start, and is asked again after a pause', async () => {
    const issuer = await opened()
    issuer.answer = defect((_, response) => response.writeHead(500).end())
    const app = await appOf(issuer.url)
    const token = await issuer.token()
    expect(await app.status(token)).toBe(503)
    const asked = issuer.asked.length
    issuer.answer = undefined
    await app.clock.advance(4999)
    expect(await app.status(token)).toBe(503)
    expect(issuer.asked.length).toBe(asked)
    await app.clock.advance(1)
    expect(await app.status(token)).toBe(200)
  })

  it('is waited for no longer than its time', async () => {
    const issuer = await opened()
    issuer.answer = () => true
    const app = await appOf(issuer.url, { fetchTimeoutMs: 300 })
    const waiting = app.status(await issuer.token())
    await vi.waitFor(() => expect(issuer.asked).toEqual([CONFIGURATION]))
    await app.clock.advance(300)
    expect(await waiting).toBe(503)
  })

  it('may trickle for no longer than its time', async () => {
    const issuer = await opened()
    issuer.answer = (_, response) => response.writeHead(200) && response.write('{')
    const app = await appOf(issuer.url, { fetchTimeoutMs: 300 })
    const waiting = app.status(await issuer.token())
    await vi.waitFor(() => expect(issuer.asked).toEqual([CONFIGURATION]))
    await app.clock.advance(300)
    expect(await waiting).toBe(503)
  })

  it('has its old keys used for a while, which ends', async () => {
    const issuer = await opened()
    const app = await appOf(issuer.url)
    const token = await issuer.token({ exp: NOW / 1000 + 10_000 })
    expect(await app.status(token)).toBe(200)
    issuer.answer = defect((_, response) => response.writeHead(500).end())
    await app.clock.advance(59 * MINUTE)
    // Verified before, and anew.
    expect(await app.status(token)).toBe(200)
    expect(await app.status(await issuer.token({ sub: 'bob', exp: NOW / 1000 + 10_000 }))).toBe(200)
    await app.clock.advance(2 * MINUTE)
    expect(await app.status(token)).toBe(503)
    issuer.answer = undefined
    await app.clock.advance(MINUTE)
    expect(await app.status(token)).toBe(200)
  })
})

describe('rotation', () => {
  const later = { exp: NOW / 1000 + 10_000 }

  it('a new key is found when a token names it, once the last reading is 30 s ago', async () => {
    const [old, fresh] = [signer(), signer()]
    const issuer = await opened(old)
    const app = await appOf(issuer.url)
    expect(await app.status(await issuer.token())).toBe(200)
    issuer.keys = [old.jwk, fresh.jwk]
    const token = await tokenOf(fresh, claimsOf(issuer.url))
    expect(await app.status(token)).toBe(401)
    await app.clock.advance(30_000)
    expect(await app.status(token)).toBe(200)
    expect(issuer.asked).toEqual([CONFIGURATION, '/jwks', '/jwks'])
  })

  it('what a key verified is not good any more when it is gone', async () => {
    const [old, fresh] = [signer(), signer()]
    const issuer = await opened(old)
    const app = await appOf(issuer.url)
    const token = await issuer.token(later)
    expect(await app.status(token)).toBe(200)
    issuer.keys = [fresh.jwk]
    await app.clock.advance(10 * MINUTE + 1)
    // Reads again in the background.
    expect(await app.status(token)).toBe(200)
    await vi.waitFor(async () => expect(await app.status(token)).toBe(401))
    expect(await app.status(await tokenOf(fresh, claimsOf(issuer.url, later)))).toBe(200)
  })

  it('an issuer with other keys at every call is asked once in 30 s, however many tokens come', async () => {
    const issuer = await opened()
    issuer.answer = ({ url }) => {
      if (url === '/jwks') issuer.keys = [signer().jwk]
      return false
    }
    const app = await appOf(issuer.url)
    const unknown = await Promise.all(
      Array.from({ length: 20 }, () => issuer.token({}, { kid: signer().kid })),
    )
    expect(new Set(await Promise.all(unknown.map(app.status)))).toEqual(new Set([401]))
    expect(issuer.asked).toEqual([CONFIGURATION, '/jwks'])
    await app.clock.advance(30_000)
    await Promise.all(unknown.map(app.status))
    expect(issuer.asked).toEqual([CONFIGURATION, '/jwks', '/jwks'])
  })
})

describe('oauth2-mock-server', async () => {
  const server = new OAuth2Server()
  await server.issuer.keys.generate('RS256')
  await server.start(0, '127.0.0.1')
  afterAll(() => server.stop())
  // The issuer is as the server names itself.
  const app = await (async () => {
    const api = route.use(
      bearer({
        issuer: server.issuer.url as string,
        audience: 'orders',
        allowInsecureIssuer: true,
        user: ({ sub }) => ({ id: sub }),
      }),
    )
    return testApp({ routes: { me: api.get('/me', { access: signedIn() }, ({ user }) => user.id) } })
  })()
  afterAll(() => app.close())
  const status = async (change: (claims: Record<string, unknown>, head: Record<string, unknown>) => void) => {
    const token = await server.issuer.buildToken({
      scopesOrTransform: (head, claims) => {
        Object.assign(claims, { aud: 'orders', sub: 'ada' })
        change(claims, head as unknown as Record<string, unknown>)
      },
    })
    const answer = await app.request('GET', '/me', { headers: { authorization: `Bearer ${token}` } })
    return answer.status
  }

  it('makes tokens that are good', async () => {
    expect(await status(() => {})).toBe(200)
  })

  it.each<readonly [string, Parameters<typeof status>[0]]>([
    ['that have ended', (claims) => (claims['exp'] = 1)],
    ['that begin later', (claims) => (claims['nbf'] = 4_000_000_000)],
    ['of another issuer', (claims) => (claims['iss'] = 'http://other.example')],
    ['for others', (claims) => (claims['aud'] = ['shop'])],
    ['of a key that it does not publish', (_, head) => (head['kid'] = 'other')],
    ['of another type', (_, head) => (head['typ'] = 'dpop+jwt')],
  ])('makes tokens %s, which are not', async (_what, change) => {
    expect(await status(change)).toBe(401)
  })
})
