import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { createApp } from '../create-app.ts'
import type { AppMode } from '../errors/index.ts'
import { t } from '../schema/index.ts'
import { loadConfig } from './load-config.ts'
import { secret } from './secret-schema.ts'

const none = { files: [] }
const shape = {
  APP_SECRET: secret(t.String(), { development: 'known to everybody' }),
  PIN: secret(t.Integer(), { development: '1234' }),
  DATABASE_URL: secret(z.string().min(1), { development: 'shop.db' }),
}
const kDeveloped = Symbol.for('keelson.developmentValues')

afterEach(() => {
  vi.unstubAllEnvs()
  delete (globalThis as { [kDeveloped]?: unknown })[kDeveloped]
})

describe('a value for development', () => {
  it.each<AppMode>(['development', 'test'])('stands for what is not set in mode %s', (mode) => {
    const config = loadConfig(shape, { env: { PIN: '7' }, mode, ...none })
    expect([config.APP_SECRET.reveal(), config.PIN.reveal(), config.DATABASE_URL.reveal()]).toEqual([
      'known to everybody',
      7,
      'shop.db',
    ])
  })

  it.each(['production', 'staging', 'prod', 'Production'])('is none where NODE_ENV is %s', (mode) => {
    vi.stubEnv('NODE_ENV', mode)
    expect(() => loadConfig(shape, { env: { PIN: '7' }, ...none })).toThrow(
      expect.toSatisfy(({ message }: Error) => {
        expect(message).toMatchInlineSnapshot(`
          "The application cannot start, 2 problems:
            - APP_SECRET: It is not set, and has a value for development alone. Add APP_SECRET=… to the environment or to .env, or name a file that holds it: APP_SECRET_FILE=…. One that nobody guesses: openssl rand -hex 32. [ERR_CORE_CONFIG_MISSING]
            - DATABASE_URL: It is not set, and has a value for development alone. Add DATABASE_URL=… to the environment or to .env, or name a file that holds it: DATABASE_URL_FILE=…. [ERR_CORE_CONFIG_MISSING]"
        `)
        return true
      }),
    )
  })

  it('is checked by the schema as what is set', () => {
    const wrong = { PIN: secret(t.Integer(), { development: 'x' }) }
    expect(() => loadConfig(wrong, { env: {}, mode: 'test', ...none })).toThrow(
      /PIN \(value for development\): It must be an integer/,
    )
  })

  it('is all that a secret has: a schema with a default is refused', () => {
    for (const withDefault of [t.String({ default: 'known' }), z.string().default('known')])
      expect(() => secret(withDefault as never)).toThrow(/with a default.*development/s)
    expect(() => secret(t.String(), { develop: 'x' } as never)).toThrow(/Did you mean 'development'/)
  })

  it('stops an app that is in production although its configuration was loaded for development', () => {
    vi.stubEnv('NODE_ENV', undefined)
    loadConfig(shape, { env: { PIN: '7' }, prefix: '', ...none })
    const make = (mode: AppMode) => (): unknown => createApp({ routes: {}, mode, log: false }).check()
    expect(make('production')).toThrow(/- APP_SECRET: It has its value for development.*- DATABASE_URL/s)
    expect(make('development')).not.toThrow()
  })
})
