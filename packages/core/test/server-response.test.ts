import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { currentFrame, Frame, runInFrame } from '../src/frame/index.ts'
import type { Payload } from '../src/operation/index.ts'
import {
  BYTEWISE,
  send,
  serve,
  tryParseResponse,
  turn,
  until,
  type RawClient,
  type TestServer,
} from './server-support.ts'

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
const HEAD = 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n'

async function* chunks(...list: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const chunk of list) {
    await Promise.resolve()
    yield chunk
  }
}

/** Waits for the end of a connection; a reset, or what libuv makes of one that comes together with data. */
async function isBroken(client: RawClient): Promise<boolean> {
  const text = await client.closed()
  const promised = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Infinity)
  return (
    client.error?.code === 'ECONNRESET' || (!text.endsWith('0\r\n\r\n') && wireBody(text).length < promised)
  )
}

/** Everything after the head, as it came over the wire. */
function wireBody(text: string): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4)
}

describe('an answer with a length', () => {
  it.each([
    ['ASCII', 'plain', '5', 'plain'],
    ['text beyond ASCII', 'grün €', '9', Buffer.from('grün €').toString('latin1')],
    ['text of latin1 characters', 'é', '2', Buffer.from('é').toString('latin1')],
    ['half a surrogate pair', '\ud800', '3', '\xef\xbf\xbd'],
    ['an empty text', '', '0', ''],
    ['bytes', Buffer.from([0, 255, 128]), '3', '\0\xff\x80'],
    ['no bytes', new Uint8Array(0), '0', ''],
    ['a view into a larger buffer', new Uint8Array(Buffer.from('xhellox').buffer).subarray(0, 0), '0', ''],
    ['nothing', undefined, '0', ''],
  ])('may be %s', async (_, body, length, onWire) => {
    await using http = await serve((exchange) => send(exchange, body))
    const client = http.open()
    const answer = await client.request(GET)
    expect([answer.headers.get('content-length'), answer.body]).toEqual([length, onWire])
    expect((await client.request(GET)).body).toBe(onWire)
  })

  it('has one head: its status, a date, and headers as given', async () => {
    await using http = await serve((exchange) =>
      send(exchange, 'x', 201, 'set-cookie', 'a=1', 'set-cookie', 'b=2', 'x-é', 'ü'),
    )
    const raw = await http.exchange('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(tryParseResponse(raw)?.status).toBe(500)
    await using other = await serve((exchange) =>
      send(exchange, 'x', 201, 'set-cookie', 'a=1', 'set-cookie', 'b=2', 'x-a', 'ü'),
    )
    const text = await other.exchange('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(text).toMatch(/^HTTP\/1\.1 201 Created\r\n/)
    expect(text.match(/set-cookie: .*/g)).toEqual(['set-cookie: a=1', 'set-cookie: b=2'])
    expect(text).toMatch(/^date: /im)
    expect(text).toContain('x-a: \xfc\r\n')
    expect(text).not.toMatch(/transfer-encoding|x-powered-by|server:/i)
  })

  it('keeps latin1 headers as they are beside a text beyond ASCII', async () => {
    await using http = await serve((exchange) => send(exchange, '€', 200, 'x-a', 'ü'))
    const answer = await http.open().request(GET)
    expect([answer.headers.get('x-a'), answer.body]).toEqual(['\xfc', '\xe2\x82\xac'])
  })

  it('tells the true length whatever a handler claims', async () => {
    await using http = await serve((exchange) =>
      send(exchange, 'hello', 200, 'content-length', '99', 'transfer-encoding', 'chunked'),
    )
    const client = http.open()
    const answer = await client.request(GET)
    expect([
      answer.headers.get('content-length'),
      answer.headers.has('transfer-encoding'),
      answer.body,
    ]).toEqual(['5', false, 'hello'])
  })

  it('may ask for the connection to be closed, and not for it to be kept', async () => {
    await using http = await serve((exchange) => send(exchange, 'x', 200, 'connection', exchange.search))
    expect(
      (await http.open().request('GET /?close HTTP/1.1\r\nHost: x\r\n\r\n')).headers.get('connection'),
    ).toBe('close')
    const text = await http.exchange('GET /?keep-alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(text).toMatch(/connection: close/i)
  })

  it('of many megabytes arrives whole, and is counted', async () => {
    const body = 'x'.repeat(20_000_000)
    await using http = await serve((exchange) => send(exchange, body))
    const answer = await fetch(http.url)
    expect((await answer.text()).length).toBe(body.length)
    expect(await http.dispatcher.ended(1)).toMatchObject([{ completed: true, bytes: body.length }])
  })
})

describe('an answer without a body', () => {
  it.each([
    [204, undefined, undefined],
    [204, 'dropped', undefined],
    [304, undefined, undefined],
    [304, 'dropped', '7'],
    [205, undefined, '0'],
    [205, 'dropped', '0'],
  ])('%d with %j has content-length %s', async (status, body, length) => {
    await using http = await serve((exchange) => send(exchange, body, status))
    const client = http.open().write(GET)
    await client.until(/\r\n\r\n/)
    await turn()
    expect(tryParseResponse(client.text.replace(/content-length.*\r\n/i, ''))?.rest).toBe('')
    expect(client.text.match(/content-length: (\d+)/i)?.[1]).toBe(length)
    expect(client.text).not.toMatch(/transfer-encoding/i)
    client.text = ''
    client.write(GET)
    expect(await client.until(/\r\n\r\n/)).toContain(`HTTP/1.1 ${status} `)
  })

  it('keeps the length that a 304 gives on purpose', async () => {
    await using http = await serve((exchange) =>
      send(exchange, undefined, 304, 'content-length', '42', 'etag', '"a"'),
    )
    const client = http.open().write(GET)
    expect(await client.until(/\r\n\r\n/)).toMatch(/content-length: 42/)
    client.text = ''
    client.write(GET)
    expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 304/)
  })

  it('lets go of a stream that it was given', async () => {
    let isDestroyed = false
    let isStarted = false
    const stream = new Readable({
      read: () => undefined,
      destroy: (_, done) => {
        isDestroyed = true
        done(null)
      },
    })
    const iterable = {
      [Symbol.asyncIterator]: () => {
        isStarted = true
        return chunks('a')
      },
    }
    await using http = await serve((exchange) =>
      send(exchange, exchange.path === '/stream' ? stream : iterable, 204),
    )
    expect((await http.open().request('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n')).status).toBe(204)
    expect((await http.open().request(GET)).status).toBe(204)
    expect([isDestroyed, isStarted]).toEqual([true, false])
  })
})

describe('the answer to HEAD', () => {
  it.each([
    ['a text', 'grün', [], '5'],
    ['bytes', Buffer.from('abc'), [], '3'],
    ['a length only', undefined, ['content-length', '12'], '12'],
    ['nothing', undefined, [], '0'],
    ['a stream', chunks('a', 'b'), [], undefined],
    ['a stream with a length', chunks('a', 'b'), ['content-length', '2'], '2'],
  ])('has the headers and length of %s, and no body', async (_, body, flat, length) => {
    await using http = await serve((exchange) =>
      exchange.method === 'HEAD' ? send(exchange, body, 200, 'x-a', 'b', ...flat) : send(exchange, 'next'),
    )
    const client = http.open().write(HEAD)
    const text = await client.until(/\r\n\r\n/)
    await turn()
    expect(client.text).toBe(text)
    expect(text).toMatch(/x-a: b/)
    expect(text.match(/content-length: (\d+)/)?.[1]).toBe(length)
    expect(text).not.toMatch(/transfer-encoding/i)
    client.text = ''
    expect((await client.request(GET)).body).toBe('next')
    expect((await http.dispatcher.ended(1))[0]).toMatchObject({ completed: true, bytes: 0 })
  })
})

describe('an answer in pieces', () => {
  it.each([
    ['an async iterable', () => chunks('ab', Buffer.from('cd'), '', 'é')],
    ['a Node stream', () => Readable.from(['ab', Buffer.from('cd'), '', 'é'])],
    ['a byte stream', () => Readable.from([Buffer.from('abcd'), Buffer.from('é')], { objectMode: false })],
    ['a web stream', () => ReadableStream.from(['ab', Buffer.from('cd'), 'é'])],
  ])('may be %s', async (_, body) => {
    await using http = await serve((exchange) => send(exchange, body() as Payload))
    const answer = await fetch(http.url)
    expect(answer.headers.get('transfer-encoding')).toBe('chunked')
    expect(await answer.text()).toBe('abcdé')
    expect(await (await fetch(http.url)).text()).toBe('abcdé')
    expect(await http.dispatcher.ended(2)).toMatchObject([
      { completed: true, bytes: 6 },
      { completed: true, bytes: 6 },
    ])
  })

  it('may have a length, which is then kept to', async () => {
    await using http = await serve((exchange) =>
      send(exchange, chunks('ab', 'cd'), 200, 'content-length', '4'),
    )
    const client = http.open()
    const answer = await client.request(GET)
    expect([answer.body, answer.headers.has('transfer-encoding')]).toEqual(['abcd', false])
    expect((await client.request(GET)).body).toBe('abcd')
  })

  it('may be empty', async () => {
    await using http = await serve((exchange) => send(exchange, chunks()))
    const client = http.open().write(GET)
    expect(wireBody(await client.until(/0\r\n\r\n$/))).toBe('0\r\n\r\n')
  })

  it('sends its head before its first piece is there', async () => {
    let release = (): void => undefined
    const wait = new Promise<void>((resolve) => (release = resolve))
    await using http = await serve((exchange) =>
      send(
        exchange,
        (async function* () {
          await wait
          yield 'late'
        })(),
      ),
    )
    const client = http.open().write(GET)
    expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 200/)
    release()
    expect(await client.until(/0\r\n\r\n$/)).toContain('late')
  })

  it.each(['iterable', 'stream', 'web'])('as %s makes no more than the client takes', async (kind) => {
    let made = 0
    const block = Buffer.alloc(100_000, 'x')
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        made++
        yield block
        await turn()
      }
    }
    const body = (): Payload =>
      kind === 'iterable'
        ? endless()
        : kind === 'stream'
          ? Readable.from(endless())
          : (ReadableStream.from(endless()) as Payload)
    await using http = await serve((exchange) => send(exchange, body()))
    const client = http.open()
    client.socket.pause()
    client.write(GET)
    let before = -1
    while (made !== before || made === 0) {
      before = made
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
    expect(made).toBeLessThan(500)
    client.destroy()
    expect(await http.dispatcher.ended(1)).toMatchObject([{ completed: false, reason: undefined }])
  })

  it.each(['iterable', 'stream', 'web'])('as %s is closed when the client goes away', async (kind) => {
    let isClosed = false
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
    const body = (): Payload =>
      kind === 'iterable'
        ? endless()
        : kind === 'stream'
          ? Readable.from(endless())
          : (ReadableStream.from(endless()) as Payload)
    await using http = await serve((exchange) => send(exchange, body()))
    const client = http.open().write(GET)
    await client.until(/x/)
    client.destroy()
    expect(await http.dispatcher.ended(1)).toMatchObject([{ completed: false, reason: undefined }])
    await until(() => isClosed)
  })

  it('of a web stream is cancelled at once, though its next piece is still waited for', async () => {
    let reason: unknown
    await using http = await serve((exchange) =>
      send(
        exchange,
        new ReadableStream({
          start: (controller) => controller.enqueue('x'),
          pull: () => new Promise(() => undefined),
          cancel: () => {
            reason = 'cancelled'
          },
        }) as unknown as Payload,
      ),
    )
    const client = http.open().write(GET)
    await client.until(/x/)
    client.destroy()
    await http.dispatcher.ended(1)
    await until(() => reason === 'cancelled')
  })

  it('is made in the frame of its request', async () => {
    const frames: (string | undefined)[] = []
    const block = Buffer.alloc(300_000)
    function body(): Readable {
      let left = 5
      return new Readable({
        highWaterMark: 1,
        read() {
          frames.push(currentFrame()?.id)
          this.push(left-- > 0 ? block : null)
        },
      })
    }
    async function* generator(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 5; i++) {
        frames.push(currentFrame()?.id)
        yield block
      }
    }
    await using http = await serve((exchange) =>
      runInFrame(new Frame('mine'), () => send(exchange, exchange.path === '/stream' ? body() : generator())),
    )
    await (await fetch(`${http.url}/stream`)).arrayBuffer()
    await (await fetch(http.url)).arrayBuffer()
    expect(frames.length).toBeGreaterThanOrEqual(11)
    expect(new Set(frames)).toEqual(new Set(['mine']))
  })
})

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
