import { describe, expect, it } from 'vitest'
import { plugin, route, t, type App } from '@keelson/core'
import { checkApp, type CheckOptions } from './check-app.ts'
import { printReport } from './print.ts'
import { response, fit, ok } from '../test/check-app-support.ts'

describe('a finding that the code acknowledges', () => {
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
})
