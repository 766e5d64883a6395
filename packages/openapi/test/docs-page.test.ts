import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accessRule,
  form,
  json,
  middleware,
  oneOf,
  reply,
  route,
  t,
  text,
  UnauthorizedError,
} from '@keelson/core'
import { docs, openapi } from '../src/index.ts'
import { PAGE_FILES } from '../src/page-files.ts'
import { testApp, type TestApp } from '@keelson/testing'
import { sampleInfo, sampleRoutes, sampleTags } from './openapi-sample.ts'

const options = { info: sampleInfo, tags: sampleTags }

describe('docs()', () => {
  it('has few bytes', () => {
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

  it('works below a path that ends in a slash, and allows each server that variables make', async () => {
    const servers = [
      {
        url: 'https://{region}.example.org/v1',
        variables: { region: { default: 'eu', enum: ['us', 'eu'] } },
      },
    ]
    await using test = await testApp({
      routes: {},
      routing: { trailingSlash: 'ignore' },
      plugins: [docs({ access: 'public', servers })],
    })
    for (const path of ['/docs', '/docs/', '/docs/?a=/b']) {
      const page = await test.request('GET', path)
      const policy = page.headers.get('content-security-policy')
      expect(policy).toContain("connect-src 'self' https://eu.example.org https://us.example.org;")
      const source = /src="([^"]+)"/.exec(await page.text())?.[1] ?? ''
      expect(new URL(source, `http://localhost${path}`).pathname).toBe('/docs/main.js')
    }
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

const byToken = middleware({
  name: 'byToken',
  stage: 'authenticate',
  run: ({ header }) => {
    if (header('authorization') !== 'Token t-1') throw new UnauthorizedError()
  },
  describe: {
    errors: [UnauthorizedError],
    security: {
      name: 'Token',
      scheme: { type: 'apiKey', in: 'header', name: 'Authorization', authScheme: 'Token' },
    },
  },
})

const signIn = middleware({
  name: 'signIn',
  stage: 'authenticate',
  run: (ctx) => {
    if (ctx.header('authorization') !== 'Basic dTpww6Q=')
      throw new UnauthorizedError('Sign in.', { challenge: 'Basic realm="test"' })
  },
  describe: { security: 'basic', errors: [UnauthorizedError] },
})

/** Answers that tell what was sent, and one without an end. */
const pageRoutes = {
  ...sampleRoutes,
  form: route.post(
    '/form',
    { access: 'public', consumes: ['application/x-www-form-urlencoded', 'multipart/form-data'] },
    async (ctx) => `${ctx.header('content-type') ?? ''} ${new TextDecoder().decode(await ctx.rawBody())}`,
  ),
  typed: route.query(
    '/typed',
    {
      access: 'public',
      body: oneOf(
        json(t.Object({ n: t.Integer({ examples: [7] }) })),
        form({ n: t.Integer(), all: t.Array(t.String()) }),
        text(),
      ),
    },
    ({ body, method, header }) => `${method} ${header('content-type') ?? ''} ${JSON.stringify(body)}`,
  ),
  headed: route.get(
    '/headed',
    {
      access: 'public',
      response: { 200: { body: t.String(), headers: { 'x-left': t.Integer({ minimum: 1 }) } } },
    },
    () => reply(200, 'x', { 'x-left': 1 }),
  ),
  signedIn: route.use(signIn).get('/signed-in', { access: 'public' }, () => 'welcome'),
  tokened: route.use(byToken).get('/tokened', { access: 'public' }, () => 'admitted'),
  endless: route.get('/endless', { access: 'public', deadlineMs: 0 }, ({ signal }) =>
    reply(200, pieces(signal), { 'content-type': 'text/event-stream' }),
  ),
  told: route.get(
    '/told',
    {
      access: 'public',
      description: '# Heading\n\nText:\n\n- one `code`\n- two\n\n```json\n{}\n```',
      response: t.Object({ n: t.Integer({ examples: [7] }) }),
    },
    () => ({ n: 1 }),
  ),
}

async function* pieces(signal: AbortSignal): AsyncGenerator<string> {
  yield 'data: 1\n\n'
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}

// A browser on a busy machine takes its time.
describe.skipIf(executablePath === undefined)('the docs page in Chromium', () => {
  let test: TestApp<typeof pageRoutes>
  let browser: Browser
  let page: Page
  const faults: string[] = []
  const foreign: string[] = []

  beforeAll(async () => {
    test = await testApp({
      name: 'sample',
      routes: pageRoutes,
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
  })

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
    await page.getByRole('searchbox').fill('orders get')
    expect(await page.locator('nav li:visible').count()).toBe(3)
    await page.getByRole('searchbox').fill('')
  })

  it('shows parameters, bodies, answers and named schemas', async () => {
    const operation = await open('orders.create')
    const text = await operation.innerText()
    expect(text).toMatch(/NewOrder/)
    expect(text).toMatch(/Needs authorisation: apiKey/)
    expect(text).toMatch(/ORDER_CLOSED/)
    await operation.getByRole('link', { name: 'NewOrder' }).first().click()
    await page.locator('[id="schema/NewOrder"][open]').waitFor()
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

  it('is not halted by a demand for user and password, and sends them', async () => {
    const operation = await open('signedIn')
    await operation.getByRole('button', { name: 'Send' }).click()
    await operation.getByRole('status').filter({ hasText: '401' }).waitFor()
    await page.getByLabel('User').fill('u')
    await page.getByLabel('Password').fill('pä')
    await operation.getByRole('button', { name: 'Send' }).click()
    await operation.getByRole('status').filter({ hasText: '200' }).waitFor()
    expect(await operation.getByRole('region', { name: 'Response body' }).innerText()).toBe('welcome')
  })

  it('puts the word before a token that has one', async () => {
    await page.getByRole('group', { name: 'Token' }).getByLabel('Access token').fill('t-1')
    const operation = await open('tokened')
    await operation.getByRole('button', { name: 'Send' }).click()
    await operation.getByRole('status').filter({ hasText: '200' }).waitFor()
    expect(await operation.getByRole('region', { name: 'Response body' }).innerText()).toBe('admitted')
  })

  it('puts path, wildcard, query and header where they belong', async () => {
    const file = await open('catalogue.file')
    await file.getByLabel(/^path path/).fill('a b/c.png')
    await file.getByRole('button', { name: 'Send' }).click()
    await file.getByRole('status').filter({ hasText: '200' }).waitFor()
    expect(await file.getByRole('region', { name: 'Response body' }).innerText()).toBe('"a b/c.png"')
    const search = await open('catalogue.search')
    await search.getByLabel(/^fields query/).fill('a=1\nb=x y')
    await search.getByRole('button', { name: 'Send' }).click()
    await search.getByRole('status').filter({ hasText: '200' }).waitFor()
    await search.getByText('Request as a shell command').click()
    expect(await search.getByRole('region', { name: 'Shell command' }).innerText()).toContain('?a=1&b=x+y')
    const list = await open('orders.list')
    await list.getByLabel(/^limit query/).fill('500')
    await list.getByRole('button', { name: 'Send' }).click()
    await list.getByRole('status').filter({ hasText: '400' }).waitFor()
    expect(await list.getByRole('region', { name: 'Response body' }).innerText()).toContain(
      '"pointer": "/limit"',
    )
  })

  it('shows an answer as it comes, until it is stopped', async () => {
    const operation = await open('endless')
    await operation.getByRole('button', { name: 'Send' }).click()
    await operation.getByRole('region', { name: 'Response body' }).filter({ hasText: 'data: 1' }).waitFor()
    await operation.getByRole('status').filter({ hasText: '200 OK, receiving' }).waitFor()
    await operation.getByRole('button', { name: 'Stop' }).click()
    await operation.getByRole('status').filter({ hasText: 'Stopped.' }).waitFor()
    await operation.getByRole('button', { name: 'Send' }).waitFor()
  })

  it('shows what the headers of an answer are', async () => {
    const operation = await open('headed')
    const response = operation.locator('details.response').first()
    await response.locator('summary').first().click()
    expect(await response.locator('dl').first().innerText()).toMatch(/x-left required\s+integer.*1/)
  })

  it('sends each format of a QUERY', async () => {
    const operation = await open('typed')
    const body = operation.getByLabel('Body, required')
    const send = async (): Promise<string> => {
      await operation.getByRole('button', { name: 'Send' }).click()
      await operation.getByRole('status').filter({ hasText: '200' }).waitFor()
      return operation.getByRole('region', { name: 'Response body' }).innerText()
    }
    expect(await body.inputValue()).toBe('{\n  "n": 7\n}')
    expect(await send()).toBe('QUERY application/json {"n":7}')
    await operation.getByLabel('Media type').selectOption('application/x-www-form-urlencoded')
    expect(await body.inputValue()).toMatch(/^n=/)
    await body.fill('n=8\nall=a b\nall=c')
    expect(await send()).toBe('QUERY application/x-www-form-urlencoded {"n":8,"all":["a b","c"]}')
    await operation.getByLabel('Media type').selectOption('text/plain')
    await body.fill('é')
    expect(await send()).toBe('QUERY text/plain "é"')
  })

  it('sends forms of both kinds, with a file', async () => {
    const operation = await open('form')
    const send = async (): Promise<string> => {
      await operation.getByRole('button', { name: 'Send' }).click()
      await operation.getByRole('status').filter({ hasText: '200' }).waitFor()
      return operation.getByRole('region', { name: 'Response body' }).innerText()
    }
    await operation.getByLabel('Body, required').fill('a=x y\nb=1=2')
    expect(await send()).toBe('application/x-www-form-urlencoded a=x+y&b=1%3D2')
    await operation.getByLabel('Media type').selectOption('multipart/form-data')
    await operation.getByLabel('Body, required').fill('a=x y\nphoto=@')
    await operation
      .getByLabel('Body from a file')
      .setInputFiles({ name: 'p.txt', mimeType: 'text/plain', buffer: Buffer.from('pixels') })
    const sent = await send()
    expect(sent).toMatch(/^multipart\/form-data; boundary=.*name="a"\s+x y/s)
    expect(sent).toMatch(/name="photo"; filename="p\.txt".*pixels/s)
  })

  it('shows descriptions with their lists and code, and an example of each answer', async () => {
    const operation = await open('told')
    expect(await operation.locator('.content > ul > li').allInnerTexts()).toEqual(['one code', 'two'])
    expect(await operation.locator('.content > pre').innerText()).toBe('{}')
    await operation.locator('.response > summary').first().click()
    await operation.getByText('Example', { exact: true }).first().click()
    const example = operation.getByRole('region', { name: 'Example, application/json' }).first()
    expect(JSON.parse(await example.innerText())).toEqual({ n: 7 })
  })

  it('folds the list of operations where there is little room', async () => {
    const list = page.getByRole('navigation', { name: 'Operations' })
    await page.setViewportSize({ width: 390, height: 800 })
    await list.getByText('Operations', { exact: true }).waitFor()
    expect(await page.locator('nav input').isVisible()).toBe(false)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.getByRole('searchbox').waitFor()
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
  }, 120_000)

  it('asks no other server, and breaks no rule of its policy', () => {
    expect(foreign).toEqual([])
    expect(faults).toEqual([])
  })
})
