import { connect, type OnReadOpts, type Socket } from 'node:net'
import { describeThrown, problemFormat, renderError } from '../src/errors/index.ts'
import type { Dispatcher, Call, Payload, Served } from '../src/operation/index.ts'
import { ResponseHeaders, type Outcome } from '../src/route/index.ts'
import type { HttpExchange } from '../src/server/message/http-exchange.ts'
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../src/server/http1/http-server.ts'

/** A call as HTTP transports bring it. */
export type Exchange = Call & HttpExchange

/** How a test answers: by itself on the exchange, or by a text. May throw, as a plan may. */
export type Answer = (exchange: Exchange) => unknown

/** How an exchange ended. */
export interface Settled {
  readonly label: string
  readonly completed: boolean
  readonly bytes: number
  readonly reason: unknown
}

/** A dispatcher without plans: a function answers, errors become problem details, endings are kept. */
export class TestDispatcher implements Dispatcher {
  readonly settled: Settled[] = []
  readonly refused: unknown[] = []
  readonly seen: Exchange[] = []
  readonly #answer: Answer
  readonly #active = new Set<Served>()
  #wake: (() => void)[] = []

  constructor(answer: Answer) {
    this.#answer = answer
  }

  dispatch(call: Call): Served {
    const exchange = call as Exchange
    const served = this.#serve(exchange)
    const run = (): unknown => this.#answer(exchange)
    attempt(run, (error) => sendError(exchange, error))
    return served
  }

  refuse(exchange: Call, error: unknown): Served {
    this.refused.push(error)
    const served = this.#serve(exchange)
    sendError(exchange, error)
    return served
  }

  #serve(exchange: Call): Served {
    this.seen.push(exchange as Exchange)
    const label = `${exchange.method} ${exchange.path}`
    const served: Served = {
      label,
      startedAt: performance.now(),
      settle: (completed, bytes, reason) => {
        if (!this.#active.delete(served)) throw new Error(`${label} settled twice`)
        this.settled.push({ label, completed, bytes, reason })
        for (const wake of this.#wake.splice(0)) wake()
      },
    }
    this.#active.add(served)
    return served
  }

  inFlight(): readonly Served[] {
    return [...this.#active]
  }

  /** Resolves when so many exchanges have ended. */
  async ended(count: number): Promise<readonly Settled[]> {
    while (this.settled.length < count) await new Promise<void>((resolve) => this.#wake.push(resolve))
    return this.settled
  }

  async whenIdle(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake.splice(0).forEach((wake) => wake()))
    while (this.#active.size > 0 && !signal.aborted) {
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }
}

function attempt(run: () => unknown, fail: (error: unknown) => void): void {
  try {
    Promise.resolve(run()).catch(fail)
  } catch (error) {
    fail(error)
  }
}

/** Answers with an error, as a dispatcher does. */
function sendError(exchange: Call, error: unknown): void {
  if (exchange.statusSent !== undefined) {
    exchange.reset(error)
    return
  }
  const described = describeThrown(error)
  const rendered = renderError(described, problemFormat, { requestId: 'test' })
  const headers = new ResponseHeaders(['content-type', rendered.mediaType])
  for (const [name, value] of Object.entries(described.headers ?? {})) headers.set(name, value)
  exchange.deliver(outcomeOf(rendered.status, headers), rendered.body)
}

/** Answers with a status, headers and body. */
export function send(exchange: Call, body?: Payload, status = 200, ...flat: string[]): void {
  exchange.deliver(outcomeOf(status, new ResponseHeaders(flat)), body)
}

function outcomeOf(status: number, headers: ResponseHeaders): Outcome {
  return { status, headers, value: undefined, json: undefined, errorCode: undefined, error: undefined }
}

/** A server that listens, and what a test needs of it. Disposing it ends it. */
export interface TestServer extends AsyncDisposable {
  readonly server: HttpServer
  readonly dispatcher: TestDispatcher
  readonly port: number
  readonly url: string
  /** Opens a connection that speaks bytes. */
  open(onread?: OnReadOpts): RawClient
  /** Sends bytes on a new connection and reads until the server closes it. */
  exchange(bytes: string | Buffer): Promise<string>
}

export async function serve(answer: Answer, options: HttpServerOptions = {}): Promise<TestServer> {
  const dispatcher = new TestDispatcher(answer)
  const server = createHttpServer(dispatcher, options)
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
  const clients: RawClient[] = []
  const open = (onread?: OnReadOpts): RawClient => {
    const client = new RawClient(port as number, onread)
    clients.push(client)
    return client
  }
  return {
    server,
    dispatcher,
    port: port as number,
    url: `http://127.0.0.1:${port}`,
    open,
    exchange: async (bytes) => {
      const client = open()
      client.write(bytes)
      return client.closed()
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy()
      await server.drain({ budgetMs: 0 })
    },
  }
}

/**
 * Reads byte by byte, and keeps nothing. Behind a read of less than it asked for, Node 22 takes a reset for an end (libuv
 * before 1.52).
 */
export const BYTEWISE: OnReadOpts = { buffer: Buffer.alloc(1), callback: () => true }

/** A client that writes and reads bytes, as latin1 text. */
export class RawClient {
  readonly socket: Socket
  text = ''
  error: NodeJS.ErrnoException | undefined
  isEnded = false
  isClosed = false
  #wake: (() => void)[] = []

  constructor(port: number, onread?: OnReadOpts) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, ...(onread && { onread }) })
    this.socket.setNoDelay(true)
    this.socket.on('data', (data) => {
      this.text += data.toString('latin1')
      this.#notify()
    })
    this.socket.on('end', () => {
      this.isEnded = true
      this.#notify()
    })
    this.socket.on('error', (error) => {
      this.error = error
    })
    this.socket.on('close', () => {
      this.isClosed = true
      this.#notify()
    })
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  write(bytes: string | Buffer): this {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    return this
  }

  /** Resolves when what was read fits. */
  async until(condition: RegExp | (() => boolean)): Promise<string> {
    const holds = (): boolean => (typeof condition === 'function' ? condition() : condition.test(this.text))
    while (!holds()) {
      if (this.isClosed)
        throw new Error(`closed (${this.error?.code ?? 'cleanly'}) before ${String(condition)}: ${this.text}`)
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
    return this.text
  }

  /** Resolves when the server has ended its side, cleanly or not. */
  async closed(): Promise<string> {
    while (!this.isEnded && !this.isClosed) await new Promise<void>((resolve) => this.#wake.push(resolve))
    this.socket.end()
    return this.text
  }

  /** Sends a request and resolves to its answer, which must have a length. Keeps the connection. */
  async request(bytes: string): Promise<RawResponse> {
    this.write(bytes)
    return this.response()
  }

  /** Takes the next answer from what was read. */
  async response(): Promise<RawResponse> {
    await this.until(() => tryParseResponse(this.text) !== undefined)
    const parsed = tryParseResponse(this.text) as RawResponse & { readonly rest: string }
    this.text = parsed.rest
    return parsed
  }

  end(): void {
    this.socket.end()
  }

  destroy(): void {
    this.socket.destroy()
  }

  reset(): void {
    this.socket.resetAndDestroy()
  }
}

export interface RawResponse {
  readonly status: number
  /** The reason phrase. */
  readonly reason: string
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Parses an answer with a length, or without a body. */
export function tryParseResponse(text: string): (RawResponse & { readonly rest: string }) | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [line = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map(
    lines.map((header): [string, string] => {
      const at = header.indexOf(':')
      return [header.slice(0, at).toLowerCase(), header.slice(at + 1).trim()]
    }),
  )
  const length = Number(headers.get('content-length') ?? 0)
  const from = end + 4
  if (text.length < from + length) return undefined
  return {
    status: Number(line.split(' ')[1]),
    reason: line.split(' ').slice(2).join(' '),
    headers,
    body: text.slice(from, from + length),
    rest: text.slice(from + length),
  }
}

/** Resolves after what the event loop has to do now. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** Resolves when the condition holds; looks once a turn. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}
