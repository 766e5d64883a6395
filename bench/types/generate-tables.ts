// Writes an application over many tables, as users write them, for counting what their types cost the compiler.
// Each table: twelve columns, a reference to another and one to itself, three routes that call its repository, and a
// client call. Every fourth has a hidden column.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const TABLES_PER_FILE = 20

/** What a program has of each table besides its declaration and `defineTables`. */
export interface TableUses {
  /** Three routes with their calls of the repository, and a client call. */
  readonly routes?: boolean
  /** One call of a repository `with` two relations. */
  readonly with?: boolean
  /** One query of two tables by `db.select`. */
  readonly select?: boolean
  /** One prepared query of a table. */
  readonly prepare?: boolean
  /** The plugin of the database. */
  readonly plugin?: boolean
}

/** Writes `count` tables, an even number, with what is made of them; returns the entry. */
export function writeTables(dir: string, count: number, uses: TableUses): string {
  mkdirSync(dir, { recursive: true })
  const files = Array.from({ length: Math.ceil(count / TABLES_PER_FILE) }, (_, file) => ({
    file,
    tables: Array.from(
      { length: Math.min(TABLES_PER_FILE, count - file * TABLES_PER_FILE) },
      (_, at) => file * TABLES_PER_FILE + at,
    ),
  }))
  const write = (name: string, text: string): string => {
    const path = join(dir, name)
    writeFileSync(path, text)
    return path
  }
  for (const { file, tables } of files)
    write(
      `tables${file}.ts`,
      `${TABLES_HEAD}${tables.map((n) => declaration(n, (n + count - 1) % count)).join('')}`,
    )
  write('db.ts', databaseFile(files))
  const parts = ['db']
  if (uses.routes === true) {
    for (const { file, tables } of files)
      write(`routes${file}.ts`, `${routesHead(file, tables)}${tables.map(routes).join('')}`)
    write('api.ts', apiFile(files))
    write('calls.ts', CALLS_HEAD + files.flatMap(({ tables }) => tables.map(call)).join('\n'))
    parts.push('calls')
  }
  const queries = files.flatMap(({ tables }) => tables.flatMap((n) => queriesOf(n, count, uses)))
  if (queries.length > 0) {
    write('queries.ts', `${QUERIES_HEAD}${queries.join('\n')}\n`)
    parts.push('queries')
  }
  if (uses.plugin === true) {
    write('plugin.ts', PLUGIN)
    parts.push('plugin')
  }
  return write('entry.ts', parts.map((part) => `import './${part}.ts'\n`).join(''))
}

const TABLES_HEAD = `import { boolean, decimal, integer, oneOf, table, text, timestamp, uuid, version } from '@keelson/db'
`

const isHiding = (n: number): boolean => n % 4 === 0

function declaration(n: number, other: number): string {
  return `
export const Table${n} = table('table_${n}', {
  id: uuid().primary(),
  table${other}Id: uuid().references('table${other}', { onDelete: 'cascade' }),
  parentId: uuid().nullable().references('table${n}', { as: 'parent', inverse: 'children' }),
  email: text({ format: 'email', maxLength: 254 }).unique(),
  name${n}: text({ maxLength: 100 }),
  status: oneOf('open', 'closed').default('open'),
  total${n}: decimal(12, 2, { minimum: 0 }),
  quantity${n}: integer(),
  isPaid${n}: boolean().default(false),
  ${isHiding(n) ? 'tokenHash: text().hidden()' : `note${n}: text().nullable()`},
  version: version(),
  createdAt: timestamp().now(),
}, { indexes: [['status', 'createdAt']] })
`
}

interface File {
  readonly file: number
  readonly tables: readonly number[]
}

const databaseFile = (files: readonly File[]): string => `import { token } from '@keelson/core'
import { defineTables, type Database } from '@keelson/db'
${files.map(({ file, tables }) => `import { ${tables.map((n) => `Table${n}`).join(', ')} } from './tables${file}.ts'`).join('\n')}

export const tables = defineTables({
${files.flatMap(({ tables }) => tables.map((n) => `  table${n}: Table${n},\n`)).join('')}})
export const DB = token<Database<typeof tables>>('db')
`

const routesHead = (
  file: number,
  tables: readonly number[],
): string => `import { NotFoundError, reply, route, router } from '@keelson/core'
import { DB } from './db.ts'
import { ${tables.map((n) => `Table${n}`).join(', ')} } from './tables${file}.ts'

const member = route.inject({ db: DB })
function missing(): never {
  throw new NotFoundError()
}
`

const routes = (n: number): string => `
export const table${n} = router('/table${n}', {
  show: member.get('/:id', { params: Table${n}.row.pick('id'), response: Table${n}.row, access: 'public' },
    async ({ params, db }) => (await db.table${n}.byId(params.id)) ?? missing()),
  create: member.post('/', { body: Table${n}.new, response: { 201: Table${n}.row }, access: 'public' },
    async ({ body, db }) => reply(201, await db.table${n}.insert(${isHiding(n) ? "{ ...body, tokenHash: '' }" : 'body'}))),
  change: member.patch('/:id', { params: Table${n}.row.pick('id'), body: Table${n}.patch, response: Table${n}.row, access: 'public' },
    async ({ params, body, db }) => db.table${n}.update((await db.table${n}.first({ where: params })) ?? missing(), body)),
})
`

const apiFile = (
  files: readonly File[],
): string => `${files.map(({ file, tables }) => `import { ${tables.map((n) => `table${n}`).join(', ')} } from './routes${file}.ts'\n`).join('')}
export const api = { ${files.flatMap(({ tables }) => tables.map((n) => `table${n}`)).join(', ')} }
export type Api = typeof api
`

const CALLS_HEAD = `import { createClient } from '@keelson/client'
import type { Api } from './api.ts'
declare const manifest: Parameters<typeof createClient>[0]['manifest']
const client = createClient<Api>({ baseUrl: 'http://127.0.0.1:3000', manifest })
// Types that have become \`any\` cost nothing: this must not compile.
// @ts-expect-error -- quantity0 is a number
export const wrong: string = (await client.table0.show({ params: { id: 'x' } })).quantity0
`

const call = (n: number): string =>
  `export const call${n} = (await client.table${n}.show({ params: { id: 'x' } })).name${n}`

const QUERIES_HEAD = `import type { Database, QueryParameters } from '@keelson/db'
import type { tables } from './db.ts'
declare const db: Database<typeof tables>
`

const PLUGIN = `import { database } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { DB, tables } from './db.ts'
export const plugin = database(DB, postgres('postgres://127.0.0.1/test'), tables)
`

function queriesOf(n: number, count: number, uses: TableUses): string[] {
  const other = (n + count - 1) % count
  return [
    ...(uses.with === true
      ? [
          `export const with${n} = (await db.table${n}.with('table${other}', 'parent').find())[0]?.table${other}.name${other}`,
        ]
      : []),
    ...(uses.select === true
      ? [
          `export const select${n} = await db.select('table${n}', 'table${other}').selectFrom('table${n}')
  .innerJoin('table${other}', 'table${n}.table${other}Id', 'table${other}.id')
  .select(['table${n}.id', 'table${other}.name${other}'])
  .where('table${n}.status', '=', 'open').execute()`,
        ]
      : []),
    ...(uses.prepare === true
      ? [
          `export const prepared${n} = db.prepare((kysely, param: QueryParameters<{ status: 'open' }>) =>
  kysely.selectFrom('table${n}').select('table${n}.id').where('table${n}.status', '=', param('status')))`,
        ]
      : []),
  ]
}
