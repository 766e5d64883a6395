import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { middleware, mount, type NodeHandler } from '@keelson/core'
import { testApp } from '@keelson/testing'
import express from 'express'
import { describe, expect, it } from 'vitest'
import { RawClient, turn, until } from './server-support.ts'
import { deferred, failureOf, open, requestLines } from './support.ts'

const NOW = Date.UTC(2030, 0, 1)
const start = (handler: NodeHandler, more: object = {}) =>
  testApp({
    routes: { a: mount('/a', handler, { ...open, deadlineMs: 1000, ...more }) },
    transport: 'socket',
    now: NOW,
  })
const portOf = (url: string) => Number(new URL(url).port)

describe('the deadline of a mounted Node.js handler', () => {
  it('is answered with 504 where the handler has not begun to answer, and the connection is kept', async () => {
    const called = deferred()
    const app = await start((_request, response) => {
      response.statusMessage = 'secretName'
      response.setHeader('x-secret', 'secretName')
      called.resolve()
    })
    const client = new RawClient(portOf(app.baseUrl))
    client.write('POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc')
    await called.promise
    await app.clock.advance(1000)
    const answer = await client.response()
    expect([answer.status, JSON.parse(answer.body), answer.headers.get('x-secret')]).toEqual([
      504,
      expect.objectContaining({ code: 'ERR_CORE_GATEWAY_TIMEOUT' }),
      undefined,
    ])
    expect([answer.reason, answer.headers.get('connection')]).toEqual(['Gateway Timeout', 'keep-alive'])
    expect((await client.request('GET /none HTTP/1.1\r\nhost: a\r\n\r\n')).status).toBe(404)
    client.destroy()
    app.takeErrors()
    await app.close()
    expect(requestLines(app)[0]).toMatchObject({ status: 504, errorCode: 'ERR_CORE_GATEWAY_TIMEOUT' })
  })

  it('breaks the connection once the head of its answer went out', async () => {
    const app = await start((_request, response) => void response.write('first'))
    const response = await app.request('GET', '/a')
    expect(response.status).toBe(200)
    const text = failureOf(response.text())
    await app.clock.advance(1000)
    expect(await text).toBeInstanceOf(Error)
    app.takeErrors()
    await app.close()
  })

  const late: Readonly<Record<string, (response: ServerResponse) => void>> = {
    'a response of Express': (response) => (response as express.Response).status(201).json({ late: true }),
    'headers and an end': (response) => response.setHeader('x-late', '1').writeHead(201).end('late'),
    'a part, and another': (response) => (
      response.flushHeaders(),
      response.write('late'),
      response.end('late')
    ),
  }
  it.each(Object.keys(late))('is not disturbed by what comes too late: %s', async (name) => {
    const given = deferred<ServerResponse>()
    const handler = express()
    handler.use((_request, response) => given.resolve(response))
    const answering = deferred()
    const go = deferred()
    const wait = middleware({
      name: 'wait',
      stage: 'respond',
      transform: async (_, outcome) => {
        if (outcome.status === 504) {
          answering.resolve()
          await go.promise
        }
        return outcome
      },
    })
    const app = await start(handler, { use: [wait] })
    const client = new RawClient(portOf(app.baseUrl))
    client.write('GET /a HTTP/1.1\r\nhost: a\r\n\r\n')
    const response = await given.promise
    const advanced = app.clock.advance(1000)
    await answering.promise
    late[name]?.(response)
    go.resolve()
    await advanced
    late[name]?.(response)
    const closed = response.writableFinished ? undefined : once(response, 'close')
    expect(await client.response()).toMatchObject({ status: 504, reason: 'Gateway Timeout' })
    await closed
    late[name]?.(response)
    for (let i = 0; i < 5; i++) await turn()
    const next = await client.request('GET /none HTTP/1.1\r\nhost: a\r\n\r\n')
    expect([next.status, client.text]).toEqual([404, ''])
    client.destroy()
    app.takeErrors()
    await app.close()
  })

  it('tells those who write too late that it is over', async () => {
    const given = deferred<ServerResponse>()
    const app = await start((_request, response) => given.resolve(response))
    const answer = app.request('GET', '/a')
    const response = await given.promise
    await app.clock.advance(1000)
    expect((await answer).status).toBe(504)
    for (const name of ['write', 'end'] as const) {
      const error = await new Promise((resolve) => response[name]('late', 'utf8', resolve as () => void))
      expect(error).toMatchObject({ message: 'The request was answered already.' })
    }
    expect(response.write('late')).toBe(false)
    app.takeErrors()
    await app.close()
  })

  it('is answered by a stream that a transform makes of it, into which the handler writes nothing', async () => {
    const given = deferred<ServerResponse>()
    const ends = deferred()
    async function* sorry() {
      yield 'sorry'
      await ends.promise
      yield ', too late'
    }
    const stream = middleware({
      name: 'stream',
      stage: 'respond',
      transform: (_, outcome) => {
        if (outcome.status === 504) outcome.value = sorry()
        return outcome
      },
    })
    const app = await start((_request, response) => given.resolve(response), { use: [stream] })
    const answer = app.request('GET', '/a')
    const response = await given.promise
    await app.clock.advance(1000)
    const text = (await answer).text()
    response.write('late')
    response.end('late')
    ends.resolve()
    expect(await text).toBe('sorry, too late')
    app.takeErrors()
    await app.close()
  })

  it('logs what the handler fails of afterwards, and answers once', async () => {
    const called = deferred()
    const go = deferred()
    const app = await start(async () => {
      called.resolve()
      await go.promise
      throw new Error('too late')
    })
    const answer = app.request('GET', '/a')
    await called.promise
    await app.clock.advance(1000)
    expect((await answer).status).toBe(504)
    go.resolve()
    await until(() => app.log.lines.some((line) => line['event'] === 'late-result'))
    expect(app.takeErrors()).toHaveLength(2)
    await app.close()
  })
})

describe('a mounted Node.js handler', () => {
  it('runs in the storages of the middleware around it', async () => {
    const storage = new AsyncLocalStorage<string>()
    const around = middleware({
      name: 'around',
      stage: 'handle',
      wrap: (_, next) => storage.run('mine', next),
    })
    const app = await start((_request, response) => void response.end(storage.getStore() ?? 'none'), {
      use: [around],
    })
    expect(await (await app.request('GET', '/a')).text()).toBe('mine')
    await app.close()
  })
})
