import { gunzipSync, gzipSync } from 'node:zlib'
import { Readable } from 'node:stream'
import { content, middleware, reply, route, t, type Outcome } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

/** A transaction that keeps count of how it ended. */
function transaction() {
  const ended: string[] = []
  const wrap = middleware({
    name: 'transaction',
    stage: 'handle',
    wrap: async (_ctx, next) => {
      try {
        const outcome = await next()
        ended.push('commit')
        return outcome
      } catch (error) {
        ended.push('rollback')
        throw error
      }
    },
  })
  return { ended, wrap }
}

/** A middleware that changes outcomes on their way out. */
function changing(change: (outcome: Outcome) => void) {
  return middleware({
    name: 'change',
    stage: 'respond',
    transform: (_ctx, outcome) => (change(outcome), outcome),
  })
}

const circle: { self?: unknown } = {}
circle.self = circle

const UNSENDABLE: readonly (readonly [name: string, make: () => unknown])[] = [
  ['a bigint', () => ({ changed: 5n })],
  ['a bare bigint', () => 5n],
  ['a circle', () => circle],
  ['a function', () => () => 'x'],
  ['a symbol', () => Symbol('x')],
  ['an iterator', () => [1].values()],
  [
    'a getter that throws',
    () => ({
      get total(): number {
        throw new Error('total')
      },
    }),
  ],
  ['a toJSON that throws', () => ({ toJSON: () => { throw new Error('toJSON') } })], // oxfmt-ignore
  ['a reply with a bigint', () => reply(201, { changed: 5n })],
  ['a header that cannot be sent', () => reply(200, 'x', { 'x-out': 'a\nb' })],
  ['a status that is none', () => reply(99, 'x')],
]

describe('what cannot be sent', () => {
  it.each(UNSENDABLE)('fails inside the middleware around the handler: %s', async (_, make) => {
    const { ended, wrap } = transaction()
    await using app = await testApp({ routes: { a: route.post('/', { ...open, use: [wrap] }, make) } })
    expect((await app.request('POST', '/')).status).toBe(500)
    expect(ended).toEqual(['rollback'])
    expect(app.takeErrors()).toHaveLength(1)
  })

  it('fails there, too, where a schema lets it through, and where the handler is asynchronous', async () => {
    const { ended, wrap } = transaction()
    const options = { ...open, use: [wrap], response: t.Object({ meta: t.Unknown() }) } as const
    await using app = await testApp({
      routes: {
        now: route.post('/now', options, () => ({ meta: 5n })),
        soon: route.post('/soon', options, async () => ({ meta: circle })),
      },
    })
    expect((await app.request('POST', '/now')).status).toBe(500)
    expect((await app.request('POST', '/soon')).status).toBe(500)
    expect(ended).toEqual(['rollback', 'rollback'])
    expect(app.takeErrors()).toHaveLength(2)
  })

  it('fails there, too, when an inner middleware puts it into the answer, or answers with it', async () => {
    const { ended, wrap } = transaction()
    const inner = (name: string, change: (outcome: Outcome) => Outcome) =>
      middleware({ name, stage: 'handle', wrap: async (_ctx, next) => change(await next()) })
    const assigned = inner('assigned', (outcome) => ((outcome.value = { n: 5n }), outcome))
    const inPlace = inner('in-place', (outcome) => (((outcome.value as { n: unknown }).n = 5n), outcome))
    const header = inner('header', (outcome) => (outcome.headers.set('x-a', 'a\nb'), outcome))
    const replied = middleware({ name: 'replied', stage: 'handle', run: () => reply(200, { n: 5n }) })
    const at = (path: string, one: typeof assigned | typeof replied) =>
      route.post(path, { ...open, use: [wrap, one] }, () => ({ n: 1 }))
    await using app = await testApp({
      routes: {
        a: at('/assigned', assigned),
        b: at('/in-place', inPlace),
        c: at('/header', header),
        d: at('/replied', replied),
      },
    })
    for (const path of ['/assigned', '/in-place', '/header', '/replied'])
      expect((await app.request('POST', path)).status).toBe(500)
    expect(ended).toEqual(['rollback', 'rollback', 'rollback', 'rollback'])
    expect(app.takeErrors()).toHaveLength(4)
  })
})

describe.each(transports)('the text of an answer, %s', (transport) => {
  it.each(['GET', 'HEAD'])('is made once, of what the value was when it was returned: %s', async (method) => {
    let made = 0
    const shared = { n: 1, toJSON: () => (made++, { n: shared.n }) }
    const change = middleware({
      name: 'change-later',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        const outcome = await next()
        shared.n = 2
        return outcome
      },
    })
    const use = [change, changing((outcome) => void outcome.headers.set('x-a', 1))] as const
    await using app = await testApp({
      routes: { a: route.get('/', { ...open, use }, () => shared) },
      transport,
    })
    const response = await app.request(method, '/')
    expect([response.headers.get('content-length'), await response.text()]).toEqual([
      '7',
      method === 'GET' ? '{"n":1}' : '',
    ])
    expect(made).toBe(1)
  })

  it.each<[string, (outcome: Outcome) => void, string]>([
    ['another value', (one) => (one.value = { n: 2 }), '{"n":2}'],
    ['a number', (one) => (one.value = 7), '7'],
    ['null', (one) => (one.value = null), 'null'],
    ['a change in place', (one) => ((one.value as { n: number }).n = 3), '{"n":3}'],
    ['no change', (one) => (one.value = one.value), '{"n":1}'], // oxlint-disable-line no-self-assign -- what is tested
  ])('follows %s by a transform', async (_, change, text) => {
    const options = { ...open, use: [changing(change)], response: t.Object({ n: t.Integer() }) } as const
    await using app = await testApp({ routes: { a: route.get('/', options, () => ({ n: 1 })) }, transport })
    const response = await app.request('GET', '/')
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['application/json', text])
  })

  it.each<[string, (outcome: Outcome) => void]>([
    ['a text', (one) => (one.value = JSON.stringify(one.value, null, 1))],
    ['bytes', (one) => (one.value = Buffer.from(JSON.stringify(one.value, null, 1)))],
    [
      'an ArrayBuffer',
      (one) => (one.value = new TextEncoder().encode(JSON.stringify(one.value, null, 1)).buffer),
    ],
    ['a Blob', (one) => (one.value = new Blob([JSON.stringify(one.value, null, 1)]))],
    ['a Node stream', (one) => (one.value = Readable.from([JSON.stringify(one.value, null, 1)]))],
    ['a web stream', (one) => (one.value = ReadableStream.from([JSON.stringify(one.value, null, 1)]))],
  ])('is the very %s that a transform puts in place of the value', async (_, change) => {
    const use = [changing(change)] as const
    const schema = t.Object({ n: t.Integer() })
    await using app = await testApp({
      routes: {
        declared: route.get('/declared', { ...open, use, response: schema }, () => ({ n: 1 })),
        free: route.get('/free', { ...open, use }, () => ({ n: 1 })),
      },
      transport,
    })
    for (const path of ['/declared', '/free']) {
      const response = await app.request('GET', path)
      expect([response.headers.get('content-type'), await response.text()]).toEqual([
        'application/json',
        '{\n "n": 1\n}',
      ])
    }
  })

  it('may be encoded by a transform, and described by it', async () => {
    const gzip = changing((one) => {
      one.value = gzipSync(JSON.stringify(one.value))
      one.headers.set('content-encoding', 'gzip')
    })
    const csv = changing((one) => {
      one.value = 'n\n1\n'
      one.headers.set('content-type', 'text/csv')
    })
    const response = t.Object({ n: t.Integer() })
    await using app = await testApp({
      routes: {
        gzip: route.get('/gzip', { ...open, response, use: [gzip] }, () => ({ n: 1 })),
        csv: route.get('/csv', { ...open, response, use: [csv] }, () => ({ n: 1 })),
      },
      transport,
    })
    const packed = await app.request('GET', '/gzip')
    expect(packed.headers.get('content-type')).toBe('application/json')
    const bytes = Buffer.from(await packed.arrayBuffer())
    // fetch unpacks by itself.
    expect(transport === 'socket' ? bytes.toString() : gunzipSync(bytes).toString()).toBe('{"n":1}')
    const table = await app.request('GET', '/csv')
    expect([table.headers.get('content-type'), await table.text()]).toEqual(['text/csv', 'n\n1\n'])
  })

  it('of a string that a handler gives for a schema is JSON, whoever looks at it', async () => {
    const seen: unknown[] = []
    const use = [changing((one) => void seen.push(one.value))] as const
    await using app = await testApp({
      routes: { a: route.get('/', { ...open, use, response: t.String() }, () => 'a') },
      transport,
    })
    expect(await (await app.request('GET', '/')).text()).toBe('"a"')
    expect(seen).toEqual(['a'])
  })

  it('of an error may be replaced like any other', async () => {
    const use = [
      changing((one) => void (one.value = { wrapped: JSON.parse(one.value as string) as unknown })),
    ] as const
    await using app = await testApp({ routes: {}, use, transport })
    expect(await (await app.request('GET', '/')).json()).toMatchObject({ wrapped: { status: 404 } })
  })

  it('of declared content is not touched', async () => {
    const use = [changing((one) => void (one.value = `${one.value as string}!`))] as const
    const options = { ...open, use, response: content('text/csv') } as const
    await using app = await testApp({ routes: { a: route.get('/', options, () => 'a') }, transport })
    const response = await app.request('GET', '/')
    expect([response.headers.get('content-type'), await response.text()]).toEqual([
      'text/csv; charset=utf-8',
      'a!',
    ])
  })
})

describe.each(transports)('a status that is declared to have no body, %s', (transport) => {
  it.each([204, 205, 304, 200, 404])('may be answered with null: %i', async (status) => {
    const response = { 200: null, 204: null, 205: null, 304: null, 404: null } as const
    await using app = await testApp({
      routes: {
        // The type of the one status is what the compiler holds it to.
        a: route.get('/', { ...open, response }, () => reply(status as 204, null)),
      },
      transport,
    })
    for (const method of ['GET', 'HEAD']) {
      const answer = await app.request(method, '/')
      expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
        status,
        null,
        '',
      ])
    }
  })

  it('may be answered with a bare null, with nothing, and by an asynchronous handler', async () => {
    const options = { ...open, response: { 204: null } } as const
    await using app = await testApp({
      routes: {
        a: route.get('/a', options, () => null),
        b: route.get('/b', options, () => undefined),
        c: route.get('/c', options, async () => null),
        d: route.get('/d', options, () => reply(204, undefined)),
        e: route.get('/e', open, () => reply(204, null)),
      },
      transport,
    })
    for (const path of ['/a', '/b', '/c', '/d', '/e']) {
      const answer = await app.request('GET', path)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([204, null])
    }
  })

  it('is a failure when it is given one', async () => {
    const options = { ...open, response: { 204: null } } as const
    await using app = await testApp({
      routes: { a: route.get('/', options, (() => ({ n: 1 })) as never) },
      transport,
    })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(app.takeErrors()).toHaveLength(1)
  })
})
