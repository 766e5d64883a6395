// Several runners, and a server that goes away.
import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/index.ts'
import { migrate, migrationStatus, type MigrationEvent } from '../../src/migrations/index.ts'
import { mysql } from '../../src/mysql/index.ts'
import { postgres } from '../../src/postgres/index.ts'
import { openNetwork } from '../faulty-network.ts'
import { findMariadb, findPostgres, makeMariadb, makePostgres } from '../servers.ts'
import { messageOf, migrationFolder, NO_TABLES, SYSTEMS, withDatabase } from './migration-folder.ts'

const SLOW: Readonly<Record<string, string>> = {
  SQLite:
    'create table a (id integer); insert into a with recursive n(i) as (select 1 union all select i + 1 from n where i < 200000) select i from n',
  PostgreSQL: 'create table a (id integer); select pg_sleep(1.5)',
  MariaDB: 'create table a (id integer); do sleep(1.5)',
}

describe.each(SYSTEMS)('two runners on %s', (name, make) => {
  it(
    'are at work one after the other: each file is applied once',
    withDatabase(make, async ({ adapter, db, folder }) => {
      folder.write({ '0001-a.sql': SLOW[name]!, '0002-b.sql': 'create table b (id integer)' })
      await using other = await openDatabase(adapter, NO_TABLES)
      const events: MigrationEvent[] = []
      const options = { folder: folder.path, onEvent: (event: MigrationEvent) => void events.push(event) }
      const both = await Promise.all([migrate(db, options), migrate(other, options)])
      const done = both.flat().map(({ file }) => file)
      expect(done.sort()).toEqual(['0001-a.sql', '0002-b.sql'])
      const waits = events.flatMap((event) => (event.kind === 'waiting' ? [event.by] : []))
      // Statements of SQLite run at once, so that within one process nobody sees the other at work.
      const runner = `process ${process.pid} on ${hostname()}, since 20`
      expect(name === 'SQLite' || waits.at(-1)?.startsWith(runner)).toBe(true)
    }),
    60_000,
  )

  it(
    'that have nothing to do wait for nobody',
    withDatabase(
      make,
      async ({ adapter, db, folder }) => {
        folder.write({ '0001-a.sql': 'create table a (id integer)' })
        await migrate(db, { folder: folder.path })
        using slow = migrationFolder({
          '0001-a.sql': 'create table a (id integer)',
          '0002-slow.sql': SLOW[name]!.replaceAll('table a', 'table c'),
        })
        await using other = await openDatabase(adapter, NO_TABLES)
        const running = migrate(other, { folder: slow.path })
        const waits: unknown[] = []
        expect(await migrate(db, { folder: folder.path, onEvent: (event) => waits.push(event) })).toEqual([])
        expect(waits).toEqual([])
        await running
      },
      { migrations: { folder: '.', verify: false, allowNewer: true } },
    ),
    60_000,
  )
})

interface Server {
  readonly name: string
  readonly url: string
  readonly adapter: typeof postgres | typeof mysql
  drop(): Promise<unknown>
}

const SERVERS: readonly (readonly [name: string, find: () => Promise<Server | undefined>])[] = [
  [
    'PostgreSQL',
    async () => {
      const { url } = await findPostgres()
      if (url === undefined) return undefined
      const made = await makePostgres(url)
      return { name: 'PostgreSQL', ...made, adapter: postgres }
    },
  ],
  [
    'MariaDB',
    async () => {
      const { url } = await findMariadb()
      if (url === undefined) return undefined
      const made = await makeMariadb(url)
      return { name: 'MariaDB', ...made, adapter: mysql }
    },
  ],
]

describe.each(SERVERS)('a runner on %s', (name, find) => {
  const on =
    (work: (server: Server) => Promise<void>) =>
    async (context: { skip(reason: string): never }): Promise<void> => {
      const server = await find()
      if (server === undefined) return context.skip('the server is not at hand')
      try {
        await work(server)
      } finally {
        await server.drop()
      }
    }
  const open = (server: Server, url = server.url, runnerTimeoutMs = 60_000) =>
    openDatabase(server.adapter(url), NO_TABLES, {
      migrations: { folder: '.', verify: false, runnerTimeoutMs },
    })

  it(
    'waits no longer than it may, and says for whom and how to end that',
    on(async (server) => {
      using folder = migrationFolder({
        '0001-a.sql': name === 'PostgreSQL' ? 'select pg_sleep(60)' : 'do sleep(60)',
      })
      await using first = await open(server)
      await using second = await open(server, server.url, 300)
      const ends = new AbortController()
      let running: Promise<string> | undefined
      await new Promise<void>((resolve) => {
        const { signal } = ends
        running = messageOf(migrate(first, { folder: folder.path, signal, onEvent: () => resolve() }))
      })
      expect(await messageOf(migrate(second, { folder: folder.path }))).toMatch(
        new RegExp(
          `another runner is at work: process ${process.pid} on .*, since 20.*did not end within 300 ms.*(?:pg_terminate_backend\\(|kill )\\d+`,
        ),
      )
      ends.abort(new Error('told to end'))
      // A statement of MariaDB that is killed may end as if it were done.
      expect(await running).toMatch(/told to end|nothing was thrown/)
    }),
    30_000,
  )

  it(
    'whose server goes away in the middle says so, and the next one goes on',
    on(async (server) => {
      using folder = migrationFolder({
        '0001-a.sql':
          'create table a (id integer);\ncreate table b (id integer);\ncreate table c (id integer)',
      })
      await using network = await openNetwork(Number(new URL(server.url).port))
      const url = new URL(server.url)
      url.port = String(network.port)
      url.hostname = '127.0.0.1'
      await using db = await open(server, url.href)
      network.fault = { kind: 'cut', at: /create table b/, isSent: false }
      const message = await messageOf(migrate(db, { folder: folder.path }))
      expect(message).toMatch(/0001-a\.sql:2: statement 2 of 3 failed: .*\n {2}create table b/)
      network.fault = { kind: 'none' }
      const again = await messageOf(migrate(db, { folder: folder.path }))
      expect(again).toMatch(
        name === 'PostgreSQL'
          ? /nothing was thrown/
          : /0001-a\.sql:2: statement 2 of 3 was begun, and whether it is done is not known: .*--resume-after 2; if it is not, run keelson db migrate --resume-after 1\./,
      )
      const rest = name === 'PostgreSQL' ? [] : await migrate(db, { folder: folder.path, resumeAfter: 1 })
      expect(rest).toHaveLength(name === 'PostgreSQL' ? 0 : 1)
      expect((await migrationStatus(db, { folder: folder.path })).applied).toHaveLength(1)
      expect(await messageOf(migrate(db, { folder: folder.path, resumeAfter: 1 }))).toContain(
        'nothing to resume',
      )
    }),
    30_000,
  )

  it(
    'whose COMMIT is not answered says that it does not know, and the next one does',
    on(async (server) => {
      using folder = migrationFolder({
        '0001-a.sql': 'create table a (id integer);\ninsert into a values (1)',
      })
      await using network = await openNetwork(Number(new URL(server.url).port))
      const url = new URL(server.url)
      url.port = String(network.port)
      url.hostname = '127.0.0.1'
      await using db = await open(server, url.href)
      network.fault = { kind: 'cut', at: /\bcommit\b/i, isSent: true }
      const message = await messageOf(migrate(db, { folder: folder.path }))
      expect(message).toMatch(
        name === 'PostgreSQL' ? /COMMIT was on its way.*Run the migrations again/ : /0001-a\.sql/,
      )
      network.fault = { kind: 'none' }
      await migrate(db, { folder: folder.path })
      expect(await db.sql`select id from a`).toEqual([{ id: 1 }])
    }),
    30_000,
  )

  it(
    'that loses its lock in the middle does not go on',
    on(async (server) => {
      const free = name === 'PostgreSQL' ? 'select pg_advisory_unlock_all()' : 'do release_all_locks()'
      using folder = migrationFolder({ '0001-a.sql': free, '0002-b.sql': 'create table b (id integer)' })
      await using db = await open(server)
      expect(await messageOf(migrate(db, { folder: folder.path }))).toMatch(
        /does not have the lock that keeps other runners out.*PgBouncer.*migrations: \{ adapter: postgres\(DIRECT_URL\) \}/,
      )
      expect((await migrationStatus(db, { folder: folder.path })).pending).toEqual(['0002-b.sql'])
    }),
  )
})

describe('a pooler that gives each transaction another connection', () => {
  it('is refused at once where the adapter says so, and passed by with another', async (context) => {
    const { url } = await findPostgres()
    if (url === undefined) return context.skip('the server is not at hand')
    const made = await makePostgres(url)
    try {
      using folder = migrationFolder({ '0001-a.sql': 'create table a (id integer)' })
      const pooled = postgres(made.url, { prepare: false })
      const migrations = { folder: folder.path, migrateAtStart: true }
      expect(await messageOf(openDatabase(pooled, NO_TABLES, { migrations }))).toMatch(
        /Behind a pooler.*ERR_DB_MIGRATION_LOCK/,
      )
      const direct = { ...migrations, adapter: postgres(made.url) }
      await using db = await openDatabase(pooled, NO_TABLES, { migrations: direct })
      expect(await db.sql`select * from a`).toEqual([])
    } finally {
      await made.drop()
    }
  })
})
