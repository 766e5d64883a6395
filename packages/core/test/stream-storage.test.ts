import { AsyncLocalStorage } from 'node:async_hooks'
import { PassThrough, Readable } from 'node:stream'
import { currentFrame, middleware, route } from '@keelson/core'
import { frameKey, runInFrame } from '@keelson/core/frames'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'
import { later } from './stream-support.ts'

const TRACER = new AsyncLocalStorage<string>()
const BRANCH = frameKey<string>('branch')

describe.each(transports)("a middleware's own storage, %s", (transport) => {
  const traced = middleware({
    name: 'traced',
    stage: 'receive',
    wrap: (ctx, next) => TRACER.run('span', () => runInFrame(ctx.frame.with(BRANCH, 'b'), next)),
  })
  const chunk = 'x'.repeat(64 * 1024)

  const MAKERS: readonly (readonly [string, (seen: Set<unknown>) => unknown])[] = [
    ['a generator', generate],
    ['a Node stream', (seen) => Readable.from(generate(seen), { highWaterMark: 1 })],
    ['a Node stream with a read of its own', (seen) => reading(seen)],
    ['a web stream', (seen) => ReadableStream.from(generate(seen))],
    ['a Response', (seen) => new Response(ReadableStream.from(generate(seen)))],
  ]

  async function* generate(seen: Set<unknown>) {
    for (let i = 0; i < 60; i++) {
      seen.add(TRACER.getStore()).add(currentFrame()?.get(BRANCH))
      if (i % 3 === 0) await later()
      yield Buffer.from(chunk)
    }
  }

  function reading(seen: Set<unknown>): Readable {
    let i = 0
    return new Readable({
      read() {
        seen.add(TRACER.getStore()).add(currentFrame()?.get(BRANCH))
        this.push(i++ < 60 ? chunk : null)
      },
    })
  }

  it.each(MAKERS)('is kept while a stream is sent: %s', async (_, make) => {
    const seen = new Set<unknown>()
    await using app = await testApp({
      routes: {
        now: route.get('/now', { ...open, use: [traced] }, () => make(seen)),
        soon: route.get('/soon', { ...open, use: [traced] }, async () => make(seen)),
      },
      transport,
    })
    for (const path of ['/now', '/soon']) {
      const text = await (await app.request('GET', path)).text()
      expect(text.length).toBe(60 * chunk.length)
    }
    expect([...seen]).toEqual(['span', 'b'])
  })

  it('is kept in a stream that a transform sends through another', async () => {
    const seen = new Set<unknown>()
    const pipe = middleware({
      name: 'pipe',
      stage: 'respond',
      transform: (_ctx, outcome) => {
        outcome.value = (outcome.value as Readable).pipe(new PassThrough())
        return outcome
      },
    })
    await using app = await testApp({
      routes: { a: route.get('/', { ...open, use: [traced, pipe] }, () => reading(seen)) },
      transport,
    })
    await (await app.request('GET', '/')).text()
    expect([...seen]).toEqual(['span', 'b'])
  })
})
