import { createApp, route, SetupError, type AppOptions } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { TEST_CERTIFICATE } from './server-certificate.ts'

const routes = { ping: route.get('/ping', { access: 'public' }, () => 'pong') }

/** What a program in plain JavaScript may write. */
type Loose = NonNullable<AppOptions['server']>

function problemsOf(work: () => unknown): SetupError['problems'] {
  try {
    work()
  } catch (error) {
    if (error instanceof SetupError) return error.problems
    throw error
  }
  return []
}

const PLACE = /^createApp \(.*wrong-server-options\.test\.ts:\d+\)$/

describe('options of the server are checked with the app:', () => {
  it.each<[string, object, string, string]>([
    [
      'a limit out of range',
      { limits: { maxHeaderBytes: -1 } },
      'ERR_CORE_SERVER_LIMIT',
      'Option server.limits.maxHeaderBytes must be an integer, 512 or more, not -1.',
    ],
    [
      'a limit that is a text',
      { limits: { headersTimeoutMs: '5s' } },
      'ERR_CORE_SERVER_LIMIT',
      'Option server.limits.headersTimeoutMs must be an integer from 1 to 2147483647, not "5s".',
    ],
    [
      'limits that contradict each other',
      { limits: { requestTimeoutMs: 10, headersTimeoutMs: 20 } },
      'ERR_CORE_SERVER_LIMIT',
      'Option server.limits.requestTimeoutMs is 10 ms for a whole request, but headersTimeoutMs is 20 ms for its head alone.',
    ],
    [
      'proxies that are not a network',
      { trustProxy: ['10.0.0.0/33'] },
      'ERR_CORE_TRUST_PROXY',
      "Option server.trustProxy is invalid: '10.0.0.0/33' is neither an address nor a CIDR range.",
    ],
    [
      'less than no proxies',
      { trustProxy: -1 },
      'ERR_CORE_TRUST_PROXY',
      'Option server.trustProxy is invalid: -1 is not a number of proxies.',
    ],
    ['no certificate', { tls: {} }, 'ERR_CORE_TLS', 'Option server.tls lacks a certificate and its key.'],
    [
      'a certificate without its key',
      { tls: { cert: TEST_CERTIFICATE.cert } },
      'ERR_CORE_TLS',
      'Option server.tls lacks a certificate and its key.',
    ],
    [
      'a promise of a certificate',
      { tls: { ...TEST_CERTIFICATE, cert: Promise.resolve(TEST_CERTIFICATE.cert) } },
      'ERR_CORE_TLS',
      'Option server.tls has a promise as cert.',
    ],
    [
      'a version of TLS that does not exist',
      { tls: { ...TEST_CERTIFICATE, minVersion: 'TLSv9' } },
      'ERR_CORE_TLS',
      'Option server.tls cannot be used: "TLSv9" is not a valid minimum TLS protocol version.',
    ],
  ])('%s', (_, server, code, message) => {
    const app = createApp({ routes, log: false, server: server as Loose })
    const problems = problemsOf(() => app.check())
    expect(problems.map((one) => [one.code, one.message])).toEqual([[code, message]])
    expect(problems[0]?.place).toMatch(PLACE)
    expect(problems[0]?.remedy).not.toBe('')
  })

  it('together with whatever else is wrong with it', async () => {
    const app = createApp({
      log: false,
      routes: { ping: route.get('/ping', {} as { access: 'public' }, () => 'pong') },
      server: { limits: { maxHeaderCount: 0 }, trustProxy: ['x'], tls: { cert: 'x', key: 'y' } },
    })
    const codes = ['ERR_CORE_ACCESS_MISSING', 'ERR_CORE_SERVER_LIMIT', 'ERR_CORE_TRUST_PROXY', 'ERR_CORE_TLS']
    expect(problemsOf(() => app.check()).map((one) => one.code)).toEqual(codes)
    expect(problemsOf(() => app.plans)).toHaveLength(4)
    await expect(app.start()).rejects.toThrow('4 problems')
    await expect(app.fetch(new Request('http://x/ping'))).rejects.toThrow('4 problems')
    expect(app.phase).toBe('setup')
  })

  it.each<[string, object]>([
    ['limits', { limits: { maxTargetBytes: 1024 } }],
    ['proxies', { trustProxy: ['loopback', '10.0.0.0/8'] }],
    ['a certificate', { tls: { ...TEST_CERTIFICATE, minVersion: 'TLSv1.3', requestCert: false } }],
    [
      'a certificate as bytes',
      { tls: { key: Buffer.from(TEST_CERTIFICATE.key), cert: [TEST_CERTIFICATE.cert] } },
    ],
    ['certificates by name', { tls: { SNICallback: () => undefined } }],
  ])('%s that are in order pass', (_, server) => {
    expect(problemsOf(() => createApp({ routes, log: false, server: server as Loose }).check())).toEqual([])
  })
})

describe('a name that TLS does not have says which was meant:', () => {
  it.each([
    ['certs', 'cert'],
    ['passPhrase', 'passphrase'],
    ['minversion', 'minVersion'],
    ['rejectUnauthorised', 'rejectUnauthorized'],
    ['requestCerts', 'requestCert'],
    ['cipher', 'ciphers'],
    ['sniCallback', 'SNICallback'],
  ])('%s', (written, meant) => {
    const tls = { ...TEST_CERTIFICATE, [written]: 'x' }
    const [problem] = problemsOf(() => createApp({ routes, log: false, server: { tls } }))
    expect(problem?.message).toBe(`There is no option 'server.tls.${written}'.`)
    expect(problem?.remedy).toBe(`Did you mean 'server.tls.${meant}'?`)
    expect(problem?.place).toMatch(PLACE)
  })

  it.each([
    ['noDelay', false],
    ['keepAlive', false],
    ['keepAliveInitialDelay', 5],
    ['highWaterMark', 1024],
    ['allowHalfOpen', true],
    ['pauseOnConnect', true],
  ])('%s is the server’s to set, with and without TLS', (name, value) => {
    const tls = { ...TEST_CERTIFICATE, [name]: value }
    const [problem] = problemsOf(() => createApp({ routes, log: false, server: { tls } }))
    expect(problem?.message).toBe(`Option server.tls.${name} must be omitted, not ${value}.`)
    expect(problem?.remedy).toBe('Remove it: the server sets it for all its connections.')
  })

  it.each(['rejectUnauthorized', 'requestCert'])('a text as %s is not a switch', (name) => {
    const tls = { ...TEST_CERTIFICATE, [name]: 'false' } as never
    const [problem] = problemsOf(() => createApp({ routes, log: false, server: { tls } }))
    expect(problem?.message).toBe(`Option server.tls.${name} must be true or false, not "false".`)
  })
})
