import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { ConflictError, middleware, mount, route, type OperationMessage } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open, transports } from './support.ts'

const channel = tracingChannel<unknown, OperationMessage>('keelson:core:operation')
const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const

/** Listens to all events of calls with one method, so that other tests are not heard. */
function listen(method: string) {
  const seen: string[] = []
  const messages = new Set<OperationMessage>()
  const over = deferred()
  const all = Object.fromEntries(
    EVENTS.map((name) => [
      name,
      (message: OperationMessage) => {
        if (message.method !== method) return
        messages.add(message)
        seen.push(`${name} ${message.status ?? '-'}`)
        if (name === 'asyncEnd') over.resolve()
      },
    ]),
  ) as unknown as Parameters<typeof channel.subscribe>[0]
  channel.subscribe(all)
  return { seen, messages, over: over.promise, [Symbol.dispose]: () => channel.unsubscribe(all) }
}

describe.each(transports)('the tracing channel of operations, %s', (transport) => {
  it('tells of a call from its first step to its last byte, in one message', async () => {
    using listening = listen('PUT')
    const a = route.put('/:id', open, async () => (await null, 'x'))
    const app = await testApp({ routes: { a }, transport })
    const response = await app.request('PUT', '/7')
    await response.text()
    await app.close()
    expect(listening.seen).toEqual(['start -', 'end -', 'asyncStart 200', 'asyncEnd 200'])
    const [message, ...others] = listening.messages
    expect(others).toEqual([])
    expect(message).toEqual({
      route: 'a',
      pattern: '/:id',
      kind: 'http',
      method: 'PUT',
      requestId: response.headers.get('x-request-id'),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      status: 200,
    })
  })

  it('tells of errors, of calls without a route, and of mounted handlers', async () => {
    using listening = listen('PATCH')
    const failure = new ConflictError()
    const routes = {
      a: route.patch('/error', open, () => {
        throw failure
      }),
      m: mount('/m', { fetch: () => new Response('x') }, open),
    }
    const app = await testApp({ routes, transport })
    await (await app.request('PATCH', '/error')).text()
    await (await app.request('PATCH', '/nowhere')).text()
    await (await app.request('PATCH', '/m')).text()
    await app.close()
    const told = [...listening.messages].map(({ route: name, status, error }) => [name, status, error])
    expect(told).toMatchObject([
      ['a', 409, failure],
      [undefined, 404, { code: 'ERR_CORE_NOT_FOUND' }],
      [expect.stringMatching(/^m\b/), 200, undefined],
    ])
    expect(listening.seen.filter((one) => one.startsWith('error'))).toEqual(['error 409', 'error 404'])
  })

  it('tells 499 of a client that went away', async () => {
    using listening = listen('DELETE')
    const begun = deferred()
    const a = route.delete('/', open, async ({ signal }) => {
      begun.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    await using app = await testApp({ routes: { a }, transport })
    const gone = new AbortController()
    const failure = failureOf(app.request('DELETE', '/', { signal: gone.signal }))
    await begun.promise
    gone.abort()
    await failure
    await listening.over
    expect(listening.seen.at(-1)).toBe('asyncEnd 499')
  })

  it('holds what its subscribers bind while the call runs', async () => {
    const span = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    channel.start.bindStore(span, (message) => `span of ${(message as OperationMessage).route}`)
    try {
      const look = middleware({ name: 'look', stage: 'receive', run: () => void seen.push(span.getStore()) })
      const a = route.use(look).post('/', open, async ({ rawBody }) => {
        await rawBody()
        seen.push(span.getStore())
        return 'x'
      })
      await using app = await testApp({ routes: { a }, transport })
      await (await app.request('POST', '/', { body: 'x' })).text()
      expect(seen).toEqual(['span of a', 'span of a'])
      expect(span.getStore()).toBeUndefined()
    } finally {
      channel.start.unbindStore(span)
    }
  })
})
