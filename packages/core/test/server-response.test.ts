import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { currentFrame, Frame, runInFrame } from '../src/frame/index.ts'
import type { Payload } from '../src/operation/index.ts'
import { send, serve, tryParseResponse, turn, until } from './server-support.ts'
import { GET, chunks, wireBody } from './response-support.ts'

const HEAD = 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n'

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
