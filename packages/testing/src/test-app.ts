import { createClient, fetchTransport, type Client } from '@keelson/client'
import {
  createApp,
  plugin,
  toManifest,
  type App,
  type AppOptions,
  type Injectable,
  type Plugin,
  type RouteTree,
  type RunningApp,
} from '@keelson/core'
import { createFakeClock, type FakeClock } from '@keelson/core/ports'
import { createMemoryLogger, type LogLine, type MemoryLog } from '@keelson/core/spi'
import { checkArgument, checkOptions } from '@keelson/core/options'
import { METHOD_OPTION, PATH_OPTION, TEST_APP_OPTIONS, TEST_REQUEST_OPTIONS } from './option-tables.ts'

/** How requests reach the app of a test: by `app.fetch`, or over a socket on loopback. */
export type TestTransport = 'memory' | 'socket'

/** Options of {@link testApp}: those of the app, and how to reach it. */
export interface TestAppOptions<TRoutes extends RouteTree> extends AppOptions<TRoutes> {
  /** Default `memory`. */
  readonly transport?: TestTransport | undefined
  /** Time at which a fake clock of the app starts, Unix ms. Default: the app's own clock. */
  readonly now?: number | undefined
}

/** Request of a test. */
export interface TestRequest {
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as JSON, with its content type. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string | Uint8Array | ReadableStream | undefined
  readonly signal?: AbortSignal | undefined
}

/** An app under test. */
export interface TestApp<TRoutes extends RouteTree> extends AsyncDisposable {
  readonly app: App<TRoutes>
  /** All lines that were logged. */
  readonly log: MemoryLog
  /** The app's clock, where `now` was given. */
  readonly clock: FakeClock | undefined
  /** Root of the app's URLs. */
  readonly baseUrl: string
  /** The routes as typed functions, over the same transport. A call throws a `ClientError`; `.result()` returns errors. */
  readonly client: Client<TRoutes>
  /** Sends a request that no type restricts. */
  request(method: string, path: string, request?: TestRequest): Promise<Response>
  /** Returns a singleton of the app, as its routes inject it: `test.resolve(DB)`. */
  resolve<T>(target: Injectable<T>): T
  /** Returns the errors logged since the last call; {@link TestApp.close} does not fail for them. */
  takeErrors(): LogLine[]
  /**
   * Stops the app.
   *
   * @throws {Error} when errors were logged that the test did not take by `takeErrors`
   */
  close(): Promise<void>
}

const ERROR_LEVEL = 50

/**
 * Starts an app for a test: in mode `test`, with its log in memory, and requests in process or over a socket.
 *
 * @example
 * await using test = await testApp({ routes: { orders }, overrides: [bind(DATABASE, { value: memoryDatabase() })] })
 * const response = await test.request('GET', '/orders')
 */
export function testApp<TRoutes extends RouteTree>(
  options: TestAppOptions<TRoutes> & { readonly now: number },
): Promise<TestApp<TRoutes> & { readonly clock: FakeClock }>
export function testApp<TRoutes extends RouteTree>(
  options: TestAppOptions<TRoutes>,
): Promise<TestApp<TRoutes>>
export async function testApp<TRoutes extends RouteTree>(
  options: TestAppOptions<TRoutes>,
): Promise<TestApp<TRoutes>> {
  checkOptions(TEST_APP_OPTIONS, options, { name: 'testApp', below: testApp as never })
  const { transport = 'memory', now, ...appOptions } = options
  const log = createMemoryLogger()
  const clock = now === undefined ? undefined : createFakeClock({ now })
  let running: RunningApp | undefined
  // Not typed, so that a test can see the start refuse a route without an access rule.
  const app: App<TRoutes> = createApp<TRoutes>({
    mode: 'test',
    log: log.log,
    ...appOptions,
    plugins: [...(appOptions.plugins ?? []), seen((started) => (running = started))],
    ...(clock === undefined ? {} : { ports: { ...appOptions.ports, clock } }),
  } as never)
  const baseUrl = await begin(app, transport)
  let taken = 0
  let unanswered = 0
  let client: Client<TRoutes> | undefined

  const send = async (request: Request): Promise<Response> => {
    if (transport === 'memory') return app.fetch(request)
    unanswered++
    try {
      return await fetch(request)
    } finally {
      unanswered--
    }
  }
  const takeErrors = (): LogLine[] => {
    const fresh = log.lines.slice(taken).filter((line) => line.level >= ERROR_LEVEL && !isRequestLine(line))
    taken = log.lines.length
    return fresh
  }
  const close = async (): Promise<void> => {
    // All requests have their responses, so that none can be under way.
    await (unanswered === 0 ? app['~internal'].stopWithoutGrace() : app.stop())
    const left = takeErrors()
    if (left.length > 0) throw leftErrors(left)
  }
  return {
    app,
    log,
    clock,
    baseUrl,
    get client() {
      return (client ??= connect(app.routes, send, baseUrl))
    },
    resolve: (target) => (running as RunningApp).resolve(target),
    takeErrors,
    close,
    [Symbol.asyncDispose]: close,
    request: async (method, path, request = {}) => {
      checkArgument(METHOD_OPTION, method, { name: 'test.request', argument: 'The method' })
      checkArgument(PATH_OPTION, path, { name: 'test.request', argument: 'The path' })
      checkOptions(TEST_REQUEST_OPTIONS, request, { name: `test.request('${method}', '${path}')` })
      return send(toRequest(baseUrl + path, method, request))
    },
  }
}

function leftErrors(lines: readonly LogLine[]): Error {
  return new Error(
    `The test left errors in the log:\n${lines.map((line) => JSON.stringify(line)).join('\n')}`,
  )
}

/** Shows the app as plugins see it. */
function seen(show: (app: RunningApp) => void): Plugin {
  return plugin({ name: 'test', started: show })
}

/** The log line of a request that ended with 5xx: the test sees the response itself. */
function isRequestLine(line: LogLine): boolean {
  return ['requestId', 'status', 'durationMs', 'bytes'].every((field) => line[field] !== undefined)
}

async function begin(app: App, transport: TestTransport): Promise<string> {
  if (transport === 'memory') {
    await app.start()
    return 'http://app.test'
  }
  const { urls } = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
  return urls[0] as string
}

function connect<TRoutes extends RouteTree>(
  routes: TRoutes,
  send: (request: Request) => Promise<Response>,
  baseUrl: string,
): Client<TRoutes> {
  const fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
    send(new Request(input, init))
  const manifest = toManifest(routes)
  return createClient<TRoutes>({ baseUrl, manifest, transport: fetchTransport({ fetch }) })
}

function toRequest(url: string, method: string, { headers, json, body, signal }: TestRequest): Request {
  const init: RequestInit & { duplex?: 'half' } = { method, redirect: 'manual', headers: { ...headers } }
  if (json !== undefined) {
    init.body = JSON.stringify(json)
    init.headers = { 'content-type': 'application/json', ...headers }
  } else if (body !== undefined) {
    init.body = body as never
    init.duplex = 'half'
  }
  if (signal !== undefined) init.signal = signal
  return new Request(url, init)
}
