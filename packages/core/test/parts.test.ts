import { BadRequestError, middleware, route, router, UnauthorizedError } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'

/** A middleware with three parts, which tells what each of them saw. */
function quota() {
  const seen: unknown[] = []
  const value = middleware({
    name: 'quota',
    stage: 'receive',
    adds: ['left'],
    run: (ctx) => {
      if (ctx.path === '/refused') throw new BadRequestError()
      return { left: 7 }
    },
    transform: (ctx, outcome) => {
      seen.push(`transform ${ctx.left}`)
      outcome.headers.set('x-left', String(ctx.left))
      return outcome
    },
    observe: (ctx, { status }) => void seen.push(`observe ${ctx.left} ${status}`),
  })
  return { seen, value }
}

describe('a middleware with several parts', () => {
  it('runs each at its place, and the later ones see what run added', async () => {
    const { seen, value } = quota()
    const app = await testApp({ routes: { a: route.use(value).get('/a', open, ({ left }) => left + 1) } })
    const response = await app.request('GET', '/a')
    expect([await response.json(), response.headers.get('x-left')]).toEqual([8, '7'])
    await app.close()
    expect(seen).toEqual(['transform 7', 'observe 7 200'])
  })

  it('runs the later ones where run refused, which find nothing added', async () => {
    const { seen, value } = quota()
    const app = await testApp({ routes: { a: route.use(value).get('/refused', open, () => 1) } })
    expect((await app.request('GET', '/refused')).headers.get('x-left')).toBe('undefined')
    await app.close()
    expect(seen).toEqual(['transform undefined', 'observe undefined 400'])
  })

  it('of a later stage than receive transforms and observes requests without a route, too', async () => {
    const seen: unknown[] = []
    const session = middleware({
      name: 'session',
      stage: 'authenticate',
      adds: ['user'],
      run: (ctx): { user: string } => {
        const user = ctx.header('x-user')
        if (user === undefined) throw new UnauthorizedError()
        return { user }
      },
      transform: (ctx, outcome) => (seen.push(ctx.user), outcome),
      observe: (_, { status }) => void seen.push(status),
    })
    const routes = { below: router('/below', { use: [session] }, { a: route.get('/a', open, () => 1) }) }
    const app = await testApp({ routes })
    expect((await app.request('GET', '/below/none', { headers: { 'x-user': 'ada' } })).status).toBe(404)
    expect((await app.request('GET', '/below/a', { headers: { 'x-user': 'ada' } })).status).toBe(200)
    await app.close()
    expect(seen).toEqual([undefined, 404, 'ada', 200])
  })

  it('is shown at each of its places', async () => {
    const { value } = quota()
    const tag = middleware({ name: 'tag', stage: 'respond', encode: () => undefined })
    const cors = middleware({ name: 'cors', stage: 'respond', transform: (_, outcome) => outcome })
    const a = route.use(value).get('/a', { ...open, use: [tag] }, () => 1)
    await using app = await testApp({ routes: { a }, use: [cors] })
    const steps = app.app.plans.find((one) => one.name === 'a')?.steps
    expect(steps?.map((one) => `${one.stage} ${one.served.name} ${one.part} ${one.origin}`)).toEqual([
      'receive quota run factory',
      'respond quota transform factory',
      'respond cors transform app',
      'respond tag encode route',
      'record quota observe factory',
    ])
  })
})
