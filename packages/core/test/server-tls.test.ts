import { connect as connectTcp } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { createHttpServer, type TlsOptions } from '../src/server/http1/http-server.ts'
import { TEST_CERTIFICATE } from './server-certificate.ts'
import { send, TestDispatcher, tryParseResponse, until, type Answer } from './server-support.ts'

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

async function serveTls(answer: Answer, tls: TlsOptions = TEST_CERTIFICATE) {
  const dispatcher = new TestDispatcher(answer)
  const server = createHttpServer(dispatcher, { tls, limits: { headersTimeoutMs: 300 } })
  const { port, urls } = await server.listen({ port: 0, host: '127.0.0.1' })
  return {
    server,
    dispatcher,
    port: port as number,
    urls,
    [Symbol.asyncDispose]: async () => {
      await server.drain({ budgetMs: 0 })
    },
  }
}

class TlsClient {
  readonly socket: TLSSocket
  text = ''
  isEnded = false
  error: NodeJS.ErrnoException | undefined

  constructor(port: number, options: { ALPNProtocols?: string[] } = {}) {
    this.socket = connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: TEST_CERTIFICATE.cert,
      ...options,
    })
    this.socket.on('data', (data: Buffer) => (this.text += data.toString('latin1')))
    this.socket.on('error', (error) => (this.error = error))
    this.socket.on('close', () => (this.isEnded = true))
  }
}

describe('a server with a certificate', () => {
  it('speaks HTTPS, and offers HTTP/1.1 only', async () => {
    await using https = await serveTls((exchange) =>
      send(exchange, `${exchange.path} from ${exchange.remoteAddress}`),
    )
    expect(https.urls).toEqual([`https://127.0.0.1:${https.port}`])
    const client = new TlsClient(https.port, { ALPNProtocols: ['h2', 'http/1.1'] })
    client.socket.write(GET)
    await until(() => client.text.endsWith('from 127.0.0.1'))
    expect(client.socket.alpnProtocol).toBe('http/1.1')
    client.text = ''
    client.socket.write(GET)
    await until(() => client.text.endsWith('from 127.0.0.1'))
    client.socket.destroy()
    expect((await https.dispatcher.ended(2)).every(({ completed }) => completed)).toBe(true)
  })

  it('survives clients that speak no TLS, or leave in the middle of it', async () => {
    await using https = await serveTls((exchange) => send(exchange, 'ok'))
    for (const bytes of ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\x16\x03\x01\x02\x00\x01']) {
      const socket = connectTcp(https.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(bytes, 'latin1')
      await new Promise((resolve) => socket.once('close', resolve))
    }
    const client = new TlsClient(https.port)
    client.socket.write(GET)
    await until(() => client.text.endsWith('ok'))
    client.socket.destroy()
  })

  it('gives a handshake the time of a head, also where its own is undefined', async () => {
    await using https = await serveTls((exchange) => send(exchange, 'ok'), {
      ...TEST_CERTIFICATE,
      handshakeTimeout: undefined,
    })
    const socket = connectTcp(https.port, '127.0.0.1')
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('close', resolve))
    expect(https.dispatcher.seen).toEqual([])
  })

  it('breaks off an answer that fails', async () => {
    await using https = await serveTls((exchange) =>
      send(
        exchange,
        (async function* () {
          yield 'partial'
          await Promise.resolve()
          throw new Error('no more')
        })(),
      ),
    )
    const client = new TlsClient(https.port)
    client.socket.write(GET)
    await until(() => client.isEnded)
    expect(client.text.endsWith('0\r\n\r\n')).toBe(false)
    expect(await https.dispatcher.ended(1)).toMatchObject([{ completed: false }])
  })

  it('drains: idle, silent and half-made connections are closed, requests in flight are answered', async () => {
    let release = (): void => undefined
    await using https = await serveTls(async (exchange) => {
      if (exchange.path === '/slow') await new Promise<void>((resolve) => (release = resolve))
      send(exchange, 'ok')
    })
    const used = new TlsClient(https.port)
    used.socket.write(GET)
    await until(() => used.text.endsWith('ok'))
    const silent = new TlsClient(https.port)
    await new Promise((resolve) => silent.socket.once('secureConnect', resolve))
    const half = connectTcp(https.port, '127.0.0.1')
    half.on('error', () => undefined)
    let isHalfClosed = false
    half.on('close', () => (isHalfClosed = true))
    const busy = new TlsClient(https.port)
    busy.socket.write(GET.replace('/', '/slow'))
    await until(() => https.dispatcher.seen.length === 2)
    const draining = https.server.drain({ budgetMs: 60_000 })
    const startedAt = performance.now()
    await until(() => used.isEnded && silent.isEnded && isHalfClosed)
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    release()
    expect(await draining).toMatchObject({ completed: 1, cut: [] })
    await until(() => busy.isEnded)
    expect(tryParseResponse(busy.text)?.headers.get('connection')).toBe('close')
  })
})
