import { middleware, NotFoundError, reply, route, t, UnauthorizedError } from '@keelson/core'
import { cors, securityHeaders } from '@keelson/http'
import { testApp, type TestApp } from '@keelson/testing'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { executablePath } from './browser.ts'
import { open } from './support.ts'

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const limit = middleware({
  name: 'limit',
  stage: 'receive',
  run: ({ path }) => (path === '/limited' ? reply(429, 'slow down') : undefined),
})
const member = route.use(
  middleware({
    name: 'member',
    stage: 'authenticate',
    run: (ctx) => {
      if (ctx.cookie('user') === undefined) throw new UnauthorizedError('Sign in.')
    },
  }),
)
const image = () => reply(200, PIXEL, { 'content-type': 'image/png' })
const shared = [securityHeaders({ crossOriginResourcePolicy: 'cross-origin' })]

const api = {
  list: route.get('/items', open, () => reply(200, [1, 2], { 'x-total': 2, 'x-internal': 'a' })),
  change: route.put('/items', { ...open, body: t.Object({ n: t.Integer() }) }, ({ body }) => body.n),
  signIn: route.post('/sign-in', open, () =>
    reply(204, undefined, { 'set-cookie': 'user=ada; HttpOnly; SameSite=Lax; Path=/' }),
  ),
  me: member.get('/me', open, (ctx) => ctx.cookie('user')),
  form: route.post(
    '/form',
    { ...open, consumes: ['application/x-www-form-urlencoded'] },
    async (ctx) => `${ctx.header('origin')} ${Buffer.from(await ctx.rawBody()).toString()}`,
  ),
  image: route.get('/image.png', open, image),
  shared: route.get('/shared.png', { ...open, use: shared }, image),
  moved: route.get('/moved', open, () => reply(302, undefined, { location: '/items' })),
  stream: route.get('/stream', open, async function* () {
    yield 'a'
    yield 'b'
  }),
  limited: route.get('/limited', open, () => 1),
  gone: route.get('/gone', open, () => {
    throw new NotFoundError()
  }),
  broken: route.get('/broken', open, () => {
    throw new Error('broken')
  }),
  slow: route.get(
    '/slow',
    { ...open, deadlineMs: 50 },
    ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('late')))),
  ),
}

const site = {
  home: route.get('/', open, () =>
    reply(200, '<!doctype html><title>Home</title>', { 'content-type': 'text/html' }),
  ),
}

interface Got {
  readonly status?: number
  readonly text?: string
  readonly total?: string | null
  readonly internal?: string | null
  readonly failed?: string
}

// A browser on a busy machine takes its time.
describe.skipIf(executablePath === undefined)('cors in Chromium', { timeout: 60_000 }, () => {
  let pages: TestApp<typeof site>
  let test: TestApp<typeof api>
  let browser: Browser
  let page: Page
  let home: string
  let base: string

  beforeAll(async () => {
    pages = await testApp({ routes: site, transport: 'socket' })
    home = pages.baseUrl.replace('127.0.0.1', 'localhost')
    const use = [
      limit,
      securityHeaders(),
      cors({ origins: home, credentials: true, exposedHeaders: ['x-total'] }),
    ]
    test = await testApp({ routes: api, use, transport: 'socket' })
    base = test.baseUrl.replace('127.0.0.1', 'localhost')
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
    page = await browser.newPage()
    await page.goto(home)
  }, 60_000)

  afterAll(async () => {
    await browser.close()
    await pages.close()
    test.takeErrors()
    await test.close()
  })

  // As texts, since there are no types of browsers here.
  const ask = (path: string, options: object = {}): Promise<Got> =>
    page.evaluate(`fetch(${JSON.stringify(base + path)}, ${JSON.stringify(options)}).then(
      async (answer) => ({
        status: answer.status,
        text: await answer.text(),
        total: answer.headers.get('x-total'),
        internal: answer.headers.get('x-internal'),
      }),
      (error) => ({ failed: error.name }),
    )`)

  it('reads answers to simple requests, and of their headers what is exposed', async () => {
    expect(await ask('/items')).toEqual({ status: 200, text: '[1,2]', total: '2', internal: null })
    expect((await ask('/stream')).text).toBe('ab')
  })

  it('asks before it sends a body of JSON or headers of its own', async () => {
    const body = JSON.stringify({ n: 7 })
    const headers = { 'content-type': 'application/json', 'x-own': '1' }
    expect(await ask('/items', { method: 'PUT', body, headers })).toMatchObject({ status: 200, text: '7' })
    expect(await ask('/items', { method: 'DELETE' })).toEqual({ failed: 'TypeError' })
  })

  it('sends cookies along where that is asked for', async () => {
    expect(await ask('/me', { credentials: 'include' })).toMatchObject({ status: 401 })
    expect(await ask('/sign-in', { method: 'POST', credentials: 'include' })).toMatchObject({ status: 204 })
    expect(await ask('/me', { credentials: 'include' })).toMatchObject({ status: 200, text: 'ada' })
    expect(await ask('/me')).toMatchObject({ status: 401 })
  })

  it.each([
    ['/gone', 404],
    ['/none', 404],
    ['/limited', 429],
    ['/broken', 500],
    ['/slow', 504],
  ])('reads that %s failed, with and without a preflight', async (path, status) => {
    expect((await ask(path)).status).toBe(status)
    expect((await ask(path, { headers: { 'x-own': '1' } })).status).toBe(status)
  })

  it('follows redirects', async () => {
    expect(await ask('/moved')).toMatchObject({ status: 200, text: '[1,2]' })
    expect(await ask('/moved', { headers: { 'x-own': '1' } })).toMatchObject({ status: 200 })
  })

  it('sends forms of other origins: that is what csrf is for', async () => {
    const other = await browser.newPage()
    await other.goto(home)
    await other.setContent(
      `<form method="post" action="${base}/form"><input name="a" value="1"><button>Send</button></form>`,
    )
    await other.getByRole('button').click()
    await other.waitForURL(`${base}/form`)
    expect(await other.locator('body').textContent()).toBe(`${home} a=1`)
    await other.close()
  })

  it('shows images where the resource policy or cors admits the page', async () => {
    const shows = (path: string, crossOrigin: string | null) =>
      page.evaluate(`new Promise((resolve) => {
        const image = new Image()
        image.crossOrigin = ${JSON.stringify(crossOrigin)}
        image.onload = () => resolve(true)
        image.onerror = () => resolve(false)
        image.src = ${JSON.stringify(base + path)} + '?' + Math.random()
      })`)
    expect(await shows('/image.png', null)).toBe(false)
    expect(await shows('/image.png', 'anonymous')).toBe(true)
    expect(await shows('/image.png', 'use-credentials')).toBe(true)
    expect(await shows('/shared.png', null)).toBe(true)
  })

  it('reads nothing on a page of another origin, or in a sandbox', async () => {
    const other = await browser.newPage()
    await other.goto(pages.baseUrl)
    const tryTo = (options: string) =>
      `fetch('${base}/items', ${options}).then(() => 'read', () => 'refused')`
    expect(await other.evaluate(tryTo('{}'))).toBe('refused')
    expect(await other.evaluate(tryTo("{ method: 'PUT' }"))).toBe('refused')
    await other.setContent('<iframe sandbox="allow-scripts" srcdoc="<title>Frame</title>"></iframe>')
    const frame = other.frames()[1]
    expect(await frame?.evaluate('origin')).toBe('null')
    expect(await frame?.evaluate(tryTo('{}'))).toBe('refused')
    await other.close()
  })
})
