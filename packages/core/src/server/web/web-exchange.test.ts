import { ContentCodings } from '../message/content-codings.ts'
import { describe, expect, it } from 'vitest'
import { PipelineOutcome, type Payload } from '../../operation/index.ts'
import { ResponseHeaders } from '../../route/index.ts'
import type { ReadForwarding } from '../message/forwarding.ts'
import { WebExchange } from './web-exchange.ts'

const HERE = {
  peer: '203.0.113.7',
  readForwarding: undefined,
  codings: new ContentCodings(),
  requestIdHeader: undefined,
}
const exchange = (url: string, init?: RequestInit): WebExchange =>
  new WebExchange(new Request(url, init), HERE)

function answer(one: WebExchange, flat: string[], payload?: Payload, status = 200): Promise<Response> {
  one.deliver(new PipelineOutcome(status, undefined, false, new ResponseHeaders(flat)), payload)
  return one.response
}

describe('the target of a Request', () => {
  it.each([
    ['http://a.example', '/', ''],
    ['http://a.example/', '/', ''],
    ['http://a.example:81/x/y', '/x/y', ''],
    ['http://a.example/x?q=/1', '/x', 'q=/1'],
    ['http://a.example/x?', '/x', ''],
    ['http://a.example/x?q=1#part', '/x', 'q=1'],
    ['http://a.example/#/x', '/', ''],
    ['http://u.example?q=a://b/c', '/', 'q=a://b/c'],
  ])('of %s is %s and %j', (url, path, search) => {
    expect(exchange(url)).toMatchObject({ path, search })
  })

  it('says scheme and host, with the port unless it is the default', () => {
    expect(exchange('https://a.example:443/')).toMatchObject({ scheme: 'https', host: 'a.example' })
    expect(exchange('http://a.example:81/')).toMatchObject({ scheme: 'http', host: 'a.example:81' })
  })
})

describe('the address of a client', () => {
  it('is that of the peer, unless a trusted proxy names another', () => {
    expect(exchange('http://a.example/').remoteAddress).toBe('203.0.113.7')
    const readForwarding: ReadForwarding = (peer, meta) =>
      ({ address: `${meta('x-forwarded-for')} by ${peer}` }) as never
    const headers = { 'x-forwarded-for': '198.51.100.1' }
    const one = new WebExchange(new Request('http://a.example/', { headers }), { ...HERE, readForwarding })
    expect(one.remoteAddress).toBe('198.51.100.1 by 203.0.113.7')
  })
})

describe('the body of a Request', () => {
  const post = (body: string, headers = {}): WebExchange =>
    exchange('http://a.example/', { method: 'POST', body, headers })

  it('is read up to the limit', async () => {
    expect(Buffer.from(await post('four').readBody(4)).toString()).toBe('four')
    await expect(post('five!').readBody(4)).rejects.toMatchObject({ status: 413 })
  })

  it('is read once', async () => {
    const one = post('x')
    await one.readBody(9)
    await expect(one.readBody(9)).rejects.toThrow('The body was read already.')
  })

  it('is refused by its announced length and its coding before it is read', async () => {
    await expect(post('x', { 'content-length': '5' }).readBody(4)).rejects.toMatchObject({ status: 413 })
    await expect(post('x', { 'content-encoding': 'gzip' }).readBody(4)).rejects.toMatchObject({ status: 415 })
  })

  it('is empty where there is none', async () => {
    const one = exchange('http://a.example/')
    expect(one.hasBody).toBe(false)
    expect(await one.readBody(4)).toEqual(new Uint8Array(0))
  })
})

describe('the Response', () => {
  it('has each cookie as a line of its own', async () => {
    const flat = ['set-cookie', 'a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT', 'set-cookie', 'b=2']
    const response = await answer(exchange('http://a.example/'), flat)
    expect(response.headers.getSetCookie()).toEqual(['a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT', 'b=2'])
  })

  it('says the length of a text in bytes, and no type of its own', async () => {
    const response = await answer(exchange('http://a.example/'), [], 'ä')
    expect([...response.headers]).toEqual([['content-length', '2']])
    expect(await response.text()).toBe('ä')
  })

  it('has the status and no body for HEAD and for 204', async () => {
    const head = await answer(exchange('http://a.example/', { method: 'HEAD' }), [], 'abc', 404)
    expect(head).toMatchObject({ status: 404, body: null })
    expect(head.headers.get('content-length')).toBe('3')
    expect(await answer(exchange('http://a.example/'), [], undefined, 204)).toMatchObject({ body: null })
  })

  it('is not there when the exchange is reset before', async () => {
    const one = exchange('http://a.example/')
    one.reset(new Error('cut'))
    await expect(one.response).rejects.toThrow('cut')
  })

  it('carries the id of the request where there is a header for it, in place of any other', async () => {
    const one = new WebExchange(new Request('http://a.example/'), { ...HERE, requestIdHeader: 'x-id' })
    one.requestId = 'r1'
    expect([...(await answer(one, ['x-id', 'mine'])).headers]).toContainEqual(['x-id', 'r1'])
  })
})

describe('the end of an exchange', () => {
  /** Whoever serves the exchange, with what it was told. */
  function serve(one: WebExchange): unknown[] {
    const told: unknown[] = []
    one.begin({ settle: (...ending: unknown[]) => void told.push(ending) } as never)
    return told
  }

  it.each([false, true])(
    'is told once with the bytes sent, also where it came first: %j',
    async (isFirst) => {
      const one = exchange('http://a.example/')
      if (isFirst) await answer(one, [], 'abc')
      const told = serve(one)
      if (!isFirst) await answer(one, [], 'abc')
      one.reset(new Error('too late'))
      await one.settled
      expect(told).toEqual([[true, 3, undefined]])
    },
  )

  it.each([false, true])('comes when the client leaves, also before it is served: %j', async (isBefore) => {
    const client = new AbortController()
    const one = exchange('http://a.example/', { signal: client.signal })
    if (isBefore) client.abort(new Error('left'))
    const told = serve(one)
    if (!isBefore) client.abort(new Error('left'))
    await expect(one.response).rejects.toThrow('left')
    await one.settled
    expect(told).toEqual([[false, 0, undefined]])
  })
})
