import {
  bodyFormat,
  bytes,
  createApp,
  form,
  json,
  oneOf,
  route,
  t,
  text,
  toManifest,
  type App,
  type RouteTree,
} from '@keelson/core'
import { toOpenApi } from '@keelson/openapi'
import { diffOpenApi } from '@keelson/openapi/tools'
import { contractTest, ContractTestError } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { callRoute } from '../src/call-route.ts'
import { explainRoute } from '../src/explain-route.ts'
import { printExplanation } from '../src/print.ts'
import { failureOf, open } from './support.ts'

const FORM = 'application/x-www-form-urlencoded'
const Order = t.Object({ total: t.Number({ maximum: 1000 }), tags: t.Optional(t.Array(t.String())) })
const Reading = t.Object({ at: t.Integer(), value: t.Number() })
const lines = bodyFormat({
  mediaTypes: ['application/x-ndjson'],
  schema: t.Array(Reading),
  read: (body) =>
    new TextDecoder()
      .decode(body)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown),
  write: (readings) => readings.map((one) => JSON.stringify(one)).join('\n'),
})

const echo = { ...open, response: t.Object({ body: t.Optional(t.Unknown()) }) }
const answer = ({ body }: { body: unknown }) => ({
  body: body instanceof Uint8Array ? Buffer.from(body).toString('latin1') : body,
})
const routes = {
  form: route.post('/form', { ...echo, body: form(Order) }, answer),
  text: route.post('/text', { ...echo, body: text({ schema: t.String({ maxLength: 9 }) }) }, answer),
  bytes: route.post('/bytes', { ...echo, body: bytes({ mediaTypes: ['image/png', 'image/*'] }) }, answer),
  any: route.post('/any', { ...echo, body: oneOf(json(Order), form(Order), text()) }, answer),
  may: route.post('/may', { ...echo, body: form(t.Optional(Order)) }, answer),
  lines: route.post('/lines', { ...echo, body: lines }, answer),
}

const appOf = (tree: RouteTree): App => createApp({ routes: tree, log: false, health: false }) as App
const documentOf = (tree: RouteTree) => toOpenApi(appOf(tree))
const requestBody = (name: string, tree: RouteTree = routes) =>
  documentOf(tree).paths[`/${name}`]?.post?.requestBody

describe('the document of a route with a format', () => {
  const total = { type: 'number', maximum: 1000 }

  it('has each media type with its schema', () => {
    expect(requestBody('form')).toEqual({
      required: true,
      'x-max-body-bytes': 1_048_576,
      content: {
        [FORM]: {
          schema: {
            type: 'object',
            additionalProperties: false,
            required: ['total'],
            properties: { total, tags: { type: 'array', items: { type: 'string' } } },
          },
        },
      },
    })
    expect(requestBody('text')?.content).toEqual({
      'text/plain': { schema: { type: 'string', maxLength: 9 } },
    })
    expect(requestBody('bytes')?.content).toEqual({
      'image/png': { schema: { type: 'string', format: 'binary', contentMediaType: 'image/png' } },
      'image/*': { schema: { type: 'string', format: 'binary' } },
    })
    expect(Object.keys(requestBody('any')?.content ?? {})).toEqual(['application/json', FORM, 'text/plain'])
    expect(requestBody('lines')?.content['application/x-ndjson']?.schema).toMatchObject({ type: 'array' })
  })

  it('says that a body may be missing, and what is taken of undeclared fields', () => {
    expect(requestBody('may')).not.toHaveProperty('required')
    const loose = route.post('/a', { ...open, body: form(Order), unknown: { body: 'ignore' } }, () => 1)
    expect(requestBody('a', { loose })?.content[FORM]?.schema).not.toHaveProperty('additionalProperties')
  })

  it('tells of malformed JSON only where JSON is taken', () => {
    const codesOf = (name: string) => JSON.stringify(documentOf({ [name]: routes[name as 'form'] }))
    expect(codesOf('any')).toContain('ERR_CORE_JSON_SYNTAX')
    for (const name of ['form', 'text', 'bytes', 'lines']) {
      expect(codesOf(name)).not.toContain('ERR_CORE_JSON_SYNTAX')
      expect(codesOf(name)).toContain('ERR_CORE_VALIDATION')
      expect(codesOf(name)).toContain('ERR_CORE_UNSUPPORTED_MEDIA_TYPE')
      expect(codesOf(name)).toContain('ERR_CORE_CONTENT_TOO_LARGE')
    }
  })
})

describe('the diff of formats', () => {
  const of = (body: unknown) => documentOf({ a: route.post('/a', { ...open, body: body as never }, () => 1) })
  it.each<[string, unknown, unknown, string, boolean]>([
    ['one more', json(Order), oneOf(json(Order), form(Order)), 'media-type-added', false],
    ['one less', oneOf(json(Order), form(Order)), Order, 'media-type-removed', true],
    ['another', text(), bytes(), 'media-type-removed', true],
    [
      'a narrower schema',
      form({ a: t.String() }),
      form({ a: t.String({ maxLength: 3 }) }),
      'type-narrowed',
      true,
    ],
    ['a form that is now required', form(t.Optional(Order)), form(Order), 'body-required', true],
  ])('tells of %s', (_, was, is, kind, breaking) => {
    const changes = diffOpenApi(of(was), of(is))
    expect(changes).toContainEqual(expect.objectContaining({ kind, breaking }))
    expect(changes.some((one) => one.breaking)).toBe(breaking)
  })

  it('has nothing to say of json(S) in place of S', () => {
    expect(diffOpenApi(of(Order), of(json(Order)))).toEqual([])
  })
})

describe('the manifest', () => {
  it('names the media types that a client sends', () => {
    const { routes: told } = toManifest(routes)
    expect(told).toMatchObject({
      form: `POST /form ${FORM}`,
      text: 'POST /text text/plain',
      bytes: 'POST /bytes image/png',
      any: `POST /any application/json ${FORM} text/plain`,
      lines: 'POST /lines application/x-ndjson',
    })
  })
})

describe('a contract test', () => {
  it('sends each format as it is written', async () => {
    const report = await contractTest(appOf(routes), { seed: 20_261_129 })
    expect(report.withoutSuccess).toEqual([])
  })

  const failureFor = async (body: unknown, isBroken: (body: unknown) => boolean) => {
    const a = route.post(
      '/a',
      { ...open, body: body as never, response: t.Integer() },
      (ctx: { body: unknown }) => {
        if (isBroken(ctx.body)) throw new Error('broken')
        return 1
      },
    )
    const error = await failureOf(contractTest(appOf({ a }), { seed: 20_261_129 }))
    if (!(error instanceof ContractTestError)) throw error ?? new Error('No fault was found.')
    return error.failures[0]?.request
  }

  it('finds a fault in each, and shows the smallest request', async () => {
    const quote = `-H 'content-type: ${FORM}' --data-raw 'total=2'`
    expect(await failureFor(form(Order), (body) => (body as { total: number }).total > 1)).toContain(quote)
    expect(await failureFor(text(), (body) => (body as string).length > 2)).toContain("--data-raw 'aaa'")
    const octets = await failureFor(bytes(), (body) => (body as Uint8Array).byteLength > 0)
    expect(octets).toMatch(
      /^printf '\\\d{3}' \| curl .*'content-type: application\/octet-stream' --data-binary @-$/,
    )
    expect(await failureFor(lines, (body) => (body as unknown[]).length > 0)).toContain('"at":0')
    const second = await failureFor(
      oneOf(json(Order), text()),
      (body) => typeof body === 'string' && body !== '',
    )
    expect(second).toContain("'content-type: text/plain'")
  })

  it('knows a format without write by what is arranged', async () => {
    const { write: _, ...readOnly } = { ...lines.alternatives[0] }
    const unwritten = bodyFormat({
      mediaTypes: ['application/x-ndjson'],
      schema: t.Array(Reading, { minItems: 1 }),
      read: readOnly.read as (body: Uint8Array) => unknown,
    })
    const tree = { a: route.post('/a', { ...echo, body: unwritten }, answer) }
    expect((await contractTest(appOf(tree), { seed: 1 })).withoutSuccess).toEqual(['a'])
    const arrange = () => ({ body: '{"at":1,"value":2}' })
    expect((await contractTest(appOf(tree), { seed: 1, arrange })).withoutSuccess).toEqual([])
  })
})

describe('keelson', () => {
  it('explains each format', () => {
    const app = appOf(routes)
    const page = (name: string): string => printExplanation(explainRoute(app, name))
    expect(page('any')).toContain(
      'json { total: number ..1000, tags?: list of string } | form { total: number ..1000, tags?: list of string } | text',
    )
    expect(page('any')).toContain(`application/json, ${FORM}, text/plain, at most 1048576 bytes`)
    expect(page('bytes')).toMatch(/body +image\/png, image\/\*, at most/)
    expect(page('bytes')).toMatch(/body +bytes/)
    expect(page('lines')).toContain('application/x-ndjson list of { at: integer, value: number }')
  })

  it.each([
    ['form', { total: 1, tags: ['a', 'b'] }, { total: 1, tags: ['a', 'b'] }],
    ['text', 'é', 'é'],
    ['bytes', 'abc', 'abc'],
    ['any', { total: 2 }, { total: 2 }],
    ['any', 'x', 'x'],
    ['lines', '{"at":1,"value":2}', [{ at: 1, value: 2 }]],
  ])('calls a route with a body of %s', async (name, body, got) => {
    const app = appOf(routes)
    const answer = await callRoute(app, name, JSON.stringify({ body }))
    expect([answer.status, answer.body]).toEqual([200, { body: got }])
    await app.stop()
  })
})
