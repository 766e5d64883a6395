import { describe, expect, it } from 'vitest'
import { send, serve } from './server-support.ts'

describe('a server', () => {
  it('answers a request and keeps the connection', async () => {
    await using http = await serve((exchange) =>
      send(exchange, `${exchange.method} ${exchange.path}?${exchange.search}`),
    )
    const client = http.open()
    const first = await client.request('GET /a/b?c=d HTTP/1.1\r\nHost: x\r\n\r\n')
    expect([first.status, first.body, first.headers.get('content-length')]).toEqual([
      200,
      'GET /a/b?c=d',
      '12',
    ])
    expect(first.headers.get('connection')).toBe('keep-alive')
    expect(first.headers.has('x-powered-by')).toBe(false)
    const second = await client.request('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    expect(second.body).toBe('GET /?')
    expect(await http.dispatcher.ended(2)).toEqual([
      { label: 'GET /a/b', completed: true, bytes: 12, reason: undefined },
      { label: 'GET /', completed: true, bytes: 6, reason: undefined },
    ])
  })
})
