// Seeds and migrations that forget to await end with a sentence, and not with the process.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, type TestContext } from 'vitest'
import { findPostgres, makePostgres } from '../servers.ts'

const urlOf = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)
const BIN = fileURLToPath(new URL('../../../cli/src/bin.ts', import.meta.url))

const APP = `
const { createApp, token } = await import(${urlOf('../../../core/src/index.ts')})
const { database, defineTables, table, text } = await import(${urlOf('../../src/index.ts')})
const { sqlite } = await import(${urlOf('../../src/sqlite/index.ts')})
const { postgres } = await import(${urlOf('../../src/postgres/index.ts')})
const { SHOP_URL } = process.env
const adapter = SHOP_URL === undefined ? sqlite(new URL('./shop.db', import.meta.url).pathname) : postgres(SHOP_URL)
const folder = new URL('./migrations/', import.meta.url)
const tables = defineTables({ roles: table('roles', { name: text({ maxLength: 20 }).primary() }) })
const options = { migrations: { folder }, seeds: { folder: new URL('./seeds/', import.meta.url) } }
export const app = createApp({
  routes: {},
  log: { level: 'silent' },
  plugins: [database(token('shop'), adapter, tables, options)],
})
`

const seedOf = (work: string): string =>
  `const { seed } = await import(${urlOf('../../src/index.ts')})
export default seed({}, async ({ db, put }) => {\n${work}\n})\n`
const migrationOf = (work: string): string =>
  `const { migration } = await import(${urlOf('../../src/migrations/index.ts')})
export default migration({ up: async ({ sql }) => {\n${work}\n} })\n`

interface Ended {
  readonly code: unknown
  readonly err: string
}

/** Runs commands in turn; tells how the last one ended. */
async function keelson(
  files: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
  ...commands: readonly (readonly string[])[]
): Promise<Ended> {
  const place = mkdtempSync(join(tmpdir(), 'keelson-unawaited-'))
  try {
    for (const folder of ['migrations', 'seeds']) mkdirSync(join(place, folder))
    const all = {
      'app.mjs': APP,
      'migrations/0001-roles.sql': 'create table roles (name varchar(20) primary key)',
      ...files,
    }
    for (const [name, text] of Object.entries(all)) writeFileSync(join(place, name), text)
    let ended: Ended = { code: undefined, err: '' }
    for (const command of commands)
      ended = await run(['db', ...command, '--app', 'app.mjs'], { cwd: place, env })
    return ended
  } finally {
    rmSync(place, { recursive: true })
  }
}

function run(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout: 60_000 }
    execFile(process.execPath, [BIN, ...args], options, (error, _out, err) =>
      resolve({ code: error === null ? 0 : error.code, err }),
    )
  })
}

/** Runs work with the environment of an app on PostgreSQL. */
async function onPostgres(
  context: TestContext,
  work: (env: NodeJS.ProcessEnv) => Promise<void>,
): Promise<void> {
  const { url, reason } = await findPostgres()
  if (url === undefined) return context.skip(reason)
  const made = await makePostgres(url)
  try {
    await work({ SHOP_URL: made.url })
  } finally {
    await made.drop()
  }
}

const onSqlite = (_context: TestContext, work: (env: NodeJS.ProcessEnv) => Promise<void>): Promise<void> =>
  work({})

const ROWS = "['a', 'b', 'c']"
const PUT = "put('roles', …) was begun and not awaited. Write await put(…)"

const SEEDS = [
  ['a put', "void put('roles', [{ name: 'a' }])", PUT],
  ['a put that fails', "void put('roles', [{}]); await db.roles.count()", PUT],
  [
    'puts of forEach',
    `${ROWS}.forEach(async (name) => { await put('roles', [{ name }]); await put('roles', [{ name: name + 2 }]) })`,
    PUT,
  ],
  [
    'inserts of forEach',
    `${ROWS}.forEach(async (name) => { await db.roles.insert({ name }); await db.roles.insert({ name: name + 2 }) })`,
    'was begun and not awaited',
  ],
] as const
const MIGRATIONS = [
  ['a statement', 'void sql`select 1`'],
  [
    'statements of forEach',
    `${ROWS}.forEach(async (name) => { await sql\`select 1\`; await sql\`select 1\` })`,
  ],
  ['statements that fail', `${ROWS}.forEach(async (name) => { await sql\`selec\`; await sql\`select 1\` })`],
  ['one that fails', 'void sql`selec`; await sql`select 1`.catch(() => undefined)'],
] as const

describe.each([
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgres],
])('on %s', (_system, on) => {
  it.for(SEEDS)('a seed that does not await says so: %s', async ([, work, sentence], context) =>
    on(context, async (env) => {
      const { code, err } = await keelson({ 'seeds/roles.mjs': seedOf(work) }, env, ['migrate'], ['seed'])
      expect(err).toContain(sentence)
      expect(err).not.toMatch(/Node\.js v|node:internal/)
      expect(code).toBe(1)
    }),
  )

  it.for(MIGRATIONS)('a migration that does not await says so: %s', async ([, work], context) =>
    on(context, async (env) => {
      const { code, err } = await keelson({ 'migrations/0002-more.mjs': migrationOf(work) }, env, ['migrate'])
      expect(err).toMatch(/0002-more\.mjs.*(?:A statement was begun and not awaited\.|selec)/)
      expect(err).not.toMatch(/Node\.js v|node:internal/)
      expect(code).toBe(1)
    }),
  )
})
