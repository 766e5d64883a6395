import { reply, route } from '@keelson/core'
import { securityHeaders } from '@keelson/http'
import { testApp, type TestApp } from '@keelson/testing'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { executablePath } from './browser.ts'
import { open } from './support.ts'

const html = (body: string) => reply(200, `<!doctype html>${body}`, { 'content-type': 'text/html' })
const script = (body: string) => reply(200, body, { 'content-type': 'text/javascript' })

const paged = route.use(securityHeaders({ contentSecurityPolicy: { nonce: true } }))
const routes = {
  page: paged.get('/page', open, ({ cspNonce }) =>
    html(`<body><script nonce="${cspNonce}">window.own = 1</script><script>window.foreign = 1</script>
      <button onclick="window.attribute = 1">Press</button><script src="/main.js"></script>
      <form method="post" action="/form"><input name="a"></form>`),
  ),
  plain: route.get('/plain', open, () =>
    html('<body style="color: red"><script>window.inline = 1</script><script src="/main.js"></script>'),
  ),
  main: route.get('/main.js', open, () => script('window.main = 1')),
  worker: route.get('/worker.js', open, () =>
    script("fetch('/json').then((answer) => postMessage(answer.status))"),
  ),
  json: route.get('/json', open, () => ({ html: '<script>window.inline = 1</script>' })),
  form: route.post('/form', { ...open, consumes: ['application/x-www-form-urlencoded'] }, (ctx) =>
    html(`<title>${ctx.header('origin')}</title>`),
  ),
}

describe.skipIf(executablePath === undefined)('security headers in Chromium', { timeout: 60_000 }, () => {
  let test: TestApp<typeof routes>
  let browser: Browser
  let page: Page
  let base: string

  beforeAll(async () => {
    test = await testApp({ routes, use: [securityHeaders()], transport: 'socket' })
    base = test.baseUrl.replace('127.0.0.1', 'localhost')
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
    page = await browser.newPage()
  }, 60_000)

  afterAll(async () => {
    await browser.close()
    await test.close()
  })

  const globals = () =>
    page.evaluate('[window.own, window.foreign, window.attribute, window.inline, window.main]')

  it('run scripts of the app and those with the nonce, and nothing that was slipped in', async () => {
    await page.goto(`${base}/page`)
    await page.getByRole('button').click()
    expect(await globals()).toEqual([1, undefined, undefined, undefined, 1])
    await page.goto(`${base}/plain`)
    expect(await globals()).toEqual([undefined, undefined, undefined, undefined, 1])
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(255, 0, 0)')
  })

  it('let forms of the app say where they come from', async () => {
    await page.goto(`${base}/page`)
    await page.evaluate('document.forms[0].submit()')
    await page.waitForURL(`${base}/form`)
    expect(await page.title()).toBe(base)
  })

  it('let a worker ask the app', async () => {
    await page.goto(`${base}/plain`)
    const answered = await page.evaluate(`new Promise((resolve, reject) => {
      const worker = new Worker('/worker.js')
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = () => reject(new Error('The worker failed.'))
    })`)
    expect(answered).toBe(200)
  })

  it('keep data from becoming a page, and from frames', async () => {
    await page.goto(`${base}/json`)
    expect(await page.evaluate('[document.contentType, window.inline]')).toEqual([
      'application/json',
      undefined,
    ])
    await page.goto(`${base}/plain`)
    const framed = (path: string) =>
      page.evaluate(`new Promise((resolve) => {
        const frame = document.createElement('iframe')
        frame.src = ${JSON.stringify(path)}
        frame.onload = () => resolve(frame.contentDocument !== null)
        document.body.append(frame)
      })`)
    expect(await framed('/plain')).toBe(true)
    expect(await framed('/json')).toBe(false)
  })
})
