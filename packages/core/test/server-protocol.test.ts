import { describe, expect, it } from 'vitest'
import type { ParseFailure } from '../src/server/http1/parse-failure.ts'
import { send, serve, tryParseResponse, turn, type TestServer } from './server-support.ts'

/** Statuses of all answers on a connection, in order. */
function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
}

function echo(): Promise<TestServer> {
  return serve((exchange) => send(exchange, exchange.url))
}

const HOST = 'Host: example.com\r\n'

describe('the Host header', () => {
  it.each([
    ['none', ''],
    ['a second one', `${HOST}${HOST}`],
    ['a second one in other case', `${HOST}hOST: example.com\r\n`],
    ['an empty one', 'Host:\r\n'],
    ['a blank one', 'Host:   \r\n'],
    ['a malformed one', 'Host: a b\r\n'],
    ['one with user information', 'Host: user@example.com\r\n'],
    ['one with a path', 'Host: example.com/x\r\n'],
    ['one with a bad port', 'Host: example.com:http\r\n'],
  ])('is 400 and the end of the connection when there is %s', async (_, headers) => {
    await using http = await echo()
    const text = await http.exchange(`GET / HTTP/1.1\r\n${headers}\r\nGET /second HTTP/1.1\r\n${HOST}\r\n`)
    const answer = tryParseResponse(text)
    expect(answer?.status).toBe(400)
    expect(answer?.headers.get('connection')).toBe('close')
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'ERR_CORE_BAD_REQUEST', status: 400 })
    expect(answer?.rest).toBe('')
    expect(http.dispatcher.refused).toHaveLength(1)
    expect(http.dispatcher.seen).toHaveLength(1)
  })

  it.each(['example.com', 'EXAMPLE.com:8080', '127.0.0.1', '[::1]:3000', 'a_b', 'x:'])(
    'may be %s',
    async (host) => {
      await using http = await echo()
      expect(
        statuses(await http.exchange(`GET / HTTP/1.1\r\nhost: ${host}\r\nConnection: close\r\n\r\n`)),
      ).toEqual([200])
    },
  )

  it('is checked anew when it changes', async () => {
    await using http = await echo()
    const client = http.open()
    expect((await client.request(`GET / HTTP/1.1\r\n${HOST}\r\n`)).status).toBe(200)
    expect((await client.request(`GET / HTTP/1.1\r\nHost: b\r\n\r\n`)).status).toBe(200)
    expect((await client.request(`GET / HTTP/1.1\r\nHost: b b\r\n\r\n`)).status).toBe(400)
  })

  it('may be missing in HTTP/1.0, but not be doubled or malformed', async () => {
    await using http = await echo()
    expect(statuses(await http.exchange('GET / HTTP/1.0\r\n\r\n'))).toEqual([200])
    expect(statuses(await http.exchange(`GET / HTTP/1.0\r\n${HOST}${HOST}\r\n`))).toEqual([400])
    expect(statuses(await http.exchange('GET / HTTP/1.0\r\nHost: a/b\r\n\r\n'))).toEqual([400])
    expect(statuses(await http.exchange('GET / HTTP/1.0\r\nHost:\r\n\r\n'))).toEqual([400])
  })
})

describe('the request target', () => {
  it.each([
    ['GET', 'http://example.com/a?b=c', '/a?b=c'],
    ['GET', 'HTTP://EXAMPLE.COM:80/a', '/a'],
    ['GET', 'https://example.com/a', '/a'],
    ['GET', 'http://example.com', '/'],
    ['GET', 'http://example.com?a', '/?a'],
    ['OPTIONS', 'http://example.com', '*'],
    ['OPTIONS', '*', '*'],
    ['GET', '//a//b', '//a//b'],
    ['GET', '/a?b?c', '/a?b?c'],
    ['GET', '/%zz?{a}|[b]', '/%zz?{a}|[b]'],
  ])('of %s %s is served as %s', async (method, target, url) => {
    await using http = await echo()
    const answer = await http.open().request(`${method} ${target} HTTP/1.1\r\n${HOST}\r\n`)
    expect([answer.status, answer.body]).toEqual([200, url])
  })

  it('is split into path and query once', async () => {
    await using http = await serve((exchange) =>
      send(exchange, JSON.stringify([exchange.path, exchange.search])),
    )
    expect((await http.open().request(`GET /a?b=c?d HTTP/1.1\r\n${HOST}\r\n`)).body).toBe('["/a","b=c?d"]')
    expect((await http.open().request(`GET http://example.com/x?y HTTP/1.1\r\n${HOST}\r\n`)).body).toBe(
      '["/x","y"]',
    )
  })

  it.each([
    ['another host', 'GET http://evil.com/ HTTP/1.1'],
    ['another port', 'GET http://example.com:81/ HTTP/1.1'],
    ['user information', 'GET http://user@example.com/ HTTP/1.1'],
    ['no host', 'GET http:///a HTTP/1.1'],
    ['another scheme', 'GET ftp://example.com/ HTTP/1.1'],
    ['a fragment', 'GET /a#b HTTP/1.1'],
    ['a fragment in absolute form', 'GET http://example.com/#b HTTP/1.1'],
    ['an asterisk without OPTIONS', 'GET * HTTP/1.1'],
    ['an authority', 'GET example.com:80 HTTP/1.1'],
    ['no slash', 'GET a HTTP/1.1'],
    ['a query only', 'GET ?a HTTP/1.1'],
    ['a space', 'GET /a b HTTP/1.1'],
    ['a tab', 'GET /a\tb HTTP/1.1'],
    ['a control character', 'GET /a\x01b HTTP/1.1'],
    ['a NUL', 'GET /a\0b HTTP/1.1'],
    ['DEL', 'GET /\x7f HTTP/1.1'],
    ['a byte above ASCII', 'GET /\xfc HTTP/1.1'],
  ])('with %s is 400 and the end of the connection', async (_, line) => {
    await using http = await echo()
    const answer = tryParseResponse(await http.exchange(`${line}\r\n${HOST}\r\n`))
    expect([answer?.status, answer?.headers.get('connection'), answer?.rest]).toEqual([400, 'close', ''])
    expect(answer?.headers.get('content-type')).toBe('application/problem+json')
  })

  it('that differs from Host in HTTP/1.0 is 400, and so is one in absolute form without Host', async () => {
    await using http = await echo()
    expect(statuses(await http.exchange('GET http://a/ HTTP/1.0\r\nHost: a\r\n\r\n'))).toEqual([200])
    expect(statuses(await http.exchange('GET http://a/ HTTP/1.0\r\nHost: b\r\n\r\n'))).toEqual([400])
    expect(statuses(await http.exchange('GET http://a/ HTTP/1.0\r\n\r\n'))).toEqual([400])
  })

  it('longer than the limit is 414, by the guard and by the parser', async () => {
    await using http = await echo()
    const ask = (length: number) =>
      http.exchange(`GET /${'a'.repeat(length - 1)} HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`)
    expect(statuses(await ask(8192))).toEqual([200])
    expect(statuses(await ask(8193))).toEqual([414])
    expect(statuses(await ask(16_000))).toEqual([414])
    expect(statuses(await ask(20_000))).toEqual([414])
    expect(statuses(await ask(200_000))).toEqual([414])
  })
})

describe('the framing of a request', () => {
  const post = (headers: string, body = '') => `POST / HTTP/1.1\r\n${HOST}${headers}\r\n${body}`

  it.each([
    [
      'Content-Length and Transfer-Encoding',
      post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    ],
    [
      'Transfer-Encoding and Content-Length',
      post('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', '0\r\n\r\n'),
    ],
    ['an empty Transfer-Encoding', post('Transfer-Encoding: \r\n', '0\r\n\r\n')],
    ['identity', post('Transfer-Encoding: identity\r\n', 'abc')],
    ['chunked twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
    ['chunked twice in one line', post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n')],
    ['chunked not at the end', post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n')],
    ['a coding like chunked', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')],
    ['chunked with a parameter', post('Transfer-Encoding: chunked;a=b\r\n', '0\r\n\r\n')],
    ['two lengths', post('Content-Length: 1\r\nContent-Length: 1\r\n', 'a')],
    ['a list of lengths', post('Content-Length: 1, 1\r\n', 'a')],
    ['a length with a sign', post('Content-Length: +1\r\n', 'a')],
    ['a length in hex', post('Content-Length: 0x1\r\n', 'a')],
    ['an empty length', post('Content-Length: \r\n', '')],
    ['a length beyond 64 bits', post('Content-Length: 99999999999999999999\r\n', '')],
    [
      'Transfer-Encoding in HTTP/1.0',
      `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a space before the colon', `GET / HTTP/1.1\r\nHost : a\r\n\r\n`],
    ['a folded line', `GET / HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`],
    ['a NUL in a header', `GET / HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`],
    ['a bare CR in a header', `GET / HTTP/1.1\r\n${HOST}X: a\rb\r\n\r\n`],
    ['bare line feeds', `GET / HTTP/1.1\nHost: a\n\n`],
    ['a nameless header', `GET / HTTP/1.1\r\n${HOST}: b\r\n\r\n`],
    ['a header name that is no token', `GET / HTTP/1.1\r\n${HOST}X(: b\r\n\r\n`],
    ['a header without a colon', `GET / HTTP/1.1\r\n${HOST}XYZ\r\n\r\n`],
    ['whitespace before the first header', `GET / HTTP/1.1\r\n Host: a\r\n\r\n`],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('with %s is 400 and the end of the connection', async (_, bytes) => {
    await using http = await echo()
    const answer = tryParseResponse(await http.exchange(`${bytes}GET /smuggled HTTP/1.1\r\n${HOST}\r\n`))
    expect([answer?.status, answer?.headers.get('connection'), answer?.rest]).toEqual([400, 'close', ''])
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'ERR_CORE_BAD_REQUEST', status: 400 })
    expect(http.dispatcher.seen.map((exchange) => exchange.path)).not.toContain('/smuggled')
  })

  it('with a coding that is not understood is 501', async () => {
    await using http = await echo()
    expect(statuses(await http.exchange(post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')))).toEqual([
      501,
    ])
  })

  it.each(['chunked', 'CHUNKED', '\tchunked '])('may be Transfer-Encoding:%s', async (coding) => {
    await using http = await serve(async (exchange) => send(exchange, await exchange.readBody(100)))
    const answer = await http
      .open()
      .request(post(`Transfer-Encoding:${coding}\r\n`, '3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n'))
    expect([answer.status, answer.body]).toEqual([200, 'abcde'])
  })

  it.each([
    ['GET / HTTP/2.0', 505],
    ['GET / HTTP/1.2', 505],
    ['GET / HTTP/0.9', 505],
    ['GET /', 505],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n', 505],
    ['GET / http/1.1', 400],
    ['FOO / HTTP/1.1', 501],
    ['get / HTTP/1.1', 501],
    ['TRACE / HTTP/1.1', 501],
    ['CONNECT example.com:80 HTTP/1.1', 501],
    ['\x00\x01 / HTTP/1.1', 400],
  ])('that begins with %j is %d', async (line, status) => {
    await using http = await echo()
    const answer = tryParseResponse(await http.exchange(`${line}\r\n${HOST}\r\n`))
    expect([answer?.status, answer?.headers.get('connection'), answer?.rest]).toEqual([status, 'close', ''])
    expect(answer?.headers.get('content-type')).toBe('application/problem+json')
  })

  it('may begin with empty lines, which some clients leave behind a body (RFC 9112 §2.2)', async () => {
    await using http = await echo()
    expect((await http.open().request(`\r\n\r\nGET /a HTTP/1.1\r\n${HOST}\r\n`)).body).toBe('/a')
  })
})

describe('the size of a head', () => {
  const head = (headers: string) => `GET / HTTP/1.1\r\n${HOST}Connection: close\r\n${headers}\r\n`

  it('beyond 16 KiB is 431', async () => {
    await using http = await echo()
    expect(statuses(await http.exchange(head(`X: ${'a'.repeat(15_000)}\r\n`)))).toEqual([200])
    expect(statuses(await http.exchange(head(`X: ${'a'.repeat(17_000)}\r\n`)))).toEqual([431])
    expect(statuses(await http.exchange(head(`X: ${'a'.repeat(300_000)}\r\n`)))).toEqual([431])
    expect(
      statuses(await http.exchange(head(`X: a\r\n`.repeat(90) + `Y: ${'a'.repeat(20_000)}\r\n`))),
    ).toEqual([431])
  })

  it('beyond 100 lines is 431, and no line is dropped unseen', async () => {
    await using http = await serve((exchange) =>
      send(exchange, String(Object.keys(exchange.headers()).length)),
    )
    const lines = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: a\r\n`).join('')
    const full = await http.open().request(`GET / HTTP/1.1\r\n${HOST}${lines(99)}\r\n`)
    expect([full.status, full.body]).toEqual([200, '100'])
    expect(statuses(await http.exchange(`GET / HTTP/1.1\r\n${HOST}${lines(100)}\r\n`))).toEqual([431])
    expect(statuses(await http.exchange(`GET / HTTP/1.1\r\n${HOST}${'a:b\r\n'.repeat(3_000)}\r\n`))).toEqual([
      431,
    ])
  })

  it('is set by options', async () => {
    const limits = { maxHeaderBytes: 1024, maxHeaderCount: 3, maxTargetBytes: 100 }
    await using http = await serve((exchange) => send(exchange, 'ok'), { limits })
    expect(statuses(await http.exchange(head('A: b\r\n')))).toEqual([200])
    expect(statuses(await http.exchange(head('A: b\r\nC: d\r\n')))).toEqual([431])
    expect(statuses(await http.exchange(head(`A: ${'b'.repeat(1024)}\r\n`)))).toEqual([431])
    expect(statuses(await http.exchange(`GET /${'a'.repeat(100)} HTTP/1.1\r\n${HOST}\r\n`))).toEqual([414])
  })
})

describe('an expectation', () => {
  it.each(['foo', '100-continue, foo', '100-continue=1', '200-ok'])('of %s is 417', async (expectation) => {
    await using http = await echo()
    const text = await http.exchange(
      `POST / HTTP/1.1\r\n${HOST}Expect: ${expectation}\r\nContent-Length: 3\r\n\r\n`,
    )
    expect(statuses(text)).toEqual([417])
  })

  it('is ignored in HTTP/1.0', async () => {
    await using http = await echo()
    expect(statuses(await http.exchange(`GET / HTTP/1.0\r\n${HOST}Expect: foo\r\n\r\n`))).toEqual([200])
    const text = await http.exchange(
      `POST / HTTP/1.0\r\n${HOST}Expect: 100-continue\r\nContent-Length: 1\r\n\r\na`,
    )
    expect(statuses(text)).toEqual([200])
  })
})

describe('pipelined requests', () => {
  it('are answered in order, whichever is ready first', async () => {
    const ready: (() => void)[] = []
    await using http = await serve(async (exchange) => {
      if (exchange.path === '/slow') await new Promise<void>((resolve) => ready.push(resolve))
      send(exchange, exchange.path)
    })
    const client = http.open()
    client.write(['/slow', '/a', '/slow', '/b'].map((path) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n`).join(''))
    while (http.dispatcher.seen.length < 4) await new Promise((resolve) => setImmediate(resolve))
    expect(client.text).toBe('')
    ready[1]?.()
    ready[0]?.()
    expect((await client.response()).body).toBe('/slow')
    expect((await client.response()).body).toBe('/a')
    expect((await client.response()).body).toBe('/slow')
    expect((await client.response()).body).toBe('/b')
    expect((await http.dispatcher.ended(4)).every(({ completed }) => completed)).toBe(true)
  })

  it('are answered before what follows them and is no request', async () => {
    let release = (): void => undefined
    await using http = await serve(async (exchange) => {
      await new Promise<void>((resolve) => (release = resolve))
      send(exchange, 'first')
    })
    const client = http.open().write(`GET / HTTP/1.1\r\n${HOST}\r\nBROKEN\r\n\r\n`)
    while (http.dispatcher.seen.length < 1) await new Promise((resolve) => setImmediate(resolve))
    expect(client.text).toBe('')
    release()
    const text = await client.closed()
    expect(statuses(text)).toEqual([200, 400])
    expect(text).toContain('first')
  })

  it('are not served behind one whose answer closes the connection', async () => {
    await using http = await serve((exchange) => send(exchange, 'ok', 200, 'connection', 'close'))
    expect(
      statuses(await http.exchange(`GET /a HTTP/1.1\r\n${HOST}\r\nGET /b HTTP/1.1\r\n${HOST}\r\n`)),
    ).toEqual([200])
    expect(http.dispatcher.seen.map(({ path }) => path)).toEqual(['/a'])
  })

  it('are not served behind one that asked for the connection to be closed', async () => {
    await using http = await echo()
    const text = await http.exchange(
      `GET /a HTTP/1.1\r\n${HOST}Connection: close\r\n\r\nGET /b HTTP/1.1\r\n${HOST}\r\n`,
    )
    expect(statuses(text)).toEqual([200])
    expect(http.dispatcher.seen.map(({ path }) => path)).toEqual(['/a'])
  })

  it('settle as not completed when the client goes away before their turn', async () => {
    await using http = await serve((exchange) =>
      exchange.path === '/slow' ? undefined : send(exchange, 'ok'),
    )
    const client = http
      .open()
      .write(['/slow', '/a', '/b'].map((path) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n`).join(''))
    while (http.dispatcher.seen.length < 3) await new Promise((resolve) => setImmediate(resolve))
    client.reset()
    const settled = await http.dispatcher.ended(3)
    expect(settled.map(({ completed }) => completed)).toEqual([false, false, false])
  })
})

describe('an upgrade that nobody offers', () => {
  const upgrade = `GET /a HTTP/1.1\r\n${HOST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`

  it('is an ordinary request, and its connection is kept', async () => {
    await using http = await echo()
    const client = http.open()
    const first = await client.request(upgrade)
    expect([first.status, first.body, first.headers.get('connection')]).toEqual([200, '/a', 'keep-alive'])
    expect((await client.request(`GET /b HTTP/1.1\r\n${HOST}\r\n`)).body).toBe('/b')
    expect((await client.request(upgrade)).body).toBe('/a')
  })

  it('closes the connection when something was pipelined behind it, which node would have lost', async () => {
    await using http = await echo()
    const text = await http.exchange(`${upgrade}GET /b HTTP/1.1\r\n${HOST}\r\n`)
    expect(statuses(text)).toEqual([200])
    expect(text).toMatch(/connection: close/i)
  })

  it('closes the connection when it has a body', async () => {
    await using http = await serve(async (exchange) => send(exchange, await exchange.readBody(10)))
    const text = await http.exchange(
      `POST / HTTP/1.1\r\n${HOST}Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\n${HOST}\r\n`,
    )
    expect(statuses(text)).toEqual([200])
    expect(text).toMatch(/abc$/)
  })
})

describe('HTTP/1.0', () => {
  it('closes the connection, unless the client asks to keep it', async () => {
    await using http = await echo()
    expect(await http.exchange(`GET /a HTTP/1.0\r\n\r\n`)).toMatch(/connection: close\r\n\r\n\/a$/i)
    const client = http.open()
    const kept = await client.request(`GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`)
    expect([kept.body, kept.headers.get('connection')]).toEqual(['/a', 'keep-alive'])
    expect((await client.request(`GET /b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`)).body).toBe('/b')
  })

  it('gets no chunks, not even when it says that it could take them', async () => {
    await using http = await serve((exchange) =>
      send(
        exchange,
        (async function* () {
          yield 'a'
          await Promise.resolve()
          yield 'b'
        })(),
      ),
    )
    const text = await http.exchange(`GET / HTTP/1.0\r\nTE: chunked\r\nConnection: keep-alive\r\n\r\n`)
    expect(text).not.toMatch(/transfer-encoding/i)
    expect(text).toMatch(/connection: close\r\n\r\nab$/i)
  })
})

describe('what is no request', () => {
  it('is nothing to tell of behind a request that broke the connection', async () => {
    const failures: ParseFailure[] = []
    await using http = await serve((exchange) => exchange.reset(new Error('broken')), {
      onParseError: (failure) => void failures.push(failure),
    })
    expect(await http.exchange(`GET / HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n`)).toBe('')
    expect(await http.dispatcher.ended(1)).toMatchObject([{ reason: { message: 'broken' } }])
    await turn()
    expect(failures).toEqual([])
  })

  it('is told to the hook and the log, in the format of the app', async () => {
    const failures: ParseFailure[] = []
    await using http = await serve(() => undefined, {
      onParseError: (failure) => {
        failures.push(failure)
        throw new Error('a hook that fails')
      },
    })
    const answer = tryParseResponse(await http.exchange('GARBAGE\r\n\r\n'))
    const body = JSON.parse(answer?.body ?? '') as { requestId: string }
    expect(failures).toHaveLength(1)
    expect(failures[0]).toMatchObject({
      status: 400,
      code: 'ERR_CORE_BAD_REQUEST',
      remoteAddress: '127.0.0.1',
      requestId: body.requestId,
    })
    expect(failures[0]?.error).toBeInstanceOf(Error)
  })

  it('is 400 when it ends in the middle of its head', async () => {
    await using http = await echo()
    const client = http.open().write('GET / HTTP/1.1\r\nHo')
    client.end()
    expect(statuses(await client.closed())).toEqual([400])
  })

  it('does not hurt other connections', async () => {
    await using http = await echo()
    const client = http.open()
    await client.request(`GET / HTTP/1.1\r\n${HOST}\r\n`)
    await Promise.all(Array.from({ length: 20 }, () => http.exchange('\x00\xff\r\n\r\n')))
    expect((await client.request(`GET /still HTTP/1.1\r\n${HOST}\r\n`)).body).toBe('/still')
  })
})
