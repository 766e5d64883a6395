import { middleware, type RouteTree } from '@keelson/core'
import { cache } from '@keelson/cache'
import { testApp, type TestApp, type TestAppOptions, type TestTransport } from '@keelson/testing'

export const open = { access: 'public' } as const
export const transports: readonly TestTransport[] = ['memory', 'socket']

/** Numbers from 1 on, and how many were taken. */
export class Counter {
  count = 0

  next(): number {
    return ++this.count
  }
}

/** Says who is calling by `x-user`, and for whom by `x-tenant`. */
export const account = middleware({
  name: 'account',
  stage: 'authenticate',
  adds: ['user'],
  run: (ctx) => ({ user: { id: ctx.header('x-user'), shop: ctx.header('x-tenant') } }),
  principal: ({ user }) => (user.id === undefined ? undefined : { id: user.id, kind: 'user' }),
  tenant: ({ user }) => user.shop,
})

/** An app with a cache. */
export async function cachedApp<T extends RouteTree>(
  routes: T,
  options: Partial<TestAppOptions<T>> & { readonly transport?: TestTransport } = {},
): Promise<TestApp<T>> {
  const { plugins = [], ...rest } = options as { readonly plugins?: readonly never[] }
  return testApp({ routes, plugins: [...plugins, cache()], ...rest } as never) as never
}

/** What an answer is, in short. */
export async function seen(answer: Response | Promise<Response>): Promise<[status: number, text: string]> {
  const { status } = await answer
  return [status, await (await answer).text()]
}

export interface Gate {
  readonly promise: Promise<void>
  readonly open: () => void
}

export function gate(): Gate {
  let open: () => void = () => {}
  const promise = new Promise<void>((resolve) => {
    open = resolve
  })
  return { promise, open }
}

/** Counts requests as they come. */
export class Arrivals {
  #count = 0
  #awaited: { readonly count: number; readonly tell: () => void } | undefined

  readonly middleware = middleware({
    name: 'arrivals',
    stage: 'receive',
    run: () => {
      this.#count++
      if (this.#awaited !== undefined && this.#count >= this.#awaited.count)
        queueMicrotask(this.#awaited.tell)
    },
  })

  /** Resolves when so many have come, and have gone on as far as they go at once. */
  async until(count: number): Promise<void> {
    if (this.#count < count) await new Promise<void>((tell) => (this.#awaited = { count, tell }))
    await new Promise(setImmediate)
  }
}
