import { createApp, plugin, route, t } from '@keelson/core'
import { testApp } from '@keelson/core/testing'
import { describe, expect, it, vi } from 'vitest'
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

describe('a stream as a result', () => {
  it('that nobody begins to read does not hold up the end of the app', async () => {
    const closed: string[] = []
    const endless = (name: string) =>
      route.get(`/${name}`, open, async function* () {
        try {
          for (;;) yield 'x'
        } finally {
          closed.push(name)
        }
      } as never)
    const test = await testApp({ routes: { unread: endless('unread'), read: endless('read') } })
    const unread = (await test.app.invoke('unread')) as { data: AsyncIterableIterator<Uint8Array> }
    const read = (await test.app.invoke('read')) as { data: AsyncIterableIterator<Uint8Array> }
    await read.data.next()
    const stopped = test.app.stop()
    await vi.waitFor(() => expect(closed).toEqual(['unread']))
    expect(await failureOf(unread.data.next())).toMatchObject({ status: 503 })
    expect((await read.data.next()).done).toBe(false)
    await read.data.return?.()
    expect((await stopped).heldUp).toEqual([])
    expect(closed).toEqual(['unread', 'read'])
  })
})
