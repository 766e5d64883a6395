// What the dangers of PostgreSQL rest upon, asked of a server: the lock that a change takes, whether it writes the table anew, whether it reads all rows.
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findDangers } from '../src/dangers/index.ts'
import { splitStatements } from '../src/sql/index.ts'
import { findPostgres, makePostgres } from './servers.ts'

const TABLES = `
  create table customers (id int primary key);
  create table orders (id int primary key, customer int, n int, code varchar(10), label varchar(10), at timestamp, enough int not null, legacy text);
  create index orders_n on orders (n);
  create materialized view totals as select count(*) as all_rows from orders;
  alter table orders add constraint proof check (code is not null);
  insert into customers values (1);
  insert into orders select g, 1, g, 'a', 'a', now(), 1, '' from generate_series(1, 3) g;
`

/** The lock, and what is done under it: nothing but a note in the catalogue, or all rows are read, or written anew. */
type Cost = 'notes' | 'reads' | 'writes'
type Fact = readonly [text: string, lock: string, cost: Cost, codes: readonly string[]]

const ALL = 'AccessExclusiveLock'
const WRITES = 'ShareLock'
const BOTH = 'ShareRowExclusiveLock'
const NONE = 'ShareUpdateExclusiveLock'

const FACTS: readonly Fact[] = [
  ['alter table orders add note text', ALL, 'notes', []],
  ['alter table orders add note int not null default 7', ALL, 'notes', []],
  ['alter table orders add note timestamptz not null default now()', ALL, 'notes', []],
  ['alter table orders alter label type text', ALL, 'notes', []],
  // Its check is looked at anew.
  ['alter table orders alter code type text', ALL, 'reads', []],
  ['alter table orders alter n set default 7', ALL, 'notes', []],
  ['alter table orders alter enough drop not null', ALL, 'notes', []],
  ['alter table orders add constraint c check (n > 0) not valid', ALL, 'notes', []],
  [
    'alter table orders add constraint f foreign key (customer) references customers not valid',
    BOTH,
    'notes',
    [],
  ],
  ['alter table orders validate constraint proof', NONE, 'notes', []],
  // Its larger length is not known to be larger.
  ['alter table orders alter label type varchar(20)', ALL, 'notes', ['type-narrowed']],
  ['alter table orders drop column legacy', ALL, 'notes', ['column-dropped']],
  ['alter table orders rename n to m', ALL, 'notes', ['column-renamed']],
  ['drop index orders_n', ALL, 'notes', ['index-drop-not-concurrent']],

  ['create index on orders (code)', WRITES, 'reads', ['index-not-concurrent']],
  ['alter table orders alter n set not null', ALL, 'reads', ['not-null-validated']],
  ['alter table orders add constraint c check (n > 0)', ALL, 'reads', ['check-validated']],
  [
    'alter table orders add constraint f foreign key (customer) references customers',
    BOTH,
    'reads',
    ['foreign-key-validated'],
  ],
  ['alter table orders add constraint u unique (n)', ALL, 'reads', ['unique-constraint']],
  ['alter table orders add exclude (n with =)', ALL, 'reads', ['exclusion-constraint']],

  ['alter table orders add k uuid default gen_random_uuid()', ALL, 'writes', ['volatile-default']],
  ['alter table orders add k timestamptz default clock_timestamp()', ALL, 'writes', ['volatile-default']],
  ['alter table orders add k bigserial', ALL, 'writes', ['numbered-column']],
  ['alter table orders add k bigint generated always as identity', ALL, 'writes', ['numbered-column']],
  ['alter table orders add k int generated always as (n + 1) stored', ALL, 'writes', ['stored-column']],
  ['alter table orders alter n type bigint', ALL, 'writes', ['type-change']],
  [
    "alter table orders alter at type timestamptz using at at time zone 'UTC'",
    ALL,
    'writes',
    ['type-change'],
  ],
  ['alter table orders alter code type varchar(5)', ALL, 'writes', ['type-narrowed']],
  ['alter table orders set unlogged', ALL, 'writes', ['table-rewritten']],
  ['truncate orders', ALL, 'writes', ['rows-truncated']],
]

/** The codes of statements that the server refuses, and why. */
const REFUSED: readonly (readonly [texts: readonly string[], state: string, code: string])[] = [
  [['alter table orders add k int not null'], '23502', 'required-column'],
  [['create index concurrently on orders (n)'], '25001', 'concurrently-in-transaction'],
  [
    ["alter type mood add value 'new'", "insert into moods values ('new')"],
    '55P04',
    'enum-value-in-transaction',
  ],
]

const { url, reason } = await findPostgres()

describe.skipIf(url === undefined)(`changes of PostgreSQL ${reason}`, () => {
  let made: Awaited<ReturnType<typeof makePostgres>>
  let client: pg.Client
  beforeAll(async () => {
    made = await makePostgres(url!)
    client = new pg.Client({ connectionString: made.url })
    await client.connect()
    await client.query(TABLES)
    await client.query("create type mood as enum ('old'); create table moods (mood mood)")
  })
  afterAll(async () => {
    await client?.end()
    await made?.drop()
  })

  const ask = async <T>(text: string): Promise<T> => (await client.query(text)).rows[0] as T
  const state = (): Promise<{ readonly file: string; readonly scans: number }> =>
    ask(
      "select pg_relation_filenode('orders') as file, pg_stat_get_xact_numscans('orders'::regclass)::int as scans",
    )
  const codesOf = (text: string): string[] => {
    const { statements } = splitStatements(text, 'postgresql')
    const about = {
      file: 'a.sql',
      system: 'postgresql',
      isTransactional: true,
      hasForeignKeys: true,
    } as const
    return findDangers({ ...about, statements }).map(({ code }) => code)
  }
  /** Runs work in a transaction that leaves nothing. */
  const undone = async <T>(work: () => Promise<T>): Promise<T> => {
    await client.query('begin')
    try {
      return await work()
    } finally {
      await client.query('rollback')
    }
  }

  it.each(FACTS)('%s: %s, and it %s', async (text, lock, cost, codes) => {
    expect(codesOf(text)).toEqual(codes)
    await undone(async () => {
      const before = await state()
      await client.query(text)
      // Strongest last.
      const { modes } = await ask<{ modes: string[] }>(
        "select array_agg(mode) as modes from pg_locks where pid = pg_backend_pid() and relation = 'orders'::regclass",
      )
      const after = await state()
      expect(STRENGTH.filter((mode) => modes.includes(mode)).at(-1)).toBe(lock)
      const done: Cost =
        before.file !== after.file ? 'writes' : after.scans > before.scans ? 'reads' : 'notes'
      expect(done).toBe(cost)
    })
  })

  it('that prove not null by a check that is valid read no rows', async () => {
    await undone(async () => {
      const { scans } = await state()
      await client.query('alter table orders alter code set not null')
      expect((await state()).scans).toBe(scans)
    })
  })

  it('that validate a constraint read all rows, and others may write meanwhile', async () => {
    await client.query('alter table orders add constraint later check (n > 0) not valid')
    await undone(async () => {
      const { scans } = await state()
      await client.query('alter table orders validate constraint later')
      expect((await state()).scans).toBeGreaterThan(scans)
    })
    await client.query('alter table orders drop constraint later')
  })

  it('that add a foreign key keep writes of the other table waiting too', async () => {
    const modes = await undone(async () => {
      await client.query('alter table orders add foreign key (customer) references customers')
      return ask<{ modes: string[] }>(
        "select array_agg(mode) as modes from pg_locks where pid = pg_backend_pid() and relation = 'customers'::regclass",
      )
    })
    expect(modes.modes).toContain(BOTH)
  })

  it('that refresh a view keep its reads waiting', async () => {
    const { modes } = await undone(async () => {
      await client.query('refresh materialized view totals')
      return ask<{ modes: string[] }>(
        "select array_agg(mode) as modes from pg_locks where pid = pg_backend_pid() and relation = 'totals'::regclass",
      )
    })
    expect(modes).toContain(ALL)
    expect(codesOf('refresh materialized view totals')).toEqual(['refresh-not-concurrent'])
  })

  it.each(REFUSED)('%j are refused with %s', async (texts, sqlstate, code) => {
    expect(codesOf(texts.join(';\n'))).toContain(code)
    await undone(async () => {
      for (const text of texts.slice(0, -1)) await client.query(text)
      await expect(client.query(texts.at(-1)!)).rejects.toMatchObject({ code: sqlstate })
    })
  })
})

const STRENGTH = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  NONE,
  WRITES,
  BOTH,
  'ExclusiveLock',
  ALL,
]
