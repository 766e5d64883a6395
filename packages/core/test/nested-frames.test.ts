import { bind, currentFrame, FRAME, middleware, route, TENANT, token, type Frame } from '@keelson/core'
import { frameKey, runInFrame } from '@keelson/core/frames'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, requestLines } from './support.ts'

const A = frameKey<number>('a')
const B = frameKey<number>('b')
const LOCALE = frameKey<string>('locale')

const inA = middleware({
  name: 'a',
  stage: 'handle',
  wrap: (ctx, next) => runInFrame(ctx.frame.with(A, 1), next),
})
const inB = middleware({
  name: 'b',
  stage: 'handle',
  wrap: (ctx, next) => runInFrame(ctx.frame.with(B, 2), next),
})

describe('ctx.frame', () => {
  it('is the frame that the code runs in: wraps that nest one in another keep their slots', async () => {
    const use = [inA, inB] as const
    const handler = async ({ frame }: { frame: Frame }) => [
      frame.get(A),
      frame.get(B),
      frame === currentFrame(),
    ]
    await using app = await testApp({ routes: { a: route.get('/', { ...open, use }, handler) } })
    expect(await (await app.request('GET', '/')).json()).toEqual([1, 2, true])
  })

  it('follows a handler into a frame of its own and back, and into branches side by side', async () => {
    const use = [inA] as const
    await using app = await testApp({
      routes: {
        a: route.get('/', { ...open, use }, async (ctx) => {
          const branch = (locale: string) =>
            runInFrame(ctx.frame.with(LOCALE, locale), async () => {
              await new Promise((resolve) => void setImmediate(resolve))
              return [ctx.frame.get(LOCALE), ctx.frame.get(A)]
            })
          const branches = await Promise.all([branch('fr'), branch('de')])
          return [...branches, ctx.frame.get(LOCALE) ?? null]
        }),
      },
    })
    expect(await (await app.request('GET', '/')).json()).toEqual([['fr', 1], ['de', 1], null])
  })

  it('is the first one of the request for its later stages, and never that of another request', async () => {
    const seen: unknown[] = []
    let other: Frame | undefined
    const look = middleware({
      name: 'look',
      stage: 'record',
      observe: ({ frame }) => void seen.push(frame.get(A), frame.get(TENANT)),
    })
    const use = [inA, look] as const
    await using app = await testApp({
      routes: {
        a: route.get('/', { ...open, use }, (ctx) => {
          ctx.frame.set(TENANT, 'main')
          const own = ctx.frame
          const elsewhere = other === undefined ? own : runInFrame(other, () => ctx.frame)
          other = own
          return elsewhere.id === ctx.requestId
        }),
      },
    })
    expect(await (await app.request('GET', '/')).json()).toBe(true)
    expect(await (await app.request('GET', '/')).json()).toBe(true)
    await app.app.stop()
    expect(seen).toEqual([undefined, 'main', undefined, 'main'])
  })

  it('goes with the log and the signal of its request', async () => {
    const use = [inA] as const
    await using app = await testApp({
      routes: {
        a: route.get('/', { ...open, use }, ({ log, frame, signal, requestId }) => {
          log.info('inside')
          return frame.signal === signal && frame.id === requestId
        }),
      },
    })
    expect(await (await app.request('GET', '/')).json()).toBe(true)
    await app.app.stop()
    const [line] = requestLines(app)
    const inside = app.log.lines.find(({ msg }) => msg === 'inside')
    expect([inside?.['requestId'], inside?.['traceId']]).toEqual([line?.['requestId'], line?.['traceId']])
  })
})

describe('the frame that a service is given', () => {
  it('is the first one of the request, of which there is one service only, wherever it is asked for', async () => {
    const OF_REQUEST = token<{ readonly frame: Frame }>('of-request')
    const seen: boolean[] = []
    const use = [inA] as const
    await using app = await testApp({
      providers: [bind(OF_REQUEST, { needs: [FRAME], make: (frame) => ({ frame }), scope: 'request' })],
      routes: {
        a: route.inject({ own: OF_REQUEST }).get('/', { ...open, use }, ({ own, frame }) => {
          seen.push(own.frame === frame, own.frame.isOfSameRequest(frame))
          return [own.frame.get(A) ?? null, frame.get(A)]
        }),
      },
    })
    expect(await (await app.request('GET', '/')).json()).toEqual([null, 1])
    expect(seen).toEqual([false, true])
  })
})
