import {
  CLOCK,
  KEY_VALUE_STORE,
  middleware,
  needs,
  route,
  type Clock,
  type KeyValueStore,
} from '@keelson/core'
import { describe, expectTypeOf, it } from 'vitest'

class Window {
  readonly clock: Clock
  constructor(clock: Clock) {
    this.clock = clock
  }
  take(key: string): number {
    return key.length
  }
}
interface User {
  readonly id: string
}

describe('what the parts of a middleware hold', () => {
  it('is what inject and state give, in every part', () => {
    const limit = middleware({
      name: 'limit',
      stage: 'receive',
      inject: { store: KEY_VALUE_STORE, clock: CLOCK },
      state: async ({ clock }) => new Window(clock),
      adds: ['quota'],
      needs: needs<{ user: User }>('user'),
      run: (ctx, held) => {
        expectTypeOf(held).toEqualTypeOf<
          { readonly store: KeyValueStore; readonly clock: Clock } & { readonly state: Window }
        >()
        expectTypeOf(ctx.user).toEqualTypeOf<User>()
        return { quota: held.state.take(ctx.user.id) }
      },
      transform: (ctx, outcome, { state }) => {
        expectTypeOf(state).toEqualTypeOf<Window>()
        expectTypeOf(ctx.quota).toEqualTypeOf<number | undefined>()
        expectTypeOf(ctx.user).toEqualTypeOf<User | undefined>()
        return outcome
      },
      encode: (ctx, answer, { state }) => {
        answer.headers.set('x-quota', String(ctx.quota ?? state.take('')))
      },
      observe: (ctx, _summary, { clock }) => {
        expectTypeOf(clock).toEqualTypeOf<Clock>()
        expectTypeOf(ctx.quota).toEqualTypeOf<number | undefined>()
      },
      describe: { headers: { 'x-quota': 'What is left.' } },
    })
    expectTypeOf(limit['~types']['adds']).toEqualTypeOf<{ quota: number }>()
    route
      .use(
        middleware({
          name: 'u',
          stage: 'receive',
          adds: ['user'],
          run: () => ({ user: { id: 'a' } as User }),
        }),
      )
      .use(limit)
      .get('/', { access: 'public' }, ({ quota }) => {
        expectTypeOf(quota).toEqualTypeOf<number>()
      })
  })

  it('is the state alone, or the services alone, where there is no more', () => {
    middleware({
      name: 'count',
      stage: 'receive',
      state: () => ({
        count: 0,
        add(): number {
          return ++this.count
        },
      }),
      run: (_, { state }) => void expectTypeOf(state.add()).toEqualTypeOf<number>(),
    })
    middleware({
      name: 'timed',
      stage: 'handle',
      inject: { clock: CLOCK },
      wrap: (_, next, held) => {
        expectTypeOf(held).toEqualTypeOf<{ readonly clock: Clock }>()
        return next()
      },
    })
  })
})
