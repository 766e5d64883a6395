import { reply, route } from '@keelson/core'
import { clearCookie, cookieJar, readCookie, setCookie, type CookieOptions } from '@keelson/http'
import { testApp, type TestApp } from '@keelson/testing'
import { chromium, type Browser, type BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { executablePath } from './browser.ts'
import { HTTP_STATE } from './http-state-data.ts'
import { TEST_CERTIFICATE } from '../../core/test/server-certificate.ts'
import { open } from './support.ts'

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/

/** Names and values of the http-state data that fit into a cookie. */
const pairs = HTTP_STATE.flatMap(({ sent }) => sent.split('; ')).flatMap((pair): [string, string][] => {
  const at = pair.indexOf('=')
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
  return TOKEN.test(name) && value.length < 4000 ? [[name, value]] : []
})
const byName = new Map(pairs)

/** What the next request sets. */
let next: readonly (readonly [name: string, value: string, options?: CookieOptions])[] = []

const page = route.use(
  cookieJar({ cart: { maxAgeSeconds: 60 }, seen: { protection: 'signed', httpOnly: false } }),
)
const routes = {
  home: route.get('/', open, () =>
    reply(200, '<!doctype html><title>Home</title>', { 'content-type': 'text/html' }),
  ),
  set: route.post('/set', open, (ctx) => {
    for (const [name, value, options] of next) setCookie(ctx, name, value, options)
  }),
  read: route.post('/read', open, (ctx) =>
    next.map(([name, , options]) => readCookie(ctx, name, { prefix: options?.prefix }) ?? null),
  ),
  clear: route.post('/clear', open, (ctx) => {
    for (const [name, , { maxAgeSeconds: _, ...options } = {}] of next) clearCookie(ctx, name, options)
  }),
  fill: page.post('/fill', open, ({ jar }) => {
    jar.cart.set('2 cups; "€"')
    jar.seen.set('today')
  }),
  jar: page.get('/jar', open, ({ jar }) => [jar.cart.read() ?? null, jar.seen.read() ?? null]),
}

// A browser on a busy machine takes its time.
describe.skipIf(executablePath === undefined)('cookies in Chromium, over TLS', { timeout: 60_000 }, () => {
  let test: TestApp<typeof routes>
  let browser: Browser
  let context: BrowserContext

  beforeAll(async () => {
    test = await testApp({ routes, transport: 'socket', server: { tls: TEST_CERTIFICATE } })
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
  })
  beforeEach(async () => {
    context = await browser.newContext({ ignoreHTTPSErrors: true })
    await (await context.newPage()).goto(`${test.baseUrl}/`)
  })
  afterEach(() => context.close())
  afterAll(async () => {
    await browser.close()
    await test.close()
  })

  const ask = (method: string, path: string): Promise<string> =>
    context
      .pages()[0]!
      .evaluate(async ([verb, target]) => (await fetch(target!, { method: verb! })).text(), [method, path])

  it('all names and values of the http-state data are kept, sent back and deleted', async () => {
    expect(byName.size).toBeGreaterThan(20)
    for (const [name, value] of pairs) {
      next = [[name, value]]
      await ask('POST', '/set')
      expect([name, JSON.parse(await ask('POST', '/read'))]).toEqual([name, [value]])
    }
    next = [...byName]
    expect(JSON.parse(await ask('POST', '/read'))).toEqual([...byName.values()])
    expect((await context.cookies()).map((one) => one.name).sort()).toEqual(
      [...byName.keys()].map((name) => `__Host-${name}`).sort(),
    )
    await ask('POST', '/clear')
    expect(await context.cookies()).toEqual([])
  })

  it('attributes are kept as they are meant', async () => {
    next = [
      ['plain', 'a'],
      ['strict', 'b', { sameSite: 'strict', httpOnly: false }],
      ['part', 'c', { sameSite: 'none', partitioned: true, priority: 'high' }],
      ['deep', 'd', { prefix: 'secure', path: '/read', maxAgeSeconds: 60 }],
      ['bare', 'e', { prefix: 'none', secure: false }],
    ]
    await ask('POST', '/set')
    const kept = (await context.cookies([test.baseUrl, `${test.baseUrl}/read`])).map(
      ({ name, httpOnly, secure, sameSite, path, expires }) => [
        name,
        httpOnly,
        secure,
        sameSite,
        path,
        expires > 0,
      ],
    )
    expect(kept.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ['__Host-part', true, true, 'None', '/', false],
      ['__Host-plain', true, true, 'Lax', '/', false],
      ['__Host-strict', false, true, 'Strict', '/', false],
      ['__Secure-deep', true, true, 'Lax', '/read', true],
      ['bare', true, false, 'Lax', '/', false],
    ])
    expect(JSON.parse(await ask('POST', '/read'))).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(await context.pages()[0]!.evaluate('document.cookie')).toBe('__Host-strict=b')
    await ask('POST', '/clear')
    expect(await context.cookies([test.baseUrl, `${test.baseUrl}/read`])).toEqual([])
  })

  it('the largest cookie that setCookie takes is kept', async () => {
    next = [
      ['large', 'x'.repeat(4096 - '__Host-large'.length)],
      ['deep', 'y', { prefix: 'none', path: `/${'a'.repeat(1023)}` }],
    ]
    await ask('POST', '/set')
    const urls = [test.baseUrl, `${test.baseUrl}/${'a'.repeat(1023)}`]
    expect((await context.cookies(urls)).map((one) => one.name).sort()).toEqual(['__Host-large', 'deep'])
  })

  it('what is in a jar comes back, and a script that moves or changes it gets nothing', async () => {
    await ask('POST', '/fill')
    expect(JSON.parse(await ask('GET', '/jar'))).toEqual(['2 cups; "€"', 'today'])
    const { value } = (await context.cookies()).find((one) => one.name === '__Host-cart')!
    expect(value).toMatch(/^1\.[\w-]{8}\.[\w-]+$/)
    await context
      .pages()[0]!
      .evaluate(`document.cookie = document.cookie.replace('today', 'never') + '; path=/; secure'`)
    expect(JSON.parse(await ask('GET', '/jar'))).toEqual(['2 cups; "€"', null])
  })
})
