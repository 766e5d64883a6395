import { describe, expect, it } from 'vitest'
import { send, serve, tryParseResponse, turn, until, type RawClient } from './server-support.ts'

/** Far below what node's own limits would take, and far above these, on a busy machine as well. */
const SOON_MS = 10_000

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

async function timeToEnd(client: RawClient): Promise<number> {
  const startedAt = performance.now()
  await client.closed()
  return performance.now() - startedAt
}

function codeOf(text: string): unknown {
  return (JSON.parse(tryParseResponse(text)?.body ?? '{}') as { code?: string }).code
}

describe('slow clients', () => {
  const limits = { headersTimeoutMs: 150, requestTimeoutMs: 300 }

  it('that take too long over the head get 408', async () => {
    await using http = await serve((exchange) => send(exchange, 'ok'), { limits })
    const client = http.open().write('GET / HTTP/1.1\r\nHost: x\r\n')
    const drip = setInterval(() => client.write('X: a\r\n'), 20)
    const ms = await timeToEnd(client)
    clearInterval(drip)
    expect(tryParseResponse(client.text)?.status).toBe(408)
    expect(codeOf(client.text)).toBe('ERR_CORE_REQUEST_TIMEOUT')
    expect(ms).toBeGreaterThan(100)
    expect(ms).toBeLessThan(SOON_MS)
  })

  it('that take too long over a second head get 408, too', async () => {
    await using http = await serve((exchange) => send(exchange, 'ok'), { limits })
    const client = http.open()
    await client.request(GET)
    client.write('GET / HTTP/1.1\r\n')
    await client.closed()
    expect(tryParseResponse(client.text)?.status).toBe(408)
  })

  it('that take too long over the body get 408 from whoever reads it', async () => {
    await using http = await serve(async (exchange) => send(exchange, await exchange.readBody(1000)), {
      limits,
    })
    const client = http.open().write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n')
    const drip = setInterval(() => client.write('a'), 5)
    const ms = await timeToEnd(client)
    clearInterval(drip)
    const answer = tryParseResponse(client.text)
    expect([answer?.status, answer?.headers.get('connection')]).toEqual([408, 'close'])
    expect(ms).toBeLessThan(SOON_MS)
  })

  it('that take too long over a body which nobody reads get their answer, and no more', async () => {
    let release = (): void => undefined
    await using http = await serve(
      async (exchange) => {
        await new Promise<void>((resolve) => (release = resolve))
        send(exchange, 'ok')
      },
      { limits },
    )
    const client = http.open().write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n')
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(client.isEnded).toBe(false)
    release()
    const answer = tryParseResponse(await client.closed())
    expect([answer?.body, answer?.headers.get('connection')]).toEqual(['ok', 'close'])
  })

  it('that never say a word are closed without one', async () => {
    await using http = await serve(() => undefined, { limits })
    const client = http.open()
    expect(await timeToEnd(client)).toBeLessThan(SOON_MS)
    expect(client.text).toBe('')
  })

  it('do not disturb a handler that takes its time', async () => {
    await using http = await serve(
      async (exchange) => {
        await new Promise((resolve) => setTimeout(resolve, 500))
        send(exchange, await exchange.readBody(10))
      },
      { limits },
    )
    const client = http.open()
    expect((await client.request('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok')).body).toBe(
      'ok',
    )
  })
})

describe('an idle connection', () => {
  it('is closed after its time, and not before', async () => {
    await using http = await serve((exchange) => send(exchange, 'ok'), {
      limits: { keepAliveTimeoutMs: 200 },
    })
    const client = http.open()
    await client.request(GET)
    const ms = await timeToEnd(client)
    expect(ms).toBeGreaterThan(150)
    expect(ms).toBeLessThan(SOON_MS)
    expect([client.text, client.error]).toEqual(['', undefined])
  })

  it('is not one whose answer takes its time', async () => {
    await using http = await serve(
      async (exchange) => {
        await new Promise((resolve) => setTimeout(resolve, 500))
        send(exchange, 'ok')
      },
      { limits: { keepAliveTimeoutMs: 200 } },
    )
    expect((await http.open().request(GET)).body).toBe('ok')
  })
})

describe('a limit of connections', () => {
  it('closes those that are too many', async () => {
    await using http = await serve((exchange) => send(exchange, 'ok'), { limits: { maxConnections: 2 } })
    const first = http.open()
    const second = http.open()
    await first.request(GET)
    await second.request(GET)
    const third = http.open().write(GET)
    expect(await third.closed()).toBe('')
    first.destroy()
    await until(() => first.isClosed)
    const connections = (): Promise<number> =>
      new Promise((resolve) => http.server.node.getConnections((_, count) => resolve(count)))
    while ((await connections()) > 1) await turn()
    expect((await http.open().request(GET)).body).toBe('ok')
  })
})

describe('a limit of requests on a connection', () => {
  it('is told by the last answer, and what comes behind it is not served', async () => {
    await using http = await serve((exchange) => send(exchange, exchange.path), {
      limits: { maxRequestsPerConnection: 3 },
    })
    const client = http.open()
    expect((await client.request(GET)).headers.get('connection')).toBe('keep-alive')
    client.write(GET + 'GET /last HTTP/1.1\r\nHost: x\r\n\r\n' + 'GET /more HTTP/1.1\r\nHost: x\r\n\r\n')
    expect((await client.response()).headers.get('connection')).toBe('keep-alive')
    const last = tryParseResponse(await client.closed())
    expect([last?.body, last?.headers.get('connection'), last?.rest]).toEqual(['/last', 'close', ''])
    expect(http.dispatcher.seen).toHaveLength(3)
  })
})

describe('a limit of pipelined requests', () => {
  it('keeps one connection from holding any number of handlers', async () => {
    const waiting: (() => void)[] = []
    await using http = await serve(
      async (exchange) => {
        await new Promise<void>((resolve) => waiting.push(resolve))
        send(exchange, 'ok')
      },
      { limits: { maxPipelinedRequests: 10 } },
    )
    const client = http.open().write(GET.repeat(1000))
    await until(() => waiting.length >= 10)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(http.dispatcher.seen).toHaveLength(10)
    for (const go of waiting) go()
    const text = await client.closed()
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(10)
    expect(text.match(/connection: close/gi)).toHaveLength(1)
  })

  it('does not count requests that are answered', async () => {
    await using http = await serve((exchange) => send(exchange, 'ok'), {
      limits: { maxPipelinedRequests: 3 },
    })
    const client = http.open()
    for (let i = 0; i < 5; i++) {
      client.write(GET + GET)
      expect((await client.response()).headers.get('connection')).toBe('keep-alive')
      expect((await client.response()).headers.get('connection')).toBe('keep-alive')
    }
  })
})

describe('the address of the client', () => {
  const ask = (headers: string) => `GET / HTTP/1.1\r\nHost: x\r\n${headers}\r\n`

  it('is that of the socket', async () => {
    await using http = await serve((exchange) => send(exchange, exchange.remoteAddress))
    expect((await http.open().request(ask('X-Forwarded-For: 6.6.6.6\r\n'))).body).toBe('127.0.0.1')
  })

  it('is what trusted proxies say', async () => {
    await using http = await serve((exchange) => send(exchange, exchange.remoteAddress), {
      trustProxy: ['loopback', '10.0.0.0/8'],
    })
    const client = http.open()
    expect(
      (await client.request(ask('X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\nX-Forwarded-For: 10.0.0.7\r\n')))
        .body,
    ).toBe('203.0.113.9')
    expect((await client.request(ask('Forwarded: for=203.0.113.9\r\n'))).body).toBe('127.0.0.1')
    expect((await client.request(ask(''))).body).toBe('127.0.0.1')
  })

  it('is what the named header says', async () => {
    await using http = await serve((exchange) => send(exchange, exchange.remoteAddress), {
      trustProxy: 1,
      forwardedHeader: 'forwarded',
    })
    const client = http.open()
    expect(
      (await client.request(ask('Forwarded: for=6.6.6.6\r\nForwarded: for="[2001:db8::1]:80"\r\n'))).body,
    ).toBe('2001:db8::1')
    expect((await client.request(ask('X-Forwarded-For: 6.6.6.6\r\n'))).body).toBe('127.0.0.1')
  })
})

describe('request headers', () => {
  it('are found by name in any case, repeated ones joined', async () => {
    await using http = await serve((exchange) =>
      send(
        exchange,
        JSON.stringify(
          [
            'X-a',
            'cookie',
            'authorization',
            'content-type',
            'host',
            'x-none',
            'constructor',
            '__proto__',
            'tostring',
          ].map((name) => exchange.meta(name) ?? null),
        ),
      ),
    )
    const headers =
      'X-A: 1\r\nx-a: 2\r\nCookie: a=1\r\nCookie: b=2\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n' +
      'Content-Type: text/plain\r\ncontent-type: text/html\r\n__proto__: x\r\ntoString: y\r\n'
    const { body } = await http.open().request(`GET / HTTP/1.1\r\nHost: x\r\n${headers}\r\n`)
    expect(JSON.parse(body)).toEqual([
      '1, 2',
      'a=1; b=2',
      'Bearer a, Bearer b',
      'text/plain, text/html',
      'x',
      null,
      null,
      'x',
      'y',
    ])
  })
})
