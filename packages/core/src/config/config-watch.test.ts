import { afterEach, describe, expect, it } from 'vitest'
import { t } from '../schema/index.ts'
import { watchConfig } from './config-watch.ts'
import { loadConfig } from './load-config.ts'
import { secret } from './secret-schema.ts'
import { Secret } from './secret.ts'

const kWatch = Symbol.for('keelson.configWatch')
const kept = (): unknown => (globalThis as { [kWatch]?: unknown })[kWatch]
const shape = {
  PORT: t.Integer({ default: 3000 }),
  KEY: secret(t.String(), { development: 'known' }),
  NAME: t.Optional(t.String()),
}

afterEach(() => {
  delete (globalThis as { [kWatch]?: unknown })[kWatch]
})

describe('watchConfig', () => {
  it('keeps nothing before somebody watches', () => {
    loadConfig(shape, { env: {}, files: [] })
    expect(kept()).toBeUndefined()
  })

  it('notes every variable, by its full name, and whether it has its default', () => {
    const watched = watchConfig()
    loadConfig(shape, { env: { SHOP_PORT: '80' }, files: [], prefix: 'SHOP_' })
    expect(watched.map(({ name, isSecret, isDefault }) => [name, isSecret, isDefault])).toEqual([
      ['SHOP_PORT', false, false],
      ['SHOP_KEY', true, true],
      ['SHOP_NAME', false, false],
    ])
  })

  it('takes a secret that is set to its value for development for that', () => {
    const watched = watchConfig()
    loadConfig(shape, { env: { KEY: 'known' }, files: [] })
    expect(watched.find((one) => one.name === 'KEY')?.isDefault).toBe(true)
  })

  it('keeps secrets wrapped', () => {
    const watched = watchConfig()
    loadConfig(shape, { env: { KEY: 'hunter2' }, files: [] })
    expect(watched.some(({ value }) => Secret.is(value))).toBe(true)
    expect(JSON.stringify(watched)).not.toContain('hunter2')
  })
})
