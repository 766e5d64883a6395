import { describe, expect, it } from 'vitest'
import {
  accessRule,
  bind,
  BUS,
  createApp,
  KEY_VALUE_STORE,
  lazy,
  middleware,
  mount,
  needs,
  optional,
  plugin,
  route,
  router,
  Secret,
  t,
  token,
  toManifest,
  UnauthorizedError,
  type AnyMiddleware,
  type App,
  type AppOptions,
  type Provider,
} from '@keelson/core'
import { createFakeClock, createMemoryBus, createMemoryStore } from '@keelson/core/ports'
import type { WatchedVariable } from '@keelson/core/spi'
import { checkApp, type CheckOptions } from './check-app.ts'
import { printReport } from './print.ts'

const response = t.Object({ id: t.String() })
const show = route.get('/:id', { access: 'public', response }, () => ({ id: '1' }))
const member = accessRule({ name: 'member', allow: () => true })
const routes = { items: router('/items', { access: member }, { show }) }

/** TLS whose certificates are chosen by name. */
const CERTIFIED = { SNICallback: (_name: string, done: (error: Error | null) => void) => done(null) }

/** An app that `--deploy --strict` has nothing against; each case spoils one thing. */
function fit(options: Partial<AppOptions> = {}): App {
  return createApp({
    mode: 'production',
    routes,
    server: { trustProxy: 1 },
    ...options,
    log: options.log ?? { level: 'info' },
  } as AppOptions)
}

function secretOf(value: string, isDefault = false): WatchedVariable {
  return { name: 'TOKEN', isSecret: true, isDefault, value: new Secret(value) }
}

const ok = () => ({ id: '1' })
const add = (name: string, ...adds: string[]) =>
  middleware({
    name,
    stage: 'authenticate',
    adds,
    run: () => Object.fromEntries(adds.map((one) => [one, 1])),
  } as never)
const late = middleware({ name: 'late', stage: 'authenticate', run: () => undefined })
const nonsense = t.Unsafe<undefined>({ type: 'nonsense' })
class UsesStore {
  static readonly inject = [KEY_VALUE_STORE] as const
  readonly store: unknown
  constructor(store: unknown) {
    this.store = store
  }
}
class UsesBus {
  static readonly inject = [BUS] as const
  readonly bus: unknown
  constructor(bus: unknown) {
    this.bus = bus
  }
}
const withStore = { a: route.inject({ one: UsesStore }).get('/a', { access: 'public', response }, ok) }
const withBus = { a: route.inject({ one: UsesBus }).get('/a', { access: 'public', response }, ok) }
const MISSING = token<string>('missing')
const deploy: CheckOptions = { deploy: true }

interface Seeded {
  readonly wrong: string
  readonly rule: string
  readonly app?: Partial<AppOptions>
  readonly check?: CheckOptions
}

const seeded: readonly Seeded[] = [
  // What stops the start.
  {
    wrong: 'a route without access',
    rule: 'ERR_CORE_ACCESS_MISSING',
    app: { routes: { a: route.get('/a', { response } as never, ok) } },
  },
  {
    wrong: 'an empty list of access rules',
    rule: 'ERR_CORE_ACCESS_MISSING',
    // @ts-expect-error -- an empty list, for programs without types
    app: { routes: { a: route.get('/a', { response, access: [] }, ok) } },
  },
  {
    wrong: 'an access rule of the wrong stage',
    rule: 'ERR_CORE_ACCESS_STAGE',
    app: { routes: { a: route.get('/a', { response, access: late as AnyMiddleware }, ok) } },
  },
  {
    wrong: 'two routes of one method and path',
    rule: 'ERR_CORE_ROUTE_DUPLICATE',
    app: {
      routes: {
        a: route.get('/a', { access: 'public', response }, ok),
        b: route.get('/a', { access: 'public', response }, ok),
      },
    },
  },
  {
    wrong: 'a value in the tree that is no route',
    rule: 'ERR_CORE_ROUTE_TREE',
    app: { routes: { a: undefined as never } },
  },
  {
    wrong: 'a name that cannot be an operation id',
    rule: 'ERR_CORE_ROUTE_NAME',
    app: { routes: { 'a b': show } },
  },
  {
    wrong: 'a function among the middleware',
    rule: 'ERR_CORE_MIDDLEWARE',
    app: {
      routes: { a: route.get('/a', { access: 'public', response, use: [(() => undefined) as never] }, ok) },
    },
  },
  {
    wrong: 'two middleware that add one name',
    rule: 'ERR_CORE_CONTEXT_NAME',
    app: { use: [add('a', 'user'), add('b', 'user')] },
  },
  {
    wrong: 'a need that nothing before provides',
    rule: 'ERR_CORE_NEED_UNMET',
    app: {
      use: [
        middleware({
          name: 'a',
          stage: 'receive',
          needs: needs<{ user: string }>('user'),
          run: () => undefined,
        }),
      ],
    },
  },
  {
    wrong: 'an injected token that nobody provides',
    rule: 'ERR_CORE_DI_MISSING',
    app: { routes: { a: route.inject({ one: MISSING }).get('/a', { access: 'public', response }, ok) } },
  },
  {
    wrong: 'a schema that cannot be',
    rule: 'ERR_CORE_SCHEMA_TYPE',
    app: {
      routes: { a: route.get('/a', { access: 'public', response: nonsense }, () => undefined) },
    },
  },
  {
    wrong: 'a server limit that cannot be',
    rule: 'ERR_CORE_SERVER_LIMIT',
    app: { server: { trustProxy: 1, limits: { maxHeaderBytes: -1 } } },
  },
  {
    wrong: 'trusted proxies that are none',
    rule: 'ERR_CORE_TRUST_PROXY',
    app: { server: { trustProxy: ['nonsense'] } },
  },
  {
    wrong: 'a certificate that is none',
    rule: 'ERR_CORE_TLS',
    app: { server: { tls: { cert: 'x', key: 'y' } } },
  },
  // What --strict and --manifest refuse.
  {
    wrong: 'a route without response',
    rule: 'response-missing',
    app: { routes: { a: route.get('/a', { access: 'public' }, ok) } },
    check: { strict: true },
  },
  {
    wrong: 'a manifest of other routes',
    rule: 'manifest-stale',
    check: { manifest: { file: 'm.json', text: JSON.stringify(toManifest({ other: show })) } },
  },
  {
    wrong: 'a manifest whose hash was changed',
    rule: 'manifest-stale',
    check: { manifest: { file: 'm.json', text: JSON.stringify({ ...toManifest(routes), hash: 'x' }) } },
  },
  {
    wrong: 'a manifest that is no JSON',
    rule: 'manifest-unreadable',
    check: { manifest: { file: 'm.json', text: '{' } },
  },
  {
    wrong: 'a manifest that is something else',
    rule: 'manifest-unreadable',
    check: { manifest: { file: 'm.json', text: '[]' } },
  },
  // What --deploy refuses.
  { wrong: 'development mode', rule: 'deploy-mode', app: { mode: 'development' }, check: deploy },
  {
    wrong: 'services that are overridden',
    rule: 'deploy-overrides',
    app: { overrides: [bind(KEY_VALUE_STORE, { value: createMemoryStore() })] },
    check: deploy,
  },
  {
    wrong: 'a log at level debug',
    rule: 'deploy-log-level',
    app: { log: { level: 'debug' } },
    check: deploy,
  },
  {
    wrong: 'a log at level trace',
    rule: 'deploy-log-level',
    app: { log: { level: 'trace' } },
    check: deploy,
  },
  { wrong: 'no log', rule: 'deploy-log-off', app: { log: false }, check: deploy },
  {
    wrong: 'a secret with its default',
    rule: 'deploy-secret-default',
    check: { deploy: true, config: [secretOf('a-long-but-known-value', true)] },
  },
  {
    wrong: 'a short secret',
    rule: 'deploy-secret-short',
    check: { deploy: true, config: [secretOf('k3x9')] },
  },
  {
    wrong: 'a secret that can be guessed',
    rule: 'deploy-secret-weak',
    check: { deploy: true, config: [secretOf('changeme-changeme-changeme')] },
  },
  {
    wrong: 'a secret of few characters',
    rule: 'deploy-secret-weak',
    check: { deploy: true, config: [secretOf('abababababababababab')] },
  },
  {
    wrong: 'a long secret of keys that can be guessed',
    rule: 'deploy-secret-weak',
    app: { secrets: [new Secret('change-me change-me change-me 12345')] },
    check: deploy,
  },
  { wrong: 'plain HTTP without a proxy', rule: 'deploy-tls', app: { server: {} }, check: deploy },
  {
    wrong: 'trust in every proxy',
    rule: 'deploy-trust-proxy',
    app: { server: { trustProxy: true } },
    check: deploy,
  },
  {
    wrong: 'an old version of TLS',
    rule: 'deploy-tls-version',
    app: { server: { tls: { ...CERTIFIED, minVersion: 'TLSv1' } } },
    check: deploy,
  },
  {
    wrong: 'client certificates that nobody verifies',
    rule: 'deploy-tls-verify',
    app: { server: { tls: { ...CERTIFIED, requestCert: true, rejectUnauthorized: false } } },
    check: deploy,
  },
  {
    wrong: 'no limit of time for a request to arrive',
    rule: 'deploy-limit-off',
    app: { server: { trustProxy: 1, limits: { requestTimeoutMs: 0 } } },
    check: deploy,
  },
  {
    wrong: 'no least speed of bodies',
    rule: 'deploy-limit-off',
    app: { server: { trustProxy: 1, limits: { minBodyBytesPerSecond: 0 } } },
    check: deploy,
  },
  {
    wrong: 'no limit for stalled answers',
    rule: 'deploy-limit-off',
    app: { server: { trustProxy: 1, limits: { responseStallTimeoutMs: 0 } } },
    check: deploy,
  },
  { wrong: 'no deadline', rule: 'deploy-limit-off', app: { deadlineMs: 0 }, check: deploy },
  {
    wrong: 'a route without deadline',
    rule: 'deploy-deadline',
    app: { routes: { a: route.get('/a', { access: member, response, deadlineMs: 0 }, ok) } },
    check: deploy,
  },
  { wrong: 'a huge body limit', rule: 'deploy-body-limit', app: { maxBodyBytes: 2 ** 31 }, check: deploy },
  {
    wrong: "a route's huge body limit",
    rule: 'deploy-body-limit',
    app: {
      routes: {
        a: route.post('/a', { access: member, response, body: response, maxBodyBytes: 2 ** 31 }, ok),
      },
    },
    check: deploy,
  },
  {
    wrong: 'the store in process, where a service needs one',
    rule: 'deploy-store',
    app: { routes: withStore },
    check: deploy,
  },
  {
    wrong: 'a memory store given as the store',
    rule: 'deploy-store',
    app: { routes: withStore, ports: { store: createMemoryStore() } },
    check: deploy,
  },
  {
    wrong: 'the bus in process, where a service needs one',
    rule: 'deploy-bus',
    app: { routes: withBus },
    check: deploy,
  },
  {
    wrong: 'the bus in process, where a plugin needs one',
    rule: 'deploy-bus',
    app: { plugins: [plugin({ name: 'live', inject: { bus: lazy(() => BUS) } })] },
    check: deploy,
  },
  {
    wrong: 'a fake clock',
    rule: 'deploy-clock',
    app: { ports: { clock: createFakeClock() } },
    check: deploy,
  },
  { wrong: 'no probes', rule: 'deploy-health', app: { health: false }, check: deploy },
  {
    wrong: 'the state of plugins for everybody',
    rule: 'deploy-health-detail',
    app: { health: { detailAccess: 'public' } },
    check: deploy,
  },
  {
    wrong: 'a stop that takes too long',
    rule: 'deploy-stop',
    app: { phases: { stopMs: 120_000 } },
    check: deploy,
  },
  {
    wrong: 'a stop that takes too long with the time before it',
    rule: 'deploy-stop',
    app: { phases: { readinessDelayMs: 25_000 } },
    check: deploy,
  },
  {
    wrong: 'a public route that writes',
    rule: 'deploy-public-write',
    app: { routes: { a: route.post('/a', { access: 'public', response }, ok) } },
    check: deploy,
  },
]

describe('checkApp', () => {
  it('has nothing against an app that is fit for production', () => {
    const text = JSON.stringify(toManifest(routes))
    const config = [secretOf('Vq8zL1mT0pXw7rKd2sYb')]
    const report = checkApp(fit(), { deploy: true, strict: true, manifest: { file: 'm.json', text }, config })
    expect(report.findings).toEqual([])
    expect(report.isOk).toBe(true)
  })

  it.each(seeded)('finds $wrong ($rule)', ({ rule, app, check }) => {
    const report = checkApp(fit(app), check)
    expect([...new Set(report.findings.map((one) => one.rule))]).toEqual([rule])
    expect(checkApp(fit(app), { ...check, strict: true }).isOk).toBe(false)
    for (const { place, message, remedy } of report.findings) {
      expect(place).not.toBe('')
      expect(message).toMatch(/^[A-Z0-9'-].*\.$/)
      expect(remedy).toMatch(/\.$/)
    }
  })

  it('starts nothing, and leaves the app to be started', async () => {
    const calls: string[] = []
    const app = fit({ plugins: [plugin({ name: 'db', start: async () => void calls.push('start') })] })
    checkApp(app, deploy)
    expect(calls).toEqual([])
    expect(app.phase).toBe('checked')
    await app.stop()
  })

  it('finds several problems at once', () => {
    const app = fit({ mode: 'development', server: {}, deadlineMs: 0 })
    expect(checkApp(app, deploy).findings.map((one) => one.rule)).toEqual([
      'deploy-mode',
      'deploy-tls',
      'deploy-limit-off',
    ])
  })

  it('never tells the value of a secret', () => {
    const report = checkApp(fit(), { deploy: true, config: [secretOf('hunter2')] })
    expect(JSON.stringify(report)).not.toContain('hunter2')
  })

  it('lists the routes without response, which only strict refuses, and the public routes', () => {
    const app = fit({ routes: { a: route.get('/a', { access: 'public' }, ok), ...routes } })
    const report = checkApp(app)
    expect(report.isOk).toBe(true)
    expect(report.withoutResponse).toEqual(['a'])
    expect(report.publicRoutes).toContain('GET /a (a)')
    expect(report.publicRoutes).toContain('GET /livez (health.live)')
  })

  it('lists the routes that ask no more than that somebody is signed in, and what rules would have looked at', () => {
    const rule = (name: string, note?: string) =>
      Object.freeze({
        ...accessRule({ name, allow: () => true }),
        '~notes': note === undefined ? [] : [note],
      })
    const show = (...access: [AnyMiddleware, ...AnyMiddleware[]]) =>
      router('', {}, { get: route.get(`/${access.length}`, { access, response } as never, ok) })
    const report = checkApp(
      fit({
        routes: {
          a: router('/a', { access: rule('signed in') }, { get: route.get('/', { response } as never, ok) }),
          b: router('/b', { b: show(rule('signed in'), rule('ability read', 'Look here.')) }),
          c: router('/c', { c: show(rule('role admin', 'Look here.')) }),
        },
      }),
    )
    expect(report.signedInRoutes).toEqual(['GET /a (a.get)'])
    expect(report.notes).toEqual(['Look here.'])
    expect(report.isOk).toBe(true)
    const text = printReport(report, 'The app', false)
    expect(text).toContain('note: Anybody who is signed in may call:\n  GET /a (a.get)\n')
    expect(text).toContain('note: Rules to look at:\n  Look here.\n')
  })

  it('has what plugins warn of as warnings, which are problems with strict alone', () => {
    const warnings = [{ code: 'a-rule', place: 'route a', message: 'It may be wrong.', remedy: 'Look.' }]
    const report = (strict: boolean) =>
      checkApp(fit({}), { strict, inspection: { problems: [], warnings, omitted: [] } })
    expect(report(false).findings).toEqual([
      { rule: 'a-rule', severity: 'warning', place: 'route a', message: 'It may be wrong.', remedy: 'Look.' },
    ])
    expect([report(false).isOk, report(true).isOk]).toEqual([true, false])
  })

  it('calls open what nothing stands before, and no other route', () => {
    const guard = (stage: 'authenticate' | 'authorize', describe?: object) =>
      middleware({ name: 'guard', stage, run: () => undefined, describe })
    const show = (...use: ReturnType<typeof guard>[]) =>
      ({ access: 'public', use, response: t.Object({}) }) as const
    const open = fit({
      health: false,
      routes: {
        bare: route.get('/bare', show(), () => ({})),
        silent: route.get('/silent', show(guard('authenticate')), () => ({})),
        secured: route.get('/secured', show(guard('authenticate', { security: 'bearer' })), () => ({})),
        refusing: route.get(
          '/refusing',
          show(guard('authenticate', { errors: [UnauthorizedError] })),
          () => ({}),
        ),
        decided: route.get('/decided', show(guard('authorize')), () => ({})),
        change: route.post('/change', show(guard('authenticate', { security: 'bearer' })), () => ({})),
      },
    })
    const report = checkApp(open, deploy)
    expect(report.publicRoutes).toEqual(['GET /bare (bare)'])
    expect(report.unclearRoutes).toEqual([{ route: 'GET /silent (silent)', behind: ['guard'] }])
    expect(report.findings.map((one) => one.rule)).not.toContain('deploy-public-write')
    expect(
      printReport(report, 'The app', false)
        .split('\n')
        .every((line) => line.length < 200),
    ).toBe(true)
  })

  it('passes strictly what the code acknowledges with a reason, and tells it', () => {
    const reason = 'Streams for as long as the client listens.'
    const stream = (acknowledge?: Record<string, string>) => ({
      events: route.get('/events', { access: 'public', deadlineMs: 0, acknowledge }, ok),
    })
    const check = (acknowledge?: Record<string, string>, app: object = {}) =>
      checkApp(fit({ routes: stream(acknowledge), ...app }), { deploy: true, strict: true })
    expect(check().findings.map((one) => one.rule)).toEqual(['response-missing', 'deploy-deadline'])
    const all = { 'deploy-deadline': reason, 'response-missing': reason }
    const report = check(all)
    expect([report.isOk, report.findings]).toEqual([true, []])
    expect(report.acknowledged.map(({ rule, reason: why }) => [rule, why])).toEqual([
      ['response-missing', reason],
      ['deploy-deadline', reason],
    ])
    expect(printReport(report, 'The app', true)).toContain(`Reason: ${reason} [deploy-deadline]`)
    expect(checkApp(fit({ routes: stream(all) }), {}).isOk).toBe(true)
  })

  it('takes from the app what is said of itself, of plugins and of mounted handlers, not of its own routes', () => {
    const stream = route.get('/events', { access: 'public', deadlineMs: 0, response }, ok)
    const acknowledge = { 'deploy-deadline': 'Streams.', 'deploy-public-write': 'Asks itself.' }
    const check = (more: object) =>
      checkApp(fit({ acknowledge, ...more }), deploy).findings.map((one) => one.rule)
    const plugins = [plugin({ name: 'events', setup: (app) => app.routes({ events: stream }) })]
    const old = mount('/old', () => new Response('x'), { access: 'public' })
    expect(check({ plugins, routes: { old } })).toEqual([])
    expect(check({ routes: { old, events: stream } })).toEqual(['deploy-deadline'])
    expect(check({ routes: { events: stream } })).toEqual([
      'deploy-deadline',
      'acknowledged-nothing',
      'acknowledged-nothing',
    ])
  })

  it('lets nobody acknowledge what stops the start, or a manifest that is stale', () => {
    const rules = (app: App, options: CheckOptions = {}) =>
      checkApp(app, options).findings.map((one) => `${one.severity} ${one.rule}`)
    const acknowledge = { ERR_CORE_ACCESS_MISSING: 'Is meant.', 'manifest-stale': 'Is meant.' }
    const wrong = fit({ acknowledge, routes: { a: route.get('/a', { response } as never, ok) } })
    const attempts = ['warning acknowledged-error', 'warning acknowledged-error']
    expect(rules(wrong)).toEqual(['problem ERR_CORE_ACCESS_MISSING', ...attempts])
    const manifest = { file: 'm.json', text: '{"hash":"","routes":{}}' }
    expect(rules(fit({ acknowledge }), { manifest })).toEqual(['problem manifest-stale', ...attempts])
    // A plugin names its problems as it likes.
    const odd = fit({
      acknowledge: { 'deploy-odd': 'Is meant.' },
      plugins: [
        plugin({
          name: 'odd',
          check: () => [{ code: 'deploy-odd', place: 'x', message: 'x', remedy: 'x' }],
        }),
      ],
    })
    expect(rules(odd)).toEqual(['problem deploy-odd', 'warning acknowledged-error'])
  })

  it('finds what is acknowledged without a reason, and what is acknowledged for nothing', () => {
    const show = (acknowledge: Record<string, string>) =>
      fit({
        routes: { a: route.get('/a', { access: 'public', response: t.Object({}), acknowledge }, () => ({})) },
      })
    const rulesOf = (app: App) => checkApp(app, { deploy: true }).findings.map((one) => one.rule)
    expect(rulesOf(show({ 'deploy-deadline': 'x' }))).toEqual(['acknowledged-nothing'])
    expect(rulesOf(show({ 'deploy-dedline': 'x' }))).toEqual(['acknowledged-nothing'])
    expect(rulesOf(show({ 'deploy-deadline': ' ' }))).toEqual(['acknowledged-without-reason'])
    expect(checkApp(show({ 'deploy-deadline': 'x' }), {}).findings).toEqual([])
  })

  it('lets warnings pass unless it is strict', () => {
    const app = fit({ health: false })
    expect(checkApp(app, deploy).isOk).toBe(true)
    expect(checkApp(app, { deploy: true, strict: true }).isOk).toBe(false)
  })

  it('says nothing of a store and a bus that a plugin makes, and reads what a plugin binds', () => {
    const portsOf = (name: string, ...providers: readonly Provider[]) =>
      plugin({ name, setup: (app) => app.provide(...providers) })
    const other = route.inject({ one: UsesBus }).get('/b', { access: 'public', response }, ok)
    const rulesOf = (...plugins: AppOptions['plugins'] & object) =>
      checkApp(fit({ routes: { ...withStore, other }, plugins }), deploy)
        .findings.map((one) => one.rule)
        .filter((rule) => ['deploy-store', 'deploy-bus'].includes(rule))
    const made = portsOf(
      'made',
      bind(KEY_VALUE_STORE, { make: () => createMemoryStore() }),
      bind(BUS, { make: () => createMemoryBus() }),
    )
    expect(rulesOf(made)).toEqual([])
    expect(rulesOf(portsOf('bound', bind(KEY_VALUE_STORE, { value: createMemoryStore() })))).toEqual([
      'deploy-store',
      'deploy-bus',
    ])
  })

  it('says nothing of what a service takes where it is bound, and does without where it is not', () => {
    const BESIDE = token<object>('beside')
    const beside = plugin({
      name: 'beside',
      setup: (app) =>
        app.provide(bind(BESIDE, { needs: [optional(KEY_VALUE_STORE), optional(BUS)], make: () => ({}) })),
    })
    const rules = checkApp(fit({ plugins: [beside] }), deploy).findings.map((one) => one.rule)
    expect(rules.filter((rule) => rule.startsWith('deploy-'))).toEqual([])
  })

  it('takes an address for a secret only where its default has a password', () => {
    const address = (value: string, isDefault = false) => ({
      ...secretOf(value, isDefault),
      name: 'DATABASE_URL',
    })
    const rulesOf = (one: ReturnType<typeof secretOf>) =>
      checkApp(fit(), { deploy: true, config: [one] })
        .findings.map(({ rule }) => rule)
        .filter((rule) => rule.startsWith('deploy-secret'))
    expect(rulesOf(address('shop.db'))).toEqual([])
    expect(rulesOf(address('shop.db', true))).toEqual([])
    expect(rulesOf(secretOf('redis://a:1'))).toEqual([])
    expect(rulesOf(address('postgres://shop:plumtree@db/shop', true))).toEqual(['deploy-secret-default'])
  })

  it('says nothing of the store in process where nothing needs it', () => {
    const rules = checkApp(fit(), deploy).findings.map((one) => one.rule)
    expect(rules).not.toContain('deploy-store')
  })
})
