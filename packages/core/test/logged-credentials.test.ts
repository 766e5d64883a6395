import {
  createApp,
  createLogger,
  middleware,
  route,
  t,
  UnauthorizedError,
  type AnyMiddleware,
} from '@keelson/core'
import { openapi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { transports } from './support.ts'

const SECRET = 's3cr3t-value'

const keyIn = (place: 'header' | 'query' | 'cookie', name: string): AnyMiddleware =>
  middleware({
    name: `${place} ${name}`,
    stage: 'authenticate',
    describe: {
      errors: [UnauthorizedError],
      security: ['bearer', { name: `${place}-${name}`, scheme: { type: 'apiKey', in: place, name } }],
    },
    run: () => undefined,
  })

const keyed = {
  access: 'public',
  use: [keyIn('header', 'X-Api-Key'), keyIn('query', 'api_key'), keyIn('cookie', 'sid')],
} as const

const schemas = {
  headers: t.Object({ 'x-api-key': t.String(), 'x-other': t.String() }),
  cookies: t.Object({ sid: t.String() }),
  query: t.Object({ api_key: t.String(), page: t.Optional(t.String()) }),
}

const request = {
  headers: {
    'x-api-key': SECRET,
    cookie: `sid=${SECRET}`,
    referer: `http://a/x?page=2&api_key=${SECRET}`,
    'x-other': 'shown',
  },
} as const

describe.each(transports)('a credential that a plan describes, over %s,', (transport) => {
  it('is not in the log wherever the request is logged', async () => {
    await using app = await testApp({
      transport,
      routes: {
        a: route.get('/a', { ...keyed, ...schemas }, (ctx) => {
          const { headers, query, cookies, url } = ctx
          ctx.log.info(headers)
          ctx.log.info(query)
          ctx.log.info(cookies)
          ctx.log.info({ headers, query, deep: [{ query }, { cookies: new Map(Object.entries(cookies)) }] })
          ctx.log.info({
            headers: new Headers({ 'X-API-KEY': SECRET }),
            'X-Api-Key': SECRET,
            SID: SECRET,
            Api_Key: SECRET,
          })
          ctx.log.info({ rawHeaders: ['X-API-Key', SECRET] })
          ctx.log.info({ url, list: [url], parsed: new URL(url, 'http://a') })
          ctx.log.info({ url: `/a?%61pi_key=${SECRET}&API_KEY=${SECRET}#x`, search: `api_key=${SECRET}` })
          ctx.log.info(`asked for ${url}`)
          ctx.log.error(new Error(`cannot fetch ${url}`))
          ctx.log.child({ url, query }).warn({ a: 1 }, url)
          return 'ok'
        }),
      },
    })
    const answer = await app.request('GET', `/a?page=shown&api_key=${SECRET}`, request)
    expect(answer.status).toBe(200)
    app.takeErrors()
    await app.close()
    const text = JSON.stringify(app.log.lines)
    expect(text).not.toContain(SECRET)
    expect(text).toContain('"x-other":"shown"')
    expect(text).toContain('"page":"shown"')
    expect(text).toContain('page=shown')
    expect(text).toContain('api_key=[Redacted]')
  })
})

describe('a credential', () => {
  const logged = async (
    routes: Parameters<typeof testApp>[0]['routes'],
    plugins: Parameters<typeof testApp>[0]['plugins'] = [],
  ) => {
    await using app = await testApp({ routes, plugins })
    app.app.log.info({ 'x-api-key': SECRET, token: SECRET }, 'x')
    return JSON.stringify(app.log.lines)
  }
  const scheme = { type: 'apiKey', in: 'header', name: 'X-API-Key' } as const
  const keyed = { access: 'public', use: [keyIn('header', 'X-API-Key')] } as const

  it('of one route is redacted, and other fields are not', async () => {
    const text = await logged({ a: route.get('/a', keyed, () => 1) })
    expect(text).toContain('"x-api-key":"[Redacted]"')
    expect(text).toContain(`"token":"${SECRET}"`)
  })

  it('whose scheme only the document defines is redacted', async () => {
    const named = middleware({
      name: 'n',
      stage: 'authenticate',
      describe: { security: 'key' },
      run: () => undefined,
    })
    const text = await logged({ a: route.get('/a', { access: 'public', use: [named] }, () => 1) }, [
      openapi({ access: 'public', securitySchemes: { key: scheme } }),
    ])
    expect(text).toContain('"x-api-key":"[Redacted]"')
  })

  it('that nobody describes is an ordinary field', async () => {
    const text = await logged({ a: route.get('/a', { access: 'public' }, () => `/a?api_key=1`) })
    expect(text).toContain(`"x-api-key":"${SECRET}"`)
  })

  it('is redacted by a logger that the app was given, and by its children, parents and earlier decisions', async () => {
    const lines: string[] = []
    const parent = createLogger({ destination: { write: (line) => lines.push(line) } })
    parent.info({ 'x-api-key': 'before' })
    const log = parent.child({ part: 'app' })
    const app = createApp({ routes: { a: route.get('/a', keyed, () => 1) }, log })
    app.check()
    parent.info({ 'x-api-key': SECRET })
    log.child({ 'X-API-KEY': SECRET }).info({ 'x-api-key': SECRET })
    expect(lines.join('')).toContain('before')
    expect(lines.join('')).not.toContain(SECRET)
  })
})
