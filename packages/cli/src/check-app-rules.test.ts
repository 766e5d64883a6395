import { describe, expect, it } from 'vitest'
import {
  bind,
  BUS,
  KEY_VALUE_STORE,
  lazy,
  middleware,
  needs,
  plugin,
  route,
  t,
  token,
  toManifest,
  type AnyMiddleware,
  type AppOptions,
} from '@keelson/core'
import { createFakeClock, createMemoryStore } from '@keelson/core/ports'
import { checkApp, type CheckOptions } from './check-app.ts'
import {
  response,
  show,
  member,
  routes,
  fit,
  secretOf,
  ok,
  UsesBus,
  withStore,
  deploy,
} from '../test/check-app-support.ts'

/** TLS whose certificates are chosen by name. */
const CERTIFIED = { SNICallback: (_name: string, done: (error: Error | null) => void) => done(null) }

const add = (name: string, ...adds: string[]) =>
  middleware({
    name,
    stage: 'authenticate',
    adds,
    run: () => Object.fromEntries(adds.map((one) => [one, 1])),
  } as never)

const late = middleware({ name: 'late', stage: 'authenticate', run: () => undefined })

const nonsense = t.Unsafe<undefined>({ type: 'nonsense' })

const withBus = { a: route.inject({ one: UsesBus }).get('/a', { access: 'public', response }, ok) }

const MISSING = token<string>('missing')

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
  { wrong: 'no name', rule: 'deploy-name', app: { name: undefined }, check: deploy },
  { wrong: 'no log', rule: 'deploy-log-off', app: { log: false }, check: deploy },
  {
    wrong: 'a secret with its value for development',
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
    wrong: 'a long secret of the words of templates',
    rule: 'deploy-secret-weak',
    check: {
      deploy: true,
      config: [secretOf('please-change-this-secret-please-change-this-secret')],
    },
  },
  {
    wrong: 'a secret of few characters',
    rule: 'deploy-secret-weak',
    check: { deploy: true, config: [secretOf('abababababababababab')] },
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

describe('what checkApp finds', () => {
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
})
