// Nobody ever sees what is another's: random requests of users and tenants, some of them hostile, against handlers that say whom they answer.
import { cached, invalidates } from '@keelson/cache'
import { route, t } from '@keelson/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { account, cachedApp, open, seen, transports } from './http-support.ts'

const own = { ttlMs: 60_000, graceMs: 60_000, by: 'user', tags: ['own'] } as const
const member = route.use(account)
const whose = ({
  user,
}: {
  readonly user: { readonly id: string | undefined; readonly shop: string | undefined }
}) => [user.id ?? null, user.shop ?? null]

const routes = {
  plain: member.get('/plain', { ...open, use: [cached(own)] }, (ctx) => ({ whose: whose(ctx), asked: [] })),
  one: member.get('/one/:id', { ...open, use: [cached(own)] }, (ctx) => ({
    whose: whose(ctx),
    asked: [ctx.params.id],
  })),
  rest: member.get('/rest/*path', { ...open, use: [cached(own)] }, (ctx) => ({
    whose: whose(ctx),
    asked: [ctx.params.path],
  })),
  query: member.get(
    '/query',
    { ...open, query: { a: t.Optional(t.String()), b: t.Optional(t.String()) }, use: [cached(own)] },
    (ctx) => ({
      whose: whose(ctx),
      asked: [ctx.query.a ?? null, ctx.query.b ?? null],
    }),
  ),
  search: member.post(
    '/search',
    { ...open, body: t.Object({ q: t.String() }), use: [cached({ ...own, key: 'body' })] },
    (ctx) => ({
      whose: whose(ctx),
      asked: [ctx.body.q],
    }),
  ),
  tenant: member.get('/tenant', { ...open, use: [cached({ ...own, by: 'nobody' })] }, (ctx) => ({
    whose: [null, ctx.user.shop ?? null],
    asked: [],
  })),
  change: member.post('/change', { ...open, use: [invalidates('own')] }, () => 'changed'),
}

/** Texts that look like parts of keys. */
const text = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    '-',
    '"',
    '\\',
    'user "a"',
    ' - -',
    '[]',
    '{"id":"a"}',
    'a b',
    'raw',
    '%',
    'ä',
    '=',
    '#',
  ),
  fc.string({ maxLength: 5 }),
)
const who = fc.record({
  user: fc.option(fc.constantFrom('a', 'b', '-', 'user "a"', '"a"'), { nil: undefined }),
  shop: fc.option(fc.constantFrom('x', 'y', '-', 'a', '"x"'), { nil: undefined }),
})
const asking = fc.record({
  who,
  route: fc.constantFrom(...(Object.keys(routes) as (keyof typeof routes)[])),
  texts: fc.tuple(text, text),
  noise: fc.constantFrom('', '&utm=1', '&a=x'),
})

interface Asked {
  readonly method: string
  readonly path: string
  readonly json?: object
  readonly wanted: unknown[]
}

function toAsked(route: keyof typeof routes, [first, second]: readonly [string, string]): Asked {
  const value = encodeURIComponent(toText(first))
  switch (route) {
    case 'one':
      return { method: 'GET', path: `/one/${value}`, wanted: [toText(first)] }
    case 'rest':
      return { method: 'GET', path: `/rest/${value}/x`, wanted: [`${toText(first)}/x`] }
    case 'query': {
      const other = encodeURIComponent(toText(second))
      return { method: 'GET', path: `/query?b=${other}&a=${value}`, wanted: [toText(first), toText(second)] }
    }
    case 'search':
      return { method: 'POST', path: '/search', json: { q: first }, wanted: [first] }
    default:
      return { method: route === 'change' ? 'POST' : 'GET', path: `/${route}`, wanted: [] }
  }
}

/** Without what no path can have. */
function toText(text: string): string {
  const kept = text.replaceAll(/[^ -~ä]|[/\\%.]/g, '_')
  return kept === '' ? '_' : kept
}

describe.each(transports)('cached by users and tenants, %s', (transport) => {
  it("gives nobody what is another's, whatever they ask for, in any order and at once", async () => {
    await using app = await cachedApp(routes, { transport })
    await fc.assert(
      fc.asyncProperty(fc.array(asking, { minLength: 5, maxLength: 25 }), async (all) => {
        await Promise.all(
          all.map(async ({ who: { user, shop }, route, texts }) => {
            const { method, path, json, wanted } = toAsked(route, texts)
            const headers: Record<string, string> = {}
            if (user !== undefined) headers['x-user'] = user
            if (shop !== undefined) headers['x-tenant'] = shop
            const [status, got] = await seen(
              app.request(method, path, { headers, ...(json === undefined ? {} : { json }) }),
            )
            if (route === 'change') return
            expect([status, JSON.parse(got)]).toEqual([
              200,
              { whose: [route === 'tenant' ? null : (user ?? null), shop ?? null], asked: wanted },
            ])
          }),
        )
      }),
      { seed: 17, numRuns: transport === 'memory' ? 150 : 40 },
    )
  })
})
