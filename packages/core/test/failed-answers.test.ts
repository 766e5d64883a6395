import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Payload } from '../src/operation/index.ts'
import { send, serve, turn, until, type RawClient } from './server-support.ts'
import { GET, chunks, wireBody } from './response-support.ts'

/** Waits for the end of a connection; a reset, or what libuv makes of one that comes together with data. */
async function isBroken(client: RawClient): Promise<boolean> {
  const text = await client.closed()
  const promised = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Infinity)
  return (
    client.error?.code === 'ECONNRESET' || (!text.endsWith('0\r\n\r\n') && wireBody(text).length < promised)
  )
}

describe('an answer that fails after its head', () => {
  const failure = new Error('no more')
  async function* failing(): AsyncGenerator<string> {
    yield 'partial'
    await turn()
    throw failure
  }
  const stream = (): Readable => Readable.from(failing())
  const web = (): Payload => ReadableStream.from(failing()) as Payload

  it.each([
    ['an iterable', failing],
    ['a stream', stream],
    ['a web stream', web],
  ])('is reset and never ended cleanly when it is %s', async (_, body) => {
    await using http = await serve((exchange) => send(exchange, body() as Payload))
    expect(await isBroken(http.open().write(GET))).toBe(true)
    expect(await http.dispatcher.ended(1)).toEqual([
      { label: 'GET /', completed: false, bytes: 7, reason: failure },
    ])
    await expect(fetch(http.url).then((answer) => answer.text())).rejects.toThrow('terminated')
  })

  it.each([
    [
      'at once',
      async function* () {
        yield 'partial'
        throw failure
      },
    ],
    [
      'before its first piece',
      async function* () {
        yield* chunks()
        throw failure
      },
    ],
    ['later', failing],
  ])('%s shows its head and what there was before', async (_, body) => {
    await using http = await serve((exchange) => send(exchange, body() as Payload, 202))
    for (let i = 0; i < 20; i++) {
      const answer = await fetch(http.url)
      expect(answer.status).toBe(202)
      await expect(answer.text()).rejects.toThrow('terminated')
    }
  })

  it.each(['1.0', '1.1'])('is seen to be broken by a client of HTTP/%s', async (version) => {
    let fail = (): void => undefined
    async function* slowly(): AsyncGenerator<string> {
      yield 'partial'
      await new Promise<void>((resolve) => (fail = resolve))
      throw failure
    }
    await using http = await serve((exchange) => send(exchange, slowly()))
    const client = http.open().write(`GET / HTTP/${version}\r\nHost: x\r\n\r\n`)
    await client.until(/partial/)
    fail()
    await until(() => client.isClosed)
    expect(client.error?.code).toBe('ECONNRESET')
  })

  it.each([
    ['fewer', chunks('ab'), /A stream sent 2 bytes of the 5/],
    ['more', chunks('abc', 'def'), /A stream sent more than the 5 bytes/],
  ])('because it has %s bytes than it promised is reset', async (_, body, message) => {
    await using http = await serve((exchange) => send(exchange, body, 200, 'content-length', '5'))
    expect(await isBroken(http.open().write(GET))).toBe(true)
    const [ending] = await http.dispatcher.ended(1)
    expect(ending?.completed).toBe(false)
    expect(String(ending?.reason)).toMatch(message)
  })

  it.each([
    ['a number', 7],
    ['null', null],
    ['an object', {}],
    ['other bytes', new Uint16Array(2)],
  ])('because it gives %s is reset', async (_, chunk) => {
    async function* wrong(): AsyncGenerator<string> {
      yield 'a'
      yield chunk as unknown as string
    }
    await using http = await serve((exchange) =>
      send(exchange, exchange.path === '/stream' && chunk !== null ? Readable.from(wrong()) : wrong()),
    )
    for (const path of ['/', '/stream']) {
      expect(await isBroken(http.open().write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`))).toBe(true)
    }
    expect(
      (await http.dispatcher.ended(2)).every(
        ({ completed, reason }) => !completed && reason instanceof Error,
      ),
    ).toBe(true)
  })

  it('because its stream was destroyed is reset', async () => {
    await using http = await serve((exchange) => {
      const body = new Readable({ read: () => undefined })
      body.push('a')
      if (exchange.path === '/before') body.destroy()
      else setImmediate(() => body.destroy())
      send(exchange, body)
    })
    for (const path of ['/before', '/after']) {
      expect(await isBroken(http.open().write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`))).toBe(true)
    }
    const endings = await http.dispatcher.ended(2)
    expect(endings.every(({ completed, reason }) => !completed && reason instanceof Error)).toBe(true)
  })

  it('because it has no iterator is reset', async () => {
    const body = {
      [Symbol.asyncIterator]: () => {
        throw failure
      },
    }
    await using http = await serve((exchange) => send(exchange, body as unknown as Payload))
    expect(await isBroken(http.open().write(GET))).toBe(true)
    expect(await http.dispatcher.ended(1)).toMatchObject([{ completed: false, reason: failure }])
  })

  it('by reset() is broken off, and its source closed', async () => {
    let isClosed = false
    const reason = new Error('deadline')
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) {
          yield 'x'
          await turn()
        }
      } finally {
        isClosed = true
      }
    }
    await using http = await serve((exchange) => send(exchange, endless()))
    const client = http.open().write(GET)
    await client.until(/x/)
    http.dispatcher.seen[0]?.reset(reason)
    http.dispatcher.seen[0]?.reset(new Error('again'))
    await until(() => client.isClosed)
    expect(client.error?.code).toBe('ECONNRESET')
    expect(await http.dispatcher.ended(1)).toMatchObject([{ completed: false, reason }])
    await until(() => isClosed)
  })
})

describe('an answer that cannot be written', () => {
  it.each([
    ['a header name that is no token', ['x y', 'a']],
    ['a line break in a header', ['x-a', 'a\r\nset-cookie: b=1']],
    ['a character beyond latin1', ['x-a', '€']],
    ['an empty name', ['', 'a']],
  ])('for %s is a 500 that tells nothing', async (_, flat) => {
    await using http = await serve((exchange) => send(exchange, 'secret', 200, ...flat))
    const client = http.open()
    const answer = await client.request(GET)
    expect(answer.status).toBe(500)
    expect(JSON.parse(answer.body)).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      code: 'ERR_CORE_INTERNAL',
      requestId: expect.any(String) as string,
    })
    const [ending] = await http.dispatcher.ended(1)
    expect(ending).toMatchObject({ completed: true, bytes: answer.body.length })
    expect(answer.reason).toBe('Internal Server Error')
    expect((await client.request(GET)).status).toBe(500)
  })
})
