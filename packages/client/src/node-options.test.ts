import { describe, expect, it } from 'vitest'
import { retry as plainRetry, fetchTransport as plainFetchTransport } from './fetch.ts'
import { createClient, fetchTransport, frameHeaders, retry, undiciTransport } from './index.ts'
import { events, lines, parseEvents, parseLines } from './streams.ts'

type Loose = never

const manifest = { version: 1, hash: '', routes: { a: 'GET /' } }
const make = (options: object): unknown => createClient({ baseUrl: '', manifest, ...options } as Loose)
const call = Object.assign(() => Promise.resolve(), { result: () => Promise.resolve() }) as Loose
const follow = (options: object): unknown => events(call, {} as Loose, options as Loose)
const read = (options: object): unknown => lines(call, {} as Loose, options as Loose)
const body = new Response('').body as Loose

describe('options of the client in Node are read strictly:', () => {
  it.each<[string, () => unknown, string]>([
    ['retry, name', () => retry({ attemps: 1 } as Loose), "'attemps'. Did you mean 'attempts'?"],
    ['retry, text', () => retry({ attempts: '3' } as Loose), 'attempts must be an integer'],
    ['retry, none', () => retry({ attempts: 0 }), 'attempts must be an integer'],
    ['retry, time', () => retry({ delayMs: 2 ** 31 }), 'delayMs must be a number of milliseconds'],
    ['retry, statuses', () => retry({ statuses: 503 } as Loose), 'statuses'],
    ['retry, null', () => retry(null as Loose), 'The options must be an object, not null.'],
    ['undici, name', () => undiciTransport({ connection: 1 } as Loose), "Did you mean 'connections'?"],
    ['undici, text', () => undiciTransport({ connections: '1' } as Loose), 'connections must be an integer'],
    [
      'undici, no time',
      () => undiciTransport({ keepAliveTimeoutMs: 0 }),
      'keepAliveTimeoutMs must be a number of milliseconds from 1',
    ],
    ['undici, dispatcher', () => undiciTransport({ dispatcher: {} } as Loose), 'an undici dispatcher'],
    ['fetch, name', () => fetchTransport({ credential: 'omit' } as Loose), "Did you mean 'credentials'?"],
    ['frame, name', () => frameHeaders({ timeoutHeadr: false } as Loose), "Did you mean 'timeoutHeader'?"],
    ['frame, switch', () => frameHeaders({ timeoutHeader: true } as Loose), 'timeoutHeader must be'],
    ['fetch, word', () => fetchTransport({ credentials: true } as Loose), 'credentials must be'],
    ['client, name', () => make({ timeout: 1 }), "'timeout'. Did you mean 'timeoutMs'?"],
    ['client, URL', () => make({ baseUrl: new URL('http://h') }), 'not an instance of URL. Give its href.'],
    ['client, no manifest', () => make({ manifest: null }), 'manifest must be a manifest, not null.'],
    ['client, half a manifest', () => make({ manifest: { version: 1 } }), 'Give what toManifest(routes)'],
    ['client, tree', () => make({ manifest: { a: {} } }), 'Give what toManifest(routes)'],
    ['client, lines', () => make({ manifest: { version: 1, routes: { a: 1 } } }), 'must be a manifest'],
    ['client, version', () => make({ manifest: { version: 2 } }), 'the manifest has another version'],
    ['client, format', () => make({ errorFormat: {} }), 'It lacks read'],
    [
      'client, headers',
      () => make({ headers: new Headers({ a: 'b' }) }),
      'Give Object.fromEntries(…) of it.',
    ],
    [
      'client, dispatcher',
      () => make({ transport: { dispatch: () => 1 } }),
      'undiciTransport({ dispatcher })',
    ],
    ['client, fetch', () => make({ transport: fetch }), 'not the function fetch. Write fetchTransport().'],
    ['client, transport', () => make({ transport: undiciTransport }), 'Call it: undiciTransport(…)'],
    ['client, transport of fetch', () => make({ transport: fetchTransport }), 'Call it: fetchTransport(…)'],
    ['client, browser', () => make({ transport: plainFetchTransport }), 'Call it: fetchTransport(…)'],
    ['client, interceptor', () => make({ interceptors: [retry] }), 'interceptors[0] must be an interceptor'],
    ['client, retry', () => make({ interceptors: [retry] }), 'not the function retry. Call it: retry(…)'],
    ['client, plain retry', () => make({ interceptors: [plainRetry] }), 'Call it: retry(…)'],
    ['client, frame', () => make({ interceptors: [frameHeaders] }), 'Call it: frameHeaders(…)'],
    ['client, no list', () => make({ interceptors: retry() }), 'Put it in a list: interceptors: [ … ].'],
    ['events, name', () => follow({ reconect: true }), "'reconect'. Did you mean 'reconnect'?"],
    ['events, word', () => follow({ reconnect: 'yes' }), 'reconnect must be true or false'],
    ['events, time', () => follow({ idleTimeoutMs: '5s' }), 'idleTimeoutMs must be a number of milliseconds'],
    ['events, signal', () => follow({ signal: new AbortController() }), 'signal must be an AbortSignal'],
    ['events, headers', () => follow({ headers: new Headers() }), 'headers must be an object'],
    ['events, null', () => events(call, {} as Loose, null as Loose), 'The options must be an object'],
    [
      'events, branch',
      () => events({} as Loose, {} as Loose),
      'must be the function of a route, not an object.',
    ],
    ['events, called', () => events(Promise.resolve() as Loose, {} as Loose), 'not a promise. Write events('],
    ['lines, name', () => read({ maxLineLenght: 1 }), "Did you mean 'maxLineLength'?"],
    ['lines, option of events', () => read({ reconnect: true }), "There is no option 'reconnect'."],
    ['lines, parse', () => read({ parse: {} }), 'parse must be a function'],
    ['lines, called', () => lines(Promise.resolve() as Loose, {} as Loose), 'without calling it.'],
    ['parseEvents, name', () => parseEvents(body, { maxLength: 1 } as Loose), "no option 'maxLength'"],
    [
      'parseEvents, none',
      () => parseEvents(body, { maxEventLength: 0 }),
      'maxEventLength must be an integer',
    ],
    ['parseEvents, response', () => parseEvents(new Response('') as Loose), 'Give its body.'],
    ['parseEvents, null', () => parseEvents(null as Loose), 'must be an async iterable of bytes, not null'],
    ['parseLines, name', () => parseLines(body, { pars: Number } as Loose), "Did you mean 'parse'?"],
    ['parseLines, text', () => parseLines('1\n' as Loose), 'must be an async iterable of bytes, not a text'],
  ])('%s', (_, wrong, message) => {
    expect(wrong).toThrow(expect.objectContaining({ code: 'ERR_CLIENT_OPTION' }) as Error)
    expect(wrong).toThrow(message)
  })

  it('those of close, too', async () => {
    const transport = undiciTransport({ dispatcher: { request: call, close: call, destroy: call } })
    await expect(transport.close({ timeout: 1 } as Loose)).rejects.toThrow("Did you mean 'timeoutMs'?")
    await transport.close({ timeoutMs: 1 })
  })

  it('names the line of the caller', () => {
    expect(() => follow({ reconect: true })).toThrow(/^events \(.*node-options\.test\.ts:\d+\): /)
    expect(() => parseLines(body, { pars: 1 } as Loose)).toThrow(
      /^parseLines \(.*node-options\.test\.ts:\d+\): /,
    )
  })

  it('takes all that exist', () => {
    retry({ attempts: 1, statuses: [503], budgetRatio: 0.5, budgetSize: 0, random: () => 0 })
    retry({ sleep: undefined })
    expect(undiciTransport({ connections: 1, idleTimeoutMs: 0 })).toBeTypeOf('function')
    expect(fetchTransport({ fetch, credentials: 'include', keepalive: true })).toBeTypeOf('function')
    const { signal } = new AbortController()
    const limits = { signal, timeoutMs: 1, headers: { a: 'b' }, idleTimeoutMs: 0 }
    const times = {
      reconnectDelayMs: 1,
      maxReconnectDelayMs: 1,
      maxFailures: 0,
      sleep: async () => undefined,
    }
    follow({ ...limits, ...times, maxEventLength: 1, reconnect: true, lastEventId: '' })
    read({ ...limits, maxLineLength: 1, parse: Number })
    make({ transport: retry(), interceptors: [retry()], headers: () => ({}), errorFormat: { read: () => 1 } })
    make({ transport: async () => ({ status: 204, headers: {} }), interceptors: [], headers: { a: 'b' } })
  })
})
