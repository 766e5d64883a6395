import { errorFormat, middleware, route, router, t } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { RawClient } from './server-support.ts'
import { open, requestLines, transports } from './support.ts'

const short = (name: string) =>
  errorFormat({
    mediaType: 'application/json',
    schema: t.Object({ [name]: t.String() }),
    write: ({ code }) => ({ [name]: code }),
    read: () => undefined,
  })
const mark = (name: string) =>
  middleware({
    name,
    stage: 'respond',
    transform: (_ctx, outcome) => {
      outcome.headers.append('x-marks', name)
      return outcome
    },
  })
const received: string[] = []
const receive = middleware({
  name: 'receive',
  stage: 'receive',
  run: ({ path }) => void received.push(path),
})
const text = () => 'ok'
const routes = {
  root: route.get('/', open, text),
  api: router(
    '/api',
    { use: [mark('api'), receive], errorFormat: short('api') },
    {
      list: route.get('/', open, text),
      item: route.get('/items/:id', { ...open, params: { id: t.String() } }, ({ params }) => params.id),
      inner: router(
        '/v2',
        { use: [mark('v2')], errorFormat: short('v2') },
        { show: route.get('/:id', open, text) },
      ),
    },
  ),
  tenant: router(
    '/t/:tenant',
    { use: [mark('tenant')], errorFormat: short('tenant') },
    { show: route.get('/x', open, text) },
  ),
}

const ENCODING = 'ERR_CORE_PATH_ENCODING'
const DOT = 'ERR_CORE_PATH_DOT_SEGMENT'

describe.each(transports)('a path that cannot be read, %s,', (transport) => {
  it.each([
    ['GET', '/api/%zz', 'api', ENCODING, 'api'],
    ['GET', '/api/%', 'api', ENCODING, 'api'],
    ['GET', '/api/a%2', 'api', ENCODING, 'api'],
    ['GET', '/api/%C3%28', 'api', ENCODING, 'api'],
    ['GET', '/api/%00', 'api', ENCODING, 'api'],
    ['GET', '/api/none/%zz/deeper', 'api', ENCODING, 'api'],
    ['GET', '/api/items/%zz', 'api', ENCODING, 'api'],
    ['POST', '/api/items/%zz', 'api', ENCODING, 'api'],
    ['GET', '/api/v2/%zz', 'v2', ENCODING, 'api, v2'],
    ['GET', '/api/v2/%zz/none', 'v2', ENCODING, 'api, v2'],
    ['GET', '/%61pi/%zz', 'api', ENCODING, 'api'],
    ['GET', '/t/%zz/x', 'tenant', ENCODING, 'tenant'],
    ['GET', '/t/%zz/none', 'tenant', ENCODING, 'tenant'],
  ])('%s %s, is told as its router tells errors', async (method, path, format, code, marks) => {
    received.length = 0
    await using app = await testApp({ routes, transport })
    const answer = await app.request(method, path)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({ [format]: code })
    expect(answer.headers.get('x-marks')?.split(', ').toSorted().join(', ')).toBe(marks)
    expect(received).toEqual(marks.includes('api') ? [path] : [])
    expect(requestLines(app)).toMatchObject([{ status: 400, method }])
  })

  it.each(['/%zz', '/other/%zz', '/%zz/api', '/ap%zz'])(
    '%s, is told as the app does where no router is',
    async (path) => {
      await using app = await testApp({ routes, transport })
      const answer = await app.request('GET', path)
      expect([answer.status, answer.headers.get('x-marks')]).toEqual([400, null])
      expect(await answer.json()).toMatchObject({ code: ENCODING, status: 400 })
    },
  )
})

it('a dot segment is told as its router tells errors', async () => {
  await using app = await testApp({ routes, transport: 'socket' })
  const client = new RawClient(Number(new URL(app.baseUrl).port))
  for (const path of ['/api/../secret', '/api/%2e%2e/secret', '/api/.', '/api/v2/../x']) {
    const answer = await client.request(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
    expect([path, answer.status]).toEqual([path, 400])
    expect(Object.values(JSON.parse(answer.body) as object)).toEqual([DOT])
  }
})
