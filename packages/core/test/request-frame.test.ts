import { Readable } from 'node:stream'
import { currentFrame, middleware, route, t, type Frame, type Logger } from '@keelson/core'
import { toTraceHeaders } from '@keelson/core/frames'
import { testApp, type TestAppOptions } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, requestLines, transports } from './support.ts'

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const pause = () => new Promise<void>((resolve) => void setImmediate(resolve))
const id = () => currentFrame()?.id

describe.each(transports)('the frame, %s', (transport) => {
  it('is known in all that a request starts', async () => {
    const seen: Record<string, unknown> = {}
    const look = (stage: string) => void (seen[stage] = id())
    const use = [
      middleware({ name: 'receive', stage: 'receive', run: () => look('receive') }),
      middleware({
        name: 'authenticate',
        stage: 'authenticate',
        run: async () => (await pause(), look('authenticate')),
      }),
      middleware({
        name: 'wrap',
        stage: 'handle',
        wrap: async (_, next) => {
          const outcome = await next()
          look('wrap')
          return outcome
        },
      }),
      middleware({
        name: 'respond',
        stage: 'respond',
        transform: async (_, outcome) => (await pause(), look('respond'), outcome),
      }),
      middleware({ name: 'record', stage: 'record', observe: () => look('record') }),
    ] as const
    const handler = async ({ body }: { body: { a: string } }) => {
      look('handler')
      await Promise.all([
        new Promise<void>((resolve) => void setTimeout(() => (look('timer'), resolve()))),
        new Promise<void>((resolve) => queueMicrotask(() => (look('microtask'), resolve()))),
        new Promise<void>((resolve) => process.nextTick(() => (look('tick'), resolve()))),
        (async () => {
          for await (const _ of Readable.from([body.a])) look('stream')
        })(),
      ])
      return (async function* () {
        look('generator')
        yield 'a'
        await pause()
        look('generator later')
        yield 'b'
      })()
    }
    const app = await testApp({
      routes: { a: route.post('/', { ...open, use, body: t.Object({ a: t.String() }) }, handler) },
      transport,
    })
    const response = await app.request('POST', '/', { json: { a: 'x' } })
    await response.text()
    await app.close()
    const expected = [
      'receive',
      'authenticate',
      'handler',
      'timer',
      'microtask',
      'tick',
      'stream',
      'wrap',
      'respond',
      'generator',
      'generator later',
      'record',
    ]
    expect(seen).toEqual(
      Object.fromEntries(expected.map((place) => [place, response.headers.get('x-request-id')])),
    )
    expect(id()).toBeUndefined()
  })

  it('does not mix a thousand requests', async () => {
    const handler = async ({ requestId, query }: { requestId: string; query: { n: number } }) => {
      for (let i = 0; i < query.n % 5; i++) await pause()
      const first = id()
      await new Promise((resolve) => void setTimeout(resolve, query.n % 3))
      return { n: query.n, own: requestId, first, second: id() }
    }
    await using app = await testApp({
      routes: { a: route.get('/', { ...open, query: { n: t.Integer() } }, handler) },
      transport,
    })
    const answers = await Promise.all(
      Array.from({ length: 1000 }, async (_, n) => {
        const response = await app.request('GET', `/?n=${n}`)
        return {
          n,
          header: response.headers.get('x-request-id'),
          told: (await response.json()) as { n: number; own: string; first: string; second: string },
        }
      }),
    )
    const mixed = answers.filter(
      ({ n, header, told }) =>
        told.n !== n || new Set([header, told.own, told.first, told.second]).size !== 1,
    )
    expect(mixed).toEqual([])
    expect(new Set(answers.map(({ header }) => header)).size).toBe(1000)
  })

  it('gives its ids to every line of the log', async () => {
    const handler = async ({ log }: { log: Logger }) => {
      log.info('by the context')
      await pause()
      app.app.log.info('by the app')
      log.child({ part: 1 }).info('by a child')
      throw new Error('by the framework')
    }
    const app = await testApp({ routes: { a: route.get('/:id', open, handler) }, transport })
    const response = await app.request('GET', '/7')
    const requestId = response.headers.get('x-request-id')
    app.takeErrors()
    await app.close()
    const [line] = requestLines(app)
    expect(line).toMatchObject({
      requestId,
      method: 'GET',
      route: 'a',
      pattern: '/:id',
      status: 500,
      durationMs: expect.any(Number),
      bytes: expect.any(Number),
    })
    const { traceId, spanId } = line as unknown as { traceId: string; spanId: string }
    expect(traceId).toMatch(/^[0-9a-f]{32}$/)
    const lines = app.log.lines.filter(({ msg }) => /^by |failed/.test(msg ?? ''))
    expect(lines).toHaveLength(4)
    for (const one of lines) expect(one).toMatchObject({ requestId, traceId })
    expect(spanId).toMatch(/^[0-9a-f]{16}$/)
  })

  const ask = async (headers: Record<string, string>, options: Partial<TestAppOptions<{}>> = {}) => {
    const handler = ({ frame }: { frame: Frame }) => ({ out: toTraceHeaders(frame), trace: frame.trace })
    await using app = await testApp({ routes: { a: route.get('/', open, handler) }, transport, ...options })
    const response = await app.request('GET', '/', { headers })
    return {
      id: response.headers.get('x-request-id'),
      header: response.headers,
      told: (await response.json()) as { out: Record<string, string>; trace: Record<string, unknown> },
    }
  }

  it('has an id of its own, unless the caller may name it and does so properly', async () => {
    const trusting = { requestId: { trust: true } }
    expect((await ask({})).id).toMatch(UUID_7)
    expect((await ask({ 'x-request-id': 'mine' })).id).toMatch(UUID_7)
    expect((await ask({ 'x-request-id': 'mine' }, trusting)).id).toBe('mine')
    for (const bad of ['', 'a b', 'a,b', '<script>', 'x'.repeat(129), 'ä'])
      expect((await ask({ 'x-request-id': encodeURI(bad) === bad ? bad : 'a\tb' }, trusting)).id).toMatch(
        UUID_7,
      )
    expect((await ask({ 'x-request-id': 'mine' }, { requestId: { trust: () => false } })).id).toMatch(UUID_7)
    const own = await ask(
      { 'x-correlation': 'mine' },
      { requestId: { trust: true, header: 'X-Correlation' } },
    )
    expect([own.id, own.header.get('x-correlation')]).toEqual([null, 'mine'])
    const none = await ask({}, { requestId: { header: false, generate: () => 'fixed' } })
    expect(none.id).toBeNull()
  })

  it('has an id of ours where the function of the app fails', async () => {
    const fail = () => {
      throw new Error('no ids left')
    }
    const app = await testApp({
      routes: { a: route.get('/', open, () => 'x') },
      requestId: { generate: fail },
      transport,
    })
    const response = await app.request('GET', '/')
    expect([response.status, response.headers.get('x-request-id')]).toEqual([
      200,
      expect.stringMatching(UUID_7),
    ])
    expect(app.takeErrors()).toMatchObject([{ err: { message: 'no ids left' } }])
    await app.close()
  })

  it('continues the trace of the caller, and hands it on', async () => {
    const { told } = await ask({ traceparent: TRACE, tracestate: 'vendor=1' })
    expect(told.trace).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c' })
    expect(told.out['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/)
    expect(told.out['traceparent']).not.toContain('b7ad6b7169203331')
    expect(told.out['tracestate']).toBe('vendor=1')
  })

  it('starts a trace of its own where the caller is not trusted, or sends nonsense', async () => {
    expect((await ask({ traceparent: TRACE }, { trustTrace: false })).told.out['traceparent']).not.toContain(
      '0af7651916cd43dd8448eb211c80319c',
    )
    for (const traceparent of [
      'nonsense',
      '00-00000000000000000000000000000000-b7ad6b7169203331-01',
      'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ]) {
      expect((await ask({ traceparent, tracestate: 'vendor=1' })).told.out).toEqual({
        traceparent: expect.not.stringContaining('b7ad6b7169203331'),
      })
    }
  })
})
