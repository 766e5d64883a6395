import { describe, expect, it } from 'vitest'
import { shownTypes } from './compile.ts'

const PROGRAM = `
import { defineError, middleware, route, router, t, type Route } from '@keelson/core'
import { createClient } from '@keelson/client'

class Orders { static inject = [] as const; find(id: string) { return { id, total: 1 } } }
const Closed = defineError('CLOSED', { status: 409, title: 'Closed', details: t.Object({ at: t.String() }) })
const session = middleware({ name: 'session', stage: 'authenticate', adds: ['user'], run: () => ({ user: { id: '' } }) })
const member = route.use(session).inject({ orders: Orders })
const show = member.get('/:id', {
  params: { id: t.String() },
  query: { page: t.Optional(t.Integer()) },
  response: t.Object({ id: t.String(), total: t.Number() }),
  errors: [Closed],
  access: 'public',
}, (ctx) => ctx.orders.find(ctx.params.id))
const alias: Route<{ params: { id: string } }, { 200: string }, never> = null!
declare const manifest: Parameters<typeof createClient>[0]['manifest']
const client = createClient<{ orders: typeof orders }>({ baseUrl: '', manifest })
const orders = router('/orders', { show })
const order = await client.orders.show({ params: { id: '' } })
const call = client.orders.show.result
`

describe('what an editor shows', () => {
  const shown = shownTypes(PROGRAM)

  it.each([
    [
      'ctx',
      'NoInfer<BaseContext & { user: { id: string; }; } & { readonly orders: Orders; } & { readonly params: { id: string; }; readonly query: { page?: number; }; readonly headers: IncomingHeaders; readonly cookies: { readonly [name: string]: string; }; readonly body: undefined; }>',
    ],
    ['member', 'RouteFactory<{ user: { id: string; }; } & { readonly orders: Orders; }, never>'],
    [
      'show',
      'Route<{ params: { id: string; }; query?: { page?: number; }; }, { 200: { id: string; total: number; }; }, WireError<"CLOSED", { at: string; }, 409>>',
    ],
    ['alias', 'Route<{ params: { id: string; }; }, { 200: string; }, never>'],
    ['order', '{ id: string; total: number; }'],
  ])('is plain for %s', (name, type) => {
    expect(shown.get(name)).toBe(type)
  })

  it('is the input of a call without schemas', () => {
    expect(shown.get('call')).toMatch(
      /^\(input: \{ params: \{ id: string; \}; query\?: \{ page\?: number; \}; \},/,
    )
  })
})
