// What migrations cost: `node dist/programs/db-migrations.js [system …]` runs the command `keelson` as a developer does, beside the bare driver that runs the same
// statements: a comparison of 200 tables, a run with nothing to do, and 1,000 files; on SQLite, PostgreSQL and MariaDB.
import { execFile } from 'node:child_process'
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SERVERS, type BareDatabase } from './bare-databases.ts'

const TABLES = 200
const FILES = 1000
const NOTHING_ROUNDS = 5
/** The longest command, ms. */
const LIMIT_MS = 300_000

const run = promisify(execFile)
const KEELSON = join(import.meta.dirname, '../../../.cache/bench/cli/dist/bin.js')

/** An app whose tables refer to each other, as a file that the command imports. */
function appText({ adapter }: BareDatabase, tables: number): string {
  return `
import { createApp, token } from '@keelson/core'
import { database, decimal, defineTables, integer, oneOf, table, text, timestamp, uuid, version } from '@keelson/db'
${adapter.head}
const all = {}
for (let at = 0; at < ${tables}; at++)
  all['table' + at] = table('table_' + at, {
    id: uuid().primary(),
    parentId: uuid().references('table' + Math.max(0, at - 1)),
    email: text({ maxLength: 200 }).unique(),
    status: oneOf('open', 'closed').default('open'),
    total: decimal(12, 2, { minimum: 0 }),
    count: integer().default(0),
    note: text({ maxLength: 500 }).nullable(),
    createdAt: timestamp().now(),
    version: version(),
  }, { indexes: [['status', 'createdAt']] })
const migrations = { folder: new URL('./migrations', import.meta.url) }
export const app = createApp({
  routes: {},
  plugins: [database(token('shop'), ${adapter.call}, defineTables(all), { migrations })],
  log: { level: 'error' },
})
`
}

/** A folder of an app with its command. */
class Project {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  async write(database: BareDatabase, tables: number): Promise<void> {
    await mkdir(join(this.folder, 'migrations'), { recursive: true })
    await writeFile(join(this.folder, 'app.mjs'), appText(database, tables))
  }

  async file(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, 'migrations', name), text)
  }

  read(name: string): Promise<string> {
    return readFile(join(this.folder, 'migrations', name), 'utf8')
  }

  /** Runs the command. @returns its time, ms */
  keelson(...args: readonly string[]): Promise<number> {
    return timed(() =>
      run(process.execPath, [KEELSON, ...args, '--app', 'app.mjs'], { cwd: this.folder, timeout: LIMIT_MS }),
    )
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

const ms = (value: number): string => `${Math.round(value)} ms`

async function measure(database: BareDatabase): Promise<void> {
  const folder = await mkdtemp(join(import.meta.dirname, 'migrations-'))
  try {
    const project = new Project(folder)
    await project.write(database, TABLES)
    const first = await project.keelson('db', 'diff', 'create')
    const text = (await project.read('0001-create.sql')).split('\n-- down')[0]!
    const bare = await timed(() => database.fresh([text]))
    const same = await project.keelson('db', 'diff', 'again')
    console.log(
      `diff of ${TABLES} tables: all new ${ms(first)}, nothing new ${ms(same)}; the driver makes them in ${ms(bare)}`,
    )

    await project.keelson('db', 'migrate')
    const idle: number[] = []
    const start: number[] = []
    for (let round = 0; round < NOTHING_ROUNDS; round++) {
      start.push(await project.keelson('routes'))
      idle.push(await project.keelson('db', 'migrate'))
    }
    console.log(
      `migrate with nothing to do: ${ms(median(idle) - median(start))} above a command that opens no database (${ms(median(start))})`,
    )
    await database.empty()
    await measureFiles(database, project)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function measureFiles(database: BareDatabase, project: Project): Promise<void> {
  const texts = Array.from(
    { length: FILES },
    (_, at) => `create table file_${at} (id integer primary key, note varchar(100) not null)`,
  )
  await rm(join(project.folder, 'migrations'), { recursive: true })
  await project.write(database, 1)
  for (const [at, text] of texts.entries())
    await project.file(`${String(at + 1).padStart(4, '0')}-file.sql`, `${text};\n`)
  const start = await project.keelson('routes')
  const all = await project.keelson('db', 'migrate')
  const bare = await timed(() => database.fresh(texts))
  console.log(
    `${FILES} files: ${ms(all - start)}; the driver runs their statements in ${ms(bare)}: ratio ${(bare / (all - start)).toFixed(2)}`,
  )
}

const chosen = process.argv.slice(2)
for (const { name, open } of SERVERS) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  console.log(`\n${name}, load ${loadavg()[0]!.toFixed(1)}`)
  await using database = await open()
  await measure(database)
}
