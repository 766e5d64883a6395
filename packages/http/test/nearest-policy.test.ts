import { content, reply, route, router, SetupError, t } from '@keelson/core'
import { cors, securityHeaders } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { APP } from './cors-support.ts'
import { open } from './support.ts'

const page = content('text/html')
const show = () =>
  route.get('/page', { ...open, response: page }, () => reply(200, 'x', { 'content-type': 'text/html' }))
const data = (use: readonly ReturnType<typeof cors>[] = []) =>
  route.get('/data', { ...open, use, response: t.Object({}) }, () => ({}))
const ownPage = (use: readonly ReturnType<typeof cors>[]) =>
  route.get('/own', { ...open, use, response: page }, () => reply(200, 'x', { 'content-type': 'text/html' }))

const headersFor = (imgSrc: string) =>
  securityHeaders({
    contentSecurityPolicy: { imgSrc: [imgSrc], nonce: true },
    strictTransportSecurity: { maxAgeSeconds: imgSrc.length, includeSubDomains: false },
  })
const policies = {
  app: [
    cors({ origins: [APP], credentials: true, exposedHeaders: ['x-app'] }),
    headersFor('https://a.example'),
  ],
  router: [cors({ origins: '*', exposedHeaders: ['x-router'] }), headersFor('https://router.example')],
  route: [
    cors({ origins: [APP], exposedHeaders: ['x-own'] }),
    securityHeaders({ contentSecurityPolicy: false, strictTransportSecurity: false }),
  ],
}
const routes = {
  top: { page: show(), data: data() },
  below: router(
    '/below',
    { use: policies.router },
    {
      page: show(),
      data: data(),
      own: ownPage(policies.route),
      mine: router('/mine', { data: data(policies.route) }),
    },
  ),
}

const SHOWN = /^(?:access-control-|content-security-policy|strict-transport-security|referrer-policy|x-)/

it('the nearest cors and securityHeaders say all: on the wire, and in the document', async () => {
  await using test = await testApp({
    routes,
    use: policies.app,
    transport: 'socket',
    server: { trustProxy: ['127.0.0.1'] },
  })
  const { paths } = toOpenApi(test.app)
  const wire = async (path: string) => {
    const headers = { origin: APP, 'x-forwarded-proto': 'https' }
    const answer = await test.request('GET', path, { headers })
    expect(answer.status).toBe(200)
    return new Map(
      [...answer.headers]
        .filter(([name]) => SHOWN.test(name) && name !== 'x-request-id')
        .map(([name, value]) => [name, value.replaceAll(/'nonce-[\w-]{22}'/g, "'nonce-…'")]),
    )
  }
  for (const path of ['/page', '/data', '/below/page', '/below/data', '/below/own', '/below/mine/data']) {
    const said = await wire(path)
    const documented = new Map(
      Object.entries<{ description?: string }>(paths[path]?.get?.responses?.['200']?.headers ?? {}).filter(
        ([name]) => SHOWN.test(name),
      ),
    )
    const untold = [...said].filter(([name, value]) => {
      const shown = name === 'access-control-allow-origin' ? 'The origin of the page' : `\`${value}\``
      return documented.get(name)?.description?.includes(shown) !== true
    })
    expect([path, untold]).toEqual([path, []])
    // A route that answers with pages describes those of its errors, which are data, as well: no other names.
    expect([path, ...documented.keys()].filter((name) => name !== 'x-request-id').sort()).toEqual(
      [path, ...said.keys()].sort(),
    )
  }
  const below = await wire('/below/page')
  expect(Object.fromEntries(below)).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'x-router',
    'content-security-policy': expect.stringContaining('img-src https://router.example'),
    'strict-transport-security': 'max-age=22',
  })
  expect(below.has('access-control-allow-credentials')).toBe(false)
  const own = await wire('/below/own')
  expect([
    own.get('access-control-expose-headers'),
    own.has('content-security-policy'),
    own.has('strict-transport-security'),
  ]).toEqual(['x-own', false, false])
  const top = await wire('/data')
  expect([top.get('access-control-allow-credentials'), top.get('strict-transport-security')]).toEqual([
    'true',
    'max-age=17',
  ])
})

it('the plan of a route has the nearest alone', async () => {
  await using test = await testApp({ routes, use: policies.app })
  const chain = (path: string) =>
    test.app.plans
      .find((one) => one.pattern === path)
      ?.steps.map(({ middleware, origin }) => `${middleware.name} of ${origin}`)
  expect(new Set(chain('/data'))).toEqual(new Set(['cors of app', 'securityHeaders of app']))
  expect(new Set(chain('/below/data'))).toEqual(new Set(['cors of router', 'securityHeaders of router']))
  expect(new Set(chain('/below/own'))).toEqual(new Set(['cors of route', 'securityHeaders of route']))
})

describe('a nonce', () => {
  const nonce = (directive: 'scriptSrc' | 'styleSrc') =>
    securityHeaders({ contentSecurityPolicy: { nonce: [directive] } })
  const html = { 'content-type': 'text/html' }

  it('is one of each answer, that of the nearest policy', async () => {
    const inner = route
      .use(nonce('styleSrc'))
      .get('/', { ...open, response: page }, ({ cspNonce }) => reply(200, cspNonce, html))
    await using test = await testApp({
      routes: { all: router('', { use: [nonce('scriptSrc')] }, { inner }) },
      use: [nonce('scriptSrc')],
    })
    const answer = await test.request('GET', '/')
    const policy = answer.headers.get('content-security-policy')
    expect(policy).toContain(`style-src 'self' https: 'unsafe-inline' 'nonce-${await answer.text()}'`)
    expect(policy?.match(/nonce-/g)).toHaveLength(1)
  })

  it('that the types of a route have is not taken away', async () => {
    const bare = route
      .use(nonce('scriptSrc'))
      .get('/', { ...open, use: [securityHeaders()] }, ({ cspNonce }) => cspNonce)
    const start = testApp({ routes: { bare } })
    await expect(start).rejects.toThrow(SetupError)
    await expect(start).rejects.toThrow(/the nearest stands, and does not add 'cspNonce'/)
  })
})

it('a method that a path does not take has what its routes have in common, whichever has more', async () => {
  const own = { ...open, use: [cors({ origins: 'https://other.example', exposedHeaders: ['x-own'] })] }
  const below = router(
    '/below',
    { use: [cors({ origins: APP, exposedHeaders: ['x-router'] })] },
    {
      first: route.get('/a', own, () => 1),
      second: route.put('/a', open, () => 1),
      third: route.get('/b', open, () => 1),
      fourth: route.put('/b', own, () => 1),
      alone: route.get('/c', own, () => 1),
    },
  )
  await using test = await testApp({ routes: { below }, use: [cors({ origins: '*' })] })
  const exposed = async (path: string, origin: string) => {
    const answer = await test.request('DELETE', path, { headers: { origin } })
    expect(answer.status).toBe(405)
    return answer.headers.get('access-control-expose-headers')
  }
  for (const path of ['/below/a', '/below/b']) {
    expect(await exposed(path, APP)).toBe('x-router')
    expect(await exposed(path, 'https://other.example')).toBe(null)
  }
  expect(await exposed('/below/c', 'https://other.example')).toBe('x-own')
})
