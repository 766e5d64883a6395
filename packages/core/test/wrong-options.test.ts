import {
  accessRule,
  bind,
  createApp,
  createLogger,
  defineError,
  errorFormat,
  injectable,
  loadConfig,
  middleware,
  mount,
  needs,
  problemDetails,
  route,
  router,
  SetupError,
  t,
  toManifest,
  token,
  plugin,
} from '@keelson/core'
import {
  createFakeClock,
  createMemoryBus,
  createMemoryCacheStore,
  createMemoryStore,
} from '@keelson/core/ports'
import { createClient } from '@keelson/client'
import { docs, openapi, toOpenApi } from '@keelson/openapi'
import { contractTest, createMemoryLogger, testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'

const STORE_METHODS =
  'get set add compareAndSet increment touch delete getMany setMany deleteMany close'.split(' ')

/** What a program in plain JavaScript may write. */
type Loose = never

const ping = route.get('/ping', { access: 'public' }, () => 'pong')
const routes = { ping }
const X = token<string>('x')

/** Every problem of what is thrown, as it is read. */
async function faultsOf(work: () => unknown): Promise<string[]> {
  try {
    const made = await work()
    // A route or router is looked at by the app that has it.
    if (typeof made === 'object' && made !== null && '~internal' in made && 'source' in made)
      createApp({ routes: { node: made } as Loose, log: false }).check()
  } catch (error) {
    if (error instanceof SetupError)
      return error.problems.map(({ message, remedy }) => `${message} ${remedy}`)
    return [(error as Error).message]
  }
  return []
}

const start = (options: object) => (): void => createApp({ routes, log: false, ...options } as Loose).check()

describe('a name that is not an option stops the start, and says which was meant:', () => {
  const parts = { name: 'x', stage: 'receive', run: () => undefined }
  it.each<[string, () => unknown, string]>([
    ['createApp', () => createApp({ rotues: routes } as Loose), "'rotues'. Did you mean 'routes'?"],
    ['createApp, log', start({ log: { lvl: 'info' } }), "'log.lvl'. Did you mean 'log.level'?"],
    [
      'createApp, server',
      start({ server: { trustproxy: true } }),
      "'server.trustproxy'. Did you mean 'server.trustProxy'?",
    ],
    [
      'createApp, a server option at the top',
      start({ trustProxy: true }),
      "'trustProxy'. Did you mean 'server.trustProxy'?",
    ],
    [
      'createApp, limits',
      start({ server: { limits: { maxHeaderByte: 9 } } }),
      "Did you mean 'server.limits.maxHeaderBytes'?",
    ],
    ['createApp, health', start({ health: { readPath: '/r' } }), "Did you mean 'health.readyPath'?"],
    ['createApp, requestId', start({ requestId: { headers: 'x' } }), "Did you mean 'requestId.header'?"],
    ['createApp, ports', start({ ports: { stores: {} } }), "Did you mean 'ports.store'?"],
    ['createApp, phases', start({ phases: { start: 1 } }), "Did you mean 'phases.startMs'?"],
    ['createApp, json', start({ json: { duplicate: 'last' } }), "Did you mean 'json.duplicates'?"],
    [
      'createApp, routing',
      start({ routing: { trailingslash: 'ignore' } }),
      "Did you mean 'routing.trailingSlash'?",
    ],
    [
      'createApp, a plugin',
      () => plugin({ name: 'p', strat() {} } as Loose),
      "There is no option 'strat'. Did you mean 'start'?",
    ],
    [
      'app.listen',
      () => createApp({ routes, log: false }).listen({ prot: 0 } as Loose),
      "'prot'. Did you mean 'port'?",
    ],
    ['route.get', () => route.get('/', { querry: {} } as Loose, () => 1), "'querry'. Did you mean 'query'?"],
    [
      'route.post',
      () => route.post('/', { acess: 'public' } as Loose, () => 1),
      "'acess'. Did you mean 'access'?",
    ],
    [
      'route.get, unknown',
      () => route.get('/', { access: 'public', unknown: { bdy: 'refuse' } } as Loose, () => 1),
      "Did you mean 'unknown.body'?",
    ],
    ['route.define', () => route.define({ acces: 'public' } as Loose), "Did you mean 'access'?"],
    ['router', () => router('/x', { acess: 'public' } as Loose, routes), "Did you mean 'access'?"],
    ['middleware', () => middleware({ ...parts, ads: ['y'] } as Loose), "Did you mean 'adds'?"],
    [
      'middleware, describe',
      () => middleware({ ...parts, describe: { error: [] } } as Loose),
      "Did you mean 'describe.errors'?",
    ],
    ['accessRule', () => accessRule({ name: 'x', alow: () => true } as Loose), "Did you mean 'allow'?"],
    [
      'defineError',
      () => defineError('X', { status: 409, title: 'x', detail: t.String() } as Loose),
      "Did you mean 'details'?",
    ],
    ['errorFormat', () => errorFormat({ mime: 'x' } as Loose), "There is no option 'mime'."],
    ['problemDetails', () => problemDetails({ typeBaseURL: 'x' } as Loose), "Did you mean 'typeBaseUrl'?"],
    ['bind', () => bind(X, { make: () => 'x', scop: 'request' } as Loose), "'scop'. Did you mean 'scope'?"],
    [
      'bind, an option of another kind',
      () => bind(X, { value: 'x', scope: 'request' } as Loose),
      "There is no option 'scope'. The options are value, dispose.",
    ],
    ['token', () => token('x', { share: true } as Loose), "Did you mean 'shared'?"],
    ['injectable', () => injectable({ scop: 'request' } as Loose), "Did you mean 'scope'?"],
    [
      'mount',
      () => mount('/x', () => new Response(), { access: 'public', stripprefix: false } as Loose),
      "Did you mean 'stripPrefix'?",
    ],
    ['openapi', () => openapi({ access: 'public', infos: {} } as Loose), "Did you mean 'info'?"],
    [
      'openapi, info',
      () => openapi({ access: 'public', info: { titel: 'x' } } as Loose),
      "Did you mean 'info.title'?",
    ],
    ['docs', () => docs({ access: 'public', server: [] } as Loose), "Did you mean 'servers'?"],
    ['toOpenApi', () => toOpenApi({ plans: [] }, { versoin: '3.1' } as Loose), "Did you mean 'version'?"],
    ['createLogger', () => createLogger({ lvl: 'info' } as Loose), "Did you mean 'level'?"],
    ['createMemoryStore', () => createMemoryStore({ maxByte: 1 } as Loose), "Did you mean 'maxBytes'?"],
    ['createMemoryBus', () => createMemoryBus({ onerror() {} } as Loose), "Did you mean 'onError'?"],
    [
      'createFakeClock',
      () => createFakeClock({ time: 1 } as Loose),
      "There is no option 'time'. The options are now.",
    ],
    ['loadConfig', () => loadConfig({}, { prefx: 'A_' } as Loose), "Did you mean 'prefix'?"],
    [
      'createClient',
      () => createClient({ baseURL: 'http://x', manifest: toManifest(routes) } as Loose),
      "Did you mean 'baseUrl'?",
    ],
    ['testApp', () => testApp({ routes, transprot: 'socket' } as Loose), "Did you mean 'transport'?"],
    [
      'contractTest',
      () => contractTest(createApp({ routes, log: false }), { runs: 1 } as Loose),
      "Did you mean 'runsPerRoute'?",
    ],
  ])('%s', async (_, work, sentence) => {
    expect((await faultsOf(work)).join('\n')).toContain(sentence)
  })
})

describe('a value that an option cannot have stops the start, and says what belongs there:', () => {
  const handler = (): number => 1
  it.each<[string, () => unknown, string]>([
    [
      'no options',
      () => createApp(undefined as Loose),
      'The options must be an object, not undefined. Write { routes: … }.',
    ],
    ['a list of options', () => createApp([] as Loose), 'The options must be an object, not a list.'],
    [
      'routes that are a router',
      start({ routes: router('/x', routes) }),
      'routes must be an object of routes and routers, not an object. Give it a name: { orders: … }.',
    ],
    [
      'middleware instead of a list',
      start({ use: middleware({ name: 'x', stage: 'receive', run: () => undefined }) }),
      'Put it in a list: use: [ … ].',
    ],
    [
      'a middleware that is a function',
      start({ use: [() => undefined] }),
      'Wrap it: middleware({ name, stage, run })',
    ],
    [
      'a plugin whose call was forgotten',
      start({ plugins: [docs] }),
      'plugins[0] must be what plugin() made, not the function docs. Call it: docs(…)',
    ],
    [
      'a plugin that is awaited by nobody',
      start({ plugins: [Promise.resolve({ name: 'x' })] }),
      'plugins[0] must be what plugin() made, not a promise. Await it first.',
    ],
    [
      'the parts of a plugin alone',
      start({ plugins: [{ name: 'p' }] }),
      'plugins[0] must be what plugin() made, not an object. Wrap it: plugin({ name, … }).',
    ],
    ['a plugin without a name', () => plugin({} as Loose), 'Option name is missing.'],
    [
      'a plugin that injects a text',
      () => plugin({ name: 'x', inject: { db: 'db' } } as Loose),
      "Option inject.db must be a class, a token, lazy(…) or optional(…), not a text. Make a token, token<…>('db'), and give that.",
    ],
    [
      'a plugin that injects what an import circle left undefined',
      start({ plugins: [plugin({ name: 'x', inject: { db: undefined } } as Loose)] }),
      'What is asked for is undefined, neither a token nor a class',
    ],
    [
      'a plugin hook that is not a function',
      () => plugin({ name: 'x', start: true } as Loose),
      'Option start must be a function, not true.',
    ],
    [
      'a class among the providers',
      start({ providers: [class Orders {}] }),
      'Write bind(Orders, { class: Orders }).',
    ],
    [
      'an empty store',
      start({ ports: { store: {} } }),
      'ports.store must be a KeyValueStore, not an object. It lacks get, set, ',
    ],
    [
      'a store that does not say what it can do',
      start({ ports: { store: Object.fromEntries(STORE_METHODS.map((name) => [name, () => {}])) } }),
      'ports.store must be a KeyValueStore, not an object. It lacks `capabilities`, the object that says what it can do.',
    ],
    [
      'a store that may evict in place of one that keeps',
      start({ ports: { store: createMemoryCacheStore() } }),
      'It needs the capability "keeps" (every key stays until it expires), which the given MemoryCacheStore does not have. Give a store that keeps them; give one that may evict as ports.cacheStore.',
    ],
    [
      'a clock that is a date',
      start({ ports: { clock: new Date(0) } }),
      'ports.clock must be a Clock, not an instance of Date. It lacks now, ',
    ],
    [
      'another trailingSlash',
      start({ routing: { trailingSlash: 'remove' } }),
      'routing.trailingSlash must be "strict" or "ignore", not "remove".',
    ],
    [
      'another caseSensitive',
      start({ routing: { caseSensitive: 'no' } }),
      'routing.caseSensitive must be true or false, not "no".',
    ],
    [
      'another json.duplicates',
      start({ json: { duplicates: 'first' } }),
      'json.duplicates must be "last" or "refuse", not "first".',
    ],
    [
      'another mode',
      start({ mode: 'prod' }),
      'mode must be "development", "test" or "production", not "prod".',
    ],
    [
      'a header with spaces',
      start({ requestId: { header: 'x request id' } }),
      'requestId.header must be the name of a header, like \'x-request-id\', or false, not "x request id".',
    ],
    [
      'tls without a certificate',
      () => createApp({ routes, log: false, server: { tls: {} } }).listen({ port: 0 }),
      'Option server.tls lacks a certificate and its key. Give a PEM certificate',
    ],
    [
      'a proxy that is not an address',
      () => createApp({ routes, log: false, server: { trustProxy: ['10.0.0'] } }).listen({ port: 0 }),
      '10.0.0',
    ],
    [
      'a limit that is too low',
      () => createApp({ routes, log: false, server: { limits: { maxHeaderBytes: 1 } } }).listen({ port: 0 }),
      'maxHeaderBytes must be an integer, 512 or more, not 1.',
    ],
    [
      'NaN for a limit',
      start({ maxBodyBytes: Number.NaN }),
      'maxBodyBytes must be an integer, 0 or more, not NaN.',
    ],
    [
      'a negative time',
      start({ phases: { stopMs: -1 } }),
      'phases.stopMs must be a number of milliseconds from 0 to 2147483647, not -1.',
    ],
    ...[
      { phases: { readinessDelayMs: 2 ** 31 } },
      { phases: { startMs: 2 ** 31 } },
      { health: { timeoutMs: 2 ** 31 } },
      { deadlineMs: 2 ** 31 },
    ].map((options): [string, () => unknown, string] => [
      `a time that no timer waits: ${JSON.stringify(options)}`,
      start(options),
      'must be a number of milliseconds from 0 to 2147483647, not 2147483648.',
    ]),
    ...[null, Promise.resolve({}), []].map((env): [string, () => unknown, string] => [
      `an environment that is ${JSON.stringify(env)}`,
      () => loadConfig({}, { env } as Loose),
      'env must be an object of texts, not ',
    ]),
    ...[null, Promise.resolve({})].map((services): [string, () => unknown, string] => [
      `services that are ${JSON.stringify(services)}`,
      () => route.inject(services as Loose),
      'The argument must be an object of classes and tokens by name, not ',
    ]),
    [
      'an app in place of its routes',
      () => toManifest(createApp({ routes, log: false }) as Loose),
      'not an instance of Application. Give its routes: app.routes.',
    ],
    [
      'no certificate, said as null',
      start({ server: { tls: null } }),
      'server.tls must be an object, not null. Omit it',
    ],
    ['null', start({ health: null }), 'health must be an object or false, not null. Omit it'],
    ['a function for a logger', start({ log: function log() {} }), 'not the function log.'],
    [
      'a port without its name',
      () => createApp({ routes, log: false }).listen(21_202 as Loose),
      'The options must be an object, not 21202. Write { port: … }.',
    ],
    [
      'a handler that was forgotten',
      () => route.get('/', { access: 'public' }, undefined as Loose),
      'The handler is missing.',
    ],
    [
      'a handler that is a value',
      () => route.get('/', { access: 'public' }, 'pong' as Loose),
      'The handler must be a function of the context, not a text.',
    ],
    [
      'a handler in place of the options',
      () => route.get('/', handler as Loose, undefined as Loose),
      'The options must be an object, not the function handler.',
    ],
    [
      'a path that is not a text',
      () => route.get(1 as Loose, { access: 'public' }, handler),
      "The path must be a text like '/orders/:id', not 1.",
    ],
    [
      'an access rule that is a function',
      () => route.get('/', { access: () => true } as Loose, handler),
      'access must be "public", an access rule or a list, each entry an access rule, not the function access.',
    ],
    [
      'another word for access',
      () => route.get('/', { access: 'publik' } as Loose, handler),
      'not "publik".',
    ],
    [
      'an error that an import circle left undefined',
      () => route.get('/', { access: 'public', errors: [undefined] } as Loose, handler),
      'errors[0] is undefined, not an error class, made by defineError. It was not yet defined when this list was made: break the import circle',
    ],
    [
      'an instance of an error',
      () => route.get('/', { access: 'public', errors: [new Error('x')] } as Loose, handler),
      'errors[0] must be an error class',
    ],
    [
      'a schema that is not called',
      () => route.post('/', { access: 'public', body: () => t.String() } as Loose, handler),
      'body must be a schema, not the function body.',
    ],
    [
      'a schema that is a promise',
      () => route.post('/', { access: 'public', body: Promise.resolve(t.String()) } as Loose, handler),
      'body must be a schema, not a promise. Await it first.',
    ],
    [
      'consumes that is a text',
      () => route.post('/', { access: 'public', consumes: 'text/csv' } as Loose, handler),
      'Put it in a list: consumes: [ … ].',
    ],
    [
      'another word for unknown',
      () => route.post('/', { access: 'public', unknown: { body: 'drop' } } as Loose, handler),
      'unknown.body must be ',
    ],
    [
      'a tree that is a list',
      () => router('/x', [ping] as Loose),
      'The tree must be an object of routes and routers, not a list.',
    ],
    [
      'a middleware function for one route',
      () => route.use((() => undefined) as Loose),
      'The argument must be a middleware',
    ],
    [
      'an allow that is a value',
      () => accessRule({ name: 'x', allow: true } as Loose),
      'allow is not a function.',
    ],
    [
      'needs that are a list',
      () => middleware({ name: 'x', stage: 'receive', needs: ['user'], run: () => undefined } as Loose),
      'needs must be what needs() made, not a list.',
    ],
    [
      'another kind of mount',
      () => mount('/x', () => new Response(), { access: 'public', kind: 'web' } as Loose),
      'kind must be "node" or "fetch", not "web".',
    ],
    [
      'another version of OpenAPI',
      () => openapi({ access: 'public', version: '3.2' } as Loose),
      'version must be "3.1" or "3.0", not "3.2".',
    ],
    ['a document without access', () => openapi({} as Loose), 'access is missing.'],
    [
      'a page at a path without a slash',
      () => docs({ access: 'public', path: 'docs' }),
      'path must be a path like \'/docs\', not "docs".',
    ],
    [
      'files that are a number',
      () => loadConfig({}, { files: 1 } as Loose),
      'files must be a text or a list, not 1.',
    ],
    [
      'a time that is a text',
      () => createClient({ baseUrl: 'http://x', manifest: toManifest(routes), timeoutMs: '5' } as Loose),
      'timeoutMs must be a number of milliseconds from 0 to 2147483647, not "5".',
    ],
    [
      'a getter that throws',
      () =>
        createApp(
          Object.defineProperty({ routes }, 'name', {
            enumerable: true,
            get: () => {
              throw new Error('not yet')
            },
          }),
        ),
      'name cannot be read: not yet. Give the value itself.',
    ],
  ])('%s', async (_, work, sentence) => {
    expect((await faultsOf(work)).join('\n')).toContain(sentence)
  })

  it('a set-up that is asynchronous', async () => {
    const late = plugin({ name: 'late', setup: (async () => Promise.reject(new Error('x'))) as Loose })
    expect(await faultsOf(start({ plugins: [late] }))).toEqual([
      'Its setup is asynchronous: what it does after its first await would come too late. Make setup synchronous, and move asynchronous work to start.',
    ])
    const check = plugin({ name: 'late', check: (async () => {}) as Loose })
    expect((await faultsOf(start({ plugins: [check] }))).join()).toContain('Its check is asynchronous')
  })

  it('a wrong middleware of the app, once and not for each of its routes', async () => {
    const many = { ping, pong: route.get('/pong', { access: 'public' }, handler) }
    expect(await faultsOf(start({ routes: many, use: [undefined] }))).toHaveLength(1)
    const wrong = plugin({ name: 'p', setup: (app) => app.use(undefined as Loose) })
    expect(await faultsOf(start({ routes: many, plugins: [wrong] }))).toHaveLength(1)
  })

  it('with the place where it was written', () => {
    const wrong = route.get('/here', { querry: {}, access: 'public' } as Loose, handler)
    expect(start({ routes: { wrong } })).toThrow(
      /route wrong \(GET \/here, .*wrong-options\.test\.ts:\d+\): There is no option 'querry'/,
    )
    expect(start({ mode: 'prod' })).toThrow(
      /createApp \(.*wrong-options\.test\.ts:\d+\): Option mode must be/,
    )
  })
})

describe('what is right is taken:', () => {
  it('an instance of a class as plugin, and the namespace of a module as options', async () => {
    class Database {
      readonly name = 'database'
      readonly pool: string[] = []
      query(): void {}
      start(): void {}
    }
    expect(await faultsOf(start({ plugins: [plugin(new Database())] }))).toEqual([])
    const options = Object.freeze({
      routes: Object.freeze(routes),
      plugins: Object.freeze([]),
      log: false,
    } as const)
    expect(await faultsOf(() => createApp(options).check())).toEqual([])
  })

  it('members that are undefined', async () => {
    expect(
      await faultsOf(start({ name: undefined, server: { limits: { maxHeaderBytes: undefined } } })),
    ).toEqual([])
    expect(needs<{ user: string }>('user').names).toEqual(['user'])
  })
})

describe('a logger that lacks a method is told in one problem, which names it:', () => {
  const { log } = createMemoryLogger()
  const methods = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'child', 'isLevelEnabled', 'flush']
  const own = Object.fromEntries(methods.map((name) => [name, () => undefined]))
  const without = (name: string): object =>
    Object.fromEntries(Object.entries(own).filter(([one]) => one !== name))

  it.each(methods)('%s, of an object', async (name) => {
    expect(await faultsOf(start({ log: without(name) }))).toEqual([
      `Option log must be a Logger, not an object. It lacks ${name}; give an object with these methods.`,
    ])
  })

  it('of an instance, and where a server takes one', async () => {
    class Own {
      info() {}
      error() {}
    }
    const lacks = 'It lacks trace, debug, warn, fatal, child, isLevelEnabled, flush'
    const [ofApp, ofServer] = [{ log: new Own() }, { server: { log: new Own() } }].map(start)
    expect(await faultsOf(ofApp!)).toEqual([expect.stringContaining(`not an instance of Own. ${lacks};`)])
    expect(await faultsOf(ofServer!)).toEqual([expect.stringContaining(`server.log must be a Logger`)])
  })

  it('not of one that is complete, nor of options', async () => {
    expect(await faultsOf(start({ log, server: { log: own } }))).toEqual([])
    expect(await faultsOf(start({ log: own }))).toEqual([])
    expect(await faultsOf(start({ log: { level: 'info', info: true } }))).toEqual([
      expect.stringContaining("There is no option 'log.info'."),
    ])
  })
})

it('names the line that called the function', () => {
  const make = (): unknown => createApp({ rotues: routes } as Loose)
  let thrown: unknown
  try {
    make()
  } catch (error) {
    thrown = error
  }
  expect((thrown as SetupError).problems[0]?.place).toMatch(
    /^createApp \(packages\/core\/test\/wrong-options\.test\.ts:\d+\)$/,
  )
})

it('refuses a request of a test with a name that does not exist', async () => {
  await using test = await testApp({ routes })
  await expect(test.request('POST', '/ping', { jsno: {} } as Loose)).rejects.toThrow("Did you mean 'json'?")
})
