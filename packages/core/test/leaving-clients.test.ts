import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { BYTEWISE, send, serve, until, type TestServer } from './server-support.ts'
import { GET } from './response-support.ts'

describe('a client that goes away', () => {
  it('ends the exchange as not completed, and a late answer is dropped', async () => {
    let isDestroyed = false
    await using http = await serve(() => undefined)
    const client = http.open().write(GET)
    await until(() => http.dispatcher.seen.length === 1)
    client.reset()
    expect(await http.dispatcher.ended(1)).toEqual([
      { label: 'GET /', completed: false, bytes: 0, reason: undefined },
    ])
    const exchange = http.dispatcher.seen[0] as NonNullable<(typeof http.dispatcher.seen)[0]>
    expect(exchange.remoteAddress).toBe('127.0.0.1')
    const late = new Readable({
      read: () => undefined,
      destroy: (_, done) => {
        isDestroyed = true
        done(null)
      },
    })
    send(exchange, late)
    exchange.reset(new Error('late'))
    await until(() => isDestroyed)
    expect(http.dispatcher.settled).toHaveLength(1)
  })

  it('by ending its side is noticed at once', async () => {
    await using http = await serve(() => undefined)
    const client = http.open().write(GET)
    await until(() => http.dispatcher.seen.length === 1)
    client.end()
    expect(await http.dispatcher.ended(1)).toMatchObject([{ completed: false }])
  })

  it('while a large answer is on its way ends it as not completed', async () => {
    await using http = await serve((exchange) => send(exchange, Buffer.alloc(50_000_000)))
    const client = http.open()
    client.socket.once('data', () => client.reset())
    client.write(GET)
    expect(await http.dispatcher.ended(1)).toMatchObject([{ completed: false, reason: undefined }])
  })
})

describe('an answer that the client does not take', () => {
  const block = 'x'.repeat(1_000_000)
  async function* endless(): AsyncGenerator<string> {
    for (;;) yield block
  }
  const responseStallTimeoutMs = 80
  const serveBlocks = (kind: string): Promise<TestServer> =>
    serve((exchange) => send(exchange, kind === 'text' ? block.repeat(60) : endless()), {
      limits: { responseStallTimeoutMs },
    })

  it.each([
    ['text', '1.1'],
    ['text', '1.0'],
    ['stream', '1.1'],
    ['stream', '1.0'],
  ])('as %s by HTTP/%s is reset at the limit, never ended', async (kind, version) => {
    await using http = await serveBlocks(kind)
    const client = http.open(BYTEWISE)
    client.socket.pause()
    const startedAt = performance.now()
    client.write(`GET / HTTP/${version}\r\nHost: x\r\n\r\n`)
    expect(await http.dispatcher.ended(1)).toMatchObject([{ completed: false }])
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(responseStallTimeoutMs)
    client.socket.resume()
    await until(() => client.isClosed)
    expect([client.error?.code, client.isEnded]).toEqual(['ECONNRESET', false])
  })
})
