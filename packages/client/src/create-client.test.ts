import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { ClientError } from './client-error.ts'
import { createClientOn, type ClientOptions } from './create-client.ts'
import type { ClientRequest, ClientResponse, Transport } from './transport.ts'

type Call = ((input?: object, options?: object) => Promise<unknown>) & {
  result(input?: object, options?: object): Promise<unknown>
}
interface Tree {
  readonly [name: string]: Tree & Call
}

const json = (status: number, body: unknown, headers = {}): ClientResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** A client of the given lines whose server answers everything the same way; keeps what was sent. */
function clientOf(
  routes: Record<string, string>,
  answer: ClientResponse | Transport,
  options: Partial<ClientOptions> = {},
): { client: Tree; sent: ClientRequest[] } {
  const sent: ClientRequest[] = []
  const transport: Transport = async (request) => {
    sent.push(request)
    return typeof answer === 'function' ? answer(request) : answer
  }
  const manifest = { version: 1, hash: '', routes }
  const client = createClientOn(transport, { baseUrl: 'http://h', manifest, ...options }) as unknown as Tree
  return { client, sent }
}

const thrown = async (promise: Promise<unknown>): Promise<ClientError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!ClientError.is(error)) throw new Error(`Expected a ClientError, got ${String(error)}`)
  return error
}

describe('the tree of a client', () => {
  const { client } = clientOf(
    { 'orders.show': 'GET /orders/:id', 'admin.users.list': 'GET /users', ping: 'GET /ping' },
    json(200, 1),
  )

  it('has the shape of the tree of routes', () => {
    expect(Object.keys(client)).toEqual(['orders', 'admin', 'ping'])
    expect(client['admin']?.['users']?.['list']).toBeTypeOf('function')
    expect(client['ping']?.result).toBeTypeOf('function')
  })

  it('can be awaited, printed and compared without harm', async () => {
    expect(await client).toBe(client)
    expect(await client['orders']).toBe(client['orders'])
    expect(`${client as unknown as string}`).toBe('[object Object]')
    expect(JSON.stringify(client)).toBe('{"orders":{},"admin":{"users":{}}}')
    expect(client).toEqual(client)
    expect(Symbol.iterator in client).toBe(false)
  })

  it('says undefined for a route that the manifest does not have', () => {
    expect(client['orders']?.['cancel']).toBeUndefined()
  })

  it.each(['then', 'a.then', 'then.a', 'a.__proto__', '__proto__.x'])('refuses the name %s', (name) => {
    expect(() => clientOf({ [name]: 'GET /' }, json(200, 1))).toThrow('the name is reserved or taken')
    expect({}).not.toHaveProperty('x')
  })

  it('refuses a name that is a route and a branch', () => {
    expect(() => clientOf({ a: 'GET /', 'a.b': 'GET /' }, json(200, 1))).toThrow(
      'the name is reserved or taken',
    )
    expect(() => clientOf({ 'a.b': 'GET /', a: 'GET /' }, json(200, 1))).toThrow(
      'the name is reserved or taken',
    )
  })

  it.each(['constructor', 'toString', 'hasOwnProperty'])('takes the name %s like any other', async (name) => {
    const { client } = clientOf({ [`a.${name}`]: 'GET /x', [name]: 'GET /y' }, json(200, 1))
    expect(await client['a']?.[name]?.()).toBe(1)
    expect(await client[name]?.()).toBe(1)
  })
})

describe('the options of a client', () => {
  it.each(['', '/', '/api', 'http://h', 'https://h:1/a/', 'HTTP://[::1]:80'])(
    'take the base URL %j',
    (baseUrl) => {
      expect(() => clientOf({}, json(200, 1), { baseUrl })).not.toThrow()
    },
  )

  it.each([
    'h',
    'ftp://h',
    'http://',
    'http://u:p@h',
    'http://h?a',
    'http://h/#a',
    'http://h /',
    'javascript:1',
  ])('refuse the base URL %j', (baseUrl) => {
    expect(() => clientOf({}, json(200, 1), { baseUrl })).toThrow(
      expect.objectContaining({ code: 'ERR_CLIENT_OPTION' }),
    )
  })

  it('refuse a manifest of another version', () => {
    const manifest = { version: 2, hash: '', routes: {} }
    expect(() => clientOf({}, json(200, 1), { manifest })).toThrow(
      expect.objectContaining({ code: 'ERR_CLIENT_OPTION' }),
    )
  })

  it('join base URL and path with one slash', async () => {
    const { client, sent } = clientOf({ a: 'GET /x', b: 'GET /' }, json(200, 1), {
      baseUrl: 'http://h/api//',
    })
    await client['a']?.()
    await client['b']?.()
    expect(sent.map((request) => request.url)).toEqual(['http://h/api/x', 'http://h/api/'])
  })
})

describe('a direct call', () => {
  it('resolves to the body of the success', async () => {
    const { client } = clientOf({ show: 'GET /:id' }, json(200, { id: 1 }))
    expect(await client['show']?.({ params: { id: 1 } })).toEqual({ id: 1 })
  })

  it("throws the server's error with all that it tells", async () => {
    const problem = {
      code: 'ORDER_CLOSED',
      title: 'Closed',
      detail: 'since May',
      details: { at: 5 },
      requestId: 'r1',
    }
    const { client } = clientOf(
      { show: 'GET /' },
      json(409, problem, { 'retry-after': '5', 'set-cookie': 's=secret' }),
    )
    const error = await thrown(client['show']!())
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ ...problem, name: 'ClientError', status: 409, isFromServer: true })
    expect(error.message).toBe('show: since May')
    expect(error.headers['retry-after']).toBe('5')
    expect(JSON.stringify(error)).toBe('{"code":"ORDER_CLOSED","status":409,"message":"show: since May"}')
    expect(Object.keys(error)).not.toContain('headers')
  })

  it('throws for an answer that is no error of the server, and keeps its body', async () => {
    const page = {
      status: 502,
      headers: { 'content-type': 'text/html', 'x-request-id': 'r2' },
      body: '<h1>no</h1>',
    }
    const error = await thrown(clientOf({ show: 'GET /' }, page).client['show']!())
    expect(error).toMatchObject({
      code: 'ERR_CLIENT_ANSWER',
      status: 502,
      details: '<h1>no</h1>',
      requestId: 'r2',
    })
  })

  it('throws for a success that the route does not declare', async () => {
    const error = await thrown(clientOf({ show: 'GET /' }, { status: 204, headers: {} }).client['show']!())
    expect(error).toMatchObject({ code: 'ERR_CLIENT_ANSWER', status: 204 })
  })

  it('throws with the cause when no answer came', async () => {
    const cause = new Error('ECONNREFUSED')
    const { client } = clientOf({ show: 'GET /' }, () => Promise.reject(cause))
    expect(await thrown(client['show']!())).toMatchObject({
      code: 'ERR_CLIENT_NETWORK',
      status: 0,
      cause,
      isFromServer: false,
    })
  })
})

describe('.result()', () => {
  it('gives a success with status and headers', async () => {
    const { client } = clientOf({ add: 'POST / 201' }, json(201, { id: 1 }, { location: '/1' }))
    expect(await client['add']?.result({ body: {} })).toMatchObject({
      ok: true,
      status: 201,
      data: { id: 1 },
      headers: { location: '/1' },
    })
  })

  it('gives a declared error under its code', async () => {
    const { client } = clientOf(
      { show: 'GET / GONE' },
      json(410, { code: 'GONE', title: 'Gone', details: [1] }),
    )
    expect(await client['show']?.result()).toMatchObject({
      ok: false,
      status: 410,
      error: {
        code: 'GONE',
        status: 410,
        title: 'Gone',
        detail: undefined,
        details: [1],
        requestId: undefined,
      },
    })
  })

  it('gives an error that the route does not declare as UNEXPECTED, with its code beside', async () => {
    const { client } = clientOf({ show: 'GET / GONE' }, json(400, { code: 'OTHER', errors: ['x'] }))
    const outcome = (await client['show']?.result()) as { error: { cause: unknown } }
    expect(outcome).toMatchObject({
      ok: false,
      status: 400,
      error: { code: 'UNEXPECTED', serverCode: 'OTHER', details: ['x'], message: 'show: OTHER' },
    })
    expect(outcome.error.cause).toSatisfy(ClientError.is)
  })

  it.each(['UNEXPECTED', 'GET', '/', '200'])('never takes the code %s for a declared one', async (code) => {
    const { client } = clientOf({ show: 'GET / 201' }, json(400, { code }))
    expect(await client['show']?.result()).toMatchObject({ error: { code: 'UNEXPECTED', serverCode: code } })
  })

  it("does not take a server's code for one of its own", async () => {
    const { client } = clientOf({ show: 'GET /' }, json(400, { code: 'ERR_CLIENT_INPUT' }))
    expect(await client['show']?.result()).toMatchObject({ error: { serverCode: 'ERR_CLIENT_INPUT' } })
  })

  it('does not take its own code for one that the route declares', async () => {
    const { client } = clientOf({ show: 'GET / ERR_CLIENT_NETWORK' }, () =>
      Promise.reject(new Error('reset')),
    )
    expect(await client['show']?.result()).toMatchObject({
      error: { code: 'UNEXPECTED', serverCode: undefined },
    })
  })

  it('gives a lost connection as UNEXPECTED with status 0 and its cause', async () => {
    const { client } = clientOf({ show: 'GET /' }, () => Promise.reject(new Error('reset')))
    expect(await client['show']?.result()).toMatchObject({
      ok: false,
      status: 0,
      headers: {},
      error: {
        code: 'UNEXPECTED',
        serverCode: undefined,
        cause: { code: 'ERR_CLIENT_NETWORK', cause: { message: 'reset' } },
      },
    })
  })

  it('gives the end of the time as UNEXPECTED', async () => {
    const { client, sent } = clientOf({ show: 'GET /' }, () => new Promise(() => undefined), { timeoutMs: 5 })
    expect(await client['show']?.result()).toMatchObject({
      error: { cause: { code: 'ERR_CLIENT_TIMEOUT' } },
    })
    expect(sent[0]?.signal.aborted).toBe(true)
  })

  it('rejects for input that cannot be sent, before anything is sent', async () => {
    const { client, sent } = clientOf({ show: 'GET /:id' }, json(200, 1))
    expect(await thrown(client['show']!.result())).toMatchObject({ code: 'ERR_CLIENT_INPUT' })
    expect(sent).toEqual([])
  })

  it('rejects with what an interceptor throws, if that is no error of the client', async () => {
    const interceptors = [() => Promise.reject(new RangeError('bug'))]
    const { client } = clientOf({ show: 'GET /' }, json(200, 1), { interceptors })
    await expect(client['show']?.result()).rejects.toThrow(RangeError)
  })
})

describe('limits of a call', () => {
  const never: Transport = () => new Promise(() => undefined)

  it('end it although the transport does not care', async () => {
    const { client } = clientOf({ show: 'GET /' }, never)
    const started = performance.now()
    expect(await thrown(client['show']!({}, { timeoutMs: 10 }))).toMatchObject({
      code: 'ERR_CLIENT_TIMEOUT',
      status: 0,
    })
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('cover the function that gives the headers', async () => {
    const { client } = clientOf({ show: 'GET /' }, json(200, 1), {
      headers: () => new Promise(() => undefined),
    })
    expect(await thrown(client['show']!({}, { timeoutMs: 5 }))).toMatchObject({
      code: 'ERR_CLIENT_TIMEOUT',
    })
  })

  it('cover the body', async () => {
    const body = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) }
    const { client } = clientOf({ show: 'GET /' }, { status: 200, headers: {}, body })
    expect(await thrown(client['show']!({}, { timeoutMs: 5 }))).toMatchObject({
      code: 'ERR_CLIENT_TIMEOUT',
    })
  })

  it("are also the caller's signal, whose reason both forms reject with", async () => {
    const { client } = clientOf({ show: 'GET /' }, never)
    const reason = new Error('changed my mind')
    const controller = new AbortController()
    const pending = [client['show']!({}, controller), client['show']!.result({}, controller)]
    controller.abort(reason)
    for (const call of pending) await expect(call).rejects.toBe(reason)
    await expect(client['show']!({}, controller)).rejects.toBe(reason)
  })

  it('leave nothing behind on the signal of the caller', async () => {
    const { client } = clientOf({ show: 'GET /' }, json(200, 1))
    const controller = new AbortController()
    const { signal } = controller
    const call = client['show']?.({}, { signal })
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await call
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('can be switched off, and do not fire at once when they are very long', async () => {
    for (const timeoutMs of [0, 2 ** 40, Infinity]) {
      let answer: (response: ClientResponse) => void = () => undefined
      const { client, sent } = clientOf({ show: 'GET /' }, () => new Promise((resolve) => (answer = resolve)))
      const call = client['show']!({}, { timeoutMs })
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect(sent[0]?.signal.aborted).toBe(false)
      answer(json(200, 'late'))
      expect(await call).toBe('late')
    }
  })

  it('give up an answer that comes too late', async () => {
    let answer: (response: ClientResponse) => void = () => undefined
    const { client } = clientOf({ show: 'GET /' }, () => new Promise((resolve) => (answer = resolve)))
    const call = thrown(client['show']!({}, { timeoutMs: 5 }))
    await call
    const isDiscarded = new Promise<void>((resolve) => answer({ status: 200, headers: {}, discard: resolve }))
    await isDiscarded
  })

  it('are seen by interceptors as a time', async () => {
    const { client, sent } = clientOf({ show: 'GET /' }, json(200, 1))
    const before = performance.now()
    await client['show']?.({}, { timeoutMs: 1_000 })
    await client['show']?.({}, { timeoutMs: 0 })
    expect(sent[0]?.expiresAt).toBeGreaterThanOrEqual(before + 1_000)
    expect(sent[0]?.expiresAt).toBeLessThanOrEqual(performance.now() + 1_000)
    expect(sent[1]?.expiresAt).toBe(Infinity)
  })
})

describe('interceptors', () => {
  it('stand around the transport in their order, and may change request and answer', async () => {
    const seen: string[] = []
    const mark = (name: string) => async (request: ClientRequest, next: Transport) => {
      seen.push(`${name} ${request.name}`)
      const answer = await next({ ...request, headers: { ...request.headers, [name]: '1' } })
      seen.push(`/${name}`)
      return answer
    }
    const { client, sent } = clientOf({ 'a.b': 'GET /' }, json(200, 1), {
      interceptors: [mark('x'), mark('y')],
    })
    await client['a']?.['b']?.()
    expect(seen).toEqual(['x a.b', 'y a.b', '/y', '/x'])
    expect(sent[0]?.headers).toMatchObject({ x: '1', y: '1' })
  })

  it('may answer without sending', async () => {
    const { client, sent } = clientOf({ a: 'GET /' }, json(200, 1), {
      interceptors: [async () => json(200, 'cached')],
    })
    expect(await client['a']?.()).toBe('cached')
    expect(sent).toEqual([])
  })

  it('that throw at once reject the call', async () => {
    const interceptors = [
      (): never => {
        throw new RangeError('bug')
      },
    ]
    const { client } = clientOf({ a: 'GET /' }, json(200, 1), { interceptors })
    await expect(client['a']!()).rejects.toThrow(RangeError)
  })
})
