import { Readable } from 'node:stream'
import { content, middleware, route, type RequestSummary } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { failureOf, open } from './support.ts'

describe('a stream as a result', () => {
  const ends: RequestSummary[] = []
  const observed = middleware({
    name: 'ends',
    stage: 'record',
    observe: (_, summary) => void ends.push(summary),
  })
  const events = route.get(
    '/events',
    { ...open, response: content('text/event-stream'), use: [observed] },
    async function* () {
      yield 'data: 1\n\n'
      yield 'data: 2\n\n'
    } as never,
  )

  it('comes in bytes, and is observed after its last piece', async () => {
    ends.length = 0
    await using test = await testApp({ routes: { events } })
    const result = await test.app.invoke('events')
    expect(result).toMatchObject({ ok: true, headers: { 'content-type': 'text/event-stream' } })
    expect(ends).toEqual([])
    const chunks: string[] = []
    if (result.ok) for await (const chunk of result.data) chunks.push(Buffer.from(chunk).toString())
    expect(chunks).toEqual(['data: 1\n\n', 'data: 2\n\n'])
    expect(ends).toMatchObject([{ status: 200, bytes: 18, aborted: false }])
  })

  it('that is left early is closed', async () => {
    ends.length = 0
    let isClosed = false
    const endless = route.get('/endless', { ...open, use: [observed] }, async function* () {
      try {
        for (;;) yield 'x'
      } finally {
        isClosed = true
      }
    } as never)
    await using test = await testApp({ routes: { endless } })
    const result = (await test.app.invoke('endless')) as { data: AsyncIterable<Uint8Array> }
    for await (const chunk of result.data) {
      expect(chunk.byteLength).toBe(1)
      break
    }
    expect(isClosed).toBe(true)
    expect(ends).toMatchObject([{ status: 499, aborted: true }])
  })

  it('that fails tells its reader and the log', async () => {
    const broken = route.get('/broken', open, async function* () {
      yield 'x'
      throw new Error('no more')
    } as never)
    await using test = await testApp({ routes: { broken } })
    const result = (await test.app.invoke('broken')) as { data: AsyncIterable<Uint8Array> }
    const read = async (): Promise<void> => {
      for await (const _ of result.data) continue
    }
    expect(await failureOf(read())).toMatchObject({ message: 'no more' })
    expect(test.takeErrors()).toHaveLength(1)
  })

  it('that fails before its first piece is an error', async () => {
    const broken = route.get(
      '/broken',
      open,
      () =>
        new Readable({
          read() {
            this.destroy(new Error('no'))
          },
        }),
    )
    await using test = await testApp({ routes: { broken } })
    expect(await test.app.invoke('broken')).toMatchObject({ ok: false, status: 500 })
    expect(test.takeErrors()).toHaveLength(1)
  })

  it('of a type that is a text or bytes to a client is read to its end', async () => {
    const routes = {
      csv: route.get('/csv', { ...open, response: content('text/csv') }, () => Readable.from(['a,', 'b'])),
      png: route.get('/png', { ...open, response: content('image/png') }, () =>
        Readable.from([Buffer.from([1, 2])]),
      ),
      json: route.get('/json', open, () => Response.json({ a: 1 })),
      blob: route.get('/blob', { ...open, response: content('text/csv') }, () => new Blob(['c,d'])),
      text: route.get('/text', open, () => 'plain'),
    }
    await using test = await testApp({ routes })
    expect(await test.app.invoke('csv')).toMatchObject({ ok: true, data: 'a,b' })
    const png = await test.app.invoke('png')
    expect(png.ok && [...png.data]).toEqual([1, 2])
    expect(await test.app.invoke('json')).toMatchObject({ ok: true, data: { a: 1 } })
    expect(await test.app.invoke('blob')).toMatchObject({ ok: true, data: 'c,d' })
    expect(await test.app.invoke('text')).toMatchObject({ ok: true, data: 'plain' })
  })
})
