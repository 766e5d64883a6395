import {
  bodyFormat,
  bytes,
  content,
  defineError,
  form,
  json,
  middleware,
  NotFoundError,
  oneOf,
  reply,
  route,
  router,
  t,
  text,
  upgrade,
} from '@keelson/core'
import { type } from 'arktype'
import { z } from 'zod'
import { sampleRoutes } from '../openapi-sample.ts'

const open = { access: 'public' } as const

const Page = t.Object({
  size: t.Integer({ default: 20 }),
  sort: t.Union([t.Literal('up'), t.Literal('down')], { default: 'up' }),
  after: t.Optional(t.String({ description: 'Id of the last one */ seen.' })),
  filter: t.Object({ text: t.String(), isExact: t.Boolean({ default: false }) }),
})
const Item = t.Object({ id: t.String(), count: t.Integer({ default: 1 }) }, { $id: 'item-v1' })
const both = t.Intersect([Item, t.Object({ note: t.String({ default: '' }) })])
const tagged = t.Union([
  t.Object({ kind: t.Literal('a'), n: t.Integer({ default: 1 }) }),
  t.Object({ kind: t.Union([t.Literal('b'), t.Literal('c')]), text: t.String() }),
])
const pair = t.Tuple([Item, t.String()])
const Tree = t.Recursive((This) =>
  t.Object({ name: t.String({ default: '' }), children: t.Array(This), parent: t.Union([This, t.Null()]) }),
)
const Everything = t.Object({
  pages: t.Array(Page),
  byName: t.Record(t.String(), Item),
  byNumber: t.Record(t.Integer(), t.Boolean()),
  byLiteral: t.Record(t.Union([t.Literal('x'), t.Literal('y')]), Item),
  pair,
  none: t.Tuple([]),
  both,
  picked: t.Pick(Item, ['count']),
  joined: t.Composite([Item, t.Object({ note: t.String({ default: '' }) })]),
  nullable: t.Union([t.String(), t.Null()], { default: null }),
  orNull: t.Union([Item, t.Null()]),
  listOrNull: t.Union([t.Null(), t.Array(Item)]),
  bothOrNull: t.Union([both, t.Null()]),
  taggedOrNull: t.Union([tagged, t.Null()]),
  pairOrNull: t.Union([pair, t.Null()]),
  tagged: t.Array(tagged),
  either: t.Array(t.Union([Item, t.String()])),
  loose: t.Union([
    t.Object({ kind: t.Optional(t.Literal('a')), n: t.Integer({ default: 1 }) }),
    t.Object({ kind: t.Literal('b'), m: t.Integer() }),
  ]),
  closed: t.Object({ a: t.Null() }, { additionalProperties: false }),
  openEnded: t.Object({ a: t.Literal(1) }, { additionalProperties: t.String() }),
  empty: t.Object({}),
  part: t.Partial(Item),
  at: t.String({ format: 'date-time' }),
  'a key': t.Literal("it's"),
  free: t.Unknown(),
  raw: t.Unsafe<'l' | 'r'>({ type: 'string', enum: ['l', 'r'] }),
  tree: Tree,
})
const Account = z
  .object({
    name: z.string(),
    age: z.number().optional(),
    plan: z.enum(['free', 'paid']).default('free'),
    kind: z.discriminatedUnion('is', [
      z.object({ is: z.literal('p'), first: z.string() }),
      z.object({ is: z.literal('c'), vat: z.string().nullable() }),
    ]),
    tags: z.tuple([z.string(), z.number()]).rest(z.boolean()),
    labels: z.record(z.string(), z.number()),
    flags: z.record(z.enum(['a', 'b']), z.boolean()),
    some: z.partialRecord(z.enum(['a', 'b']), z.boolean()),
    more: z.looseObject({ a: z.string() }),
    get friends() {
      return z.array(Account)
    },
  })
  .meta({ id: 'Account' })

const Closed = defineError('ORDER_CLOSED', {
  status: 409,
  title: 'Closed',
  details: t.Object({ since: t.String(), by: t.Union([t.String(), t.Null()]) }),
})
const Denied = defineError('DENIED', { status: 403, title: 'Denied' })
const Late = defineError('LATE', { status: 400, title: 'Late', details: z.object({ at: z.string() }) })
const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: () => ({ user: 'x' }),
  describe: { errors: [Late] },
})
const may = middleware({ name: 'may', stage: 'authorize', run: () => {}, describe: { errors: [Denied] } })
const cached = middleware({
  name: 'cached',
  stage: 'respond',
  transform: (_ctx, outcome) => outcome,
  describe: { responses: { 304: 'Still the same.', 206: 'A part.' } },
})
const member = route.use(session)
const placed = route.at('/placed/:place', { place: t.Integer() })
const numbers = t.Array(t.Integer())
const read = (): number[] => []

/** Each kind of route once. Its types, read from the tree and from the file, are compared. */
export const routes = {
  sample: sampleRoutes,
  schemas: {
    send: route.post('/send', { ...open, body: Everything }, () => 1),
    receive: route.get('/receive', { ...open, response: Everything }, () => null as never),
    standard: route.post('/standard', { ...open, body: Account, response: Account }, () => null as never),
    ark: route.post(
      '/ark',
      { ...open, body: type({ a: 'string', 'b?': 'number' }), response: type({ c: "'x' | 'y'" }) },
      () => ({ c: 'x' as const }),
    ),
    dated: route.get(
      '/dated',
      {
        ...open,
        response: z.object({ at: z.date(), list: z.array(z.object({ due: z.date().optional() })) }),
      },
      () => ({ at: new Date(), list: [] }),
    ),
    tree: route.put('/tree', { ...open, body: Tree, response: Tree }, ({ body }) => body),
    nothing: route.get('/nothing', { ...open, response: t.Null() }, () => null),
    maybe: route.get('/maybe', { ...open, response: z.string().optional() }, () => undefined),
    any: route.get('/any', open, () => 1),
  },
  input: {
    none: route.get('/none', { ...open, response: t.Integer() }, () => 1),
    query: route.get(
      '/query',
      {
        ...open,
        query: {
          size: t.Integer({ default: 20 }),
          tag: t.Array(t.String(), { default: [] }),
          text: t.Optional(t.String()),
          page: z.number().default(1),
          since: z.string().transform((one) => new Date(one)),
        },
      },
      () => 1,
    ),
    whole: route.get('/whole', { ...open, query: t.Object({ page: t.Optional(t.Integer()) }) }, () => 1),
    headers: route.get(
      '/headers',
      {
        ...open,
        headers: { 'if-match': t.String(), 'x-lang': t.String({ default: 'en' }) },
        cookies: { name: t.String(), n: t.Optional(t.Integer()) },
      },
      () => 1,
    ),
    params: route.get('/p/:id/*rest', { ...open, params: { id: t.Integer(), rest: t.String() } }, () => 1),
    texts: route.get('/t/:id/*rest?', open, () => 1),
    zodParams: route.get('/z/:id', { ...open, params: { id: z.string().length(3) } }, () => 1),
    placed: placed.get('/x/:other', { ...open, params: { other: t.Boolean() } }, () => 1),
    note: route.post('/note', { ...open, body: t.Optional(t.Object({ text: t.String() })) }, () => 1),
    search: route.query('/search', { ...open, body: Page, response: t.Array(Item) }, () => []),
  },
  bodies: {
    form: route.post(
      '/form',
      { ...open, body: form({ name: t.String(), stay: t.Boolean({ default: false }) }) },
      () => 1,
    ),
    text: route.post('/text', { ...open, body: text() }, () => 1),
    held: route.post(
      '/held',
      { ...open, body: text({ schema: t.Union([t.Literal('a'), t.Literal('b')]) }) },
      () => 1,
    ),
    bytes: route.post('/bytes', { ...open, body: bytes() }, () => 1),
    either: route.post('/either', { ...open, body: oneOf(json(Item), form(Item), text()) }, () => 1),
    own: route.post(
      '/own',
      { ...open, body: bodyFormat({ mediaTypes: ['application/x-n'], schema: numbers, read }) },
      () => 1,
    ),
    ownJson: route.post(
      '/own-json',
      { ...open, body: bodyFormat({ mediaTypes: ['application/n+json'], schema: numbers, read }) },
      () => 1,
    ),
    upload: route.put('/files/:name', { ...open, consumes: ['image/png'] }, () => 1),
    hook: route.post('/hook', { ...open, consumes: ['application/json'] }, () => 1),
  },
  live: route.get('/live/:id', { ...open, upgrades: 'websocket' }, () => upgrade(() => {})),
  answers: {
    several: route.post(
      '/several',
      {
        ...open,
        body: Item,
        response: {
          201: Item,
          202: t.Object({ queued: t.Boolean() }),
          204: null,
          404: t.Object({ tried: t.String() }),
        },
      },
      () => reply(204),
    ),
    headers: route.get(
      '/answer-headers',
      {
        ...open,
        response: {
          200: {
            body: Item,
            headers: {
              etag: t.String(),
              'x-total': t.Optional(t.Integer()),
              'x-on': t.Boolean(),
              'set-cookie': t.Optional(t.Array(t.String())),
              'x-kind': t.Union([t.Literal('a'), t.Literal(2)]),
              'x-zod': z.number().optional(),
            },
          },
          304: null,
        },
      },
      () => reply(304),
    ),
    csv: route.get('/csv', { ...open, response: content('text/csv') }, () => ''),
    events: route.get('/events', { ...open, response: content('text/event-stream') }, () => ''),
    picture: route.get('/picture', { ...open, response: content('image/png', 'application/xml') }, () => ''),
    blob: route.get(
      '/blob',
      { ...open, response: { 200: content('application/ld+json'), 206: content('application/x-ndjson') } },
      () => '',
    ),
  },
  errors: router(
    '/tenants/:tenant',
    { use: [cached], access: may },
    {
      ruled: member.get('/ruled', { response: Item, errors: [Closed, NotFoundError] }, () => ({
        id: 'x',
        count: 1,
      })),
      own: route.get(
        '/own/:id',
        {
          ...open,
          params: { id: t.Integer() },
          response: Item,
          deprecated: true,
          summary: 'Has a rule of its own',
        },
        () => ({ id: 'x', count: 1 }),
      ),
      deeper: {
        'with-dash': route.delete('/deeper/:id', { ...open, response: { 204: null } }, () => reply(204)),
      },
    },
  ),
}
