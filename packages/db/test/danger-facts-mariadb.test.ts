// What the dangers of MySQL and MariaDB rest upon, asked of a server: whether a change is done at once, beside writes, or while they wait.
import mysql2 from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findDangers } from '../src/dangers/index.ts'
import { splitStatements } from '../src/sql/index.ts'
import { findMariadb, makeMariadb } from './servers.ts'

const TABLES = [
  'drop table if exists orders, customers',
  'create table customers (id int primary key) engine=InnoDB',
  `create table orders (id int primary key, customer int, n int not null, code varchar(10), status enum('open', 'closed'),
    enough int, words text, legacy int, key (customer)) engine=InnoDB character set latin1`,
  'insert into customers values (1)',
  "insert into orders values (1, 1, 1, 'a', 'open', 1, 'a', 1), (2, 1, 2, 'a', 'open', 1, 'a', 1)",
]

/** At once, while others read and write, or while writes wait. */
type Way = 'instant' | 'beside' | 'waiting'
type Fact = readonly [action: string, way: Way, codes: readonly string[]]

const FACTS: readonly Fact[] = [
  ['add column note varchar(20)', 'instant', []],
  ['add column note int not null default 7', 'instant', []],
  ['add column note int as (n + 1) virtual', 'instant', []],
  ['alter column n set default 7', 'instant', []],
  ['add index (n)', 'beside', []],
  ['drop index customer', 'beside', []],
  // That the new one is not null, the guard alone knows.
  ['drop primary key, add primary key (n)', 'beside', ['primary-key-changed']],
  ['rename column n to m', 'instant', ['column-renamed']],
  ['drop column legacy', 'instant', ['column-dropped']],
  // What a column was is not known.
  ['modify column code varchar(20)', 'instant', ['type-change']],
  ["modify column status enum('open', 'closed', 'sent')", 'instant', ['enum-changed']],
  ['modify column enough int not null', 'beside', ['type-change', 'type-narrowed']],

  ['add column note varchar(40) default (uuid())', 'waiting', ['volatile-default']],
  ['add column k int auto_increment unique', 'waiting', ['small-key', 'numbered-column']],
  ['add column k int as (n + 1) stored', 'waiting', ['stored-column']],
  ['modify column n bigint', 'waiting', ['type-change']],
  ["modify column status enum('closed', 'open')", 'waiting', ['enum-changed']],
  ['add foreign key (customer) references customers (id)', 'waiting', ['foreign-key-validated']],
  ['add check (n > 0)', 'waiting', ['check-validated']],
  ['drop primary key', 'waiting', ['primary-key-changed']],
  ['add fulltext (words)', 'waiting', ['index-blocks-writes']],
  ['convert to character set utf8mb4', 'waiting', ['charset-converted']],
]

const GUARDS: readonly (readonly [way: Way, guard: string])[] = [
  ['instant', 'algorithm=instant'],
  ['beside', 'algorithm=inplace, lock=none'],
]

const { url, reason } = await findMariadb()

describe.skipIf(url === undefined)(`changes of MariaDB ${reason}`, () => {
  let made: Awaited<ReturnType<typeof makeMariadb>>
  let client: mysql2.Connection
  beforeAll(async () => {
    made = await makeMariadb(url!)
    client = await mysql2.createConnection(made.url)
  })
  afterAll(async () => {
    await client?.end()
    await made?.drop()
  })
  beforeEach(async () => {
    for (const text of TABLES) await client.query(text)
  })

  const codesOf = (text: string): string[] => {
    const { statements } = splitStatements(text, 'mariadb')
    const about = { file: 'a.sql', system: 'mariadb', isTransactional: true, hasForeignKeys: true } as const
    return findDangers({ ...about, statements }).map(({ code }) => code)
  }
  /** The first way that the server does not refuse as such (1845, 1846). */
  const wayOf = async (action: string): Promise<Way> => {
    for (const [way, guard] of GUARDS)
      try {
        await client.query(`alter table orders ${action}, ${guard}`)
        return way
      } catch (error) {
        if (![1845, 1846].includes((error as { errno?: number }).errno ?? 0)) throw error
      }
    await client.query(`alter table orders ${action}`)
    return 'waiting'
  }

  it.each(FACTS)('%s: %s', async (action, way, codes) => {
    expect(codesOf(`alter table orders ${action}`)).toEqual(codes)
    expect(await wayOf(action)).toBe(way)
  })

  it('that add a foreign key look at no rows, and wait for nobody, while it is not checked', async () => {
    await client.query('update orders set customer = 7')
    await client.query('set foreign_key_checks = 0')
    try {
      expect(await wayOf('add foreign key (customer) references customers (id)')).toBe('instant')
    } finally {
      await client.query('set foreign_key_checks = 1')
    }
    expect(codesOf('set foreign_key_checks = 0')).toEqual(['foreign-keys-off'])
  })

  it('that add a required column give rows 0 or an empty text in silence', async () => {
    await client.query('alter table orders add column a int not null, add column b varchar(9) not null')
    const [rows] = await client.query('select a, b from orders where id = 1')
    expect(rows).toEqual([{ a: 0, b: '' }])
    expect(codesOf('alter table orders add column a int not null')).toEqual(['required-column'])
  })

  it('that drop a column take it out of indexes with others in silence', async () => {
    await client.query('alter table orders add key several (legacy, n)')
    await client.query('alter table orders drop column legacy')
    const [rows] = await client.query(
      "select column_name as name from information_schema.statistics where table_schema = database() and index_name = 'several'",
    )
    expect(rows).toEqual([{ name: 'n' }])
  })
})
