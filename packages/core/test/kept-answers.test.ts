// What a cache of answers needs: a wrap that answers at once, the text of an outcome, runs that belong to no request.
import { middleware, reply, route, t, type Next, type Outcome, type RouteFacts } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, open, transports } from './support.ts'

/** Runs the rest in work that it detaches, and gives its outcome. */
function runDetached(next: Next, detach: (label: string, work: () => unknown, options?: object) => void) {
  return new Promise<Outcome>((resolve, reject) => detach('run', () => next.again().then(resolve, reject)))
}

describe.each(transports)('a wrap, %s', (transport) => {
  it('may answer at once: then the request needs no promise', async () => {
    const order: string[] = []
    const kept = middleware({ name: 'kept', stage: 'handle', wrap: () => reply(200, 'kept') })
    const outer = middleware({
      name: 'outer',
      stage: 'respond',
      transform: (_ctx, outcome) => {
        order.push(`transform ${String(outcome.value)}`)
        return outcome
      },
    })
    const first = middleware({
      name: 'first',
      stage: 'receive',
      run: () => {
        order.push('received')
        queueMicrotask(() => order.push('microtask'))
      },
    })
    const a = route.get('/', { ...open, use: [kept] }, () => 'made')
    await using app = await testApp({ routes: { a }, use: [first, outer], transport })
    expect(await (await app.request('GET', '/')).text()).toBe('kept')
    expect(order).toEqual(['received', 'transform kept', 'microtask'])
  })

  it('that throws at once, or gives what is not an outcome, is an error as one that rejects', async () => {
    const throwing = middleware({
      name: 'throwing',
      stage: 'handle',
      wrap: () => {
        throw new Error('broken')
      },
    })
    const wrong = middleware({ name: 'wrong', stage: 'handle', wrap: () => 'text' as never })
    const routes = {
      a: route.get('/a', { ...open, use: [throwing] }, () => 'x'),
      b: route.get('/b', { ...open, use: [wrong] }, () => 'x'),
    }
    await using app = await testApp({ routes, transport })
    expect((await app.request('GET', '/a')).status).toBe(500)
    expect((await app.request('GET', '/b')).status).toBe(500)
    expect(app.takeErrors().map((line) => JSON.stringify(line))).toEqual([
      expect.stringContaining('broken'),
      expect.stringContaining('Middleware wrong did not return an outcome'),
    ])
  })

  it('sees the JSON text of an outcome, which is that of no value that was read since', async () => {
    const seen: unknown[] = []
    const looking = middleware({
      name: 'looking',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        const outcome = await next()
        seen.push(outcome.json)
        void outcome.value
        seen.push(outcome.json)
        return outcome
      },
    })
    const routes = {
      json: route.get('/json', { ...open, response: t.Object({ a: t.Integer() }), use: [looking] }, () => ({
        a: 1,
        b: 2,
      })),
      text: route.get('/text', { ...open, use: [looking] }, () => 'x'),
    }
    await using app = await testApp({ routes, transport })
    expect(await (await app.request('GET', '/json')).json()).toEqual({ a: 1 })
    await (await app.request('GET', '/text')).text()
    expect(seen).toEqual(['{"a":1}', undefined, undefined, undefined])
  })

  it('finds the headers that a detached run said by ctx.responseHeaders in its outcome, and they go nowhere else', async () => {
    const seen: unknown[] = []
    const detached = middleware({
      name: 'detached',
      stage: 'handle',
      wrap: async (ctx, next) => {
        const { headers, json } = await runDetached(next, ctx.detach)
        seen.push([headers.get('x-own'), headers.values('set-cookie'), json])
        return reply(200, 'other')
      },
    })
    const a = route.get('/', { ...open, use: [detached] }, ({ responseHeaders }) => {
      responseHeaders.set('x-own', '1').append('set-cookie', 'a=1')
      return { a: 1 }
    })
    await using app = await testApp({ routes: { a }, transport })
    const answer = await app.request('GET', '/')
    expect(seen).toEqual([['1', ['a=1'], '{"a":1}']])
    expect([answer.headers.get('x-own'), answer.headers.get('set-cookie')]).toEqual([null, null])
  })

  it('may abort what it detached by a signal of its own', async () => {
    const ends = new AbortController()
    const reason = deferred<unknown>()
    const begun = deferred()
    const detached = middleware({
      name: 'detached',
      stage: 'handle',
      wrap: async (ctx, next) => {
        ctx.detach('run', () => next.again().catch(() => {}), { signal: ends.signal })
        return reply(200, 'left')
      },
    })
    const a = route.get('/', { ...open, use: [detached] }, ({ signal }) => {
      signal.addEventListener('abort', () => reason.resolve(signal.reason))
      begun.resolve()
      return reason.promise.then(() => 'late')
    })
    await using app = await testApp({ routes: { a }, transport })
    await (await app.request('GET', '/')).text()
    await begun.promise
    ends.abort(new Error('nobody waits'))
    expect(String(await reason.promise)).toBe('Error: nobody waits')
  })

  it('may not begin work with a signal that is aborted', async () => {
    const a = route.get('/', open, ({ detach }) => {
      expect(() => detach('run', () => 0, { signal: AbortSignal.abort(new Error('over')) })).toThrow('over')
      expect(() => detach('run', () => 0, { signal: 'no' as never })).toThrow('signal')
      return 'x'
    })
    await using app = await testApp({ routes: { a }, transport })
    expect(await (await app.request('GET', '/')).text()).toBe('x')
  })
})

describe('what a middleware is told of a route', () => {
  it('says which headers its answers may have: those that it declares, and that its middleware describes', async () => {
    const told: RouteFacts[] = []
    const asking = middleware({
      name: 'asking',
      stage: 'handle',
      for: (facts) => void told.push(facts),
      run: () => undefined,
      describe: { headers: { 'x-b': 'One.' }, successHeaders: { 'X-C': 'Another.' } },
    })
    const response = { 200: { body: t.Integer(), headers: { 'set-cookie': t.Optional(t.String()) } } }
    const a = route.get('/', { ...open, response, use: [asking] }, () => 1)
    await using _app = await testApp({ routes: { a } })
    expect(told.find(({ name }) => name === 'a')?.responseHeaders).toEqual(['set-cookie', 'x-b', 'x-c'])
  })

  it('says for which places of a request it has schemas', async () => {
    const told: RouteFacts[] = []
    const asking = middleware({
      name: 'asking',
      stage: 'handle',
      for: (facts) => void told.push(facts),
      run: () => undefined,
    })
    const query = { page: t.Optional(t.Integer()) }
    const routes = {
      none: route.get('/', { ...open, use: [asking] }, () => 'x'),
      all: route.post(
        '/:id',
        {
          ...open,
          use: [asking],
          params: { id: t.Integer() },
          query,
          headers: { 'x-a': t.Optional(t.String()) },
          body: t.Any(),
        },
        () => 'x',
      ),
    }
    await using _app = await testApp({ routes })
    expect(
      Object.fromEntries(told.flatMap(({ name, inputs }) => (name === undefined ? [] : [[name, inputs]]))),
    ).toEqual({
      none: [],
      all: ['params', 'query', 'headers', 'body'],
    })
  })
})
