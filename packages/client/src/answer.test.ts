import { describe, expect, it } from 'vitest'
import type { WireError } from '@keelson/contract'
import { problemReader, type ErrorReader, type ResponseStream } from './answer.ts'
import type { ClientError } from './client-error.ts'
import { createClientOn, type ClientOptions } from './create-client.ts'
import type { ClientResponse } from './transport.ts'

type Call = (input?: object, options?: object) => Promise<unknown>

function receive(
  response: Partial<ClientResponse>,
  line = 'GET / 2xx',
  options: Partial<ClientOptions> = {},
): Promise<unknown> {
  const manifest = { version: 1, hash: '', routes: { a: line } }
  const transport = async (): Promise<ClientResponse> => ({ status: 200, headers: {}, ...response })
  const client = createClientOn(transport, { baseUrl: 'http://h', manifest, ...options }) as unknown as {
    a: Call
  }
  return client.a()
}

const typed = (type: string, body: ClientResponse['body']): Partial<ClientResponse> => ({
  headers: { 'content-type': type },
  body,
})

async function* chunks(...parts: Uint8Array[]) {
  yield* parts
}

describe('the answer of a route that declares its response', () => {
  it.each([
    ['text/html', '<h1>Welcome</h1>', "'text/html'"],
    ['text/html', '', "'text/html'"],
    ['application/octet-stream', 'x', "'application/octet-stream'"],
    ['', 'x', "''"],
    ['application/json', '', 'no body'],
    ['', '', 'no body'],
    ['text/event-stream', 'data: 1\n\n', "'text/event-stream'"],
    ['application/x-ndjson', '1\n', "'application/x-ndjson'"],
    ['application/json, text/plain', '1', "'application/json, text/plain'"],
  ])('is no page of somebody else: %j with %j', async (type, body, found) => {
    for (const line of ['GET /', 'GET / 200 202', 'GET / 200:application/problem+json']) {
      await expect(receive(typed(type, body), line)).rejects.toMatchObject({
        code: 'ERR_CLIENT_ANSWER',
        status: 200,
        detail: `status 200 with ${found} is not declared.`,
      })
    }
  })

  it.each([
    [{ status: 204, headers: { 'content-type': 'application/json' } }, 'GET / 204'],
    [{ status: 205 }, 'GET / 205:-'],
    [{}, 'GET / 200:-'],
    [{}, 'GET / 200:- 201'],
    [{ headers: { 'content-type': 'application/json' } }, 'GET / 200:-'],
    [{}, 'GET / 200::-'],
    [typed('application/json', ''), 'HEAD /'],
    [typed('text/event-stream', ''), 'HEAD / 200:text/event-stream'],
  ])(
    'has no body where it declares none, may declare none, or cannot have one: %j to %s',
    async (response, line) => {
      expect(await receive(response, line)).toBeUndefined()
    },
  )

  it('has the JSON that may be missing, and no body of another type in its place', async () => {
    expect(await receive(typed('application/json', '1'), 'GET / 200::-')).toBe(1)
    await expect(receive(typed('text/html', '<p>'), 'GET / 200::-')).rejects.toThrow('is not declared')
  })

  it.each([
    ['application/json', '1'],
    ['text/html', '<p>'],
    ['application/octet-stream', ''],
  ])('has no body that it declares to be none: %s', async (type, body) => {
    for (const status of [200, 302]) {
      await expect(receive({ status, ...typed(type, body) }, `GET / ${status}:-`)).rejects.toMatchObject({
        code: 'ERR_CLIENT_ANSWER',
        detail: `status ${status} with '${type}' is not declared.`,
      })
    }
  })

  it('may be an empty text or no bytes where that is what it declares', async () => {
    expect(await receive(typed('text/csv; charset=utf-8', ''), 'GET / 200:text/csv')).toBe('')
    expect(await receive(typed('Image/PNG', ''), 'GET / 200:image/png')).toEqual(new Uint8Array())
  })
})

describe('the body of an answer', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/vnd.x+json',
    'Application/JSON',
  ])('is parsed when it is %s', async (type) => {
    expect(await receive(typed(type, '{"a":[1]}'))).toEqual({ a: [1] })
  })

  it.each(['application/jsonp', 'text/x-json-like'])('is not parsed when it is %s', async (type) => {
    expect(await receive(typed(type, '1'))).not.toBe(1)
  })

  it.each(['text/plain', 'text/csv; charset=utf-8', 'application/xml', 'image/svg+xml', 'application/yaml'])(
    'is text when it is %s',
    async (type) => {
      expect(await receive(typed(type, 'ä'))).toBe('ä')
    },
  )

  it('is UTF-8 when it is JSON, whatever its type says (RFC 8259 §8.1)', async () => {
    const type = 'application/json; charset=iso-8859-1'
    expect(await receive(typed(type, Buffer.from('"é"')))).toBe('é')
  })

  it('is text when nothing says what it is, and nothing when it is empty, too', async () => {
    expect(await receive({ body: 'x' })).toBe('x')
    expect(await receive({ body: '' })).toBeUndefined()
    expect(await receive({})).toBeUndefined()
  })

  it.each(['application/octet-stream', 'image/png', 'application/pdf'])(
    'is bytes when it is %s',
    async (type) => {
      const body = chunks(Buffer.from([255]), Buffer.from([0, 1]))
      expect(await receive(typed(type, body))).toEqual(new Uint8Array([255, 0, 1]))
    },
  )

  it('may be cut anywhere, in the middle of a character, too', async () => {
    const bytes = new TextEncoder().encode('{"a":"ü€😀"}')
    for (let at = 0; at <= bytes.length; at++) {
      const body = chunks(bytes.slice(0, at), new Uint8Array(), bytes.slice(at))
      expect(await receive(typed('application/json', body))).toEqual({ a: 'ü€😀' })
    }
  })

  it('is the empty text or no bytes where an empty body has a type', async () => {
    expect(await receive(typed('text/plain', ''))).toBe('')
    expect(await receive(typed('image/png', chunks()))).toEqual(new Uint8Array())
  })

  it.each([
    [204, undefined],
    [304, 304],
  ])('is not waited for with status %i', async (status, failure) => {
    let isDiscarded = false
    const body = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) }
    const call = receive({ status, body, discard: () => (isDiscarded = true) }, 'GET / 2xx')
    const error = await call.then(
      () => undefined,
      (reason: { status: number }) => reason.status,
    )
    expect(error).toBe(failure)
    expect(isDiscarded).toBe(true)
  })

  it('is not waited for when the method is HEAD', async () => {
    expect(await receive(typed('application/json', '{'), 'HEAD / 2xx')).toBeUndefined()
  })

  it('is an error when it is not the JSON it says to be', async () => {
    await expect(receive(typed('application/json', '{"a":'))).rejects.toMatchObject({
      code: 'ERR_CLIENT_ANSWER',
      status: 200,
      message: 'a: the body is not JSON.',
      cause: expect.any(SyntaxError) as unknown,
    })
  })

  it('is an error when it breaks off', async () => {
    async function* broken() {
      yield new Uint8Array(1)
      throw new Error('reset')
    }
    await expect(receive({ body: broken() })).rejects.toMatchObject({ code: 'ERR_CLIENT_NETWORK' })
  })

  it('is read no further than maxResponseBytes', async () => {
    let read = 0
    async function* endless() {
      for (;;) {
        read += 10
        yield new Uint8Array(10)
      }
    }
    const options = { maxResponseBytes: 100 }
    await expect(receive({ body: endless() }, undefined, options)).rejects.toMatchObject({
      code: 'ERR_CLIENT_ANSWER',
      message: 'a: the body is larger than maxResponseBytes, 100.',
    })
    expect(read).toBe(110)
    expect(await receive({ body: 'x'.repeat(100) }, undefined, options)).toHaveLength(100)
  })

  it.each(['text/event-stream', 'application/x-ndjson', 'application/jsonl; charset=utf-8'])(
    'goes on when it is %s',
    async (type) => {
      const stream = await receive(typed(type, 'a\n'))
      expect(stream).toMatchObject({ contentType: type })
      const parts: string[] = []
      for await (const chunk of stream as ResponseStream) parts.push(new TextDecoder().decode(chunk))
      expect(parts).toEqual(['a\n'])
    },
  )

  it('is not a stream when it tells an error', async () => {
    const response = { ...typed('text/event-stream', 'data: no\n\n'), status: 500 }
    await expect(receive(response)).rejects.toMatchObject({ status: 500, details: 'data: no\n\n' })
  })
})

describe('the error of an answer', () => {
  it('stays one when its page is broken', async () => {
    const response = { ...typed('application/problem+json', '{"code":'), status: 503 }
    await expect(receive(response)).rejects.toMatchObject({ code: 'ERR_CLIENT_ANSWER', status: 503 })
  })

  it('is read from JSON of any type', async () => {
    const response = { ...typed('application/json', '{"code":"X","title":"t"}'), status: 400 }
    await expect(receive(response)).rejects.toMatchObject({ code: 'X', title: 't', isFromServer: true })
  })

  it('takes the request id from the header when the body has none', async () => {
    const headers = { 'content-type': 'application/json', 'x-request-id': 'r7' }
    await expect(receive({ status: 400, headers, body: '{"code":"X"}' })).rejects.toMatchObject({
      requestId: 'r7',
    })
  })

  it('is a redirect, too, which is not followed', async () => {
    const response = { status: 302, headers: { location: 'http://elsewhere/' } }
    await expect(receive(response)).rejects.toMatchObject({ code: 'ERR_CLIENT_ANSWER', status: 302 })
    await expect(receive({ status: 0 })).rejects.toThrow('(redirect)')
  })

  it('is read by the format that the client is given', async () => {
    const errorFormat: ErrorReader = {
      read: (body, status) => {
        const { error } = body as { error: string }
        return { code: error, status, title: 'T', detail: undefined, details: 1, requestId: 'r' }
      },
    }
    const response = { ...typed('application/json', '{"error":"NO"}'), status: 400 }
    await expect(receive(response, undefined, { errorFormat })).rejects.toMatchObject({
      code: 'NO',
      details: 1,
    })
  })

  it('has the status of its answer, where the format gives none', async () => {
    const errorFormat: ErrorReader = { read: () => ({ code: 'NO', title: 'T' }) }
    const response = { ...typed('application/json', '{}'), status: 409 }
    await expect(receive(response, undefined, { errorFormat })).rejects.toMatchObject({
      code: 'NO',
      status: 409,
      detail: undefined,
    })
  })

  it('is one of the client where the format throws for a body', async () => {
    const errorFormat: ErrorReader = {
      read: (body) => {
        const { error } = body as { error: string }
        return { code: error, title: error }
      },
    }
    const response = { ...typed('application/json', 'null'), status: 502 }
    await expect(receive(response, undefined, { errorFormat })).rejects.toMatchObject({
      name: 'ClientError',
      code: 'ERR_CLIENT_ANSWER',
      status: 502,
      cause: expect.any(TypeError),
    })
  })

  it('keeps its name, message and stack, whatever else a format reads', async () => {
    const errorFormat: ErrorReader = {
      read: (body, status) =>
        ({ ...(body as { code: string }), status, title: 'T', detail: 'D' }) as WireError,
    }
    const told = {
      code: 'NO',
      message: 'm',
      name: 'n',
      stack: 's',
      isFromServer: false,
      toJSON: 1,
      is: 1,
      x: 1,
    }
    const response = { ...typed('application/json', JSON.stringify(told)), status: 400 }
    const error = (await receive(response, undefined, { errorFormat }).catch(
      (reason: unknown) => reason,
    )) as ClientError
    expect(error).toMatchObject({ name: 'ClientError', code: 'NO', message: 'a: D', isFromServer: true })
    expect(error.stack).toContain('answer.ts')
    expect(JSON.stringify(error)).toBe('{"code":"NO","status":400,"message":"a: D"}')
    expect(Object.keys(error)).not.toContain('x')
  })

  it('may come with a success status where the format changes it', async () => {
    const errorFormat: ErrorReader = { ...problemReader, status: () => 200 }
    const failed = typed('application/json', '{"code":"NO"}')
    const good = typed('application/json', '{"id":1}')
    await expect(receive(failed, undefined, { errorFormat })).rejects.toMatchObject({
      code: 'NO',
      status: 200,
    })
    expect(await receive(good, undefined, { errorFormat })).toEqual({ id: 1 })
    expect(await receive(failed)).toEqual({ code: 'NO' })
  })
})

describe('a problem document', () => {
  it.each([null, 1, 'x', [], {}, { code: 1 }, { code: '' }])('is not %j', (body) => {
    expect(problemReader.read(body, 400)).toBeUndefined()
  })

  it('has members of the wrong type ignored (RFC 9457 §3.1)', () => {
    expect(problemReader.read({ code: 'X', title: 1, detail: {}, requestId: [], status: 'x' }, 418)).toEqual({
      code: 'X',
      status: 418,
      title: 'X',
      detail: undefined,
      details: undefined,
      requestId: undefined,
    })
  })

  it('tells its details, else the list of violations', () => {
    expect(problemReader.read({ code: 'X', errors: [1] }, 400)?.details).toEqual([1])
    expect(problemReader.read({ code: 'X', details: 2, errors: [1] }, 400)?.details).toBe(2)
  })
})
