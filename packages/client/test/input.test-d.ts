import { z } from 'zod'
import { reply, route, router, t, type InputOf, type OutputOf } from '@keelson/core'
import { createClient } from '../src/index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function same<A, B>(...proof: Equal<A, B> extends true ? [] : ['the types differ']): void
declare const manifest: { version: number; hash: string; routes: { 'orders.show': string } }
const open = { access: 'public' } as const

const Page = t.Object({
  size: t.Integer({ default: 20 }),
  sort: t.Union([t.Literal('up'), t.Literal('down')], { default: 'up' }),
  after: t.Optional(t.String()),
  filter: t.Object({ text: t.String(), isExact: t.Boolean({ default: false }) }),
})

// A member with a default is there for the handler, and may be left out by the caller, at every depth.
same<
  OutputOf<typeof Page>,
  { size: number; sort: 'up' | 'down'; after?: string; filter: { text: string; isExact: boolean } }
>()
same<
  InputOf<typeof Page>,
  { size?: number; sort?: 'up' | 'down'; after?: string; filter: { text: string; isExact?: boolean } }
>()
const Item = t.Object({ id: t.String(), count: t.Integer({ default: 1 }) })
type ItemInput = { id: string; count?: number }
same<InputOf<ReturnType<typeof listOf>>, ItemInput[]>()
function listOf() {
  return t.Array(Item)
}
const byName = t.Record(t.String(), Item)
same<InputOf<typeof byName>, { [x: string]: ItemInput }>()
const pair = t.Tuple([Item, t.String()])
same<InputOf<typeof pair>, [ItemInput, string]>()
const both = t.Intersect([Item, t.Object({ note: t.String({ default: '' }) })])
const bothInput: InputOf<typeof both> = { id: 'x' }
same<typeof bothInput, ItemInput & { note?: string }>()
const picked = t.Pick(Item, ['count'])
same<InputOf<typeof picked>, { count?: number }>()
const joined = t.Composite([Item, t.Object({ note: t.String({ default: '' }) })])
same<InputOf<typeof joined>, { id: string; count?: number; note?: string }>()
const nullable = t.Object({ name: t.Union([t.String(), t.Null()], { default: null }) })
same<InputOf<typeof nullable>, { name?: string | null }>()
const raw = t.Object({ id: t.Unsafe<bigint>({ type: 'integer', default: 1 }) })
same<InputOf<typeof raw>, { id?: bigint }>()

// Within a union a default is filled in where it is certain which member is meant: by a tag, or since the other is null.
const tagged = t.Union([
  t.Object({ kind: t.Literal('a'), n: t.Integer({ default: 1 }) }),
  t.Object({ kind: t.Union([t.Literal('b'), t.Literal('c')]), text: t.String() }),
])
same<InputOf<typeof tagged>, { kind: 'a'; n?: number } | { kind: 'b' | 'c'; text: string }>()
const listed = t.Object({ shapes: t.Array(tagged) })
same<InputOf<typeof listed>, { shapes: ({ kind: 'a'; n?: number } | { kind: 'b' | 'c'; text: string })[] }>()
const orNull = t.Union([Item, t.Null()])
same<InputOf<typeof orNull>, ItemInput | null>()
// Beside null, too, only what is one schema is certain: of an intersection, a union or a tuple the server asks for all.
const listOrNull = t.Union([t.Null(), t.Array(Item)])
same<InputOf<typeof listOrNull>, ItemInput[] | null>()
const bothOrNull = t.Union([both, t.Null()])
same<InputOf<typeof bothOrNull>, OutputOf<typeof bothOrNull>>()
const taggedOrNull = t.Union([tagged, t.Null()])
same<InputOf<typeof taggedOrNull>, OutputOf<typeof taggedOrNull>>()
const pairOrNull = t.Union([pair, t.Null()])
same<InputOf<typeof pairOrNull>, OutputOf<typeof pairOrNull>>()
const either = t.Union([Item, t.String()])
same<InputOf<typeof either>, OutputOf<typeof either>>()
const alike = t.Union([
  t.Object({ kind: t.Literal('a'), n: t.Integer({ default: 1 }) }),
  t.Object({ kind: t.Literal('a'), m: t.Integer() }),
])
same<InputOf<typeof alike>, OutputOf<typeof alike>>()
const loose = t.Union([
  t.Object({ kind: t.Optional(t.Literal('a')), n: t.Integer({ default: 1 }) }),
  t.Object({ kind: t.Literal('b'), m: t.Integer() }),
])
same<InputOf<typeof loose>, OutputOf<typeof loose>>()

// Where nothing has a default, input is output.
const Plain = t.Object({ id: t.String(), list: t.Array(t.Object({ n: t.Number() })) }, { $id: 'Plain' })
same<InputOf<typeof Plain>, OutputOf<typeof Plain>>()
// An option that may be a default is none to be relied on.
declare const options: { default?: number }
const unsure = t.Object({ n: t.Integer(options) })
same<InputOf<typeof unsure>, { n: number }>()

const routes = router('/orders', {
  list: route.get(
    '/',
    { ...open, query: { size: t.Integer({ default: 20 }), tag: t.Array(t.String(), { default: [] }) } },
    ({ query }) => {
      same<typeof query, { size: number; tag: string[] }>()
      return 1
    },
  ),
  find: route.get(
    '/:id',
    {
      ...open,
      params: { id: t.Integer({ default: 1 }) },
      headers: { 'x-lang': t.String({ default: 'en' }) },
    },
    ({ params, headers }) => {
      same<typeof params, { id: number }>()
      same<(typeof headers)['x-lang'], string>()
      return 1
    },
  ),
  search: route.post('/search', { ...open, body: Page }, ({ body }) => {
    same<typeof body, OutputOf<typeof Page>>()
    return 1
  }),
  note: route.post('/note', { ...open, body: t.Optional(t.Object({ text: t.String() })) }, () => 1),
  zod: route.get(
    '/zod',
    {
      ...open,
      query: {
        page: z.coerce.number().default(1),
        since: z.string().transform((text) => new Date(text)),
        text: z.string().optional(),
      },
    },
    ({ query }) => {
      same<typeof query, { page: number; since: Date; text: string | undefined }>()
      return 1
    },
  ),
  // Nobody fills a default into a response: the handler gives it, the caller gets it.
  show: route.get('/show', { ...open, response: Item }, () => ({ id: 'x', count: 1 })),
  // @ts-expect-error -- the response lacks count
  bad: route.get('/bad', { ...open, response: Item }, () => ({ id: 'x' })),
  worse: route.get('/worse', { ...open, response: { 201: Item } }, () =>
    // @ts-expect-error -- the response lacks count
    reply(201, { id: 'x' }),
  ),
})
const { list, find, search, note, zod, show } = createClient<{ orders: typeof routes }>({
  baseUrl: 'http://h',
  manifest,
}).orders

list()
list({})
list({ query: {} })
list({ query: { size: 5 } })
list({ query: { tag: ['a'] } })
// @ts-expect-error -- the size is a number
list({ query: { size: '5' } })
find({ params: { id: 1 } })
find({ params: { id: 1 }, headers: { 'x-lang': 'de' } })
// @ts-expect-error -- a path has all its params
find({ params: {} })
search({ body: { filter: { text: 'x' } } })
search({ body: { size: 1, sort: 'down', after: 'x', filter: { text: 'x', isExact: true } } })
// @ts-expect-error -- the text has no default
search({ body: { filter: {} } })
// @ts-expect-error -- a body is sent, be it empty
search({})
note()
note({ body: { text: 'x' } })
zod({ query: { since: '2026-01-01' } })
zod({ query: { since: '2026-01-01', page: 2, text: 'x' } })
// @ts-expect-error -- since has no default
zod({ query: { page: 2 } })
// @ts-expect-error -- the query has a field that is needed
zod()
// @ts-expect-error -- the caller sends a text; the handler gets a date
zod({ query: { since: new Date() } })
same<Awaited<ReturnType<typeof show>>, { id: string; count: number }>()

// A Standard Schema may give what JSON cannot hold; the caller gets what JSON makes of it.
const dated = route.get(
  '/dated',
  {
    ...open,
    response: {
      200: z.object({ at: z.date(), list: z.array(z.object({ due: z.date().optional(), n: z.number() })) }),
      201: z.object({ plain: z.string(), more: z.record(z.string(), z.boolean()).nullable() }),
      202: z.object({ free: z.any() }),
    },
  },
  () => ({ at: new Date(), list: [{ n: 1 }] }),
)
const answer = await createClient<{ dated: typeof dated }>({ baseUrl: 'http://h', manifest }).dated.result()
if (answer.ok && answer.status === 200) {
  same<typeof answer.data, { at: string; list: { due?: string | undefined; n: number }[] }>()
} else if (answer.ok && answer.status === 201) {
  same<typeof answer.data, { plain: string; more: { [x: string]: boolean } | null }>()
} else if (answer.ok) {
  same<0 extends 1 & (typeof answer.data)['free'] ? 'any' : 'typed', 'any'>()
}

// What an editor shows is a plain object.
same<Parameters<typeof list>[0], { query?: { size?: number; tag?: string[] } } | undefined>()
same<Parameters<typeof find>[0], { params: { id: number }; headers?: { 'x-lang'?: string } }>()
