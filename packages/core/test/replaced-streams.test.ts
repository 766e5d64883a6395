import { Readable } from 'node:stream'
import { middleware, reply, route, type AnyMiddleware } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

const wrap = (run: NonNullable<AnyMiddleware['wrap']>) =>
  middleware({ name: 'wrap', stage: 'handle', wrap: run as never })
const transform = (run: NonNullable<AnyMiddleware['transform']>) =>
  middleware({ name: 'transform', stage: 'respond', transform: run as never })

describe.each(transports)('a stream of a handler, %s', (transport) => {
  it.each<[string, AnyMiddleware, number]>([
    [
      'a wrap that fails after it',
      wrap(async (_, next) => {
        await next()
        throw new Error('commit failed')
      }),
      1,
    ],
    [
      'a wrap that replies by itself',
      wrap(async (_, next) => {
        await next()
        return reply(200, 'mine')
      }),
      1,
    ],
    [
      'a wrap that sets the value',
      wrap(async (_, next) => Object.assign(await next(), { value: 'mine' })),
      1,
    ],
    [
      'a wrap that asks twice and returns one of both',
      wrap(async (_, next) => {
        const first = await next()
        await next.again()
        return first
      }),
      2,
    ],
    [
      'a transform that sets the value',
      transform((_, outcome) => Object.assign(outcome, { value: 'mine' })),
      1,
    ],
    ['a transform that replies by itself', transform(() => reply(200, 'mine') as never), 1],
  ])('is closed where it gives way to %s', async (_, one, count) => {
    const streams: Readable[] = []
    const give = () => {
      const stream = Readable.from(['a', 'b'])
      streams.push(stream)
      return reply(200, stream, { 'content-type': 'text/plain' })
    }
    await using app = await testApp({
      routes: { a: route.get('/', { ...open, use: [one] }, give) },
      transport,
    })
    await (await app.request('GET', '/')).text()
    await app.app.stop()
    expect(streams.map((stream) => stream.destroyed)).toEqual(Array<boolean>(count).fill(true))
    app.takeErrors()
  })

  it('comes whole where middleware passes it on', async () => {
    const use = [wrap((_, next) => next()), transform((_, outcome) => outcome)]
    const give = () => reply(200, Readable.from(['a', 'b']), { 'content-type': 'text/plain' })
    await using app = await testApp({ routes: { a: route.get('/', { ...open, use }, give) }, transport })
    expect(await (await app.request('GET', '/')).text()).toBe('ab')
  })
})
