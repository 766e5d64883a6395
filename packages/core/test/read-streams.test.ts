import { Readable } from 'node:stream'
import { route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

describe.each(transports)('a stream that the handler has read, %s', (transport) => {
  const drained = async <T extends AsyncIterable<unknown>>(stream: T): Promise<T> => {
    for await (const chunk of stream) void chunk
    return stream
  }
  const webStream = () => new Blob(['x']).stream() as ReadableStream & AsyncIterable<unknown>
  it.each<[string, () => unknown]>([
    ['of node', () => drained(Readable.from(['x']))],
    ['of node, declared', () => drained(Readable.from([Buffer.from('x')], { objectMode: false }))],
    ['of the web', () => drained(webStream())],
    [
      'that was cancelled',
      async () => {
        const stream = webStream()
        await stream.cancel()
        return stream
      },
    ],
  ])('is a 500 that says so: %s', async (_, make) => {
    await using app = await testApp({ routes: { a: route.get('/', open, make) }, transport })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(app.takeErrors()).toMatchObject([
      { err: { message: expect.stringMatching(/read (before|already)/) } },
    ])
  })

  it('is sent from where it was left, and an empty one is an empty answer', async () => {
    const rest = async () => {
      const stream = ReadableStream.from(['a', 'b'])
      const reader = stream.getReader()
      await reader.read()
      reader.releaseLock()
      return stream
    }
    await using app = await testApp({
      routes: {
        a: route.get('/a', open, rest),
        b: route.get('/b', open, () => Readable.from([])),
        c: route.get('/c', open, () => ReadableStream.from([])),
      },
      transport,
    })
    expect(await (await app.request('GET', '/a')).text()).toBe('b')
    for (const path of ['/b', '/c']) {
      const response = await app.request('GET', path)
      expect([response.status, await response.text()]).toEqual([200, ''])
    }
  })
})
