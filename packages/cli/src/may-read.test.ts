import { describe, expect, it } from 'vitest'
import { mayRead } from './may-read.ts'

interface Ctx {
  readonly orders: { all(id?: string): unknown }
  readonly params: { readonly id: string }
  readonly visible: unknown
  readonly visits?: unknown
}
const pass = (one: unknown): unknown => one

describe('what the text of a handler says of its context', () => {
  it('knows a handler that cannot read a name', () => {
    const all: readonly ((ctx: Ctx) => unknown)[] = [
      () => 1,
      async () => 1,
      ({ orders }) => orders.all(),
      async ({ orders, params: { id } }) => orders.all(id),
      function list({ orders }: Ctx) {
        return orders.all()
      },
      (ctx) => ctx['orders'],
      (ctx) => pass(ctx.orders),
      {
        async list({ orders }: Ctx) {
          return orders.all()
        },
      }.list,
    ]
    expect(all.map((one) => mayRead(one, 'visible'))).toEqual(all.map((_, at) => at === 5))
  })

  it('leaves open what hands its context on, or takes the rest of it', () => {
    const all: readonly ((ctx: Ctx) => unknown)[] = [
      ({ visible }) => visible,
      ({ visible: mine }) => mine,
      ({ orders, ...rest }) => [orders, pass(rest)],
      ({ visits = pass('}') }) => visits,
      (ctx) => pass(ctx),
      (ctx) => ctx.visible,
      (ctx) => ({ ...ctx }),
      ((one: Ctx) => pass(one)).bind(undefined),
      function () {
        return pass(arguments)
      },
      (...all) => pass(all),
    ]
    expect(all.map((one) => mayRead(one as never, 'visible'))).toEqual(all.map(() => true))
  })
})
