import { middleware, mount, reply, route, SetupError } from '@keelson/core'
import { securityHeaders, type CspOptions, type SecurityHeadersOptions } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { CSP, security } from './security-support.ts'
import { open, transports } from './support.ts'

const html = (body = 'x') => reply(200, body, { 'content-type': 'text/html' })

async function headersOf(options: SecurityHeadersOptions): Promise<Record<string, string>> {
  const page = route.get('/', open, () => html())
  await using test = await testApp({ routes: { page }, use: [securityHeaders(options)] })
  return security(await test.request('GET', '/'))
}

describe('contentSecurityPolicy', () => {
  it.each([
    [{}, CSP],
    [
      { imgSrc: false, fontSrc: false, styleSrc: ["'self'"] },
      "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; object-src 'none'; script-src 'self'; script-src-attr 'none'; style-src 'self'",
    ],
    [
      { imgSrc: undefined, connectSrc: ["'self'", 'wss://a.example:*'] },
      `${CSP}; connect-src 'self' wss://a.example:*`,
    ],
    [
      { sandbox: [], trustedTypes: ['none', 'a'], requireTrustedTypesFor: ["'script'"] },
      `${CSP}; sandbox; trusted-types none a; require-trusted-types-for 'script'`,
    ],
  ] as const)('of %j', async (contentSecurityPolicy, text) => {
    const said = await headersOf({ contentSecurityPolicy: contentSecurityPolicy as CspOptions })
    expect(said['content-security-policy']).toBe(text)
  })

  it('tells endpoints of violations, in the way of new and old browsers', async () => {
    const said = await headersOf({
      contentSecurityPolicy: { reportTo: 'csp' },
      contentSecurityPolicyReportOnly: { defaultSrc: ["'none'"], reportTo: 'trial' },
      reportingEndpoints: { csp: '/reports/csp', trial: 'https://reports.example/a?b=c' },
    })
    expect(said['reporting-endpoints']).toBe('csp="/reports/csp", trial="https://reports.example/a?b=c"')
    expect(said['content-security-policy']).toBe(`${CSP}; report-uri /reports/csp; report-to csp`)
    expect(said['content-security-policy-report-only']).toBe(
      `${CSP.replace("default-src 'self'", "default-src 'none'")}; report-uri https://reports.example/a?b=c; report-to trial`,
    )
  })

  it('has nothing in a policy that is reported alone which browsers ignore there', async () => {
    const use = [
      securityHeaders({
        contentSecurityPolicyReportOnly: { reportTo: 'trial' },
        reportingEndpoints: { trial: '/reports' },
      }),
    ]
    const show = route.get('/', open, () => html())
    await using test = await testApp({ routes: { show }, use })
    const { headers } = await test.app.fetch(new Request('https://shop.example/'))
    expect(headers.get('content-security-policy')).toContain('; upgrade-insecure-requests')
    expect(headers.get('content-security-policy-report-only')).toBe(
      `${CSP}; report-uri /reports; report-to trial`,
    )
  })

  it('says what other options say', async () => {
    const said = await headersOf({
      crossOriginEmbedderPolicy: 'require-corp',
      crossOriginResourcePolicy: 'cross-origin',
      permissionsPolicy: { camera: [], geolocation: ['self', 'https://maps.example'], fullscreen: ['*'] },
      referrerPolicy: ['no-referrer', 'same-origin'],
      xContentTypeOptions: false,
      originAgentCluster: false,
      xDnsPrefetchControl: 'on',
    })
    expect(said).toMatchObject({
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'cross-origin',
      'permissions-policy': 'camera=(), geolocation=(self "https://maps.example"), fullscreen=*',
      'referrer-policy': 'no-referrer, same-origin',
      'x-dns-prefetch-control': 'on',
    })
    expect(Object.keys(said)).not.toContain('x-content-type-options')
    expect(Object.keys(said)).not.toContain('origin-agent-cluster')
  })

  const csp = (contentSecurityPolicy: unknown) => ({ contentSecurityPolicy })
  it.each([
    [csp({ scriptSrc: ['self'] }), `Write "'self'".`],
    [csp({ scriptSrc: ['unsafe-inline'] }), `Write "'unsafe-inline'".`],
    [csp({ scriptSrc: ['sha256-abc='] }), `Write "'sha256-abc='".`],
    [csp({ scriptSrc: ["'none'", 'https://a.example'] }), "'none' beside other sources"],
    [csp({ scriptSrc: ["'nonce-abc'"] }), 'Write nonce: true'],
    [csp({ scriptSrc: ['https://a.example; img-src *'] }), 'scriptSrc[0]'],
    [csp({ scriptSrc: ["'self', *"] }), 'scriptSrc[0]'],
    [csp({ scriptSrc: ["'self'\r\nx: y"] }), 'scriptSrc[0]'],
    [csp({ scriptSrc: ['https://ä.example'] }), 'scriptSrc[0]'],
    [csp({ scriptSrc: [] }), 'scriptSrc'],
    [csp({ scriptSrc: "'self'" }), 'must be a list or false'],
    [csp({ 'script-src': ["'self'"] }), 'scriptSrc'],
    [csp({ sandbox: ['scripts'] }), 'sandbox[0]'],
    [csp({ scriptSrc: false, nonce: true }), 'goes into scriptSrc, which is not there'],
    [csp({ nonce: ['styleSrcElem'] }), 'goes into styleSrcElem'],
    [csp({ nonce: ['imgSrc'] }), 'nonce'],
    [csp({ reportTo: 'csp' }), "the endpoint 'csp', which is not there"],
    [csp({ reportTo: 'constructor' }), "the endpoint 'constructor'"],
    [{ contentSecurityPolicyReportOnly: {} }, 'says nobody who is told'],
    [{ contentSecurityPolicyReportOnly: { sandbox: [] } }, 'has sandbox, which browsers ignore'],
    [
      { contentSecurityPolicyReportOnly: { upgradeInsecureRequests: true } },
      'Omit upgradeInsecureRequests there',
    ],
    [{ reportingEndpoints: { csp: '//evil.example' } }, 'reportingEndpoints.csp'],
    [{ reportingEndpoints: { csp: 'http://a.example' } }, 'reportingEndpoints.csp'],
    [{ reportingEndpoints: { csp: '/a"b' } }, 'reportingEndpoints.csp'],
    [{ reportingEndpoints: { csp: '/a;b' } }, 'reportingEndpoints.csp'],
    [{ reportingEndpoints: { 'a b': '/a' } }, 'reportingEndpoints'],
    [{ permissionsPolicy: { camera: ['https://a.example"'] } }, 'permissionsPolicy.camera[0]'],
    [{ referrerPolicy: 'none' }, 'referrerPolicy'],
    [{ xFrameOptions: 'ALLOW-FROM' }, 'xFrameOptions'],
    [{ frameguard: false }, 'frameguard'],
  ])('%j is refused', (options, message) => {
    expect(() => securityHeaders(options as SecurityHeadersOptions)).toThrow(SetupError)
    expect(() => securityHeaders(options as SecurityHeadersOptions)).toThrow(message)
  })
})

describe.each(transports)('a nonce, over %s,', (transport) => {
  const withNonce = route.use(securityHeaders({ contentSecurityPolicy: { nonce: true } }))
  const routes = {
    page: withNonce.get('/page', open, ({ cspNonce }) => html(`<script nonce="${cspNonce}">`)),
    json: withNonce.get('/json', open, () => 1),
    plain: route.get('/plain', open, () => html()),
  }
  const nonceOf = (policy: string | null) => /script-src 'self' 'nonce-([\w-]+)';/.exec(policy ?? '')?.[1]

  it.each([
    ['alone', []],
    ['below headers of the app', [securityHeaders()]],
  ])('is in the context and in the policy of each answer, %s', async (_, use) => {
    await using test = await testApp({ routes, use, transport })
    const seen = new Set<string>()
    for (let i = 0; i < 3; i++) {
      const answer = await test.request('GET', '/page')
      const nonce = nonceOf(answer.headers.get('content-security-policy'))
      expect(await answer.text()).toBe(`<script nonce="${nonce}">`)
      expect(Buffer.from(nonce ?? '', 'base64url')).toHaveLength(16)
      expect(security(answer)['x-frame-options']).toBe('SAMEORIGIN')
      seen.add(nonce ?? '')
    }
    expect(seen.size).toBe(3)
    const json = await test.request('GET', '/json')
    expect(json.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect((await test.request('GET', '/plain')).headers.get('content-security-policy') ?? '').not.toContain(
      'nonce',
    )
  })

  it('is not in the policy of a page that was made without one', async () => {
    const closed = middleware({ name: 'closed', stage: 'receive', run: () => html('closed') })
    const use = [closed, securityHeaders({ contentSecurityPolicy: { nonce: true } })]
    await using test = await testApp({ routes: { plain: routes.plain }, use, transport })
    const answer = await test.request('GET', '/plain')
    expect([await answer.text(), answer.headers.get('content-security-policy')]).toEqual(['closed', CSP])
  })
})

it('a nonce may stand in other directives, and in a policy that is reported alone', async () => {
  const options = {
    contentSecurityPolicy: {
      nonce: ['scriptSrcElem', 'styleSrc'],
      scriptSrcElem: ["'none'"],
      styleSrc: ["'self'"],
    },
    contentSecurityPolicyReportOnly: { nonce: true, reportTo: 'csp' },
    reportingEndpoints: { csp: '/csp' },
  } as const
  const said = await headersOf(options)
  const [, nonce] = /script-src-elem 'nonce-([\w-]{22})'/.exec(said['content-security-policy'] ?? '') ?? []
  expect(said['content-security-policy']).toContain(`; style-src 'self' 'nonce-${nonce}'`)
  expect(said['content-security-policy-report-only']).toContain(`; script-src 'self' 'nonce-${nonce}'`)
})

it('a mounted handler, which cannot know it, has a policy without a nonce', async () => {
  const routes = {
    site: mount('/site', () => new Response('x', { headers: { 'content-type': 'text/html' } }), open),
  }
  await using test = await testApp({
    routes,
    use: [securityHeaders({ contentSecurityPolicy: { nonce: true } })],
  })
  expect(security(await test.request('GET', '/site'))['content-security-policy']).toBe(CSP)
})
