import {
  createApp,
  plugin,
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
import { errorReaderOf } from './error-reader.ts'
import { TEST_APP_OPTIONS } from './option-tables.ts'
import { callerWith, type TestCaller } from './test-caller.ts'
import { TEST_HEADERS_OPTION, type TestHeaders } from './test-request.ts'

/** How requests reach the app of a test: by `app.fetch`, or over a socket on loopback. */
export type TestTransport = 'memory' | 'socket'

/** Options of {@link testApp}: those of the app, and how to reach it. */
export interface TestAppOptions<TRoutes extends RouteTree> extends AppOptions<TRoutes> {
  /** Default `memory`. */
  readonly transport?: TestTransport | undefined
  /** Time at which a fake clock of the app starts, Unix ms. Default: the app's own clock. */
  readonly now?: number | undefined
}

/** An app under test, and somebody who calls it without any headers. */
export interface TestApp<TRoutes extends RouteTree> extends TestCaller<TRoutes>, AsyncDisposable {
  readonly app: App<TRoutes>
  /** All lines that were logged. */
  readonly log: MemoryLog
  /** The app's clock, where `now` was given. */
  readonly clock: FakeClock | undefined
  /** Root of the app's URLs. */
  readonly baseUrl: string
  /**
   * Somebody who calls the app with these headers, in each request and each call of the client: a user, by a credential.
   *
   * @throws {SetupError} `ERR_CORE_OPTION` for what is not a record of texts
   */
  withHeaders(headers: TestHeaders): TestCaller<TRoutes>
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
  const target = { routes: app.routes, baseUrl, send, errors: errorReaderOf(app as App) }
  const nobody = callerWith(target, {})
  return {
    app,
    log,
    clock,
    baseUrl,
    get client() {
      return nobody.client
    },
    headers: nobody.headers,
    request: nobody.request,
    withHeaders: (headers) => {
      checkArgument(TEST_HEADERS_OPTION, headers, { name: 'test.withHeaders', argument: 'The headers' })
      return callerWith(target, headers)
    },
    resolve: (target) => (running as RunningApp).resolve(target),
    takeErrors,
    close,
    [Symbol.asyncDispose]: close,
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
