import { middleware, needs, reply, route, router, SetupError, type AnyMiddleware } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

describe('a middleware that is first', () => {
  const trail: string[] = []
  const note = (name: string, isFirst: boolean): AnyMiddleware =>
    middleware({
      name,
      stage: 'receive',
      isFirst,
      run: () => void trail.push(name),
      transform: (_ctx, outcome) => (trail.push(`${name} out`), outcome),
    })

  it('runs before those of its stage, also those further out, and answers in its own place', async () => {
    const use = [note('app', false), note('app first', true)]
    const items = router(
      '/items',
      { use: [note('router', false), note('router first', true)] },
      { all: route.get('/', open, () => 1) },
    )
    await using test = await testApp({ routes: { items }, use })
    const order = [
      'app first',
      'router first',
      'app',
      'router',
      'router first out',
      'router out',
      'app first out',
      'app out',
    ]
    for (const path of ['/items', '/items/none']) {
      trail.length = 0
      await test.request('GET', path)
      expect(trail).toEqual(order)
    }
  })

  it('answers before a limit that stands before it in the list', async () => {
    const limit = middleware({ name: 'limit', stage: 'receive', run: () => reply(429) })
    const hello = middleware({
      name: 'hello',
      stage: 'receive',
      isFirst: true,
      run: () => reply(200, 'hello'),
    })
    await using test = await testApp({ routes: { all: route.get('/', open, () => 1) }, use: [limit, hello] })
    expect((await test.request('GET', '/')).status).toBe(200)
  })

  it('does not find what others add', async () => {
    const tenant = middleware({
      name: 'tenant',
      stage: 'receive',
      adds: ['tenant'],
      run: () => ({ tenant: 'a' }),
    })
    const early = middleware({
      name: 'early',
      stage: 'receive',
      isFirst: true,
      needs: needs<{ tenant: string }>('tenant'),
      run: () => undefined,
    })
    const routes = {
      all: route
        .use(tenant)
        .use(early)
        .get('/', open, () => 1),
    }
    await expect(testApp({ routes })).rejects.toThrow(/tenant/)
  })

  it('has a run or a wrap', () => {
    const late = () =>
      middleware({ name: 'late', stage: 'respond', isFirst: true, transform: (_ctx, outcome) => outcome })
    expect(late).toThrow(SetupError)
    expect(late).toThrow(/isFirst orders run and wrap/)
  })
})

describe.each(transports)('ctx.allowedMethods, over %s,', (transport) => {
  it('names the methods that routes take at the path, whatever was asked', async () => {
    const tell = middleware({
      name: 'tell',
      stage: 'receive',
      run: ({ allowedMethods, responseHeaders }) =>
        void responseHeaders.set('x-methods', allowedMethods.join(' ')),
    })
    const routes = {
      list: route.get('/items', open, () => 1),
      add: route.post('/items', open, () => 1),
      show: route.get('/items/:id', open, () => 1),
      special: route.delete('/items/special', open, () => undefined),
    }
    await using test = await testApp({ routes, use: [tell], transport })
    const told = async (method: string, path: string) =>
      (await test.request(method, path)).headers.get('x-methods')
    expect(await told('GET', '/items?a=1')).toBe('GET HEAD OPTIONS POST')
    expect(await told('OPTIONS', '/items')).toBe('GET HEAD OPTIONS POST')
    expect(await told('PUT', '/items/special')).toBe('DELETE GET HEAD OPTIONS')
    expect(await told('GET', '/none')).toBe('')
    expect(await told('GET', '/items/%zz')).toBe('')
  })
})
