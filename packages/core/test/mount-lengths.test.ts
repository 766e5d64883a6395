import type { IncomingMessage, ServerResponse } from 'node:http'
import { mount, route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { RawClient } from './server-support.ts'
import { open, requestLines } from './support.ts'

type Answer = (response: ServerResponse) => void
const pair = 'Host: a\r\n\r\nGET /own HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
const ask = async (answer: Answer, method = 'GET') => {
  const handler = (_: IncomingMessage, response: ServerResponse) => answer(response)
  const routes = { n: mount('/n', handler, open), own: route.get('/own', open, () => 'own') }
  const app = await testApp({ routes, transport: 'socket' })
  const client = new RawClient(Number(new URL(app.baseUrl).port))
  client.write(`${method} /n HTTP/1.1\r\n${pair}`)
  const text = await client.closed()
  await app.app.stop()
  return { text, app }
}

describe('a mounted handler that promises a length', () => {
  it.each<[string, Answer]>([
    ['ends with less', (response) => response.setHeader('content-length', '5').end('abc')],
    ['ends with more', (response) => response.setHeader('content-length', '2').end('abcdef')],
    [
      'ends with less by writeHead',
      (response) => response.writeHead(200, { 'content-length': 5 }).end('abc'),
    ],
    ['ends with nothing', (response) => response.writeHead(200, { 'content-length': 5 }).end()],
    [
      'writes more',
      (response) => {
        response.writeHead(200, ['content-length', '2'])
        response.write('a')
        response.write('bcd')
        response.end()
      },
    ],
    [
      'writes less',
      (response) => {
        response.writeHead(200, { 'content-length': 5 }).write('ab')
        response.end('c')
      },
    ],
    [
      'does so in a callback',
      (response) => void setImmediate(() => response.writeHead(200, { 'content-length': 2 }).end('abcdef')),
    ],
    [
      'promises what is not a length',
      (response) => response.writeHead(200, { 'content-length': 'x' }).end('a'),
    ],
  ])('and %s, is broken off, and nothing follows on its connection', async (_, answer) => {
    const { text, app } = await ask(answer)
    const [, body = ''] = text.split('\r\n\r\n')
    expect([body.length <= 3, text.includes('own'), text.includes('def')]).toEqual([true, false, false])
    expect(app.takeErrors()).toMatchObject([
      { err: { message: 'The handler sends a different length than its content-length promises.' } },
    ])
    expect(requestLines(app).map(({ errorCode }) => errorCode)).toContain('ERR_CORE_INTERNAL')
  })

  it.each<[string, Answer, string?]>([
    ['as it says', (response) => response.setHeader('content-length', '3').end('abc')],
    [
      'in parts',
      (response) => (response.writeHead(200, { 'content-length': 3 }).write('ab'), response.end('c')),
    ],
    [
      'in characters of several bytes',
      (response) => response.writeHead(200, { 'content-length': 2 }).end('é'),
    ],
    ['without a body', (response) => response.writeHead(304, { 'content-length': 3 }).end()],
    ['for HEAD', (response) => response.writeHead(200, { 'content-length': 3 }).end(), 'HEAD'],
    ['without one', (response) => response.end('abc')],
  ])('and answers %s, keeps its connection', async (_, answer, method) => {
    const { text, app } = await ask(answer, method)
    expect(text.match(/HTTP\/1\.1 \d+/g)).toHaveLength(2)
    expect(text.endsWith('own')).toBe(true)
    await app.close()
  })
})
