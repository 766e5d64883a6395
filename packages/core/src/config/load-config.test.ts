import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SetupError } from '../errors/index.ts'
import { t } from '../schema/index.ts'
import { describeConfig, loadConfig, secret, Secret } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'keelson-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
function file(text: string | Uint8Array): string {
  const path = join(folder, `${++count}.env`)
  writeFileSync(path, text)
  return path
}

/** No files unless a test names them, so that none of the checkout is read. */
const none = { files: [] as string[] }

function failure(run: () => unknown): SetupError {
  try {
    run()
  } catch (error) {
    if (error instanceof SetupError) return error
    throw error
  }
  throw new Error('it did not fail')
}

const codes = (run: () => unknown): string[] =>
  failure(run).problems.map((problem) => `${problem.code} ${problem.place}`)

describe('loadConfig', () => {
  const shape = {
    PORT: t.Integer({ minimum: 1, maximum: 65_535, default: 3000 }),
    DEBUG: t.Boolean({ default: false }),
    NAME: t.String(),
    RATIO: t.Optional(t.Number()),
    LEVEL: t.Union([t.Literal('debug'), t.Literal('info')], { default: 'info' }),
    ORIGINS: t.Array(t.String(), { default: [] }),
  }

  it('turns text into the declared types and fills in defaults', () => {
    const env = { PORT: '8080', DEBUG: 'true', NAME: 'shop', ORIGINS: 'https://a, https://b', HOME: '/root' }
    expect(loadConfig(shape, { env, ...none })).toEqual({
      PORT: 8080,
      DEBUG: true,
      NAME: 'shop',
      LEVEL: 'info',
      ORIGINS: ['https://a', 'https://b'],
    })
  })

  it('takes t.Object, also one made of several', () => {
    const schema = t.Intersect([t.Object({ A: t.Integer() }), t.Object({ B: t.Array(t.Integer()) })])
    expect(loadConfig(t.Object({ A: t.Integer() }), { env: { A: '1' }, ...none })).toEqual({ A: 1 })
    expect(loadConfig(schema, { env: { A: '1', B: '2,3' }, ...none })).toEqual({ A: 1, B: [2, 3] })
  })

  it('takes Standard Schemas, whole or as members', () => {
    const env = { PORT: '8080', ON: 'yes' }
    const on = z.string().transform((text) => text === 'yes')
    expect(loadConfig(z.object({ PORT: z.coerce.number(), ON: on }), { env, ...none })).toEqual({
      PORT: 8080,
      ON: true,
    })
    expect(loadConfig({ PORT: t.Integer(), ON: on }, { env, ...none })).toEqual({ PORT: 8080, ON: true })
    const whole = v.object({ PORT: v.pipe(v.string(), v.transform(Number)) })
    expect(loadConfig(whole, { env, ...none })).toEqual({ PORT: 8080 })
  })

  it('freezes what it returns, at any depth', () => {
    const config = loadConfig(shape, { env: { NAME: 'shop' }, ...none })
    expect(Object.isFrozen(config) && Object.isFrozen(config.ORIGINS)).toBe(true)
  })

  it('does not give one call what another was given', () => {
    const schema = { LIST: t.Array(t.String(), { default: [] }) }
    loadConfig(schema, { env: {}, ...none })
    expect(Object.isFrozen(schema.LIST.default)).toBe(false)
    expect(loadConfig(schema, { env: { LIST: 'a' }, ...none })).toEqual({ LIST: ['a'] })
  })

  it('reads an empty list from an empty variable', () => {
    expect(loadConfig({ LIST: t.Array(t.Integer()) }, { env: { LIST: ' ' }, ...none })).toEqual({ LIST: [] })
  })

  it('puts a prefix before the names', () => {
    const env = { SHOP_PORT: '1', PORT: '2' }
    expect(loadConfig({ PORT: t.Integer() }, { env, prefix: 'SHOP_', ...none })).toEqual({ PORT: 1 })
    const whole = v.object({ PORT: v.string() })
    expect(loadConfig(whole, { env, prefix: 'SHOP_', ...none })).toEqual({ PORT: '1' })
    expect(codes(() => loadConfig({ HOST: t.String() }, { env, prefix: 'SHOP_', ...none }))).toEqual([
      'ERR_CORE_CONFIG_MISSING SHOP_HOST',
    ])
  })
})

describe('where loadConfig reads', () => {
  const schema = { A: t.String(), B: t.String(), C: t.String() }

  it('lets a later file win over an earlier, and the environment over both', () => {
    const files = [file('A=1\nB=1\nC=1'), file('B=2\nC=2')]
    expect(loadConfig(schema, { files, env: { C: '3' } })).toEqual({ A: '1', B: '2', C: '3' })
  })

  it('takes an unset variable of the environment for unset', () => {
    expect(loadConfig({ A: t.String() }, { files: file('A=1'), env: { A: undefined } })).toEqual({ A: '1' })
  })

  it('needs no .env, but every file that is named', () => {
    const missing = join(folder, 'none.env')
    expect(codes(() => loadConfig({ A: t.String() }, { files: missing, env: {} }))).toEqual([
      `ERR_CORE_CONFIG_FILE ${missing}`,
    ])
    expect(codes(() => loadConfig({ A: t.String() }, { env: {} }))).toEqual(['ERR_CORE_CONFIG_MISSING A'])
  })

  it.each<[string, string, () => string]>([
    ['a directory', 'directory', () => (mkdirSync(join(folder, 'dir.env')), join(folder, 'dir.env'))],
    ['a file that is not UTF-8', 'not UTF-8', () => file(Uint8Array.of(0x41, 0x3d, 0xff))],
    ['a path through a file', 'ENOTDIR', () => join(file('A=1'), '.env')],
  ])('says why it cannot read %s', (_, why, make) => {
    const path = make()
    const error = failure(() => loadConfig({ A: t.String() }, { files: path, env: {} }))
    expect(error.problems).toMatchObject([
      { code: 'ERR_CORE_CONFIG_FILE', place: path, message: expect.stringContaining(why) },
    ])
  })

  it('says so when the process may not read .env, and does not call everything missing', () => {
    const place = mkdtempSync(join(tmpdir(), 'keelson-denied-'))
    writeFileSync(join(place, '.env'), 'A=1', { mode: 0o000 })
    chmodSync(place, 0o755)
    const script = `
      const { loadConfig } = await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)})
      const { t } = await import(${JSON.stringify(new URL('../schema/index.ts', import.meta.url).href)})
      try { loadConfig({ A: t.String() }) } catch (error) { console.log(JSON.stringify(error.problems)) }
    `
    // The superuser may read everything, so the child is somebody else.
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const child = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
      cwd: place,
      ...user,
    })
    rmSync(place, { recursive: true })
    expect(JSON.parse(child.stdout.toString() || child.stderr.toString())).toEqual([
      {
        code: 'ERR_CORE_CONFIG_FILE',
        place: '.env',
        message: 'This process may not read the file (EACCES).',
        remedy: 'Give its user the right to read it, or omit it.',
      },
    ])
  })

  it('tells all mistakes of a file with their lines, and all wrong values with them', () => {
    const path = file('A=1\noops\nB="x\nC=2')
    const run = (): unknown => loadConfig({ ...schema, D: t.Integer() }, { files: path, env: { D: 'x' } })
    expect(codes(run)).toEqual([
      `ERR_CORE_CONFIG_SYNTAX ${path} line 2`,
      `ERR_CORE_CONFIG_SYNTAX ${path} line 3`,
      'ERR_CORE_CONFIG_VALUE D (environment)',
    ])
  })
})

describe('what loadConfig says', () => {
  it('tells every problem at once, with the name, the source and what was expected', () => {
    const path = file('# settings\nPORT=80a\nLEVEL=loud')
    const schema = {
      PORT: t.Integer({ default: 3000 }),
      LEVEL: t.Union([t.Literal('debug'), t.Literal('info')]),
      RATIO: t.Number(),
      DATABASE_URL: t.String({ description: 'Where orders are kept.' }),
      PASSWORD: secret(),
    }
    const error = failure(() => loadConfig(schema, { files: path, env: { RATIO: '' } }))
    expect(error.message.replaceAll(path, '.env')).toMatchInlineSnapshot(`
      "The application cannot start, 5 problems:
        - DATABASE_URL: It is not set (Where orders are kept). Add DATABASE_URL=… to the environment or to .env. [ERR_CORE_CONFIG_MISSING]
        - PASSWORD: It is not set. Add PASSWORD=… to the environment or to .env, or name a file that holds it: PASSWORD_FILE=…. One that nobody guesses: openssl rand -hex 32. [ERR_CORE_CONFIG_MISSING]
        - PORT (.env line 2): It must be an integer. Correct it, or remove it to use the default. [ERR_CORE_CONFIG_VALUE]
        - LEVEL (.env line 3): It must be one of "debug", "info". Correct it. [ERR_CORE_CONFIG_VALUE]
        - RATIO (environment): It must be a number. Correct it. [ERR_CORE_CONFIG_VALUE]"
    `)
  })

  it.each(['1a', '', '0x10', '1e999', ' 1', 'NaN'])('takes %j for no integer', (PORT) => {
    expect(codes(() => loadConfig({ PORT: t.Integer() }, { env: { PORT }, ...none }))).toEqual([
      'ERR_CORE_CONFIG_VALUE PORT (environment)',
    ])
  })

  it('never holds a value, whoever wrote the message', () => {
    const env = { A: 's3cret-value', B: 's3cret-value', C: 's3', D: 's3cret-value' }
    const schema = {
      A: t.Integer(),
      B: v.pipe(v.string(), v.email()),
      C: secret(v.pipe(v.string(), v.email())),
      D: secret(t.String({ pattern: '^x$' })),
    }
    expect(failure(() => loadConfig(schema, { env, ...none })).message).not.toMatch(/s3/)
    const whole = v.object({ A: v.pipe(v.string(), v.email()) })
    expect(failure(() => loadConfig(whole, { env, ...none })).message).not.toMatch(/s3/)
  })

  it('refuses a schema that is asynchronous', () => {
    const schema = z.object({ A: z.string().refine(async () => true) })
    expect(codes(() => loadConfig(schema, { env: { A: '1' }, ...none }))).toEqual([
      'ERR_CORE_CONFIG_SCHEMA loadConfig',
    ])
  })

  it('refuses a variable that text cannot hold', () => {
    const schema = { DB: t.Object({ host: t.String() }) }
    expect(failure(() => loadConfig(schema, { env: {}, ...none })).message).toMatch(/loadConfig.*DB/)
  })
})

describe('secrets of the configuration', () => {
  it('are validated and wrapped', () => {
    const config = loadConfig(
      { KEY: secret(t.String({ minLength: 4 })), PIN: secret(t.Integer()) },
      { env: { KEY: 'abcd', PIN: '7' }, ...none },
    )
    expect(config.KEY).toBeInstanceOf(Secret)
    expect([config.KEY.reveal(), config.PIN.reveal()]).toEqual(['abcd', 7])
    expect(JSON.stringify(config)).toBe('{"KEY":"[secret]","PIN":"[secret]"}')
    expect(
      codes(() => loadConfig({ KEY: secret(t.String({ minLength: 4 })) }, { env: { KEY: 'abc' }, ...none })),
    ).toHaveLength(1)
  })

  it('may be optional, stand in t.Object, and be Standard Schemas', () => {
    const schema = t.Object({
      A: secret(),
      B: t.Optional(secret()),
      C: t.Optional(secret()),
    })
    const config = loadConfig(schema, { env: { A: 'a', C: 'c' }, ...none })
    expect([config.A.reveal(), config.B, config.C?.reveal()]).toEqual(['a', undefined, 'c'])
    const standard = loadConfig(
      { A: secret(z.string()), B: secret(z.string().optional()) },
      { env: { A: 'a' }, ...none },
    )
    expect([standard.A.reveal(), standard.B]).toEqual(['a', undefined])
  })

  it('may come from a file of their own, without its last line end', () => {
    const env = { KEY_FILE: file('line 1\nline 2\n') }
    expect(loadConfig({ KEY: secret() }, { env, ...none }).KEY.reveal()).toBe('line 1\nline 2')
    expect(codes(() => loadConfig({ KEY: t.String() }, { env, ...none }))).toEqual([
      'ERR_CORE_CONFIG_MISSING KEY',
    ])
  })

  it('say when that file cannot be read, or when both are set', () => {
    const missing = join(folder, 'nothing')
    const read = (env: Record<string, string>) => () =>
      loadConfig({ KEY: secret(), OTHER: t.String() }, { env, ...none })
    expect(codes(read({ KEY_FILE: missing }))).toEqual([
      `ERR_CORE_CONFIG_FILE ${missing}`,
      'ERR_CORE_CONFIG_MISSING OTHER',
    ])
    expect(codes(read({ KEY_FILE: missing, KEY: 'x', OTHER: 'o' }))).toEqual([
      'ERR_CORE_CONFIG_VALUE KEY (environment)',
    ])
  })

  it('leave the schema that they were made of as it is', () => {
    const plain = t.String()
    secret(plain)
    expect(loadConfig({ A: plain }, { env: { A: 'a' }, ...none })).toEqual({ A: 'a' })
  })

  it('are refused where nothing would come of them', () => {
    expect(() => secret(t.Optional(t.String()))).toThrow(/t\.Optional\(secret/)
    expect(() => secret('x' as never)).toThrow(/not a schema/)
    expect(() => loadConfig({ A: t.Array(secret()) }, { env: {}, ...none })).toThrow(/secret\(\) is inside/)
  })
})

describe('describeConfig', () => {
  it('lists the variables with type, default and description, but no secret default', () => {
    const schema = {
      PORT: t.Integer({ default: 3000, description: 'Where to listen' }),
      LEVEL: t.Union([t.Literal('debug'), t.Literal('info')]),
      ORIGINS: t.Array(t.String({ format: 'uri' })),
      KEY: secret(t.String(), { development: 'hunter2' }),
      NOTE: t.Optional(t.String()),
      ZOD: z.string(),
      MAYBE: z.string().optional(),
    }
    expect(describeConfig(schema, { prefix: 'SHOP_' }).map((one) => Object.values(one))).toEqual([
      ['SHOP_PORT', 'integer', false, false, 3000, 'Where to listen'],
      ['SHOP_LEVEL', '"debug" | "info"', true, false, undefined, undefined],
      ['SHOP_ORIGINS', 'list of string (uri)', true, false, undefined, undefined],
      ['SHOP_KEY', 'string', true, true, undefined, undefined],
      ['SHOP_NOTE', 'string', false, false, undefined, undefined],
      ['SHOP_ZOD', 'string', true, false, undefined, undefined],
      ['SHOP_MAYBE', 'string', false, false, undefined, undefined],
    ])
  })
})
