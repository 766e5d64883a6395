import { createApp, middleware, route, SetupError, type AppOptions } from '@keelson/core'
import { createFakeClock, createKeys } from '@keelson/core/ports'
import { cookieJar, createCookieJar, csrf, readCookie, type JarCookieOptions } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'
import { UserAgent, visit } from './user-agent.ts'

const OLD = 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa'
const NEW = 'iC5oE9xS-kB2vT7zPaWd1mHg6uNy8rJf'

const shopper = route.use(
  cookieJar({ cart: { maxAgeSeconds: 3600 }, seen: { protection: 'signed', sameSite: 'strict' } }),
)
const routes = {
  fill: shopper.post('/fill', { ...open, consumes: ['text/plain'] }, async ({ jar, rawBody }) => {
    const text = new TextDecoder().decode(await rawBody())
    jar.cart.set(text)
    jar.seen.set(text)
    return [jar.cart.read(), jar.seen.read()]
  }),
  show: shopper.get('/', open, ({ jar }) => [jar.cart.read() ?? null, jar.seen.read() ?? null]),
  soon: shopper.post('/soon', open, ({ jar }) => jar.cart.set('soon', { maxAgeSeconds: 10 })),
  clear: shopper.post('/clear', open, ({ jar }) => {
    jar.cart.clear()
    return [jar.cart.read() ?? null]
  }),
  raw: route.get('/raw', open, (ctx) => [readCookie(ctx, 'cart') ?? null, readCookie(ctx, 'seen') ?? null]),
}
const now = Date.UTC(2026, 0, 1)
const options = { routes, secrets: [OLD], now }

const fill = (app: Parameters<typeof visit>[0], agent: UserAgent, body = '2 cups; "€"') =>
  visit(app, agent, '/fill', { method: 'POST', body, headers: { 'content-type': 'text/plain' } })
const shown = async (app: Parameters<typeof visit>[0], agent: UserAgent, target = '/') =>
  (await visit(app, agent, target)).json()

describe('a jar', () => {
  it('gives back what was set, in the same request too, and until it is cleared', async () => {
    await using test = await testApp(options)
    const agent = new UserAgent(() => test.clock.now())
    expect(await shown(test.app, agent)).toEqual([null, null])
    expect(await (await fill(test.app, agent)).json()).toEqual(['2 cups; "€"', '2 cups; "€"'])
    expect(agent.stored).toMatchObject([
      { name: '__Host-cart', sameSite: 'lax', isHttpOnly: true, expires: now + 3_600_000 },
      { name: '__Host-seen', sameSite: 'strict', expires: Infinity },
    ])
    expect(await shown(test.app, agent)).toEqual(['2 cups; "€"', '2 cups; "€"'])
    expect(await (await visit(test.app, agent, '/clear', { method: 'POST' })).json()).toEqual([null])
    expect(await shown(test.app, agent)).toEqual([null, '2 cups; "€"'])
  })

  it.each([
    ['a number', 7],
    ['half a character', 'a\ud800'],
  ])('refuses %s as a value', async (_, value) => {
    const set = shopper.post('/cart', open, ({ jar }) => jar.cart.set(value as string))
    const sign = shopper.post('/seen', open, ({ jar }) => jar.seen.set(value as string))
    await using test = await testApp({ ...options, routes: { set, sign } })
    for (const path of ['/cart', '/seen']) expect((await test.request('POST', path)).status).toBe(500)
    const codes = test.takeErrors().map(({ err }) => (err as { code: string }).code)
    expect(codes).toEqual(['ERR_CORE_ARGUMENT', 'ERR_CORE_ARGUMENT'])
  })

  it('takes the 400 days of browsers, and no more', async () => {
    expect(() => cookieJar({ cart: { maxAgeSeconds: 34_560_000 } })).not.toThrow()
    expect(() => cookieJar({ cart: { maxAgeSeconds: 34_560_001 } })).toThrow('maxAgeSeconds')
    expect(() => cookieJar({ cart: { maxAgeSeconds: 1e21 } })).toThrow('maxAgeSeconds')
    const set = shopper.post('/cart', open, ({ jar }) => jar.cart.set('a', { maxAgeSeconds: 34_560_001 }))
    await using test = await testApp({ ...options, routes: { set } })
    expect((await test.request('POST', '/cart')).status).toBe(500)
    expect(JSON.stringify(test.takeErrors())).toContain('ERR_CORE_ARGUMENT')
  })

  it('hides what is sealed, and shows what is signed', async () => {
    await using test = await testApp(options)
    const agent = new UserAgent()
    await fill(test.app, agent)
    const [cart, seen] = (await shown(test.app, agent, '/raw')) as string[]
    expect(cart).toMatch(/^1\.[\w-]{8}\.[\w-]+$/)
    expect(seen).toMatch(/^1\.\.2 cups; "€"\.1\.[\w-]{8}\.[\w-]{43}$/)
  })

  it('works over plain HTTP in development under the name without the prefix', async () => {
    await using test = await testApp({ ...options, mode: 'development', transport: 'socket' })
    const agent = new UserAgent()
    const set = await fetch(`${test.baseUrl}/soon`, { method: 'POST' })
    for (const line of set.headers.getSetCookie()) agent.receive(line, test.baseUrl)
    expect(agent.stored).toMatchObject([{ name: 'cart', isSecure: false }])
    const cookie = agent.cookieHeader(test.baseUrl)
    expect(await (await test.request('GET', '/', { headers: { cookie } })).json()).toEqual(['soon', null])
  })

  it('stands in the document', async () => {
    await using test = await testApp(options)
    expect(JSON.stringify(toOpenApi(test.app).paths)).toContain('Sets or renews cookies `cart`, `seen`.')
  })
})

describe('two jars on one route', () => {
  const staff = shopper.use(cookieJar({ till: {}, shift: {} }, { as: 'staffJar', purpose: 'staff' }))
  const both = staff.get('/', open, ({ jar, staffJar }) => {
    staffJar.shift.set('early')
    return [jar.cart.read() ?? null, staffJar.till.read() ?? null, staffJar.shift.read() ?? null]
  })

  it('have a name each, cookies of their own, and one sentence each in the document', async () => {
    await using test = await testApp({ ...options, routes: { both, fill: routes.fill } })
    const agent = new UserAgent()
    await fill(test.app, agent, 'cups')
    expect(await shown(test.app, agent)).toEqual(['cups', null, 'early'])
    expect(agent.stored.map(({ name }) => name).sort()).toEqual([
      '__Host-cart',
      '__Host-seen',
      '__Host-shift',
    ])
    expect(toOpenApi(test.app).paths['/']?.get?.responses?.['2XX']).toMatchObject({
      headers: {
        'set-cookie': {
          description: 'Sets or renews cookies `cart`, `seen`. Sets or renews cookies `till`, `shift`.',
        },
      },
    })
  })

  it('of one name do not start, and the message names the option', async () => {
    const start = testApp({ ...options, use: [cookieJar({ other: {} })] })
    await expect(start).rejects.toThrow(
      /There are two of middleware 'cookieJar', and each adds 'jar'\. .*by its option as where it has one, as: 'other'/,
    )
    await using test = await testApp({ ...options, use: [cookieJar({ other: {} }, { as: 'otherJar' })] })
    expect((await test.request('GET', '/')).status).toBe(200)
  })

  const startWith = (attributes: JarCookieOptions, others: JarCookieOptions = {}) => {
    const one = route.use(cookieJar({ cart: others, seen: {} }))
    const two = one.use(cookieJar({ cart: attributes, shift: {} }, { as: 'other', purpose: 'other' }))
    return testApp({ routes: { show: two.get('/', open, () => 1) } })
  }

  it.each<[string, JarCookieOptions, JarCookieOptions?]>([
    ['name', {}],
    ['name, of which one has no prefix over plain HTTP either', { prefix: 'none' }],
    ['name and domain', { prefix: 'secure', domain: 'shop.example' }],
    ['name, below the path of the other', { prefix: 'secure', path: '/admin' }],
    ['name and path', { prefix: 'none', path: '/a' }, { prefix: 'none', path: '/a/' }],
  ])('do not start with cookies of one %s', async (_, attributes, others) => {
    await expect(startWith(attributes, others)).rejects.toThrow(
      /middleware cookieJar: Another middleware of the route has a cookie 'cart' as well.*Give each cookie a name/,
    )
  })

  it('may have cookies of one name at paths of which none is below the other', async () => {
    const at = (path: string): JarCookieOptions => ({ prefix: 'secure', path })
    await using test = await startWith(at('/admin'), at('/administration'))
    expect((await test.request('GET', '/')).status).toBe(200)
  })

  it('on two routes may have cookies of one name, of which none reads the other', async () => {
    const desk = route.use(cookieJar({ cart: {} }, { as: 'staffJar', purpose: 'staff' }))
    const other = desk.get('/fill', open, ({ staffJar }) => [staffJar.cart.read() ?? null])
    await using test = await testApp({ ...options, routes: { other, fill: routes.fill } })
    const agent = new UserAgent()
    await fill(test.app, agent, 'cups')
    expect(await shown(test.app, agent, '/fill')).toEqual([null])
  })

  it('of which one has the cookie of a csrf token do not start', async () => {
    const page = route.use(cookieJar({ csrf: {} })).use(csrf({ token: {} }))
    await expect(testApp({ routes: { show: page.get('/', open, () => 1) } })).rejects.toThrow(
      "middleware csrf: Another middleware of the route has a cookie 'csrf'",
    )
    const other = route.use(cookieJar({ csrf: {} })).use(csrf({ token: { cookie: 'form' } }))
    await using test = await testApp({ routes: { show: other.get('/', open, () => 1) } })
    expect((await test.request('GET', '/')).status).toBe(200)
  })

  it.each(['', 'my-jar', '1st', 'a b', 7])('have no name that code cannot write: %j', (as) => {
    expect(() => cookieJar({ cart: {} }, { as: as as never })).toThrow(/cookieJar.*as/s)
  })
})

describe('a value of a jar is nothing', () => {
  it('when it is changed, moved to another name, cut, or quoted', async () => {
    await using test = await testApp(options)
    const agent = new UserAgent()
    await fill(test.app, agent)
    const [cart, seen] = agent.stored.map((one) => one.value)
    const read = async (cookie: string) =>
      (await (
        await test.app.fetch(new Request('https://shop.example/', { headers: { cookie } }))
      ).json()) as unknown
    expect(await read(`__Host-cart=${cart}; __Host-seen="${seen}"`)).toEqual(['2 cups; "€"', '2 cups; "€"'])
    for (const cookie of [
      `__Host-cart=${seen}; __Host-seen=${cart}`,
      `cart=${cart}; seen=${seen}`,
      `__Host-cart=${cart!.slice(0, -1)}; __Host-seen=${seen!.slice(0, -1)}`,
      `__Host-cart=${cart}A; __Host-seen=${seen!.replace('cups', 'cats')}`,
      `__Host-cart=; __Host-seen=`,
      `__Host-cart=${'1.'.repeat(500)}; __Host-seen=${'1.'.repeat(500)}`,
      `__Host-cart=x; __Host-cart=${cart}; __Host-seen=x; __Host-seen=${seen}`,
    ])
      expect(await read(cookie)).toEqual([null, null])
  })

  it('when its time is over, whatever the client says, or its secret is gone', async () => {
    await using test = await testApp(options)
    const agent = new UserAgent(() => now)
    await fill(test.app, agent)
    await test.clock.advance(3_599_000)
    expect(await shown(test.app, agent)).toEqual(['2 cups; "€"', '2 cups; "€"'])
    await test.clock.advance(1000)
    expect(await shown(test.app, agent)).toEqual([null, '2 cups; "€"'])
    await using later = await testApp({ ...options, secrets: [NEW] })
    expect(await shown(later.app, agent)).toEqual([null, null])
  })

  it('in a jar of another purpose, or of another protection', async () => {
    const jars = {
      plain: cookieJar({ a: {} }),
      other: cookieJar({ a: {} }, { purpose: 'other' }),
      signed: cookieJar({ a: { protection: 'signed' } }),
    }
    const tree = Object.fromEntries(
      Object.entries(jars).map(([name, jar]) => [
        name,
        route.use(jar).get(`/${name}`, open, (ctx) => ({ a: ctx.jar.a.read() ?? null })),
      ]),
    )
    const set = route.use(jars.plain).post('/', open, ({ jar }) => jar.a.set('x'))
    await using test = await testApp({ routes: { ...tree, set }, secrets: [OLD] })
    const agent = new UserAgent()
    await visit(test.app, agent, '/', { method: 'POST' })
    expect(await shown(test.app, agent, '/plain')).toEqual({ a: 'x' })
    expect(await shown(test.app, agent, '/other')).toEqual({ a: null })
    expect(await shown(test.app, agent, '/signed')).toEqual({ a: null })
  })
})

describe('after a new secret', () => {
  it('values of the old one are read, and set anew with the time that they have left', async () => {
    await using before = await testApp(options)
    const agent = new UserAgent(() => now)
    await fill(before.app, agent)
    await using after = await testApp({ ...options, secrets: [NEW, OLD] })
    await after.clock.advance(1_000_000)
    const answer = await visit(after.app, agent, '/')
    expect(await answer.json()).toEqual(['2 cups; "€"', '2 cups; "€"'])
    const lines = answer.headers.getSetCookie()
    expect(lines.map((line) => line.replace(/=[^;]*/, ''))).toEqual([
      '__Host-cart; Max-Age=2600; Path=/; HttpOnly; Secure; SameSite=Lax',
      '__Host-seen; Path=/; HttpOnly; Secure; SameSite=Strict',
    ])
    expect((await visit(after.app, agent, '/')).headers.getSetCookie()).toEqual([])
    await using last = await testApp({ ...options, secrets: [NEW], now: now + 1_000_000 })
    expect(await shown(last.app, agent)).toEqual(['2 cups; "€"', '2 cups; "€"'])
  })

  it('one that is read when the answer was sent is read all the same', async () => {
    const keys = createKeys([OLD])
    const agent = new UserAgent()
    const made = createCookieJar(keys, { a: {} }, { clock: createFakeClock({ now }) })
    const set = route.post('/', open, (ctx) => made.of(ctx).a.set('x'))
    const read: unknown[] = []
    const renewing = createCookieJar(createKeys([NEW, OLD]), { a: {} }, { clock: createFakeClock({ now }) })
    const late = middleware({
      name: 'late',
      stage: 'record',
      observe: (ctx) => void read.push(renewing.of(ctx).a.read()),
    })
    await using test = await testApp({ routes: { set }, use: [late] })
    await visit(test.app, agent, '/', { method: 'POST' })
    await visit(test.app, agent, '/nowhere')
    expect(read).toEqual([undefined, 'x'])
  })
})

describe('a value', () => {
  it.each<[string, unknown, string]>([
    ['that is not a text', 7, 'is not a text'],
    ['that no UTF-8 holds', '\ud800', 'lone surrogates'],
    ['that is too large', 'x'.repeat(4096), 'of which browsers keep 4096'],
  ])('%s is refused where it is set', async (_, value, message) => {
    for (const protection of ['sealed', 'signed'] as const) {
      const jar = cookieJar({ a: { protection } })
      const set = route.use(jar).get('/', open, (ctx) => ctx.jar.a.set(value as string))
      await using test = await testApp({ routes: { set }, secrets: [OLD] })
      expect((await test.request('GET', '/')).status).toBe(500)
      expect(JSON.stringify(test.takeErrors())).toContain(message)
    }
  })
})

describe('the start refuses', () => {
  const problemOf = (make: () => unknown): string => {
    try {
      make()
    } catch (error) {
      if (SetupError.is(error)) return error.message
      throw error
    }
    return 'nothing'
  }

  it.each<[string, object, object, string]>([
    ['a name that is none', { 'a b': {} }, {}, 'is not the name of a cookie'],
    ['a name with its prefix', { '__Host-a': {} }, {}, 'has its prefix already'],
    [
      'a path under __Host-',
      { a: { path: '/x' } },
      {},
      "Cookie 'a': With the prefix __Host- its path is '/'.",
    ],
    ['an unknown option', { a: { secret: 'x' } }, {}, "no option 'cookies.a.secret'"],
    ['no time', { a: { maxAgeSeconds: 0 } }, {}, 'maxAgeSeconds'],
    ['no object', { a: true }, {}, 'a'],
    ['a purpose in capital letters', { a: {} }, { purpose: 'Shop' }, 'purpose'],
  ])('%s', (_, cookies, jarOptions, message) => {
    expect(problemOf(() => cookieJar(cookies as {}, jarOptions))).toContain(message)
    expect(problemOf(() => createCookieJar(createKeys([OLD]), cookies as {}, jarOptions))).toContain(message)
  })

  const app = (jar: ReturnType<typeof cookieJar>, more: Partial<AppOptions> = {}): string => {
    const show = route.use(jar).get('/', open, () => 1)
    return problemOf(() =>
      createApp({ mode: 'production', log: false, secrets: [OLD], routes: { show }, ...more }).check(),
    )
  }

  it('a jar in production where nothing says that the app is reached over HTTPS', () => {
    const secure = cookieJar({ a: {} })
    expect(app(secure)).toContain(
      'Its cookies have Secure, and nothing says that the app is reached over HTTPS. Behind a proxy that serves HTTPS give server.trustProxy,',
    )
    expect(app(secure, { publicUrl: 'http://shop.example' })).toContain('over HTTPS')
    expect(app(secure, { publicUrl: 'https://shop.example' })).toBe('nothing')
    expect(app(secure, { server: { trustProxy: 1 } })).toBe('nothing')
    expect(app(secure, { mode: 'development' })).toBe('nothing')
    expect(app(cookieJar({ a: { prefix: 'none', secure: false } }))).toBe('nothing')
  })

  it('a jar in production without secrets', () => {
    expect(app(cookieJar({ a: {} }), { publicUrl: 'https://a.example', secrets: undefined })).toContain(
      'secrets',
    )
  })
})
