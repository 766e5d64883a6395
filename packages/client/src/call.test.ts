import { describe, expect, it } from 'vitest'
import { createClientOn, type ClientOptions } from './create-client.ts'
import type { ClientRequest } from './transport.ts'

type Call = (input?: object, options?: object) => Promise<unknown>

/** What is sent for one call of a route. */
async function sentFor(
  line: string,
  input: object = {},
  options: object = {},
  more: Partial<ClientOptions> = {},
): Promise<ClientRequest> {
  let sent: ClientRequest | undefined
  const manifest = { version: 1, hash: '', routes: { a: line } }
  const transport = async (request: ClientRequest) => {
    sent = request
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '1' }
  }
  const client = createClientOn(transport, { baseUrl: 'http://h', manifest, ...more }) as unknown as {
    a: Call
  }
  await client.a(input, options)
  return sent as ClientRequest
}

describe('what a call sends', () => {
  it('is method, URL and the headers of a call without input', async () => {
    expect(await sentFor('GET /x')).toMatchObject({
      name: 'a',
      method: 'GET',
      url: 'http://h/x',
      headers: { accept: 'application/json, */*;q=0.5' },
      body: undefined,
    })
  })

  it('has params and query in the URL', async () => {
    const { url } = await sentFor('GET /x/:id', { params: { id: 'a b' }, query: { tag: [1, 2] } })
    expect(url).toBe('http://h/x/a%20b?tag=1&tag=2')
  })

  it("has the client's headers, the declared ones over them, and those of the call over both", async () => {
    const headers = { 'X-A': 'client', 'x-b': 'client', 'x-c': 'client' }
    const sent = await sentFor(
      'GET /',
      { headers: { 'x-B': 'declared', 'x-c': 'declared' } },
      { headers: { 'X-C': 'call' } },
      { headers },
    )
    expect(sent.headers).toMatchObject({ 'x-a': 'client', 'x-b': 'declared', 'x-c': 'call' })
  })

  it('asks a function for its headers, each time', async () => {
    let count = 0
    const headers = async () => ({ authorization: `Bearer ${++count}` })
    expect((await sentFor('GET /', {}, {}, { headers })).headers['authorization']).toBe('Bearer 1')
  })

  it('writes header values that are no strings', async () => {
    const { headers } = await sentFor('GET /', {
      headers: { n: 1, list: ['a', 2], none: undefined, d: new Date(0) },
    })
    expect(headers).toMatchObject({ n: '1', list: 'a, 2', d: '1970-01-01T00:00:00.000Z' })
    expect(headers).not.toHaveProperty('none')
  })

  it.each(['a\r\nx-evil: 1', 'a\nb', 'a\0', '€'])('never has %j in a header', async (value) => {
    await expect(sentFor('GET /', { headers: { 'x-a': value } })).rejects.toMatchObject({
      code: 'ERR_CLIENT_INPUT',
      message: "a: header 'x-a' is malformed.",
    })
  })
})

describe('the name of a header', () => {
  it.each(['x a', 'x:a', 'x\r\ny', 'ü', ''])('is never %j', async (name) => {
    await expect(sentFor('GET /', { headers: { [name]: '1' } })).rejects.toMatchObject({
      code: 'ERR_CLIENT_INPUT',
      message: `a: header '${name}' is malformed.`,
    })
  })
})

describe('the body of a call', () => {
  const bodyOf = async (
    line: string,
    body: unknown,
    headers: object = {},
  ): Promise<[unknown, string | undefined]> => {
    const sent = await sentFor(line, { body, headers })
    return [sent.body, sent.headers['content-type']]
  }
  const JSON_TYPE = 'application/json'

  it.each([
    [{ a: 1, at: new Date(0) }, '{"a":1,"at":"1970-01-01T00:00:00.000Z"}'],
    [[1, 2], '[1,2]'],
    ['text', '"text"'],
    [null, 'null'],
    [0, '0'],
    [false, 'false'],
  ])('is JSON: %j', async (body, text) => {
    expect(await bodyOf('POST / 200', body)).toEqual([text, JSON_TYPE])
  })

  it('is nothing, without a type, for undefined', async () => {
    expect(await bodyOf('POST /', undefined)).toEqual([undefined, undefined])
  })

  it('is a string as it is where the route does not take JSON, or the call says so', async () => {
    expect(await bodyOf('POST / text/csv', 'a,b')).toEqual(['a,b', 'text/csv'])
    expect(await bodyOf('POST /', 'a,b', { 'Content-Type': 'text/csv' })).toEqual(['a,b', 'text/csv'])
    expect(await bodyOf('POST / text/csv', '{', { 'content-type': 'application/merge-patch+json' })).toEqual([
      '"{"',
      'application/merge-patch+json',
    ])
  })

  it('passes bytes, blobs, forms and streams on', async () => {
    const bytes = new Uint8Array([1, 2])
    expect(await bodyOf('POST / image/png', bytes)).toEqual([bytes, 'image/png'])
    expect((await bodyOf('POST / image/png', bytes))[0]).toBe(bytes)
    expect(await bodyOf('POST / image/png', bytes.buffer)).toEqual([bytes, 'image/png'])
    const blob = new Blob(['x'], { type: 'text/x' })
    expect(await bodyOf('POST / image/png', blob)).toEqual([blob, 'text/x'])
    expect((await bodyOf('POST / image/png', new Blob(['x'])))[1]).toBe('image/png')
    const form = new FormData()
    expect(await bodyOf('POST /', form)).toEqual([form, undefined])
    const stream = new Blob(['x']).stream()
    expect((await bodyOf('POST / text/csv', stream))[0]).toBe(stream)
    async function* lines() {
      yield 'x'
    }
    const iterable = lines()
    expect((await bodyOf('POST / text/csv', iterable))[0]).toBe(iterable)
  })

  it('writes URLSearchParams as a form', async () => {
    expect(await bodyOf('POST /', new URLSearchParams({ a: 'b c' }))).toEqual([
      'a=b+c',
      'application/x-www-form-urlencoded',
    ])
  })

  it('is refused before anything is sent when it cannot be JSON', async () => {
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    for (const body of [cycle, { n: 1n }, () => 1, Symbol('x')]) {
      await expect(sentFor('POST /', { body })).rejects.toMatchObject({ code: 'ERR_CLIENT_INPUT' })
    }
  })
})
