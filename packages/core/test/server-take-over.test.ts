import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { PipelineOutcome, TakeOver, type Call } from '../src/operation/index.ts'
import { ResponseHeaders } from '../src/route/index.ts'
import { serve, turn, until, type TestServer } from './server-support.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

function mounted(handler: Handler, ...flat: string[]): Promise<TestServer> {
  return serve((exchange: Call) =>
    exchange.handOver?.(
      new PipelineOutcome(200, undefined, false, new ResponseHeaders(flat)),
      new TakeOver((request, response) => handler(request as IncomingMessage, response as ServerResponse)),
    ),
  )
}

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
const post = (body: string, headers = '') =>
  `POST / HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`

describe('a foreign handler', () => {
  it('answers by itself, with the headers that were set before', async () => {
    await using http = await mounted(
      (request, response) => {
        response.statusCode = 202
        response.setHeader('x-b', '2')
        response.end(`${request.method} ${request.url}`)
      },
      'x-a',
      '1',
      'set-cookie',
      'a=1',
      'set-cookie',
      'b=2',
    )
    const client = http.open()
    const answer = await client.request(GET)
    expect([answer.status, answer.body, answer.headers.get('x-a'), answer.headers.get('x-b')]).toEqual([
      202,
      'GET /',
      '1',
      '2',
    ])
    expect((await client.request(GET)).status).toBe(202)
    expect(await http.dispatcher.ended(2)).toMatchObject([{ completed: true }, { completed: true }])
  })

  it('may read a body by events, by iteration or by a pipe', async () => {
    await using http = await mounted((request, response) => {
      const mode = request.headers['x-mode']
      if (mode === 'events') {
        let text = ''
        request.on('data', (chunk: Buffer) => (text += chunk.toString()))
        request.on('end', () => response.end(`events ${text}`))
      } else if (mode === 'pipe') request.pipe(new PassThrough()).pipe(response)
      else return iterate(request, response)
    })
    async function iterate(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      response.end(`iteration ${Buffer.concat(chunks).toString()}`)
    }
    const ask = async (mode: string, body: string | undefined): Promise<string> =>
      (
        await fetch(http.url, {
          method: body === undefined ? 'GET' : 'POST',
          headers: { 'x-mode': mode },
          body: body ?? null,
        })
      ).text()
    for (const body of ['hello', 'x'.repeat(200_000)]) {
      expect(await ask('events', body)).toBe(`events ${body}`)
      expect(await ask('pipe', body)).toBe(body)
      expect(await ask('', body)).toBe(`iteration ${body}`)
    }
    expect(await ask('events', undefined)).toBe('events ')
    expect(await ask('pipe', undefined)).toBe('')
    expect(await ask('', undefined)).toBe('iteration ')
  })

  it('hears the end of a body that there never was, however late it listens', async () => {
    await using http = await mounted(async (request, response) => {
      for (let i = 0; i < 5; i++) await turn()
      let ends = 0
      request.once('end', () => ends++)
      request.addListener('end', () => ends++)
      request.on('end', () => setImmediate(() => response.end(`${ends}`)))
      request.resume()
    })
    expect((await http.open().request(GET)).body).toBe('2')
  })

  it('is told to go on reading by 100 Continue at once', async () => {
    await using http = await mounted((request, response) => {
      request.pipe(response)
    })
    const client = http
      .open()
      .write(post('', 'Expect: 100-continue\r\n').replace('Content-Length: 0', 'Content-Length: 3'))
    expect((await client.response()).status).toBe(100)
    client.write('abc')
    expect(await client.until(/0\r\n\r\n$/)).toMatch(/3\r\nabc\r\n0\r\n\r\n$/)
  })

  it('has the client told to send its body before a head that is flushed', async () => {
    await using http = await mounted((request, response) => {
      response.flushHeaders()
      request.pipe(response)
    })
    const client = http
      .open()
      .write(post('', 'Expect: 100-continue\r\n').replace('Content-Length: 0', 'Content-Length: 3'))
    expect((await client.response()).status).toBe(100)
    client.write('abc')
    expect(await client.until(/0\r\n\r\n$/)).toMatch(/^HTTP\/1\.1 200 [^]*3\r\nabc\r\n0\r\n\r\n$/)
  })

  it.each([400, 500])('that answers %s does not ask for the body by 100 Continue', async (status) => {
    await using http = await mounted((_, response) => {
      response.writeHead(status, { 'content-length': 2 })
      response.write('n')
      response.end('o')
    })
    const client = http
      .open()
      .write(post('', 'Expect: 100-continue\r\n').replace('Content-Length: 0', 'Content-Length: 3'))
    expect(await client.response()).toMatchObject({ status, body: 'no' })
  })

  it('that does not read the body leaves the connection in order', async () => {
    await using http = await mounted((_, response) => response.end('ok'))
    const client = http.open()
    expect((await client.request(post('hello'))).body).toBe('ok')
    expect((await client.request(GET)).body).toBe('ok')
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret'))],
  ])('that %s is a 500 without its headers', async (_, handler) => {
    await using http = await mounted((request, response) => {
      response.setHeader('x-b', 'secret')
      return (handler as Handler)(request, response)
    })
    const client = http.open()
    const answer = await client.request(GET)
    expect([answer.status, answer.headers.has('x-b'), answer.body.includes('secret')]).toEqual([
      500,
      false,
      false,
    ])
    expect(await http.dispatcher.ended(1)).toMatchObject([
      { completed: true, reason: undefined, bytes: answer.body.length },
    ])
    expect((await client.request(GET)).status).toBe(500)
  })

  it('that fails after it began to answer is reset', async () => {
    await using http = await mounted(async (_, response) => {
      response.write('partial')
      await turn()
      throw new Error('no more')
    })
    const client = http.open().write(GET)
    expect(await client.closed()).not.toMatch(/0\r\n\r\n$/)
    expect(await http.dispatcher.ended(1)).toMatchObject([
      { completed: false, reason: { message: 'no more' } },
    ])
  })

  it('whose client goes away settles as not completed', async () => {
    await using http = await mounted((_, response) => response.write('partial'))
    const client = http.open().write(GET)
    await client.until(/partial/)
    client.destroy()
    expect(await http.dispatcher.ended(1)).toMatchObject([{ completed: false, reason: undefined }])
  })

  it('answers the last request of a connection that drains with its end', async () => {
    let answer = (): void => undefined
    await using http = await mounted((_, response) => (answer = () => response.end('ok')))
    const client = http.open().write(GET)
    await until(() => http.dispatcher.seen.length === 1)
    const draining = http.server.drain({ budgetMs: 60_000 })
    await until(() => !http.server.node.listening)
    answer()
    expect(await client.closed()).toMatch(/ok$/)
    expect(await draining).toMatchObject({ completed: 1, cut: [] })
  })

  it('that closes the connection while the server drains has failed all the same', async () => {
    let close = (): void => undefined
    await using http = await mounted((request, response) => {
      if (request.url === '/short') return response.end('ok')
      close = () => void request.socket.destroy()
      return response.write('partial')
    })
    const idle = http.open()
    await idle.request('GET /short HTTP/1.1\r\nHost: x\r\n\r\n')
    const client = http.open().write(GET)
    await client.until(/partial/)
    const draining = http.server.drain({ budgetMs: 60_000 })
    // The drain has looked through the connections.
    await idle.closed()
    close()
    const [, failed] = await http.dispatcher.ended(2)
    expect(failed).toMatchObject({
      completed: false,
      reason: { message: expect.stringMatching(/closed the connection/) },
    })
    await draining
  })
})
