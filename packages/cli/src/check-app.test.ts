import { describe, expect, it } from 'vitest'
import {
  accessRule,
  middleware,
  mount,
  plugin,
  route,
  router,
  t,
  toManifest,
  UnauthorizedError,
  type AnyMiddleware,
} from '@keelson/core'
import { checkApp } from './check-app.ts'
import { printReport } from './print.ts'
import { response, routes, fit, secretOf, ok, deploy } from '../test/check-app-support.ts'

describe('checkApp', () => {
  it('has nothing against an app that is fit for production', () => {
    const text = JSON.stringify(toManifest(routes))
    const config = [secretOf('Vq8zL1mT0pXw7rKd2sYb')]
    const report = checkApp(fit(), { deploy: true, strict: true, manifest: { file: 'm.json', text }, config })
    expect(report.findings).toEqual([])
    expect(report.isOk).toBe(true)
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

  it('lets warnings pass unless it is strict', () => {
    const app = fit({ health: false })
    expect(checkApp(app, deploy).isOk).toBe(true)
    expect(checkApp(app, { deploy: true, strict: true }).isOk).toBe(false)
  })
})
