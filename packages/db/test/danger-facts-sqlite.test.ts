// What the dangers of SQLite rest upon, asked of the SQLite of Node.
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { findDangers } from '../src/dangers/index.ts'
import { splitStatements } from '../src/sql/index.ts'

const TABLES = `
  pragma foreign_keys = on;
  create table customers (id integer primary key);
  create table orders (id integer primary key, customer integer references customers on delete cascade, n integer);
  insert into customers values (1);
  insert into orders values (1, 1, 1);
`

function codesOf(text: string): string[] {
  const { statements } = splitStatements(text, 'sqlite')
  const about = { file: 'a.sql', system: 'sqlite', isTransactional: true, hasForeignKeys: true } as const
  return findDangers({ ...about, statements }).map(({ code }) => code)
}

let db: DatabaseSync
beforeEach(() => {
  db = new DatabaseSync(':memory:')
  db.exec(TABLES)
})

const countOf = (table: string): unknown => db.prepare(`select count(*) as n from ${table}`).get()?.['n']

describe('changes of SQLite', () => {
  it.each([
    ['add k integer not null', 'required-column', /NOT NULL column with default value NULL/],
    ['add k text default (random())', 'volatile-default', /non-constant default/],
    ['add k integer default current_timestamp', 'volatile-default', /non-constant default/],
    ['add k integer unique', 'unique-column', /UNIQUE column/],
    ['add k integer primary key', 'unique-column', /PRIMARY KEY column/],
    ['add k integer as (n + 1) stored', 'stored-column', /STORED column/],
    [
      'add k integer default 1 references customers',
      'reference-with-default',
      /REFERENCES column with non-NULL/,
    ],
  ])('%s are refused by the server, as %s says', (action, code, message) => {
    expect(codesOf(`alter table orders ${action}`)).toEqual([code])
    expect(() => db.exec(`alter table orders ${action}`)).toThrow(message)
  })

  it.each(['add k integer', "add k text not null default ''", 'add k integer as (n + 1) virtual'])(
    '%s is harmless, and done at once',
    (action) => {
      expect(codesOf(`alter table orders ${action}`)).toEqual([])
      db.exec(`alter table orders ${action}`)
      expect(countOf('orders')).toBe(1)
    },
  )

  it('that drop a table delete what refers to it, unless foreign keys are off', () => {
    expect(codesOf('drop table customers')).toContain('drop-deletes-rows')
    db.exec('begin; drop table customers; rollback; pragma foreign_keys = off; drop table customers')
    expect(countOf('orders')).toBe(1)
    db.exec('create table customers (id integer primary key); insert into customers values (1)')
    db.exec('pragma foreign_keys = on; drop table customers')
    expect(countOf('orders')).toBe(0)
  })

  it('that turn foreign keys off within a transaction do nothing', () => {
    db.exec('begin; pragma foreign_keys = off; drop table customers; commit')
    expect(countOf('orders')).toBe(0)
  })

  it('take null in a primary key of text, any number of times', () => {
    expect(codesOf('create table a (id text primary key)')).toEqual(['null-key'])
    db.exec('create table a (id text primary key); insert into a values (null), (null)')
    expect(countOf('a')).toBe(2)
  })
})
