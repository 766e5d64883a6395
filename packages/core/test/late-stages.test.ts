import {
  BadRequestError,
  ConflictError,
  middleware,
  needs,
  route,
  UnauthorizedError,
  type Outcome,
  type RequestSummary,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, open, transports } from './support.ts'

describe.each(transports)('the respond stage, %s', (transport) => {
  it.each<[string, (outcome: Outcome) => void, readonly [number, string | null, string]]>([
    [
      'status and headers',
      (one) => {
        one.status = 203
        one.headers.set('content-type', 'text/x')
      },
      [203, 'text/x', 'x'],
    ],
    [
      'the value to an object',
      (one) => {
        one.value = { a: 1 }
      },
      [200, 'application/json', '{"a":1}'],
    ],
    [
      'the value to a stream',
      (one) => {
        one.value = new Blob(['blob']).stream()
      },
      [200, 'application/octet-stream', 'blob'],
    ],
    [
      'the value to a Response',
      (one) => {
        one.value = Response.json({ b: 2 }, { status: 202 })
      },
      [202, 'application/json', '{"b":2}'],
    ],
    [
      'the value to nothing',
      (one) => {
        one.status = 304
        one.value = undefined
      },
      [304, null, ''],
    ],
  ])('may change %s', async (_, change, expected) => {
    const use = [
      middleware({
        name: 'change',
        stage: 'respond',
        transform: (_ctx, outcome) => (change(outcome), outcome),
      }),
    ] as const
    await using app = await testApp({ routes: { a: route.get('/', { ...open, use }, () => 'x') }, transport })
    const response = await app.request('GET', '/')
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual(expected)
  })

  it('sees what an error was, and lets go of a stream that it does not send', async () => {
    const seen: unknown[] = []
    let isCancelled = false
    const look = middleware({
      name: 'look',
      stage: 'respond',
      transform: (ctx, outcome) => {
        seen.push([outcome.status, outcome.errorCode, outcome.error])
        if (ctx.path === '/stream') throw new ConflictError()
        return outcome
      },
    })
    const failure = new BadRequestError('no')
    const routes = {
      error: route.get('/error', open, () => {
        throw failure
      }),
      stream: route.get(
        '/stream',
        open,
        () =>
          new ReadableStream({
            start: (controller) => controller.enqueue('first'),
            cancel: () => void (isCancelled = true),
          }),
      ),
    }
    await using app = await testApp({ routes, use: [look], transport })
    expect((await app.request('GET', '/error')).status).toBe(400)
    expect((await app.request('GET', '/stream')).status).toBe(500)
    expect(app.takeErrors()).toHaveLength(1)
    expect(seen).toEqual([
      [400, 'ERR_CORE_BAD_REQUEST', failure],
      [200, undefined, undefined],
    ])
    expect(isCancelled).toBe(true)
  })

  it('cannot make a status that is none', async () => {
    const use = [
      middleware({
        name: 'odd',
        stage: 'respond',
        transform: (_, outcome) => {
          outcome.status = 100
          return outcome
        },
      }),
    ] as const
    await using app = await testApp({ routes: { a: route.get('/', { ...open, use }, () => 'x') }, transport })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(app.takeErrors()).toHaveLength(1)
  })
})

describe.each(transports)('the record stage, %s', (transport) => {
  it('hears what happened, and cannot break anything', async () => {
    const ended = [deferred<RequestSummary>(), deferred<RequestSummary>()]
    const broken = middleware({
      name: 'broken',
      stage: 'record',
      observe: () => {
        throw new Error('no metrics')
      },
    })
    const look = middleware({
      name: 'look',
      stage: 'record',
      observe: (ctx, summary) => ended[ctx.path === '/good' ? 0 : 1]?.resolve(summary),
    })
    const failure = new TypeError('x')
    const routes = {
      good: route.get('/good', open, () => 'grün'),
      bad: route.get('/bad', open, () => {
        throw failure
      }),
    }
    const app = await testApp({ routes, use: [broken, look], transport })
    expect(await (await app.request('GET', '/good')).text()).toBe('grün')
    await (await app.request('GET', '/bad')).text()
    expect(await ended[0]?.promise).toEqual({
      status: 200,
      durationMs: expect.any(Number),
      bytes: 5,
      errorCode: undefined,
      error: undefined,
      aborted: false,
    })
    expect(await ended[1]?.promise).toMatchObject({
      status: 500,
      errorCode: 'ERR_CORE_INTERNAL',
      error: failure,
      aborted: false,
    })
    await app.app.stop()
    expect(app.takeErrors().filter((line) => line.msg === 'A record middleware failed.')).toHaveLength(2)
  })

  it('sees what was added before, and nothing of it where the request was refused', async () => {
    const seen: unknown[] = []
    const user = middleware({
      name: 'user',
      stage: 'authenticate',
      adds: ['user'],
      run: (ctx) => {
        if (ctx.path === '/refused') throw new UnauthorizedError()
        return { user: 'ann' }
      },
    })
    const audit = middleware({
      name: 'audit',
      stage: 'record',
      needs: needs<{ user: string }>('user'),
      observe: (ctx) => void seen.push([ctx.path, ctx.user]),
    })
    const routes = {
      a: route
        .use(user)
        .use(audit)
        .get('/:how', open, () => 'x'),
    }
    const app = await testApp({ routes, transport })
    expect((await app.request('GET', '/good')).status).toBe(200)
    expect((await app.request('GET', '/refused')).status).toBe(401)
    await app.close()
    expect(seen).toEqual([
      ['/good', 'ann'],
      ['/refused', undefined],
    ])
  })
})
