import {
  BadRequestError,
  bodyFormat,
  bytes,
  content,
  form,
  json,
  oneOf,
  route,
  SetupError,
  t,
  text,
  toManifest,
  type RouteTree,
} from '@keelson/core'
import { createClient } from '@keelson/client'
import { testApp, type TestRequest } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { open, transports } from './support.ts'

const FORM = 'application/x-www-form-urlencoded'
const Order = t.Object({ total: t.Number(), tags: t.Optional(t.Array(t.String())) })
const encoded = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value)

interface Told {
  readonly code?: string
  readonly detail?: string
  readonly errors?: readonly Record<string, unknown>[]
}

/** Lines of numbers, as somebody else's format. */
const numbers = bodyFormat({
  mediaTypes: ['application/x-numbers'],
  schema: t.Array(t.Integer()),
  read: (body, { separator = ',' }) =>
    new TextDecoder()
      .decode(body)
      .split(separator)
      .map((one) => {
        if (one === '') throw new Error('secret: nothing between separators')
        return Number(one)
      }),
})

describe.each(transports)('a body that is not JSON, %s', (transport) => {
  const send = async (body: unknown, request: TestRequest, options: object = {}) => {
    const routes = {
      a: route.post('/', { ...open, ...options, body: body as never }, (ctx) => ({
        body: ctx.body as unknown,
      })),
    }
    await using app = await testApp({ routes: routes as RouteTree, transport })
    const response = await app.request('POST', '/', request)
    return {
      status: response.status,
      accept: response.headers.get('accept'),
      told: (await response.json()) as Told & { readonly body?: unknown },
    }
  }
  const typed = (type: string, body: string | Uint8Array): TestRequest => ({
    headers: { 'content-type': type },
    body: (typeof body === 'string' ? encoded(body) : body) as Uint8Array<ArrayBuffer>,
  })

  describe('of a form', () => {
    it.each<[string, unknown]>([
      ['total=1.5', { total: 1.5 }],
      ['total=1&tags=a', { total: 1, tags: ['a'] }],
      ['total=1&tags=a&tags=b+c%26', { total: 1, tags: ['a', 'b c&'] }],
      ['&&total=1&', { total: 1 }],
      ['total=1&tags=caf%C3%A9&tags=café', { total: 1, tags: ['café', 'café'] }],
    ])('becomes what its schema says: %s', async (body, value) => {
      expect(await send(form(Order), typed(FORM, body))).toMatchObject({ status: 200, told: { body: value } })
    })

    it.each([`${FORM}; charset=UTF-8`, 'Application/X-WWW-Form-Urlencoded;charset=utf8'])(
      'is taken as %s',
      async (type) => {
        expect((await send(form(Order), typed(type, 'total=1'))).status).toBe(200)
      },
    )

    it('is refused in another charset, for it is UTF-8', async () => {
      const { status, told } = await send(form(Order), typed(`${FORM}; charset=iso-8859-1`, 'total=1'))
      expect([status, told.detail]).toEqual([415, 'Charset iso-8859-1 is not accepted; send UTF-8.'])
    })

    it.each<[string, object]>([
      ['total=x', { in: 'body', pointer: '/total', code: 'type' }],
      ['total=1&total=2', { in: 'body', pointer: '/total', message: 'must be given only once' }],
      ['total=1&more=2', { in: 'body', pointer: '/more', code: 'additionalProperties' }],
      ['total=1&__proto__=2', { in: 'body', pointer: '/__proto__' }],
      ['tags=a', { in: 'body', pointer: '/total', code: 'required' }],
      [
        'total=%zz',
        { in: 'body', pointer: '', code: 'encoding', message: 'has a malformed escape at character 6' },
      ],
      ['a'.repeat(3).concat('&a'.repeat(1001)), { in: 'body', pointer: '', code: 'maxFields' }],
    ])('is a 400 that names the field: %s', async (body, violation) => {
      const { status, told } = await send(form(Order), typed(FORM, body))
      expect([status, told.code]).toEqual([400, 'ERR_CORE_VALIDATION'])
      expect(told.errors).toContainEqual(expect.objectContaining(violation))
      const Strict = z.strictObject({ total: z.number(), tags: z.array(z.string()).optional() })
      expect((await send(form(Strict), typed(FORM, body))).status).toBe(400)
    })

    it('may have fields that nobody declared where the route says so', async () => {
      const ignore = { unknown: { body: 'ignore' } }
      const { told } = await send(form({ total: t.Integer() }), typed(FORM, 'total=1&submit=Go'), ignore)
      expect(told.body).toEqual({ total: 1 })
      const pass = { unknown: { body: 'pass' } }
      const passed = await send(form({ total: t.Integer() }), typed(FORM, 'total=1&submit=Go'), pass)
      expect(passed.told.body).toEqual({ total: 1, submit: 'Go' })
    })

    const Entry = {
      isDone: t.Boolean({ default: false }),
      count: t.Optional(t.Integer()),
      note: t.Optional(t.String()),
      sizes: t.Optional(t.Array(t.Number())),
      flag: t.Optional(t.Union([t.Boolean(), t.Null()])),
    }
    it.each<[string, string, unknown]>([
      ['a box that is ticked', 'isDone=on&flag=on', { isDone: true, flag: true }],
      ['a box that is not', '', { isDone: false }],
      ['fields that were left empty', 'count=&note=&isDone=&flag=', { isDone: false, note: '' }],
      ['members that were left empty', 'sizes=&sizes=2.5&sizes=', { isDone: false, sizes: [2.5] }],
    ])('is read as HTML writes it: %s', async (_, body, value) => {
      const { status, told } = await send(form(Entry), typed(FORM, body))
      expect([status, told.body]).toEqual([200, value])
      const Standard = z.object({
        isDone: z.boolean().default(false),
        count: z.int().optional(),
        note: z.string().optional(),
        sizes: z.array(z.number()).optional(),
        flag: z.boolean().nullable().optional(),
      })
      expect((await send(form(Standard), typed(FORM, body))).told.body).toEqual(value)
    })

    it.each([
      ['isDone=1', '/isDone', 'type'],
      ['isDone=off', '/isDone', 'type'],
      ['isDone=on&isDone=on', '/isDone', 'repeated'],
      ['count=on', '/count', 'type'],
      ['count=+', '/count', 'type'],
    ])('takes nothing else for ticked or for empty: %s', async (body, pointer, code) => {
      const { status, told } = await send(form(Entry), typed(FORM, body))
      expect([status, told.errors]).toMatchObject([400, [{ pointer, code }]])
    })

    it('lacks a required field that was left empty', async () => {
      const { told } = await send(
        form({ count: t.Integer(), isDone: t.Boolean() }),
        typed(FORM, 'count=&isDone='),
      )
      expect(told.errors).toMatchObject([
        { pointer: '/count', code: 'required' },
        { pointer: '/isDone', code: 'required' },
      ])
    })

    it('has its own words in no query', async () => {
      const query = { isDone: t.Optional(t.Boolean()), count: t.Optional(t.Integer()) }
      await using app = await testApp({
        routes: { a: route.get('/', { ...open, query }, () => 'x') },
        transport,
      })
      expect((await app.request('GET', '/?isDone=on')).status).toBe(400)
      expect((await app.request('GET', '/?count=')).status).toBe(400)
    })

    it('has no field that could change a prototype, as JSON has no such member', async () => {
      const any = form(t.Record(t.String(), t.String()))
      for (const name of ['__proto__', '%5F_proto__']) {
        const { status, told } = await send(any, typed(FORM, `a=1&${name}=1`))
        expect([status, told.errors]).toEqual([
          400,
          [{ in: 'body', pointer: '/__proto__', code: 'prototypeKey', message: 'is not allowed' }],
        ])
      }
      expect((await send(any, typed(FORM, 'constructor=1'))).told.body).toEqual({ constructor: '1' })
    })

    it('is empty where no field is sent, and missing where nothing is said of a form', async () => {
      const loose = form({ a: t.Optional(t.String()) })
      expect((await send(loose, typed(FORM, ''))).told.body).toEqual({})
      expect((await send(loose, {})).status).toBe(400)
      expect((await send(form(t.Optional(Order)), {})).told).toEqual({})
      expect((await send(form(Order), typed(FORM, ''))).told.errors).toMatchObject([{ pointer: '/total' }])
      expect((await send(form(z.object({ a: z.string() }).optional()), {})).told).toEqual({})
    })

    it('is not JSON, and JSON is not a form', async () => {
      const { status, accept } = await send(form(Order), { json: { total: 1 } })
      expect([status, accept]).toEqual([415, FORM])
      expect((await send(Order, typed(FORM, 'total=1'))).status).toBe(415)
    })
  })

  describe('of text', () => {
    it.each<[string, string | Uint8Array, string]>([
      ['text/plain', 'café\n', 'café\n'],
      ['text/plain; charset=utf-8', '\ufeffmark', 'mark'],
      ['text/plain', '', ''],
    ])('%s is a text: %s', async (type, body, value) => {
      expect(await send(text(), typed(type, body))).toMatchObject({ status: 200, told: { body: value } })
    })

    it('that is not UTF-8 is a 400 with the position', async () => {
      const { status, told } = await send(text(), typed('text/plain', new Uint8Array([0x61, 0xff])))
      expect([status, told.detail]).toEqual([400, 'The body is not UTF-8 at byte 1.'])
      expect(told.errors).toMatchObject([{ in: 'body', pointer: '', code: 'encoding', position: 1 }])
    })

    it.each([
      'text/html',
      'text/plain; charset=utf-16',
      'text/plain; title="a; charset=utf-8; b"; charset=utf-16le',
      'application/json',
    ])('is a 415 as %s', async (type) => {
      expect((await send(text(), typed(type, 'x'))).status).toBe(415)
    })

    it('is looked at for its media type also where it is empty', async () => {
      const empty = (type: string): TestRequest => ({ headers: { 'content-type': type } })
      expect((await send(text(), empty('text/html'))).status).toBe(415)
      expect((await send(text(), empty('text/plain'))).told.body).toBe('')
    })

    it('is held to its schema, and has the media types that it is given', async () => {
      const csv = text({
        mediaTypes: ['text/csv', 'text/tab-separated-values'],
        schema: t.String({ maxLength: 3 }),
      })
      expect((await send(csv, typed('text/csv', 'a,b'))).told.body).toBe('a,b')
      expect((await send(csv, typed('text/plain', 'a,b'))).accept).toBe('text/csv, text/tab-separated-values')
      const { status, told } = await send(csv, typed('text/csv', 'a,b,c'))
      expect([status, told.errors]).toEqual([
        400,
        [expect.objectContaining({ in: 'body', pointer: '', code: 'maxLength', limit: 3 })],
      ])
    })

    it('that is missing is a 400', async () => {
      const { status, told } = await send(text(), {})
      expect([status, told.errors]).toEqual([400, [expect.objectContaining({ code: 'required' })]])
      expect((await send(text({ schema: t.Optional(t.String()) }), {})).told).toEqual({})
    })
  })

  it('of bytes is what came, in a media type that is taken', async () => {
    const routes = {
      a: route.put('/', { ...open, body: bytes({ mediaTypes: ['image/*'] }) }, ({ body }) => body),
      plain: route.put('/plain', { ...open, body: bytes() }, ({ body }) => body.byteLength),
    }
    await using app = await testApp({ routes, transport })
    const response = await app.request('PUT', '/', typed('image/png', new Uint8Array([0, 255, 1])))
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 1])
    expect((await app.request('PUT', '/', typed('text/plain', 'x'))).status).toBe(415)
    const plain = async (request: TestRequest) => (await app.request('PUT', '/plain', request)).status
    expect(await plain(typed('application/octet-stream', 'x'))).toBe(200)
    expect(await plain(typed('application/octet-stream', ''))).toBe(200)
    expect(await plain({})).toBe(400)
  })

  describe('of one of several formats', () => {
    const either = oneOf(json(Order), form(Order), text())

    it.each<[TestRequest, unknown]>([
      [{ json: { total: 2 } }, { total: 2 }],
      [typed('application/vnd.shop+json', '{"total":3}'), { total: 3 }],
      [typed(FORM, 'total=4'), { total: 4 }],
      [typed('text/plain', '5'), '5'],
    ])('is read as its media type says', async (request, value) => {
      expect((await send(either, request)).told.body).toEqual(value)
    })

    it('is a 415 that names all of them where it has another, or none', async () => {
      for (const request of [typed('text/csv', 'x'), { body: encoded('x') }]) {
        const { status, accept, told } = await send(either, request)
        expect([status, accept]).toEqual([415, `application/json, ${FORM}, text/plain`])
        expect(told.detail).toContain(`send application/json or ${FORM} or text/plain.`)
      }
    })

    it('is held to the schema of its own format, which alone coerces', async () => {
      expect((await send(either, { json: { total: '4' } })).status).toBe(400)
      expect((await send(either, typed('application/json', 'total=4'))).told.code).toBe(
        'ERR_CORE_JSON_SYNTAX',
      )
      expect((await send(either, typed('application/json', ''))).told.errors).toMatchObject([
        { code: 'required' },
      ])
    })

    it('is the one that is named before one that takes the type besides', async () => {
      const first = t.Object({ first: t.Literal(true) })
      const formats = oneOf(
        bytes({ mediaTypes: ['*/*'] }),
        bytes({ mediaTypes: ['application/*'] }),
        json(t.Unknown()),
        json(first, { mediaTypes: ['application/vnd.first+json'] }),
      )
      expect((await send(formats, typed('application/vnd.first+json', '{"first":1}'))).status).toBe(400)
      expect((await send(formats, typed('application/vnd.other+json', '{"first":1}'))).told.body).toEqual({
        first: 1,
      })
      expect(JSON.stringify((await send(formats, typed('application/zip', 'x'))).told.body)).toContain('120')
      const ranges = oneOf(bytes({ mediaTypes: ['*/*'] }), text({ mediaTypes: ['text/*'] }))
      expect((await send(ranges, typed('text/csv', 'a,b'))).told.body).toBe('a,b')
    })

    it('may be missing where one of them may', async () => {
      const { told } = await send(oneOf(text(), json(t.Optional(Order))), {})
      expect(told).toEqual({})
      expect((await send(either, {})).status).toBe(400)
    })
  })

  describe('of a format of somebody else', () => {
    const type = 'application/x-numbers'

    it('is read by its function, which gets the params of the media type', async () => {
      expect((await send(numbers, typed(type, '1,2'))).told.body).toEqual([1, 2])
      expect((await send(numbers, typed(`${type}; separator=";"`, '1;2'))).told.body).toEqual([1, 2])
    })

    it('is held to its schema', async () => {
      const { status, told } = await send(numbers, typed(type, '1,2.5'))
      expect([status, told.errors]).toMatchObject([400, [{ in: 'body', pointer: '/1', code: 'type' }]])
    })

    it('that cannot be read is a 400, without a word of what its function threw', async () => {
      const { status, told } = await send(numbers, typed(type, '1,,2'))
      expect([status, told.detail]).toEqual([400, `The body cannot be read as ${type}.`])
      expect(JSON.stringify(told)).not.toContain('secret')
    })

    it('may be read later, may say more of what is wrong, and may be coerced', async () => {
      const pairs = bodyFormat({
        mediaTypes: ['text/x-pairs'],
        schema: { n: t.Integer(), all: t.Array(t.Boolean()) },
        coerces: true,
        read: async (body) => {
          const lines = new TextDecoder().decode(body).split('\n')
          if (lines.length > 3) throw new BadRequestError('More than three lines.')
          const entries = await Promise.resolve(lines.map((line) => line.split('=') as [string, string]))
          return {
            ...Object.fromEntries(entries),
            all: entries.flatMap(([name, one]) => (name === 'all' ? [one] : [])),
          }
        },
      })
      expect((await send(pairs, typed('text/x-pairs', 'n=1\nall=true'))).told.body).toEqual({
        n: 1,
        all: [true],
      })
      const wrong = await send(pairs, typed('text/x-pairs', 'n=x\nall=true'))
      expect(wrong.told.errors).toMatchObject([{ in: 'body', pointer: '/n' }])
      const long = await send(pairs, typed('text/x-pairs', 'a\nb\nc\nd'))
      expect([long.status, long.told.detail]).toEqual([400, 'More than three lines.'])
      const failing = bodyFormat({
        mediaTypes: ['text/x-pairs'],
        schema: t.Unknown(),
        read: () => Promise.reject(new Error('secret')),
      })
      expect((await send(failing, typed('text/x-pairs', 'x'))).status).toBe(400)
    })
  })

  it('is larger than its limit in any format: 413', async () => {
    for (const [body, type] of [
      [form(Order), FORM],
      [text(), 'text/plain'],
      [bytes(), 'application/octet-stream'],
      [numbers, 'application/x-numbers'],
    ] as const)
      expect((await send(body, typed(type, 'x'.repeat(51)), { maxBodyBytes: 50 })).status).toBe(413)
  })

  it('tells its violations beside those of other places', async () => {
    const { told } = await send(form(Order), typed(FORM, 'total=x'), { query: { n: t.Integer() } })
    expect(told.errors?.map((one) => `${String(one['in'])} ${String(one['pointer'])}`)).toEqual([
      'query /n',
      'body /total',
    ])
  })
})

describe('a format of a body that cannot be', () => {
  const sentence = (make: () => unknown): string => {
    try {
      make()
    } catch (error) {
      if (!(error instanceof SetupError)) throw error
      return error.problems.map(({ message, remedy }) => `${message} ${remedy}`).join('\n')
    }
    return 'taken'
  }
  const loose = { form, json, text, bytes, oneOf, bodyFormat } as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >
  it.each<[string, () => unknown, string]>([
    [
      'form(5)',
      () => loose['form']!(5),
      'The schema must be a schema, not 5. Give a schema, like t.Object({ … }).',
    ],
    [
      'form(form(S))',
      () => loose['form']!(form(Order)),
      'Give the schema itself; formats stand beside each other in oneOf(…).',
    ],
    [
      'json(S, { mediaType })',
      () => loose['json']!(Order, { mediaType: ['application/x'] }),
      "There is no option 'mediaType'. Did you mean 'mediaTypes'?",
    ],
    [
      'json of a form',
      () => json(Order, { mediaTypes: [FORM] }),
      `It reads JSON, which ${FORM} is not. Write form(…).`,
    ],
    [
      'text in another charset',
      () => text({ mediaTypes: ['text/plain; charset=latin1'] }),
      "It reads UTF-8, and cannot read 'text/plain; charset=latin1'.",
    ],
    ['text of no media type', () => text({ mediaTypes: ['csv'] }), "Write 'text/csv'."],
    ['bytes of none', () => loose['bytes']!({ mediaTypes: [] }), 'Option mediaTypes is an empty list.'],
    ['oneOf()', () => loose['oneOf']!(), 'It has no format.'],
    [
      'oneOf of a schema',
      () => loose['oneOf']!(Order, form(Order)),
      'Argument 1 must be a body format, not an object. Write json(…) around the schema.',
    ],
    [
      'oneOf with one media type twice',
      () => oneOf(json(Order), text(), json(t.String())),
      'Two of its formats read application/json. Give one of them other media types, or make one schema of both.',
    ],
    [
      'bodyFormat without read',
      () => loose['bodyFormat']!({ mediaTypes: ['text/x'], schema: Order }),
      'Option read is missing.',
    ],
  ])('is told where it is made: %s', (_, make, expected) => {
    expect(sentence(make)).toContain(expected)
  })

  const problemsOf = async (routes: object): Promise<string> => {
    const error: unknown = await testApp({ routes: routes as RouteTree }).catch((thrown: unknown) => thrown)
    return error instanceof SetupError
      ? error.problems.map(({ place, message, remedy }) => `${place}: ${message} ${remedy}`).join('\n')
      : 'started'
  }

  it.each<[string, object, string]>([
    ['in a query', { query: form(Order) }, 'query: It has form(), which says how a body is read.'],
    [
      'in a response',
      { response: json(Order) },
      '200: It has json(), which says how the body of a request is read.',
    ],
    ['in one status', { response: { 200: t.String(), 201: text() } }, "by content('text/csv')."],
    ['beside consumes', { body: text(), consumes: ['text/plain'] }, 'Remove consumes;'],
    [
      'content() in its place',
      { body: content('text/csv') },
      'Take a body that is not JSON as text(…), bytes(…) or form(…).',
    ],
    [
      'nested fields',
      { body: form(t.Object({ a: t.Object({ b: t.String() }) })) },
      'The text of one key cannot hold nested objects',
    ],
    ['a union of scalars', { body: form({ a: t.Union([t.Integer(), t.String()]) }) }, 'does not tell which'],
    [
      'in both of several',
      { body: oneOf(json({ a: t.Integer({ max: 1 } as never) }), form({ a: t.Integer() })) },
      'max',
    ],
  ])('stops the start %s', async (_, options, expected) => {
    expect(
      await problemsOf({ a: route.post('/', { ...open, ...options } as never, () => undefined as never) }),
    ).toContain(expected)
  })

  it('stops the start of a GET', async () => {
    const a = route.get('/', { ...open, body: form(Order) }, () => 1)
    expect(await problemsOf({ a })).toContain('A GET request has no body.')
  })
})

describe('the client of a route with a format', () => {
  const echo = { ...open, response: t.Object({ type: t.String(), body: t.Optional(t.Unknown()) }) }
  const answer = (ctx: { header: (name: string) => string | undefined; body: unknown }) => ({
    type: ctx.header('content-type') ?? '',
    body: ctx.body instanceof Uint8Array ? Buffer.from(ctx.body).toString() : ctx.body,
  })
  const routes = {
    form: route.post(
      '/form',
      {
        ...echo,
        body: form({ n: t.Integer(), d: t.Boolean({ default: true }), l: t.Optional(t.Array(t.String())) }),
      },
      answer,
    ),
    text: route.post('/text', { ...echo, body: text() }, answer),
    csv: route.post('/csv', { ...echo, body: text({ mediaTypes: ['text/csv'] }) }, answer),
    bytes: route.post('/bytes', { ...echo, body: bytes() }, answer),
    any: route.post('/any', { ...echo, body: oneOf(json(Order), form(Order), text(), bytes()) }, answer),
    own: route.post('/own', { ...echo, body: numbers }, answer),
    may: route.post('/may', { ...echo, body: form(t.Optional(Order)) }, answer),
  }

  it('sends what the format is, in its media type', async () => {
    await using test = await testApp({ routes, transport: 'socket' })
    const client = createClient<typeof routes>({ baseUrl: test.baseUrl, manifest: toManifest(routes) })
    expect(await client.form({ body: { n: 1, l: ['a b', 'ü&'] } })).toEqual({
      type: FORM,
      body: { n: 1, d: true, l: ['a b', 'ü&'] },
    })
    expect(await client.text({ body: 'é' })).toEqual({ type: 'text/plain', body: 'é' })
    expect(await client.csv({ body: 'a,b' })).toEqual({ type: 'text/csv', body: 'a,b' })
    const octets = 'application/octet-stream'
    expect(await client.bytes({ body: encoded('xyz') })).toEqual({ type: octets, body: 'xyz' })
    expect(await client.own({ body: '1,2' })).toEqual({ type: 'application/x-numbers', body: [1, 2] })
    expect(await client.may()).toEqual({ type: '' })
    // @ts-expect-error -- text for an integer
    const wrong = await client.form.result({ body: { n: 'x' } })
    expect(wrong.status).toBe(400)
  })

  it('sends in the first of several formats that can hold the value, or in the one that a header names', async () => {
    await using test = await testApp({ routes, transport: 'socket' })
    const client = createClient<typeof routes>({ baseUrl: test.baseUrl, manifest: toManifest(routes) })
    const body = { total: 1, tags: ['a'] }
    expect(await client.any({ body })).toEqual({ type: 'application/json', body })
    expect(await client.any({ body }, { headers: { 'content-type': FORM } })).toEqual({ type: FORM, body })
    expect(await client.any({ body: 'x' })).toEqual({ type: 'text/plain', body: 'x' })
    expect(await client.any({ body: encoded('x') })).toEqual({ type: 'application/octet-stream', body: 'x' })
    const fields = new URLSearchParams({ total: '2' })
    expect(await client.any({ body: fields })).toEqual({ type: FORM, body: { total: 2 } })
  })
})
