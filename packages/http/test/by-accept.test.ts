import { createApp, defineError, errorFormat, problemDetails, route, router, t } from '@keelson/core'
import { byAccept, html } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { contractTest, testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'
const Gone = defineError('ORDER_GONE', { status: 410, title: 'The order is gone' })
const show = route.get('/:id', { ...open, params: { id: t.Integer() }, errors: [Gone] }, ({ params }) => {
  throw new Gone({ message: `<script>${params.id}</script>` })
})
const routes = {
  orders: router('/orders', {
    show,
    crash: route.post('/', open, () => {
      throw new Error('secret')
    }),
  }),
}

describe.each(transports)('byAccept, over %s,', (transport) => {
  it.each([
    [BROWSER, 'text/html; charset=utf-8'],
    ['text/html', 'text/html; charset=utf-8'],
    ['*/*', 'application/problem+json'],
    [undefined, 'application/problem+json'],
    ['application/json', 'application/problem+json'],
    ['text/html;q=0.5, application/problem+json', 'application/problem+json'],
    ['application/json, text/html;q=0.5', 'application/problem+json'],
    ['image/png', 'application/problem+json'],
    ['text/html;q=0, */*', 'application/problem+json'],
  ])('by %s', async (accept, type) => {
    await using test = await testApp({ routes, errorFormat: byAccept(), transport })
    const headers = accept === undefined ? {} : { accept }
    for (const [method, path, status] of [
      ['GET', '/orders/7', 410],
      ['GET', '/orders/x', 400],
      ['PUT', '/orders/7', 405],
      ['GET', '/nowhere', 404],
      ['POST', '/orders', 500],
    ] as const) {
      const answer = await test.request(method, path, { headers })
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('vary')]).toEqual([
        status,
        type,
        'accept',
      ])
      const text = await answer.text()
      expect(text).not.toContain('secret')
      expect(type.startsWith('text/html') && text.includes('<script>')).toBe(false)
    }
    test.takeErrors()
  })

  it('shows what the error says, escaped where it is HTML', async () => {
    await using test = await testApp({ routes, errorFormat: byAccept(), transport })
    const page = await test.request('GET', '/orders/7', { headers: { accept: BROWSER } })
    expect(await page.text()).toContain('&lt;script&gt;7')
    const problem = await test.request('GET', '/orders/7')
    expect(await problem.json()).toMatchObject({ code: 'ORDER_GONE', detail: '<script>7</script>' })
  })
})

describe('byAccept', () => {
  it('takes a page and a format of your own', async () => {
    const format = byAccept({
      page: ({ code }, { requestId }) => html`<h1>${code} ${requestId}</h1>`,
      otherwise: problemDetails({ typeBaseUrl: 'https://docs.example/#' }),
    })
    await using test = await testApp({ routes, errorFormat: format })
    const page = await test.request('GET', '/orders/7', {
      headers: { accept: 'text/html', 'x-request-id': 'abc' },
    })
    expect(await page.text()).toMatch(/^<h1>ORDER_GONE [\w-]+<\/h1>$/)
    const problem = await test.request('GET', '/orders/7')
    expect(await problem.json()).toMatchObject({ type: 'https://docs.example/#ORDER_GONE' })
  })

  it('keeps the other forms and the status of what programs get, and its own page before theirs', async () => {
    const otherwise = errorFormat({
      mediaType: 'application/json',
      schema: t.Object({ code: t.String() }),
      status: ({ status }) => (status === 410 ? 404 : status),
      write: ({ code }) => ({ code }),
      read: () => undefined,
      alternatives: [
        { mediaType: 'text/html', write: () => 'theirs' },
        { mediaType: 'text/csv; charset=utf-8', write: ({ code }) => `code\r\n${code}\r\n` },
      ],
    })
    const format = byAccept({ page: ({ code }) => html`<h1>${code}</h1>`, otherwise })
    await using test = await testApp({ routes, errorFormat: format })
    const asked = async (accept: string) => {
      const answer = await test.request('GET', '/orders/7', { headers: { accept } })
      return [answer.status, answer.headers.get('content-type'), await answer.text()]
    }
    expect(await asked('text/csv')).toEqual([404, 'text/csv; charset=utf-8', 'code\r\nORDER_GONE\r\n'])
    expect(await asked('text/html')).toEqual([404, 'text/html; charset=utf-8', '<h1>ORDER_GONE</h1>'])
    expect(await asked('text/html;q=0.5, text/csv')).toEqual(await asked('text/csv'))
    expect(await asked('*/*')).toEqual([404, 'application/json', '{"code":"ORDER_GONE"}'])
    const { paths, components } = toOpenApi(test.app)
    expect(paths['/orders/{id}']?.get?.responses?.['404']).toEqual({
      $ref: '#/components/responses/NotFound',
    })
    const notFound = components?.responses?.['NotFound'] as { readonly content: object } | undefined
    expect(Object.keys(notFound?.content ?? {})).toEqual(['application/json', 'text/html', 'text/csv'])
    // Of two that stand within each other the outer page counts.
    const twice = byAccept({ page: () => html`outer`, otherwise: format })
    await using nested = await testApp({ routes, errorFormat: twice })
    const answer = await nested.request('GET', '/orders/7', { headers: { accept: BROWSER } })
    expect(await answer.text()).toBe('outer')
  })

  it('stands in the document, and passes the contract test', async () => {
    const app = createApp({ routes: { show }, errorFormat: byAccept(), log: false })
    const content = toOpenApi(app).paths['/{id}']?.get?.responses?.['410']?.content
    expect(Object.keys(content ?? {})).toEqual(['application/problem+json', 'text/html'])
    await contractTest(app, { seed: 1, runsPerRoute: 10 })
    await app.stop()
  })

  it('answers 500 as problem details when the page fails, and logs why', async () => {
    const page = () => {
      throw new Error('broken page')
    }
    await using test = await testApp({ routes, errorFormat: byAccept({ page }) })
    const answer = await test.request('GET', '/orders/7', { headers: { accept: 'text/html' } })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json'])
    expect(JSON.stringify(test.takeErrors())).toContain('broken page')
  })

  it('takes no text for a page, which nobody has escaped', async () => {
    await using test = await testApp({ routes, errorFormat: byAccept({ page: (() => '<p>') as never }) })
    expect((await test.request('GET', '/orders/7', { headers: { accept: 'text/html' } })).status).toBe(500)
    expect(JSON.stringify(test.takeErrors())).toContain('trustedHtml(text)')
  })

  it('refuses what is neither', () => {
    expect(() => byAccept({ pages: 1 } as never)).toThrow(/pages/)
    expect(() => byAccept({ page: 'x' } as never)).toThrow(/page/)
    for (const otherwise of [{}, () => undefined, 'application/json', null])
      expect(() => byAccept({ otherwise } as never)).toThrow(/Invalid call of byAccept.*otherwise/s)
  })
})

describe('alternatives of an error format', () => {
  const base = { mediaType: 'application/json', schema: {}, write: () => ({}), read: () => undefined }

  it('are refused at start where they are wrong', () => {
    for (const alternatives of [
      [{ mediaType: 'html', write: () => '' }],
      [{ mediaType: 'text/html' }],
      'x',
      [{}],
    ])
      expect(() => errorFormat({ ...base, alternatives: alternatives as never })).toThrow(/alternatives/)
  })

  it('that give no text are a 500', async () => {
    const format = errorFormat({
      ...base,
      alternatives: [{ mediaType: 'text/html', write: (() => ({})) as never }],
    })
    await using test = await testApp({ routes, errorFormat: format })
    expect((await test.request('GET', '/nowhere', { headers: { accept: 'text/html' } })).status).toBe(500)
    expect(JSON.stringify(test.takeErrors())).toContain('gave no text')
  })
})
