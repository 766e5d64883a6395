import { describe, expect, it } from 'vitest'
import {
  bind,
  BUS,
  KEY_VALUE_STORE,
  optional,
  plugin,
  route,
  token,
  type AppOptions,
  type Provider,
} from '@keelson/core'
import { createMemoryBus, createMemoryStore } from '@keelson/core/ports'
import { checkApp } from './check-app.ts'
import { response, fit, secretOf, ok, UsesBus, withStore, deploy } from '../test/check-app-support.ts'

describe('what checkApp says of ports and secrets', () => {
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
    const { findings } = checkApp(fit({ routes: withStore }), deploy)
    expect(findings[0]?.remedy).toContain('redisPorts(url) of @keelson/cache/redis, or database(…, {')
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

  it('takes an address for a secret only where its value for development has a password', () => {
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
