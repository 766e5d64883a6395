import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { createApp, middleware, plugin, route, t, type RequestSummary } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open } from './support.ts'

describe('a call of an app', () => {
  it('is waited for by the drain', async () => {
    const gate = deferred()
    const begun = deferred()
    const app = createApp({
      log: false,
      mode: 'test',
      routes: {
        slow: route.get('/slow', { ...open, response: t.Integer() }, async () => {
          begun.resolve()
          await gate.promise
          return 1
        }),
      },
    })
    await app.start()
    const call = app.invoke('slow')
    await begun.promise
    const stopped = app.stop()
    gate.resolve()
    expect(await call).toMatchObject({ ok: true, data: 1 })
    expect((await stopped).isClean).toBe(true)
  })

  it('cannot come before the start, nor after the stop, and is told which', async () => {
    const app = createApp({ log: false, routes: { ping: route.get('/', open, () => 1) } })
    const phase = { problems: [{ code: 'ERR_CORE_PHASE' }] }
    const early = await failureOf(app.invoke('ping'))
    expect(early).toMatchObject({ ...phase, title: 'The application is not running' })
    await app.start()
    await app.stop()
    expect(await failureOf(app.invoke('ping'))).toMatchObject({
      ...phase,
      title: 'The application has stopped',
      message: expect.stringMatching(
        /^The application has stopped:\n {2}- app: It was stopped\. Make another/,
      ),
    })
  })

  it('of an app whose start failed is told so', async () => {
    const broken = plugin({ name: 'broken', start: () => Promise.reject(new Error('x')) })
    const app = createApp({
      log: false,
      plugins: [broken],
      routes: { ping: route.get('/', open, () => 1) },
    })
    await failureOf(app.start())
    expect(await failureOf(app.invoke('ping'))).toMatchObject({ title: 'The application did not start' })
    await app.stop()
  })
})

/** Says who was told of its end. */
function endless(name: string, closed: string[]) {
  return route.get(`/${name}`, open, async function* () {
    try {
      for (;;) yield 'x'
    } finally {
      closed.push(name)
    }
  } as never)
}

type Pieces = AsyncIterableIterator<Uint8Array>

describe('the end of an app', () => {
  it('ends streams that nobody begins to read, or goes on to read, and no others', async () => {
    const closed: string[] = []
    const names = ['unread', 'abandoned', 'read'] as const
    const routes = Object.fromEntries(names.map((name) => [name, endless(name, closed)]))
    const test = await testApp({ routes })
    const piecesOf = async (name: string) => ((await test.app.invoke(name)) as { data: Pieces }).data
    const [unread, abandoned, read] = await Promise.all(names.map(piecesOf))
    await abandoned?.next()
    const stopped = test.app['~internal'].stopWithoutGrace()
    while (closed.length < 2) {
      await read?.next()
      await turn()
    }
    expect(closed.toSorted()).toEqual(['abandoned', 'unread'])
    for (const gone of [unread, abandoned])
      expect(await failureOf(gone?.next() as Promise<unknown>)).toMatchObject({ status: 503 })
    await read?.return?.()
    expect((await stopped).heldUp).toEqual([])
    expect(closed).toHaveLength(3)
    expect(test.takeErrors()).toEqual([])
  })

  it('leaves a stream to a reader that waits for its next piece', async () => {
    const piece = deferred()
    const slow = route.get('/slow', open, async function* () {
      yield 'a'
      await piece.promise
      yield 'b'
    } as never)
    const test = await testApp({ routes: { slow } })
    const { data } = (await test.app.invoke('slow')) as { data: Pieces }
    await data.next()
    const next = data.next()
    const stopped = test.app['~internal'].stopWithoutGrace()
    await sleep(100)
    piece.resolve()
    expect(Buffer.from((await next).value as Uint8Array).toString()).toBe('b')
    expect((await data.next()).done).toBe(true)
    expect((await stopped).heldUp).toEqual([])
  })

  it('does not wait for who got a Response and does not read its body', async () => {
    const closed: string[] = []
    const summaries: RequestSummary[] = []
    const ends = middleware({
      name: 'ends',
      stage: 'record',
      observe: (_, summary) => void summaries.push(summary),
    })
    const test = await testApp({ routes: { unread: endless('unread', closed) }, use: [ends] })
    const { body } = await test.request('GET', '/unread')
    await test.close()
    expect(closed).toEqual(['unread'])
    expect(summaries).toMatchObject([{ status: 499, aborted: true }])
    expect(await failureOf((body as ReadableStream).getReader().read())).toMatchObject({ status: 503 })
  })
})
