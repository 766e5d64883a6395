import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessRule } from '../src/index.ts'
import { docs, openapi } from '../src/openapi/index.ts'
import { PAGE_FILES } from '../src/openapi/page-files.ts'
import { testApp, type TestApp } from '../src/testing/index.ts'
import { sampleInfo, sampleRoutes, sampleTags } from './openapi-sample.ts'

const sources = fileURLToPath(new URL('../src/openapi/page', import.meta.url))
const options = { info: sampleInfo, tags: sampleTags }

describe('docs()', () => {
  it('serves what its sources say', () => {
    const files = readdirSync(sources).map((name) => [name, readFileSync(`${sources}/${name}`, 'utf8')])
    expect(PAGE_FILES, 'Run: node scripts/build-docs-page.ts').toEqual(Object.fromEntries(files))
    expect(Object.values(PAGE_FILES).join('').length).toBeLessThan(40_000)
  })

  it('allows itself nothing but its own files', async () => {
    await using test = await testApp({
      routes: sampleRoutes,
      plugins: [docs({ access: 'public', servers: [{ url: 'https://api.example.org/v1' }] })],
    })
    const page = await test.request('GET', '/docs')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("connect-src 'self' https://api.example.org;")
    expect(policy).not.toMatch(/unsafe|\*/)
    const html = await page.text()
    expect(html).not.toMatch(/https?:|<script>|<style|style=| on\w+=/)
    for (const [, file] of html.matchAll(/(?:src|href|data-document)="\.\/(docs\/[^"]+)"/g)) {
      expect((await test.request('GET', `/${file}`)).status).toBe(200)
    }
    expect((await test.request('GET', '/docs/main.js')).headers.get('content-type')).toBe(
      'text/javascript; charset=utf-8',
    )
    expect((await test.request('GET', '/docs/other.js')).status).toBe(404)
    expect(Object.values(PAGE_FILES).join('')).not.toMatch(
      /innerHTML|insertAdjacentHTML|document\.write|eval\(/,
    )
  })

  it('escapes the title, and holds page, files and document to its access rule', async () => {
    const nobody = accessRule({ name: 'nobody', allow: () => false })
    await using test = await testApp({
      routes: {},
      plugins: [
        docs({ access: nobody, path: '/a/reference' }),
        docs({ access: 'public', path: '/open', info: { title: '<b>"&' } }),
      ],
    })
    for (const path of ['/a/reference', '/a/reference/main.js', '/a/reference/openapi.json']) {
      expect((await test.request('GET', path)).status).toBe(403)
    }
    expect(await (await test.request('GET', '/open')).text()).toContain('<title>&lt;b&gt;&quot;&amp;</title>')
  })
})

const executablePath = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))
if (executablePath === undefined) {
  if (process.env['CI'] !== undefined)
    throw new Error(
      'The docs page is tested in Chromium: install the package chromium, or set CHROMIUM_PATH.',
    )
  process.stderr.write(
    'Skipped: the docs page in a browser, since no Chromium is found. Install the package chromium, or set CHROMIUM_PATH.\n',
  )
}

describe.skipIf(executablePath === undefined)('the docs page in Chromium', () => {
  let test: TestApp<typeof sampleRoutes>
  let browser: Browser
  let page: Page
  const faults: string[] = []
  const foreign: string[] = []

  beforeAll(async () => {
    test = await testApp({
      name: 'sample',
      routes: sampleRoutes,
      transport: 'socket',
      plugins: [docs({ access: 'public', ...options }), openapi({ access: 'public', ...options })],
    })
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.on(
      'console',
      (message) =>
        void (
          message.type() === 'error' &&
          !message.text().includes('status of 4') &&
          faults.push(message.text())
        ),
    )
    page.on('pageerror', (error) => void faults.push(error.message))
    page.on(
      'request',
      (request) => void (request.url().startsWith(test.baseUrl) || foreign.push(request.url())),
    )
    await page.goto(`${test.baseUrl}/docs`)
    await page.waitForSelector('.operation')
  }, 60_000)

  afterAll(async () => {
    await browser.close()
    await test.close()
  })

  const open = async (id: string) => {
    const operation = page.locator(`[id="operation/${id}"]`)
    if ((await operation.getAttribute('open')) === null) await operation.locator('summary').first().click()
    // What is inside is made by an event that follows the click.
    await operation.getByRole('heading', { name: 'Responses' }).waitFor()
    return operation
  }

  it('lists each operation, in the navigation too', async () => {
    const document = (await (await test.request('GET', '/openapi.json')).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>
    }
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map((one) => `operation/${one.operationId}`),
    )
    const shown = await page
      .locator('.operation')
      .evaluateAll((all: readonly { readonly id: string }[]) => all.map((one) => one.id))
    expect([...shown].sort()).toEqual([...ids].sort())
    expect(await page.locator('nav li').count()).toBe(ids.length)
    expect(await page.locator('.schema').count()).toBeGreaterThan(10)
    expect(await page.title()).toBe('sample 1.2.3')
  })

  it('finds operations by words', async () => {
    await page.getByLabel('Search').fill('orders get')
    expect(await page.locator('nav li:visible').count()).toBe(3)
    await page.getByLabel('Search').fill('')
  })

  it('shows parameters, bodies, answers and named schemas', async () => {
    const operation = await open('orders.create')
    const text = await operation.innerText()
    expect(text).toMatch(/NewOrder/)
    expect(text).toMatch(/Needs authorisation: apiKey/)
    expect(text).toMatch(/ORDER_CLOSED/)
    await operation.getByRole('link', { name: 'NewOrder' }).first().click()
    await page.waitForFunction("document.getElementById('schema/NewOrder').open")
    expect(await page.locator('[id="schema/NewOrder"]').innerText()).toMatch(/lines required/)
  })

  it('sends a real request without credentials, and shows the refusal', async () => {
    const operation = await open('orders.show')
    await operation.getByRole('button', { name: 'Send' }).click()
    await operation.getByRole('status').filter({ hasText: '401' }).waitFor()
    expect(await operation.getByRole('region', { name: 'Response body' }).innerText()).toContain(
      'ERR_CORE_UNAUTHORIZED',
    )
  })

  it('sends a real request with the key that was given, and shows the answer', async () => {
    await page.locator('#authorisation > summary').click()
    await page.getByLabel('Key, sent as header x-api-key').fill('secret-key')
    const operation = await open('orders.create')
    expect(await operation.getByLabel('Body, required').inputValue()).toContain('"sku": "tea"')
    await operation.getByRole('button', { name: 'Send' }).click()
    await operation.getByRole('status').filter({ hasText: '201' }).waitFor()
    expect(
      JSON.parse(await operation.getByRole('region', { name: 'Response body' }).innerText()),
    ).toMatchObject({ status: 'open' })
    await operation.getByText('Request as a shell command').click()
    expect(await operation.getByRole('region', { name: 'Shell command' }).innerText()).toContain(
      "-H 'x-api-key: secret-key'",
    )
  })

  it('puts path, wildcard, query and header where they belong', async () => {
    const file = await open('catalogue.file')
    await file.getByLabel(/^path path/).fill('a b/c.png')
    await file.getByRole('button', { name: 'Send' }).click()
    await file.getByRole('status').filter({ hasText: '200' }).waitFor()
    expect(await file.getByRole('region', { name: 'Response body' }).innerText()).toBe('"a b/c.png"')
    const list = await open('orders.list')
    await list.getByLabel(/^limit query/).fill('500')
    await list.getByRole('button', { name: 'Send' }).click()
    await list.getByRole('status').filter({ hasText: '400' }).waitFor()
    expect(await list.getByRole('region', { name: 'Response body' }).innerText()).toContain(
      '"pointer": "/limit"',
    )
  })

  it('has nothing serious for axe-core, folded and unfolded, light and dark', async () => {
    for (const [colorScheme, run] of [
      ['light', 'axe.run()'],
      ['dark', "axe.run({ runOnly: ['color-contrast'] })"],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
      await page.evaluate(axe.source)
      const found = (await page.evaluate(run)) as {
        violations: { id: string; impact: string; nodes: { html: string }[] }[]
        passes: unknown[]
      }
      const serious = found.violations.filter((one) => ['serious', 'critical'].includes(one.impact))
      expect(serious.map((one) => `${one.id}: ${one.nodes[0]?.html ?? ''}`)).toEqual([])
      expect(found.passes.length).toBeGreaterThan(0)
    }
  }, 60_000)

  it('asks no other server, and breaks no rule of its policy', () => {
    expect(foreign).toEqual([])
    expect(faults).toEqual([])
  })
})
