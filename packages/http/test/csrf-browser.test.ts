import { reply, route } from '@keelson/core'
import { csrf, readCookie, setCookie } from '@keelson/http'
import { testApp, type TestApp } from '@keelson/testing'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { executablePath } from './browser.ts'
import { TEST_CERTIFICATE } from '../../core/test/server-certificate.ts'
import { open } from './support.ts'

const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']

/** What reached handlers: a forged request whose answer no page may read has been sent all the same. */
const reached: string[] = []

const guarded = { ...open, use: [csrf()], consumes: [...FORMS, 'application/json'] } as const
const html = (title: string) =>
  reply(200, `<!doctype html><title>${title}</title><body>`, { 'content-type': 'text/html' })

const shop = {
  home: route.get('/', open, () => html('Shop')),
  enter: route.get('/enter', open, (ctx) => {
    setCookie(ctx, 'session', 'ada', { sameSite: 'none' })
    return html('Shop')
  }),
  pay: route.post('/pay', guarded, (ctx) => {
    reached.push(`pay ${readCookie(ctx, 'session')}`)
    return html('Paid')
  }),
  signIn: route.post('/sign-in', guarded, () => {
    reached.push('sign-in')
    return html('Welcome')
  }),
  remove: route.delete('/pay', guarded, () => void reached.push('remove')),
  open: route.post('/open', { ...open, consumes: FORMS }, (ctx) => {
    reached.push(`open ${readCookie(ctx, 'session')}`)
    return html('Open')
  }),
  show: route.get('/show', { ...open, use: [csrf()] }, () => html('Shown')),
  moved: route.post('/moved', { ...open, consumes: FORMS }, () =>
    reply(307, undefined, { location: '/pay' }),
  ),
}

const other = {
  home: route.get('/', open, () => html('Other')),
  moved: route.post('/moved', { ...open, consumes: FORMS }, ({ query }) =>
    reply(307, undefined, { location: String(query['to']) }),
  ),
}

// A browser on a busy machine takes its time.
describe.skipIf(executablePath === undefined)('csrf in Chromium, over TLS', { timeout: 60_000 }, () => {
  let app: TestApp<typeof shop>
  let foe: TestApp<typeof other>
  let browser: Browser
  let context: BrowserContext
  let page: Page
  /** Another site: `localhost`, where the shop is `127.0.0.1`. */
  let foeUrl: string

  beforeAll(async () => {
    const server = { tls: TEST_CERTIFICATE }
    app = await testApp({ routes: shop, transport: 'socket', server })
    foe = await testApp({ routes: other, transport: 'socket', server })
    foeUrl = foe.baseUrl.replace('127.0.0.1', 'localhost')
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
  })
  beforeEach(async () => {
    reached.length = 0
    context = await browser.newContext({ ignoreHTTPSErrors: true })
    page = await context.newPage()
    await page.goto(`${app.baseUrl}/enter`)
  })
  afterEach(() => context.close())
  afterAll(async () => {
    await browser.close()
    await app.close()
    await foe.close()
  })

  /** Sends a form from the page that is open, and gives the status of the page that comes. */
  const submit = async (action: string, enctype: string): Promise<number> => {
    const attributes = JSON.stringify({ method: 'post', action, enctype })
    const answer = page.waitForResponse((one) => one.request().isNavigationRequest() && one.status() !== 307)
    const before = page.url()
    const arrival = page.waitForURL((url) => url.href !== before)
    await page.evaluate(`{
      const form = Object.assign(document.createElement('form'), ${attributes})
      form.append(Object.assign(document.createElement('input'), { name: '{"a', value: '":1}' }))
      document.body.append(form)
      form.submit()
    }`)
    await arrival
    return (await answer).status()
  }

  /** Sends by script; an answer that may not be read counts as sent. */
  const send = (url: string, init: object): Promise<string> =>
    page.evaluate(
      async ([target, options]) => {
        try {
          const answer = await fetch(target as string, { credentials: 'include', ...(options as object) })
          return `${answer.type} ${answer.status}`
        } catch {
          return 'failed'
        }
      },
      [url, init],
    )

  it.each(FORMS)('takes a form of its own page, as %s', async (type) => {
    expect(await submit(`${app.baseUrl}/pay`, type)).toBe(200)
    expect(reached).toEqual(['pay ada'])
  })

  it('takes requests of its own scripts', async () => {
    const url = `${app.baseUrl}/pay`
    expect(await send(url, { method: 'POST', body: 'a' })).toBe('basic 200')
    expect(await send(url, { method: 'DELETE', body: 'a' })).toBe('basic 204')
    expect(reached).toEqual(['pay ada', 'remove'])
  })

  it.each(FORMS)(
    'refuses a form of another site, as %s, which without csrf comes with the cookie',
    async (type) => {
      await page.goto(foeUrl)
      expect(await submit(`${app.baseUrl}/open`, type)).toBe(200)
      await page.goto(foeUrl)
      expect(await submit(`${app.baseUrl}/pay`, type)).toBe(403)
      await page.goto(foeUrl)
      expect(await submit(`${app.baseUrl}/sign-in`, type)).toBe(403)
      expect(reached).toEqual(['open ada'])
    },
  )

  it('refuses a form of another origin on the same site', async () => {
    await page.goto(foe.baseUrl)
    expect(await submit(`${app.baseUrl}/pay`, FORMS[0]!)).toBe(403)
    expect(reached).toEqual([])
  })

  it('refuses a form that another site passes on, and one that is passed on twice', async () => {
    const pay = encodeURIComponent(`${app.baseUrl}/pay`)
    expect(await submit(`${foeUrl}/moved?to=${pay}`, FORMS[0]!)).toBe(403)
    await page.goto(foeUrl)
    expect(await submit(`${app.baseUrl}/moved`, FORMS[0]!)).toBe(403)
    await page.goto(`${app.baseUrl}/`)
    expect(await submit(`${app.baseUrl}/moved`, FORMS[0]!)).toBe(200)
    expect(reached).toEqual(['pay ada'])
  })

  it('refuses scripts of another site, whether or not they may read the answer', async () => {
    await page.goto(foeUrl)
    const url = `${app.baseUrl}/pay`
    expect(await send(url, { method: 'POST', mode: 'no-cors', body: 'a' })).toBe('opaque 0')
    expect(await send(url, { method: 'POST', mode: 'no-cors' })).toBe('opaque 0')
    expect(await send(url, { method: 'POST', body: 'a' })).toBe('failed')
    expect(
      await send(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
    ).toBe('failed')
    expect(await send(url, { method: 'DELETE' })).toBe('failed')
    await page.evaluate(`navigator.sendBeacon('${url}', 'a')`)
    expect(await send(`${app.baseUrl}/open`, { method: 'POST', mode: 'no-cors', body: 'a' })).toBe('opaque 0')
    // Whether the cookie comes along is for the browser's rules about third parties.
    expect(reached).toHaveLength(1)
    expect(reached[0]).toMatch(/^open /)
  })

  it('refuses a form of a frame whose origin is hidden', async () => {
    const source = `<form method="post" action="${app.baseUrl}/pay"><input name="a"></form><script>document.forms[0].submit()</script>`
    const refusals = () => app.log.lines.filter((line) => line['errorCode'] === 'ERR_HTTP_CSRF').length
    const before = refusals()
    await page.evaluate(`{
      const frame = document.createElement('iframe')
      frame.setAttribute('sandbox', 'allow-forms allow-scripts')
      frame.srcdoc = ${JSON.stringify(source)}
      document.body.append(frame)
    }`)
    // The log tells it: a frame of its own process is not always seen from outside.
    await expect.poll(refusals, { timeout: 30_000 }).toBe(before + 1)
    expect(reached).toEqual([])
  })

  it('lets links of other sites come', async () => {
    await page.goto(foeUrl)
    await page.evaluate(`Object.assign(document.createElement('a'), { href: '${app.baseUrl}/show' }).click()`)
    await page.waitForURL(`${app.baseUrl}/show`)
    expect(await page.title()).toBe('Shown')
  })
})
