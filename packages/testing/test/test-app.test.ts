import { CLOCK, route, ServiceUnavailableError, SetupError, type Clock } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { failureOf, open, transports } from './support.ts'

describe.each(transports)('the app of a test, %s', (transport) => {
  it('fails the test that leaves an error in the log', async () => {
    const handler = ({ path }: { path: string }) => {
      if (path === '/thrown') throw new TypeError('a mistake')
      app.app.log.error({ status: 502 }, 'an upstream failed')
      return 'x'
    }
    const app = await testApp({ routes: { a: route.get('/:how', open, handler) }, transport })
    expect((await app.request('GET', '/thrown')).status).toBe(500)
    expect((await app.request('GET', '/logged')).status).toBe(200)
    expect(await failureOf(app.close())).toMatchObject({
      message: expect.stringMatching(/a mistake[\s\S]*an upstream failed/),
    })
  })

  it('gives errors out once, and forgives those that were taken', async () => {
    const app = await testApp({
      routes: {
        a: route.get('/', open, () => {
          throw new TypeError('a mistake')
        }),
      },
      transport,
    })
    await app.request('GET', '/')
    expect(app.takeErrors()).toMatchObject([{ err: { message: 'a mistake' } }])
    expect(app.takeErrors()).toEqual([])
    await app.close()
  })

  it('does not take what was refused on purpose for an error', async () => {
    const app = await testApp({
      routes: {
        a: route.get('/', open, () => {
          throw new ServiceUnavailableError('later')
        }),
      },
      transport,
    })
    expect((await app.request('GET', '/')).status).toBe(503)
    await app.close()
  })

  it('stands still where a time is given, and moves when told', async () => {
    const sleep = async ({ clock }: { clock: Clock }) => {
      const from = clock.now()
      await clock.sleep(60_000)
      return clock.now() - from
    }
    await using app = await testApp({
      routes: { a: route.inject({ clock: CLOCK }).get('/', { ...open, deadlineMs: 0 }, sleep) },
      now: 0,
      transport,
    })
    const answer = app.request('GET', '/')
    while (app.clock?.pendingTimers === 0) await new Promise((resolve) => void setImmediate(resolve))
    await app.clock.advance(60_000)
    expect(await (await answer).json()).toBe(60_000)
  })

  it('says why it does not start', async () => {
    expect(
      await failureOf(testApp({ routes: { a: route.get('/', {}, () => 1) }, transport })),
    ).toBeInstanceOf(SetupError)
  })

  it('sends what it is told to send', async () => {
    const echo = async (ctx: { method: string; headers: object; rawBody(): Promise<Uint8Array> }) => [
      ctx.method,
      (ctx.headers as Record<string, string>)['content-type'] ?? null,
      Buffer.from(await ctx.rawBody()).toString(),
    ]
    await using app = await testApp({ routes: { a: route.post('/', open, echo as never) }, transport })
    expect(await (await app.request('POST', '/', { json: { a: 1 } })).json()).toEqual([
      'POST',
      'application/json',
      '{"a":1}',
    ])
    expect(
      await (
        await app.request('POST', '/', { json: [], headers: { 'content-type': 'application/x' } })
      ).json(),
    ).toEqual(['POST', 'application/x', '[]'])
    expect(await (await app.request('POST', '/', { body: new Uint8Array([97]) })).json()).toEqual([
      'POST',
      null,
      'a',
    ])
    expect(app.baseUrl).toMatch(
      transport === 'memory' ? /^http:\/\/app\.test$/ : /^http:\/\/127\.0\.0\.1:\d+$/,
    )
  })

  it('is closed without a wait for connections of which all is answered', async () => {
    const durationsMs: unknown[] = []
    for (let i = 0; i < 10; i++) {
      const app = await testApp({ routes: { a: route.get('/', open, () => 1) }, transport })
      await (await app.request('GET', '/')).text()
      await app.close()
      durationsMs.push(app.log.lines.find(({ msg }) => msg === 'Stopped.')?.['durationMs'])
    }
    expect(Math.min(...(durationsMs as number[]))).toBeLessThan(100)
  })

  it('answers what was asked before it is closed', async () => {
    const app = await testApp({ routes: { a: route.get('/', open, () => 1) }, transport })
    await (await app.request('GET', '/')).text()
    const answer = app.request('GET', '/')
    await app.close()
    expect((await answer).status).toBe(200)
  })
})
