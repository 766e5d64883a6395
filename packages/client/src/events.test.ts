import { describe, expect, it } from 'vitest'
import { createClientOn } from './create-client.ts'
import { events, parseEvents, type EventsOptions, type ServerSentEvent, type StreamCall } from './streams.ts'
import type { ClientRequest, ClientResponse } from './transport.ts'

type Answer = ClientResponse | Error

interface Bench {
  readonly call: StreamCall
  readonly sent: ClientRequest[]
  readonly waits: number[]
  readonly options: EventsOptions
}

/** A server that answers with the list, and with 204 when it is used up. Waits are noted, not waited for. */
function bench(...answers: Answer[]): Bench {
  const sent: ClientRequest[] = []
  const waits: number[] = []
  const transport = async (request: ClientRequest): Promise<ClientResponse> => {
    const answer = answers[sent.length] ?? { status: 204, headers: {} }
    sent.push(request)
    if (answer instanceof Error) throw answer
    return answer
  }
  const manifest = { version: 1, hash: '', routes: { watch: 'GET /watch/:id 2xx' } }
  const client = createClientOn(transport, { baseUrl: 'http://h', manifest })
  const sleep = async (ms: number): Promise<void> => void waits.push(ms)
  return {
    call: (client as unknown as { watch: StreamCall }).watch,
    sent,
    waits,
    options: { reconnect: true, sleep },
  }
}

const stream = (body: ClientResponse['body']): ClientResponse => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  body,
})

const run = async (server: Bench, options: EventsOptions = {}): Promise<readonly ServerSentEvent[]> =>
  collect(events(server.call, { params: { id: 1 } } as never, options as never))

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const value of values) list.push(value)
  return list
}

const dataOf = (list: readonly ServerSentEvent[]): readonly string[] => list.map((event) => event.data)

/** A body that gives a piece and then nothing, until it is told to end. */
function silent(piece: string, signal: () => AbortSignal): AsyncIterable<Uint8Array> {
  return (async function* () {
    yield new TextEncoder().encode(piece)
    await new Promise((_, reject) => signal().addEventListener('abort', () => reject(new Error('aborted'))))
  })()
}

describe('events', () => {
  it('sends nothing before the first is asked for', async () => {
    const server = bench(stream('data: a\n\n'))
    const list = events(server.call, { params: { id: 1 } } as never)
    expect(server.sent).toEqual([])
    expect((await list.next()).value).toMatchObject({ data: 'a' })
    expect(server.sent[0]).toMatchObject({
      url: 'http://h/watch/1',
      headers: { accept: 'text/event-stream' },
    })
    await list.return()
  })

  it('ends with the stream', async () => {
    const server = bench(stream('data: a\n\ndata: b\n\n'))
    expect(dataOf(await run(server))).toEqual(['a', 'b'])
    expect(server.sent).toHaveLength(1)
  })

  it('gives nothing for an answer without body', async () => {
    expect(await run(bench())).toEqual([])
  })

  it('throws the error of the call', async () => {
    await expect(run(bench({ status: 500, headers: {} }))).rejects.toMatchObject({ status: 500 })
    await expect(run(bench(new Error('no')))).rejects.toMatchObject({ code: 'ERR_CLIENT_NETWORK' })
  })

  it.each([{ 'content-type': 'application/json' }, { 'content-type': 'application/x-ndjson' }, {}])(
    'refuses an answer that is %j',
    async (headers) => {
      const answer = { status: 200, headers, body: '1' } as ClientResponse
      await expect(run(bench(answer), { reconnect: true })).rejects.toMatchObject({
        code: 'ERR_CLIENT_ANSWER',
      })
    },
  )

  it('removes a byte order mark and reads characters that are cut', async () => {
    async function* body() {
      for (const byte of new TextEncoder().encode('\ufeffdata: ü€\n\n')) yield Uint8Array.of(byte)
    }
    expect(dataOf(await run(bench(stream(body()))))).toEqual(['ü€'])
  })

  it('closes the connection when the loop is left', async () => {
    const server: Bench = bench(stream(silent('data: a\n\n', () => server.sent[0]!.signal)))
    for await (const event of events(server.call, { params: { id: 1 } } as never)) {
      expect(event.data).toBe('a')
      break
    }
    expect(server.sent[0]?.signal.aborted).toBe(true)
  })

  it("ends with the caller's signal, for its reason", async () => {
    const server: Bench = bench(stream(silent('data: a\n\n', () => server.sent[0]!.signal)))
    const controller = new AbortController()
    const list = events(
      server.call,
      { params: { id: 1 } } as never,
      { signal: controller.signal, reconnect: true } as never,
    )
    await list.next()
    const reason = new Error('enough')
    const next = list.next()
    controller.abort(reason)
    await expect(next).rejects.toBe(reason)
  })

  it('gives up a stream that falls silent', async () => {
    const server: Bench = bench(stream(silent('data: a\n\n', () => server.sent[0]!.signal)))
    await expect(run(server, { idleTimeoutMs: 5 })).rejects.toMatchObject({ code: 'ERR_CLIENT_TIMEOUT' })
    expect(server.sent[0]?.signal.aborted).toBe(true)
  })

  it('is not ended by the time of the call once the answer has begun', async () => {
    async function* body() {
      await new Promise((resolve) => setTimeout(resolve, 20))
      yield new TextEncoder().encode('data: late\n\n')
    }
    expect(dataOf(await run(bench(stream(body())), { timeoutMs: 5 }))).toEqual(['late'])
  })

  it('refuses an event without end', async () => {
    const body = 'data: ' + 'x'.repeat(200)
    await expect(run(bench(stream(body)), { maxEventLength: 100 })).rejects.toThrow('maxEventLength')
    await expect(run(bench(stream('data: x\n'.repeat(60))), { maxEventLength: 100 })).rejects.toThrow(
      'maxEventLength',
    )
    expect(await run(bench(stream('data: x\n\n'.repeat(60))), { maxEventLength: 100 })).toHaveLength(60)
  })
})

describe('events that reconnect', () => {
  it('go on after the last id until the server has no content', async () => {
    const server = bench(
      stream('id: 1\ndata: a\n\n'),
      stream('data: b\n\n'),
      stream('id: 3\ndata: c\n\nid: 4\ndata: lost\n'),
    )
    expect(dataOf(await run(server, server.options))).toEqual(['a', 'b', 'c'])
    const ids = server.sent.map((request) => request.headers['last-event-id'])
    expect(ids).toEqual([undefined, '1', '1', '3'])
  })

  it('begin where the caller says', async () => {
    const server = bench()
    await run(server, { ...server.options, lastEventId: 'ü7' })
    expect(server.sent[0]?.headers['last-event-id']).toBe('Ã¼7')
  })

  it('wait as the server says, and longer while nothing answers', async () => {
    const answers = [
      stream('retry: 10\ndata: a\n\n'),
      new Error('1'),
      new Error('2'),
      new Error('3'),
      stream('data: b\n\n'),
    ]
    const server = bench(...answers)
    expect(dataOf(await run(server, server.options))).toEqual(['a', 'b'])
    expect(server.waits).toEqual([10, 10, 20, 40, 10])
  })

  it('end when nothing answers for too long', async () => {
    const server = bench(...Array.from({ length: 9 }, () => new Error('no')))
    await expect(run(server, { ...server.options, maxFailures: 3 })).rejects.toMatchObject({
      code: 'ERR_CLIENT_NETWORK',
    })
    expect(server.sent).toHaveLength(4)
  })

  it('go on when a stream breaks or falls silent', async () => {
    async function* broken() {
      yield new TextEncoder().encode('data: a\n\n')
      throw new Error('reset')
    }
    const server: Bench = bench(stream(broken()), stream(silent('data: b\n\n', () => server.sent[1]!.signal)))
    expect(dataOf(await run(server, { ...server.options, idleTimeoutMs: 5 }))).toEqual(['a', 'b'])
  })

  it('end with an error of the server', async () => {
    const server = bench(stream('data: a\n\n'), { status: 401, headers: {} })
    await expect(run(server, server.options)).rejects.toMatchObject({ status: 401 })
  })
})

describe('parseEvents', () => {
  it('takes any body apart', async () => {
    const body = new Blob(['event: x\ndata: 1\n\n']).stream()
    expect(await collect(parseEvents(body))).toEqual([{ type: 'x', data: '1', lastEventId: '' }])
  })
})
