import { route, router, t, validator } from '@keelson/core'
import type { Page, PageQuery } from '@keelson/core/conditions'
import * as core from '@keelson/core'
import { cursors, InvalidCursorError, links, offsetPage, offsetPageOf, page, pageOf } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { open, transports } from './support.ts'

const Item = t.Object({ id: t.Integer() })
const ALL = Array.from({ length: 45 }, (_, id) => ({ id }))
const byId = cursors({ list: 'items by id', schema: Item })
// As a client may change one: of the same list, with another value.
const byText = cursors({ list: 'items by id', schema: t.Object({ id: t.String() }) })
const byName = cursors({ list: 'items by name', schema: Item })

/** As a repository reads a page. */
function read({ limit = 20, after, before }: PageQuery): Page<{ id: number }> {
  const end = before === undefined ? undefined : ALL.findIndex(({ id }) => id >= byId.decode(before).id)
  const start =
    after !== undefined
      ? ALL.findIndex(({ id }) => id > byId.decode(after).id)
      : Math.max(0, (end ?? limit) - limit)
  const from = start === -1 ? ALL.length : start
  const items = ALL.slice(from, end ?? from + limit)
  const [first, last] = [items[0], items.at(-1)]
  return {
    items,
    ...(last !== undefined && last.id < 44 ? { next: byId.encode(last) } : {}),
    ...(first !== undefined && first.id > 0 ? { previous: byId.encode(first) } : {}),
  }
}

const items = router('/items', {
  list: route.get(
    '/',
    {
      ...open,
      query: page({ maxLimit: 30, defaultLimit: 10 }),
      response: pageOf(Item),
      errors: [InvalidCursorError],
      use: [links()],
    },
    ({ query }) => {
      expectTypeOf(query).toExtend<PageQuery>()
      return read(query)
    },
  ),
  numbered: route.get(
    '/numbered',
    {
      ...open,
      query: t.Object({ ...offsetPage({ maxOffset: 100 }).properties, tag: t.Optional(t.String()) }),
      response: offsetPageOf(Item),
      use: [links()],
    },
    ({ query }) => ({ items: ALL.slice(query.offset, query.offset + query.limit), total: ALL.length }),
  ),
})

/** Targets of a `link` header by relation. */
function targetsOf(response: Response): Record<string, string> {
  const header = response.headers.get('link') ?? ''
  return Object.fromEntries(
    [...header.matchAll(/<([^>]*)>; rel="(\w+)"/g)].map(([, target, rel]) => [rel, target]),
  )
}

describe.each(transports)('pages by cursor, over %s,', (transport) => {
  it('are walked to the end and back by links', async () => {
    await using test = await testApp({ routes: { items }, transport })
    const seen: number[] = []
    let at: string | undefined = '/items?limit=20'
    let previous: string | undefined
    while (at !== undefined) {
      const response: Response = await test.request('GET', at)
      seen.push(...((await response.json()) as Page<{ id: number }>).items.map(({ id }) => id))
      const { next, prev } = targetsOf(response)
      at = next
      previous = prev
    }
    expect(seen).toEqual(ALL.map(({ id }) => id))
    const back = (await (await test.request('GET', previous ?? '')).json()) as Page<{ id: number }>
    expect(back.items.map(({ id }) => id)).toEqual(ALL.slice(20, 40).map(({ id }) => id))
  })

  it.each([
    ['?limit=1e9', 400],
    ['?limit=31', 400],
    ['?limit=0', 400],
    ['?limit=-5', 400],
    ['?limit=1.5', 400],
    ['?limit=', 400],
    ['?limit=10&limit=20', 400],
    [`?after=${byId.encode({ id: 3 })}&before=${byId.encode({ id: 9 })}`, 400],
    ['?after=', 400],
    [`?after=${'x'.repeat(1025)}`, 400],
    [`?after=${byName.encode({ id: 3 })}`, 'ERR_CORE_CURSOR'],
    [`?after=${byText.encode({ id: 'x' })}`, 'ERR_CORE_CURSOR'],
    [`?after=${byId.encode({ id: 3 }).slice(0, -2)}`, 'ERR_CORE_CURSOR'],
    ['?after=%00', 'ERR_CORE_CURSOR'],
  ])('refuse %s', async (query, expected) => {
    await using test = await testApp({ routes: { items }, transport })
    const response = await test.request('GET', `/items${query}`)
    const { code } = (await response.json()) as { code: string }
    expect([response.status, typeof expected === 'number' ? expected : code]).toEqual([400, expected])
  })
})

it('the error of a cursor is the one that repositories throw', () => {
  expect(InvalidCursorError).toBe(core.InvalidCursorError)
})

it('the error of a cursor says in its detail what a client does next', async () => {
  await using test = await testApp({ routes: { items } })
  const response = await test.request('GET', '/items?after=made-up')
  expect(await response.json()).toMatchObject({
    title: 'Invalid Cursor',
    detail: 'The cursor is of another list, order or filter, or was changed. Begin at the first page.',
  })
})

describe.each(transports)('filters of a page, over %s,', (transport) => {
  const filtered = route.get(
    '/filtered',
    {
      ...open,
      query: page({ defaultLimit: 2 }).extend({ from: t.Optional(t.Integer()) }),
      response: pageOf(Item),
    },
    ({ query: { limit, from = 0 } }) => ({ items: ALL.slice(from, from + limit) }),
  )

  it('stand beside its limit, which a client may omit', async () => {
    await using test = await testApp({ routes: { filtered }, transport })
    expect((await test.client.filtered({ query: { from: 3 } })).items).toEqual([{ id: 3 }, { id: 4 }])
    expect((await test.client.filtered()).items).toEqual([{ id: 0 }, { id: 1 }])
  })

  it('leave one place at most', async () => {
    await using test = await testApp({ routes: { filtered }, transport })
    const response = await test.request('GET', '/filtered?after=a&before=b&from=1')
    const { errors } = (await response.json()) as { readonly errors: readonly object[] }
    expect(errors).toEqual([
      expect.objectContaining({ in: 'query', pointer: '/before', message: 'is not allowed beside "after"' }),
    ])
  })

  it('have other names than it', () => {
    expect(() => page().extend({ limit: t.Integer() })).toThrow("The page has 'limit' already.")
  })
})

describe.each(transports)('pages by offset, over %s,', (transport) => {
  it('have links to the first and the last, with what else the query says', async () => {
    await using test = await testApp({ routes: { items }, transport })
    const targets = async (query: string) => targetsOf(await test.request('GET', `/items/numbered${query}`))
    const to = (offset: number) => `/items/numbered?limit=20&tag=a+b%26c&offset=${offset}`
    expect(await targets('?limit=20&tag=a%20b%26c')).toEqual({ first: to(0), next: to(20), last: to(40) })
    expect(await targets('?limit=20&tag=a%20b%26c&offset=40')).toEqual({
      first: to(0),
      prev: to(20),
      last: to(40),
    })
    const next = '/items/numbered?limit=20&tag=&offset=20'
    expect(await targets('?&limit=20&&tag')).toMatchObject({ next })
    expect(await targets('?offset=10')).toMatchObject({ prev: '/items/numbered?offset=0' })
    // By the default limit, also where the page has fewer items or none.
    expect(await targets('?offset=40')).toMatchObject({ prev: '/items/numbered?offset=20' })
    expect(await targets('?offset=60')).toEqual({
      first: '/items/numbered?offset=0',
      prev: '/items/numbered?offset=40',
      last: '/items/numbered?offset=40',
    })
    expect((await test.request('GET', '/items/numbered?offset=101')).status).toBe(400)
  })
})

describe('cursors', () => {
  it('hold whatever the schema takes, and read nothing else', () => {
    const any = cursors({ list: 'x', schema: t.Object({ at: t.String(), id: t.Integer() }) })
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.maxSafeInteger(), (at, id) => {
        const text = any.encode({ at, id })
        expect(text).toMatch(/^[\w-]+$/)
        expect(any.decode(text)).toEqual({ at, id })
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => any.decode(text)).toThrow(InvalidCursorError)
      }),
    )
  })

  it('have one form: what base64url lets pass is refused', () => {
    const text = byId.encode({ id: 7 })
    // Of the last character two bits hold nothing.
    const spare = text.slice(0, -1) + String.fromCodePoint((text.codePointAt(text.length - 1) ?? 0) + 1)
    expect(Buffer.from(spare.slice(7), 'base64url')).toEqual(Buffer.from(text.slice(7), 'base64url'))
    for (const other of [spare, `${text}=`, `${text}!`, `${text.slice(0, 9)} ${text.slice(9)}`])
      expect(() => byId.decode(other)).toThrow(InvalidCursorError)
    const illFormed = Buffer.from('{"at":"\u00ff","id":7}', 'latin1').toString('base64url')
    const any = cursors({ list: 'x', schema: t.Object({ at: t.String(), id: t.Integer() }) })
    expect(() => any.decode(any.encode({ at: '', id: 7 }).slice(0, 7) + illFormed)).toThrow(
      InvalidCursorError,
    )
  })

  it('hold of a row what the schema declares, and nothing else', () => {
    const row = { id: 7, email: 'ada@shop.example', passwordHash: 'secret' }
    expect(byId.encode(row)).toBe(byId.encode({ id: 7 }))
    expect(byId.decode(byId.encode(row))).toEqual({ id: 7 })
    expect(() => byId.encode({ id: 'x' } as never)).toThrow('not what the schema says')
  })

  it('need a list and a schema', () => {
    expect(() => cursors({ schema: Item } as never)).toThrow(/list/)
    expect(() => cursors({ list: '', schema: Item })).toThrow(/list/)
  })
})

describe('page', () => {
  it('stands in the document, with links', async () => {
    await using test = await testApp({ routes: { items } })
    const operation = toOpenApi(test.app).paths['/items']?.get
    expect(operation?.parameters).toMatchObject([{ name: 'limit' }, { name: 'after' }, { name: 'before' }])
    expect(operation?.responses?.['200']?.headers).toHaveProperty('link')
  })

  it('takes a cursor of the longest key that an index has', () => {
    const query = validator(page())
    const cursor = Buffer.from(JSON.stringify(['\u{1f600}'.repeat(768), 1])).toString('base64url')
    expect(query.is({ limit: 1, after: cursor })).toBe(true)
    expect(query.is({ limit: 1, after: 'a'.repeat(8192) })).toBe(false)
  })

  it.each([[{ maxLimit: 0 }], [{ max: 5 }], [{ maxLimit: '5' }]])('refuses %j', (options) => {
    expect(() => page(options as never)).toThrow(/- page\b/)
    expect(() => offsetPage(options as never)).toThrow(/- offsetPage\b/)
  })

  it('refuses the start with a default beyond the most', async () => {
    const list = route.get('/', { ...open, query: page({ defaultLimit: 50, maxLimit: 20 }) }, () => 1)
    await expect(testApp({ routes: { list } })).rejects.toThrow(/default/)
  })
})
