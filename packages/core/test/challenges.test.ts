import {
  defineError,
  middleware,
  reply,
  route,
  SetupError,
  UnauthorizedError,
  type SecurityDemand,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

type Security = string | SecurityDemand | readonly (string | SecurityDemand)[]

const Expired = defineError('EXPIRED', { status: 401, title: 'Expired' })
const by = (security: Security, name = 'auth') =>
  middleware({ name, stage: 'authenticate', describe: { security }, run: () => undefined })
const session = by({ name: 'session', scheme: { type: 'apiKey', in: 'cookie', name: 'sid' } })
const raise = (error: unknown) => () => {
  throw error
}

describe.each(transports)('a 401, %s', (transport) => {
  const challengeOf = async (
    use: readonly unknown[],
    handler: () => unknown = raise(new UnauthorizedError()),
  ) => {
    const routes = { a: route.get('/', { ...open, use: use as never }, handler) }
    await using app = await testApp({ name: 'my "shop"', routes, transport })
    return (await app.request('GET', '/')).headers.get('www-authenticate')
  }
  const realm = String.raw`realm="my \"shop\""`

  it.each<[string, Security, string]>([
    ['bearer', 'bearer', `Bearer ${realm}`],
    ['basic', 'basic', `Basic ${realm}, charset="UTF-8"`],
    ['negotiate', { name: 'n', scheme: { type: 'http', scheme: 'Negotiate' } }, 'Negotiate'],
    ['another scheme', { name: 'n', scheme: { type: 'http', scheme: 'DPoP' } }, `DPoP ${realm}`],
    ['oauth2', { name: 'o', scheme: { type: 'oauth2', flows: {} } }, `Bearer ${realm}`],
    [
      'a key in a header',
      { name: 'k', scheme: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
      `ApiKey ${realm}, in="header", name="x-api-key"`,
    ],
    [
      'a credential behind a word in the header',
      { name: 'Token', scheme: { type: 'apiKey', in: 'header', name: 'Authorization', authScheme: 'Token' } },
      `Token ${realm}`,
    ],
    [
      'a session cookie',
      { name: 'session', scheme: { type: 'apiKey', in: 'cookie', name: 'sid' } },
      `Cookie ${realm}, cookie-name="sid"`,
    ],
    ['alternatives', ['bearer', 'basic'], `Bearer ${realm}, Basic ${realm}, charset="UTF-8"`],
    ['a scheme that only documents define', 'session', `session ${realm}`],
    ['a certificate', { name: 'tls', scheme: { type: 'mutualTLS' } }, `Unspecified ${realm}`],
  ])('challenges by the schemes of its plan: %s', async (_, security, expected) => {
    expect(await challengeOf([by(security)])).toBe(expected)
  })

  it('lists the schemes of all middleware, each once', async () => {
    expect(await challengeOf([session, by('bearer', 'b'), by('bearer', 'c')])).toBe(
      `Cookie ${realm}, cookie-name="sid", Bearer ${realm}`,
    )
  })

  it.each([
    ['an error of your own', raise(new Expired())],
    ['a returned error', () => new UnauthorizedError()],
    ['a reply', () => reply(401, { no: true })],
  ])('has a challenge whoever gives it: %s', async (_, handler) => {
    expect(await challengeOf([session], handler)).toBe(`Cookie ${realm}, cookie-name="sid"`)
  })

  it('has one where a transform makes it', async () => {
    const odd = middleware({ name: 'odd', stage: 'respond', transform: (() => reply(401)) as never })
    expect(await challengeOf([session, odd], () => 1)).toBe(`Cookie ${realm}, cookie-name="sid"`)
  })

  it.each([
    ['is not of the plan', 'Own realm="a"', ['Own realm="a"']],
    [
      'is of the plan',
      'Bearer error="invalid_token"',
      ['Bearer error="invalid_token"', `Cookie ${realm}, cookie-name="sid"`],
    ],
  ])('has lines of its own for each scheme; of an error whose challenge %s: %j', async (_, own, lines) => {
    const routes = {
      a: route.get(
        '/',
        { ...open, use: [session, by('bearer')] },
        raise(new UnauthorizedError('x', { challenge: own })),
      ),
    }
    await using app = await testApp({ name: 'my "shop"', routes })
    const { urls } = await app.app.listen({ port: 0, host: '127.0.0.1', signals: false })
    const { get } = await import('node:http')
    const raw = await new Promise<string[]>((resolve) =>
      get(urls[0]!, (answer) => {
        answer.resume()
        resolve(answer.rawHeaders)
      }),
    )
    expect(raw.filter((_, at) => raw[at - 1]?.toLowerCase() === 'www-authenticate')).toEqual(lines)
  })

  it.each([
    ['the error', raise(new UnauthorizedError('x', { challenge: 'Own realm="a"' }))],
    ['the reply', () => reply(401, undefined, { 'www-authenticate': 'Own realm="a"' })],
  ])('keeps the challenge of %s', async (_, handler) => {
    expect(await challengeOf([session], handler)).toBe('Own realm="a"')
  })

  it('takes the challenge that a middleware gives', async () => {
    const digest = middleware({
      name: 'digest',
      stage: 'authenticate',
      challenge: 'Digest realm="x", nonce="1"',
      describe: { security: 'bearer' },
      run: () => undefined,
    })
    expect(await challengeOf([digest])).toBe('Digest realm="x", nonce="1"')
  })

  it('writes that of a scheme beside one that a middleware gives', async () => {
    const both = middleware({
      name: 'both',
      stage: 'authenticate',
      challenge: ['Digest realm="x", nonce="1"', { name: 'bearer' }],
      describe: { security: ['digest', 'bearer'] },
      run: () => undefined,
    })
    expect(await challengeOf([both])).toBe(`Digest realm="x", nonce="1", Bearer ${realm}`)
  })
})

describe('a challenge', () => {
  it.each(['', 'Bearer\r\nx: y', '"quoted"', 1, {}, null])(
    'that cannot be sent is refused: %j',
    (challenge) => {
      const define = () =>
        middleware({ name: 'm', stage: 'authenticate', challenge: challenge as string, run: () => undefined })
      expect(define).toThrow(SetupError)
    },
  )

  it('stands where callers are told apart', () => {
    const define = () => middleware({ name: 'm', stage: 'receive', challenge: 'Basic', run: () => undefined })
    expect(define).toThrow("in stage 'authenticate' or 'authorize'")
  })
})
