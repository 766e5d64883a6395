import { form, reply, route, t } from '@keelson/core'
import { testApp, type TestApp } from '@keelson/testing'
import { session, Sessions, signedIn } from '@keelson/auth'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { executablePath } from '../../http/test/browser.ts'
import { TEST_CERTIFICATE } from '../../core/test/server-certificate.ts'

const html = (text: string) => reply(200, `<!doctype html>${text}`, { 'content-type': 'text/html' })
const web = route.use(session({ load: (id) => ({ id }) })).inject({ sessions: Sessions })
const anything = { consumes: ['application/x-www-form-urlencoded'] } as const
/** What reached a handler. */
const reached: string[] = []

const routes = {
  home: web.get('/', { access: 'public' }, ({ user }) =>
    html(
      `<title>${user?.id ?? 'nobody'}</title><form method="post" action="/sign-in"><input name="id" value="ada"></form>`,
    ),
  ),
  signIn: web.post(
    '/sign-in',
    { access: 'public', body: form({ id: t.String() }), response: { 303: null } },
    async (ctx) => {
      await ctx.sessions.signIn(ctx, ctx.body.id, { isPersistent: true })
      return reply(303, undefined, { location: '/' })
    },
  ),
  pay: web.post('/pay', { access: signedIn(), ...anything }, ({ user }) => {
    reached.push(`pay ${user.id}`)
    return html('<title>Paid</title>')
  }),
  rotate: web.post('/rotate', { access: signedIn() }, async (ctx) => (await ctx.sessions.rotate(ctx)).id),
  me: web.get('/me', { access: signedIn() }, ({ user }) => user.id),
  signOut: web.post('/sign-out', { access: 'public' }, (ctx) => ctx.sessions.signOut(ctx)),
}
const other = { home: route.get('/', { access: 'public' }, () => html('<title>Other</title>')) }

// A browser on a busy machine takes its time.
describe.skipIf(executablePath === undefined)('sessions in Chromium', { timeout: 60_000 }, () => {
  let app: TestApp<typeof routes>
  let plain: TestApp<typeof routes>
  let foe: TestApp<typeof other>
  let browser: Browser
  let context: BrowserContext
  let page: Page

  beforeAll(async () => {
    const server = { tls: TEST_CERTIFICATE }
    app = await testApp({ routes, transport: 'socket', server })
    plain = await testApp({ routes, transport: 'socket' })
    foe = await testApp({ routes: other, transport: 'socket', server })
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
  })
  beforeEach(async () => {
    reached.length = 0
    context = await browser.newContext({ ignoreHTTPSErrors: true })
    page = await context.newPage()
  })
  afterEach(() => context.close())
  afterAll(async () => {
    await browser.close()
    for (const one of [app, plain, foe]) await one.close()
  })

  const signIn = async (base: string): Promise<void> => {
    await page.goto(`${base}/`)
    await page.evaluate('document.forms[0].submit()')
    await page.waitForFunction("document.title === 'ada'")
  }

  /** Sends a form from the page that is open, and gives the status of what comes. */
  const submit = async (action: string): Promise<number> => {
    const answer = page.waitForResponse((one) => one.request().isNavigationRequest())
    await page.evaluate(`{
      const form = Object.assign(document.createElement('form'), { method: 'post', action: ${JSON.stringify(action)} })
      form.append(Object.assign(document.createElement('input'), { name: 'a', value: '1' }))
      document.body.append(form)
      form.submit()
    }`)
    await page.waitForURL(action)
    return (await answer).status()
  }

  const send = (method: string, path: string): Promise<number> =>
    page.evaluate(async ([verb, target]) => (await fetch(target!, { method: verb! })).status, [method, path])

  it('begin with a cookie of this host alone, which no script reads', async () => {
    await signIn(app.baseUrl)
    const [cookie, ...others] = await context.cookies()
    expect(others).toEqual([])
    expect(cookie).toMatchObject({
      name: '__Host-session',
      domain: '127.0.0.1',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    })
    expect(cookie!.expires - Date.now() / 1000).toBeGreaterThan(86_000)
    expect(await page.evaluate('document.cookie')).toBe('')
    expect(await submit(`${app.baseUrl}/pay`)).toBe(200)
    expect(reached).toEqual(['pay ada'])
  })

  it('work over plain HTTP on this machine', async () => {
    await signIn(plain.baseUrl)
    expect(await send('GET', '/me')).toBe(200)
    expect((await context.cookies())[0]?.name).toBe('session')
  })

  it('are not used by a form of another site, which brings no cookie', async () => {
    await signIn(app.baseUrl)
    await page.goto(foe.baseUrl.replace('127.0.0.1', 'localhost'))
    expect(await submit(`${app.baseUrl}/pay`)).toBe(401)
    expect(reached).toEqual([])
    await page.goto(`${app.baseUrl}/`)
    expect(await page.title()).toBe('ada')
  })

  it('are not used by a form of another origin of the site, which brings the cookie', async () => {
    await signIn(app.baseUrl)
    await page.goto(foe.baseUrl)
    expect(await submit(`${app.baseUrl}/pay`)).toBe(403)
    expect(reached).toEqual([])
  })

  it('are there when a link of another site leads here', async () => {
    await signIn(app.baseUrl)
    await page.goto(foe.baseUrl.replace('127.0.0.1', 'localhost'))
    await page.evaluate(`Object.assign(document.createElement('a'), { href: '${app.baseUrl}/' }).click()`)
    await page.waitForURL(`${app.baseUrl}/`)
    expect(await page.title()).toBe('ada')
  })

  it('outlast requests of a page that are under way while they are rotated', async () => {
    await signIn(app.baseUrl)
    const statuses = await page.evaluate(async () => {
      const asked = [1, 2, 3].flatMap(() => [
        fetch('/me'),
        fetch('/rotate', { method: 'POST' }),
        fetch('/pay', { method: 'POST', body: new URLSearchParams('a=1') }),
      ])
      return (await Promise.all(asked)).map(({ status }) => status)
    })
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(await send('GET', '/me')).toBe(200)
  })

  it('are over in the browser and on the server after a sign-out', async () => {
    await signIn(app.baseUrl)
    const kept = await context.cookies()
    expect(await send('POST', '/sign-out')).toBe(200)
    expect(await context.cookies()).toEqual([])
    await context.addCookies(kept)
    expect(await send('GET', '/me')).toBe(401)
    expect(await context.cookies()).toEqual([])
  })
})
