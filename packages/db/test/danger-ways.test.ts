// The safe way of each danger is SQL that the server takes, with names and definitions as a statement has them.
import mysql2 from 'mysql2/promise'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findDangers } from '../src/dangers/index.ts'
import { splitStatements } from '../src/sql/index.ts'
import { findMariadb, findPostgres, makeMariadb, makePostgres } from './servers.ts'

type System = 'postgresql' | 'mariadb' | 'sqlite'

/** The statements of the safe ways of a text; what is written for the reader to fill in is none. */
function waysOf(system: System, text: string, code: string | undefined): string[] {
  const { statements } = splitStatements(text, system)
  const found = findDangers({
    file: 'a.sql',
    system,
    statements,
    isTransactional: !text.includes('-- transaction: off'),
    hasForeignKeys: true,
  }).filter((danger) => danger.code === code)
  expect(found).not.toEqual([])
  return found.flatMap(({ safe }) =>
    splitStatements(safe, system).statements.flatMap((statement) =>
      statement.text.includes('…') ? [] : statement.text,
    ),
  )
}

const ORDERS = '"Or""ders"'

const POSTGRES_TABLES = `
  drop schema if exists s, empty cascade; drop schema public cascade; create schema public; create schema s; create schema empty;
  create table customers (id int primary key);
  create table "Or""ders" (id int primary key, "k" int, "K l" int, d numeric default 1, w varchar(50) collate "C" not null default 'x', c int, old text);
  create unique index "I j" on "Or""ders" ("k");
  create index j on "Or""ders" (d);
  create table s."T t" (id int primary key, "a b" int);
  create table many (id int, at date) partition by range (id);
  create table many_1 partition of many for values from (0) to (9);
  create materialized view totals as select count(*) as all_rows from customers; create unique index on totals (all_rows);
  create type mood as enum ('glad');
  insert into customers values (1); insert into "Or""ders" (id, "k", "K l", c, old) values (1, 1, 1, 1, '1');
`

/** Statements with their dangers, and what the safe way must leave behind. */
const POSTGRES: readonly (readonly [text: string, code: string, proof?: string])[] = [
  [
    `create unique index u on ${ORDERS} ("k")`,
    'index-not-concurrent',
    "select 1 from pg_indexes where indexname = 'u' and indexdef like 'CREATE UNIQUE%'",
  ],
  ['drop index if exists "I j", public.j', 'index-drop-not-concurrent'],
  [`reindex table ${ORDERS}`, 'reindex-not-concurrent'],
  [`reindex (verbose) index "I j"`, 'reindex-not-concurrent'],
  ['create index concurrently on customers (id)', 'concurrently-in-transaction'],
  ['refresh materialized view totals', 'refresh-not-concurrent'],
  [
    `alter table ${ORDERS} add column "n""n" varchar(9) collate "C" not null check (length("n""n") > 0)`,
    'required-column',
    `select 1 from information_schema.columns where column_name = 'n"n' and is_nullable = 'NO' and collation_name = 'C'`,
  ],
  ['alter table s."T t" add x int constraint x_there not null', 'required-column'],
  [`alter table ${ORDERS} add u uuid not null default gen_random_uuid() unique`, 'volatile-default'],
  ['alter table s."T t" add "U u" float default ( random() * 10 ) not null', 'volatile-default'],
  [`alter table ${ORDERS} add "N n" bigserial`, 'numbered-column'],
  [
    `alter table ${ORDERS} alter column "d" type integer using "d"::text::integer`,
    'type-change',
    `select 1 from ${ORDERS} where d_new = 1`,
  ],
  [
    `alter table ${ORDERS} alter "K l" set data type bigint`,
    'type-change',
    `select 1 from ${ORDERS} where "K l_new" = 1`,
  ],
  [`alter table ${ORDERS} alter w type varchar(20)`, 'type-narrowed'],
  [`alter table ${ORDERS} alter "d" type numeric(6, 2)`, 'type-narrowed'],
  [`alter table ${ORDERS} alter "d" type integer using "d"::integer`, 'type-narrowed'],
  [`alter table ${ORDERS} alter "d" type varchar(9) using "d"::text`, 'type-narrowed'],
  [`alter table ${ORDERS} rename "k" to "K2"`, 'column-renamed'],
  ['alter table s."T t" rename to "Bills b"', 'table-renamed'],
  [`alter table ${ORDERS} drop column old`, 'column-dropped'],
  [`drop table ${ORDERS}`, 'table-dropped'],
  ['drop schema empty', 'schema-dropped'],
  [`alter table ${ORDERS} drop column old cascade`, 'drop-cascade'],
  [
    `alter table ${ORDERS} add constraint f foreign key (c) references customers on delete cascade, drop column old cascade`,
    'drop-cascade',
    "select 1 from pg_constraint where conname = 'f' and confdeltype = 'c'",
  ],
  [`alter table ${ORDERS} add foreign key ("c") references customers`, 'foreign-key-validated'],
  [
    `alter table ${ORDERS} add column r int not null default 1 constraint r_there references customers (id) on delete set null on update no action check (r > 0)`,
    'foreign-key-validated',
    "select 1 from pg_constraint where contype = 'f' and convalidated and confdeltype = 'n'",
  ],
  [`alter table ${ORDERS} add check ("K l" > 0)`, 'check-validated'],
  ['alter table s."T t" add constraint "C c" check ("a b" > 0)', 'check-validated'],
  [
    `alter table ${ORDERS} alter "k" set not null`,
    'not-null-validated',
    "select 1 from information_schema.columns where column_name = 'k' and is_nullable = 'NO'",
  ],
  [
    `alter table ${ORDERS} add unique nulls not distinct ("K l", c) include (d)`,
    'unique-constraint',
    "select 1 from pg_indexes where indexdef like '%INCLUDE (d) NULLS NOT DISTINCT'",
  ],
  [`alter table ${ORDERS} add column q int not null unique`, 'unique-constraint'],
  [
    'create table free (id int, a int); alter table customers drop constraint customers_pkey, add primary key (id)',
    'primary-key-added',
  ],
  ['alter table customers add exclude using btree (id with =)', 'exclusion-constraint'],
  ["alter type mood add value 'new'; insert into x values ('new')", 'enum-value-in-transaction'],
  ['set lock_timeout = 0', 'lock-timeout-removed'],
  [`-- transaction: off\nalter table ${ORDERS} add column a int`, 'lock-timeout-missing'],
  [`alter table ${ORDERS} add column a int; update ${ORDERS} set c = 1 where id > 4`, 'backfill-with-change'],
  [`alter table customers add column a int; alter table ${ORDERS} add column a int`, 'several-tables-locked'],
  [`alter table ${ORDERS} add "j j" json`, 'json-column'],
  [`alter table ${ORDERS} add at timestamp`, 'time-without-zone'],
  [`alter table ${ORDERS} add p char(3)`, 'padded-text'],
  ['create table s."N n" ("i d" serial primary key)', 'small-key'],
  [`truncate only ${ORDERS}`, 'rows-truncated'],
  ['-- transaction: off\nvacuum (full, analyze) s."T t"', 'table-rewritten'],
  ['-- transaction: off\nvacuum full verbose s."T t"', 'table-rewritten'],
  ['alter table many detach partition many_1', 'partition-not-concurrent'],
]

const postgres = await findPostgres()

describe.skipIf(postgres.url === undefined)(`safe ways on PostgreSQL ${postgres.reason}`, () => {
  let made: Awaited<ReturnType<typeof makePostgres>>
  let client: pg.Client
  beforeAll(async () => {
    made = await makePostgres(postgres.url!)
    client = new pg.Client({ connectionString: made.url })
    await client.connect()
  })
  afterAll(async () => {
    await client?.end()
    await made?.drop()
  })
  beforeEach(async () => {
    await client.query(POSTGRES_TABLES)
  })

  it.each(POSTGRES)('of %s: %s', async (text, code, proof = 'select 1') => {
    if (code === 'primary-key-added')
      await client.query('alter table customers drop constraint customers_pkey')
    for (const way of waysOf('postgresql', text!, code)) {
      await client.query(way)
      // What the reader does before the next file.
      if (way.includes('add column "n""n"')) await client.query(`update ${ORDERS} set "n""n" = 'a'`)
    }
    expect((await client.query(proof)).rows).toHaveLength(1)
  })
})

const MARIADB_TABLES = [
  'set foreign_key_checks = 0',
  'drop view if exists `Or``ders`, customers',
  'drop table if exists `Or``ders`, customers, bills, customers_old, customers_new, small',
  'set foreign_key_checks = 1',
  'create table customers (id int primary key, n int) engine=InnoDB',
  'create table customers_new (id int primary key) engine=InnoDB',
  "create table `Or``ders` (id int primary key, `k l` int, w varchar(50) character set utf8mb4 collate utf8mb4_nopad_bin not null default 'x', e enum('a', 'b') not null default 'a', c int, words text) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci",
  'insert into `Or``ders` (id, c) values (1, 1)',
  'insert into customers values (1, 1)',
]

const COLUMN = `select 1 from information_schema.columns where table_schema = database() and table_name = 'Or\`ders'`
const WHOLE = `and column_default = "'x'" and is_nullable = 'NO' and collation_name = 'utf8mb4_nopad_bin'`
const BINARY = 'character set utf8mb4 collate utf8mb4_nopad_bin'

const MARIADB: readonly (readonly [text: string, code: string, proof?: string])[] = [
  [
    `alter table \`Or\`\`ders\` add \`n n\` varchar(5) ${BINARY} not null comment 'x' after id`,
    'required-column',
    `${COLUMN} and column_name = 'n n' and is_nullable = 'NO' and collation_name = 'utf8mb4_nopad_bin'`,
  ],
  ['alter table `Or``ders` add u char(36) not null default (uuid())', 'volatile-default'],
  ['alter table `Or``ders` add n bigint auto_increment unique', 'numbered-column'],
  [
    `alter table \`Or\`\`ders\` modify column \`w\` varchar(51) ${BINARY} not null default 'x'`,
    'type-change',
    `${COLUMN} and column_type = 'varchar(51)' ${WHOLE}`,
  ],
  ['alter table `Or``ders` modify column `k l` bigint unsigned not null default 3 after id', 'type-change'],
  [
    'alter table `Or``ders` modify column `k l` decimal(6, 2) default 3',
    'type-narrowed',
    `${COLUMN} and column_type = 'decimal(6,2)' and column_default = '3.00'`,
  ],
  ['alter table `Or``ders` modify column `k l` int', 'type-narrowed'],
  [
    "alter table `Or``ders` modify e enum('a', 'b', 'c') not null default 'a'",
    'enum-changed',
    `${COLUMN} and column_type = "enum('a','b','c')" and is_nullable = 'NO'`,
  ],
  ['alter table `Or``ders` change `k l` `m m` int not null default 3', 'column-renamed'],
  ['alter table `Or``ders` rename column `k l` to `m m`', 'column-renamed'],
  ['rename table customers to bills', 'table-renamed'],
  ['alter table `Or``ders` drop column c', 'column-dropped'],
  ['drop table `Or``ders`', 'table-dropped'],
  ['alter table `Or``ders` add foreign key (c) references customers (id)', 'foreign-key-validated'],
  [
    'alter table `Or``ders` add column `r r` int default 1 references customers (id) on delete cascade',
    'foreign-key-validated',
    "select 1 from information_schema.referential_constraints where constraint_schema = database() and delete_rule = 'CASCADE'",
  ],
  ['alter table `Or``ders` add constraint `c c` check (c > 0)', 'check-validated'],
  ['create fulltext index i on `Or``ders` (words)', 'index-blocks-writes'],
  ['alter table `Or``ders` engine=innodb', 'table-rewritten'],
  ['alter table customers partition by hash(id) partitions 4', 'partitions-changed'],
  ['set foreign_key_checks = 0', 'foreign-keys-off'],
  ['set unique_checks = 0', 'unique-checks-off'],
  ["set sql_mode = ''", 'sql-mode-changed'],
  ['set lock_wait_timeout = 86400', 'lock-timeout-removed'],
  ['create table small (id int unsigned auto_increment primary key)', 'small-key'],
  ['alter table `Or``ders` add `a a` timestamp null', 'time-ends-2038'],
  ['truncate table `Or``ders`', 'rows-truncated'],
]

/** The server refuses to do it at once, which is what the demand is for. */
const NOT_AT_ONCE: readonly unknown[] = [1845, 1846]

const mariadb = await findMariadb()

describe.skipIf(mariadb.url === undefined)(`safe ways on MariaDB ${mariadb.reason}`, () => {
  let made: Awaited<ReturnType<typeof makeMariadb>>
  let client: mysql2.Connection
  beforeAll(async () => {
    made = await makeMariadb(mariadb.url!)
    client = await mysql2.createConnection(made.url)
  })
  afterAll(async () => {
    await client?.end()
    await made?.drop()
  })
  beforeEach(async () => {
    for (const text of MARIADB_TABLES) await client.query(text)
  })

  it.each(MARIADB)('of %s: %s', async (text, code, proof = 'select 1') => {
    const ways = waysOf('mariadb', text!, code)
    for (const [at, way] of ways.entries()) {
      const isTry = code === 'type-change' && at === 0
      const isDone = await client.query(way).then(
        () => true,
        (error: { readonly errno?: unknown }) => {
          if (!isTry || !NOT_AT_ONCE.includes(error.errno)) throw error
          return false
        },
      )
      // The rest is for a refusal.
      if (isTry && isDone) break
      // What the reader does before the next file.
      if (way.includes('add column `n n`')) await client.query("update `Or``ders` set `n n` = 'a'")
    }
    expect((await client.query(proof))[0]).toHaveLength(1)
  })
})

const SQLITE_TABLES = `
  create table customers (id integer primary key);
  create table "Or""ders" (id integer primary key, "k l" text, c integer);
  insert into customers values (1);
  insert into "Or""ders" values (1, 'a', 1);
`

const SQLITE: readonly (readonly [text: string, code: string])[] = [
  [`drop table ${ORDERS}`, 'drop-deletes-rows'],
  [`drop table ${ORDERS}`, 'table-dropped'],
  [`alter table ${ORDERS} add "a b" text collate nocase not null`, 'required-column'],
  [`alter table ${ORDERS} add "a b" text not null default current_timestamp`, 'volatile-default'],
  [`alter table ${ORDERS} add "a b" text default (datetime('now'))`, 'volatile-default'],
  [`alter table ${ORDERS} add "a b" text not null unique`, 'unique-column'],
  [
    `alter table ${ORDERS} add "a b" integer default 1 references customers (id) on delete cascade`,
    'reference-with-default',
  ],
  [`alter table ${ORDERS} rename to "Bills b"`, 'table-renamed'],
  [`alter table ${ORDERS} drop column "k l"`, 'column-dropped'],
  ['create table small ("i d" text primary key)', 'null-key'],
  ['vacuum', 'database-locked'],
]

describe('safe ways on SQLite', () => {
  it.each(SQLITE)('of %s: %s', (text, code) => {
    const client = new DatabaseSync(':memory:')
    try {
      client.exec(SQLITE_TABLES)
      for (const way of waysOf('sqlite', text, code)) client.exec(way)
    } finally {
      client.close()
    }
  })
})
