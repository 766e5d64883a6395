import { SetupError } from '@keelson/core'
import { afterAll, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { createTables, type TableOwner } from '../src/create-tables/index.ts'
import {
  CheckViolationError,
  ForeignKeyViolationError,
  StatementError,
  UniqueViolationError,
} from '../src/errors.ts'
import type { ReferenceFacts, TableFacts } from '../src/table/index.ts'
import { openSession, type OpenedSession } from './open-session.ts'
import { column, id, table, unique } from './repository/facts.ts'
import { ALL_SYSTEMS, type MadeDatabase } from './systems.ts'

function reference(name: string, property: string, to: string): ReferenceFacts {
  return {
    name,
    columns: [property],
    to,
    onDelete: 'restrict',
    onUpdate: 'no action',
    error: undefined,
    inUse: undefined,
    as: undefined,
    inverse: undefined,
  }
}

const index = (name: string, ...columns: readonly string[]) => ({
  ...unique(name, ...columns),
  isUnique: false,
})

/** Written before the one that it refers to, with a circle between teams and people, and a reference to itself. */
const orders = table(
  'orders',
  [
    id(),
    column('uuid', 'ownerId'),
    column('text', 'status', { limits: { values: ['open', "it's \\ closed"] } }),
    column('decimal', 'total', { limits: { precision: 12, scale: 2, minimum: 0 } }),
    column('text', 'note', { isNullable: true, limits: { maxLength: 20 } }),
  ],
  {
    references: [reference('orders_owner_id_fkey', 'ownerId', 'people')],
    indexes: [index('orders_owner_id_idx', 'ownerId'), index('orders_note_idx', 'note', 'status')],
  },
)
const people = table(
  'people',
  [
    id(),
    column('text', 'email', { limits: { maxLength: 254 }, isCaseInsensitive: true }),
    column('uuid', 'teamId', { isNullable: true }),
    column('uuid', 'bossId', { isNullable: true }),
  ],
  {
    references: [
      reference('people_team_id_fkey', 'teamId', 'teams'),
      reference('people_boss_id_fkey', 'bossId', 'people'),
    ],
    indexes: [
      unique('people_email_key', 'email'),
      index('people_team_id_idx', 'teamId'),
      index('people_boss_id_idx', 'bossId'),
    ],
  },
)
const teams = table('teams', [id(), column('uuid', 'leaderId', { isNullable: true })], {
  references: [reference('teams_leader_id_fkey', 'leaderId', 'people')],
  indexes: [index('teams_leader_id_idx', 'leaderId')],
})

function owner({ session }: OpenedSession, tables: Readonly<Record<string, TableFacts>>): TableOwner {
  return {
    '~internal': { session, tables: { tables: new Map(Object.entries(tables)), relations: new Map() } },
  }
}

const A = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b'
const B = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2c'

describe.each(ALL_SYSTEMS)('createTables on %s', (_name, make) => {
  let database: MadeDatabase | undefined
  let opened: OpenedSession | undefined
  beforeEach(async () => {
    await closeAll()
    database = await make()
    if (database !== undefined) opened = await openSession(database.adapter)
  })
  afterAll(() => closeAll())
  async function closeAll(): Promise<void> {
    await opened?.[Symbol.asyncDispose]()
    await database?.drop()
    opened = undefined
  }
  const on =
    (work: (opened: OpenedSession) => Promise<void>) =>
    async (context: TestContext): Promise<void> =>
      opened === undefined ? context.skip('the server is not at hand') : work(opened)

  it(
    'makes tables that refer to each other, in any order and in circles',
    on(async (db) => {
      await createTables(owner(db, { orders, people, teams }))
      await db.run(`insert into people (id, email) values ('${A}', 'Ana@example.org')`)
      await expect(
        db.run(`insert into people (id, email) values ('${B}', 'ana@EXAMPLE.org')`),
      ).rejects.toBeInstanceOf(UniqueViolationError)
      for (const text of [
        `insert into people (id, email, team_id) values ('${B}', 'b', '${B}')`,
        `insert into people (id, email, boss_id) values ('${B}', 'b', '${A.replace('0190', '0191')}')`,
        `insert into teams (id, leader_id) values ('${A}', '${B}')`,
        `insert into orders (id, owner_id, status, total) values ('${A}', '${B}', 'open', 1)`,
      ])
        await expect(db.run(text)).rejects.toBeInstanceOf(ForeignKeyViolationError)
    }),
  )

  it(
    'names each CHECK, so that a violation tells it',
    on(async (db) => {
      await createTables(owner(db, { orders, people, teams }))
      await db.run(`insert into people (id, email) values ('${A}', 'a')`)
      const insert = (status: string, total: number): Promise<unknown> =>
        db.run(
          `insert into orders (id, owner_id, status, total) values ('${B}', '${A}', '${status}', ${total})`,
        )
      await expect(insert('nope', 1)).rejects.toMatchObject({
        violation: { constraint: 'orders_status_check' },
      })
      await expect(insert('open', -1)).rejects.toMatchObject({
        violation: { constraint: 'orders_total_check' },
      })
      await expect(insert('open', -1)).rejects.toBeInstanceOf(CheckViolationError)
    }),
  )

  it(
    'leaves tables that are there, and makes those that are not',
    on(async (db) => {
      await createTables(owner(db, { people, teams }))
      await db.run(`insert into people (id, email) values ('${A}', 'a')`)
      await createTables(owner(db, { orders, people, teams }))
      await createTables(owner(db, { orders, people, teams }))
      expect((await db.list('select count(*) from people')).map(Number)).toEqual([1])
    }),
  )

  it(
    'refuses a database with other tables of these names, and tells each difference',
    on(async (db) => {
      await db.run('create table teams (id char(36) primary key, name char(10))')
      const problem = createTables(owner(db, { orders, people, teams }))
      await expect(problem).rejects.toBeInstanceOf(SetupError)
      await expect(problem).rejects.toThrow(/teams.*lacks the column leader_id/)
      await expect(problem).rejects.toThrow(/has the column name/)
      await expect(problem).rejects.toThrow(/lacks the index teams_leader_id_idx/)
      await expect(db.run('select 1 from people')).rejects.toBeInstanceOf(StatementError)
    }),
  )

  it(
    'refuses a column whose values are of another type',
    on(async (db) => {
      const named = table('named', [id(), column('text', 'name', { limits: { maxLength: 20 } })])
      const { system } = db.session.dialect
      const key = system === 'sqlite' ? 'text' : system === 'postgresql' ? 'uuid' : 'char(36)'
      await db.run(`create table named (id ${key} primary key, name integer)`)
      await expect(createTables(owner(db, { named }))).rejects.toThrow(
        /has the column name as int(eger)?, from which no text is read/,
      )
      await db.run('drop table named')
      await createTables(owner(db, { named }))
      await createTables(owner(db, { named }))
    }),
  )

  it(
    'takes a wider integer where its values are read as numbers, and else says how they are',
    on(async (db) => {
      const { system } = db.session.dialect
      const counts = table('counts', [id(), column('integer', 'many', { limits: { bits: 32 } })])
      const key =
        system === 'sqlite'
          ? 'text'
          : system === 'postgresql'
            ? 'uuid'
            : 'char(36) character set ascii collate ascii_bin'
      await db.run(`create table counts (id ${key} primary key, many bigint)`)
      const told = await createTables(owner(db, { counts })).then(
        () => 'made',
        (error: Error) => error.message,
      )
      expect(told).toContain(
        system === 'postgresql'
          ? "has the column many as bigint, from which no integer is read without .sqlType('bigint')"
          : 'made',
      )
      const said = table('counts', [
        id(),
        column('integer', 'many', { limits: { bits: 32 }, sqlType: 'bigint' }),
      ])
      await createTables(owner(db, { counts: said }))
    }),
  )

  it(
    'makes all tables or none, where the system takes DDL back',
    on(async (db) => {
      const wrong = { ...people, indexes: [unique('people_wrong')] }
      await expect(createTables(owner(db, { people: wrong, teams }))).rejects.toBeInstanceOf(StatementError)
      const outcome = await db.run('select 1 from teams').then(
        () => 'teams',
        () => 'none',
      )
      expect(outcome).toBe(db.session.dialect.has.transactionalDdl ? 'none' : 'teams')
      await createTables(owner(db, { people, teams }))
    }),
  )

  it(
    'is refused within a transaction that it would commit',
    on(async (db) => {
      const outcome = await db.session
        .transaction(() => createTables(owner(db, { people, teams })))
        .then(
          () => 'made',
          (error: Error) => error.message,
        )
      expect(outcome).toMatch(
        db.session.dialect.has.transactionalDdl ? /^made$/ : /createTables was called within a transaction/,
      )
    }),
  )
})

describe('the index of a nullable column on PostgreSQL', () => {
  it('has nulls first, so that reads in order use it', async (context) => {
    const database = await ALL_SYSTEMS.find(([name]) => name === 'PostgreSQL')?.[1]()
    if (database === undefined) return context.skip('the server is not at hand')
    const db = await openSession(database.adapter)
    await createTables(owner(db, { orders, people, teams }))
    expect(await db.list("select indexdef from pg_indexes where indexname = 'orders_note_idx'")).toEqual([
      expect.stringContaining('(note NULLS FIRST, status)'),
    ])
    await db[Symbol.asyncDispose]()
    await database.drop()
  })
})
