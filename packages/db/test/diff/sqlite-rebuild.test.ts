// A table of SQLite that is made anew: what no table value says of it is there afterwards.
import { describe, expect, it } from 'vitest'
import { ScratchConnection } from '../../src/diff/scratch-connection.ts'
import { defineTables, integer, table, text, type AnyTables } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { draftAfter } from './draft-after.ts'

const note = { note: text({ maxLength: 9 }) }
const p = (columns: Parameters<typeof table>[1] = {}): AnyTables =>
  defineTables({ p: table('p', { id: integer({ bits: 53 }).primary(), ...note, ...columns }) })

interface Rebuilt {
  /** Rows of a query, once the draft has run. */
  rows(query: string): Promise<readonly Record<string, unknown>[]>
  /** Rows once it was taken back as well. */
  rowsBefore(query: string): Promise<readonly Record<string, unknown>[]>
  readonly lost: readonly string[]
  readonly up: string
}

/** Runs a draft where rows are, and its way back. */
async function rebuild(before: readonly string[], rows: readonly string[], tables = p()): Promise<Rebuilt> {
  const draft = await draftAfter(sqlite(':memory:'), before, tables)
  if (draft === undefined) throw new Error('there was nothing to do')
  const after = async (texts: readonly string[], query: string) => {
    await using connection = await ScratchConnection.open(sqlite(':memory:'))
    await connection.run([...before, ...rows, ...texts])
    return (await connection.ask(query, [])).rows
  }
  return {
    rows: (query) => after(draft.up, query),
    rowsBefore: (query) => after([...draft.up, ...draft.down], query),
    lost: draft.lost,
    up: draft.up.join(';\n'),
  }
}

const NUMBERED = [
  `create table p (id integer not null primary key autoincrement, made text not null default (datetime()),
    total integer generated always as (id * 2) virtual, twice text generated always as (note || note) stored, note text not null) strict`,
]

const WITH_MADE = p({ made: text() })

describe('a table of SQLite that is made anew', () => {
  it('keeps autoincrement, with the number that it has come to', async () => {
    const { rows, rowsBefore } = await rebuild(
      NUMBERED,
      ["insert into p (note) values ('a'), ('b'), ('c')", 'delete from p where id > 1'],
      WITH_MADE,
    )
    const query =
      "select (select seq from sqlite_sequence where name = 'p') as seq, count(*) as tables from sqlite_sequence"
    expect(await rows(query)).toEqual([{ seq: 3, tables: 1 }])
    expect(await rowsBefore(query)).toEqual([{ seq: 3, tables: 1 }])
  })

  it('keeps the number where all rows are gone', async () => {
    const { rows } = await rebuild(
      NUMBERED,
      ["insert into p (note) values ('a')", 'delete from p'],
      WITH_MADE,
    )
    expect(await rows('select name, seq from sqlite_sequence')).toEqual([{ name: 'p', seq: 1 }])
  })

  it('keeps columns that are generated, and defaults that are expressions', async () => {
    const { rows, rowsBefore, lost } = await rebuild(
      NUMBERED,
      ["insert into p (note) values ('a')"],
      WITH_MADE,
    )
    const query = `select (select total || twice || (made > '2000') from p) as made,
      (select group_concat(hidden || coalesce(dflt_value, ''), ' ') from pragma_table_xinfo('p')) as columns`
    expect(await rows(query)).toEqual([{ made: '2aa1', columns: '0 0datetime() 2 3 0' }])
    expect(await rowsBefore(query)).toEqual(await rows(query))
    expect(lost).toEqual([])
  })

  it('keeps columns in their order, which triggers insert by', async () => {
    const { rows } = await rebuild(
      [
        'create table p (note text not null, id integer not null primary key) strict',
        'create table q (id integer not null primary key) strict',
        "create trigger q_noted after insert on q begin insert into p values ('by ' || new.id, new.id); end",
      ],
      [],
      defineTables({
        p: table('p', { id: integer({ bits: 53 }).primary(), ...note, more: integer().nullable() }),
        q: table('q', { id: integer({ bits: 53 }).primary() }),
      }),
    )
    expect(await rows("select group_concat(name) as names from pragma_table_info('p')")).toEqual([
      { names: 'note,id,more' },
    ])
  })

  it('keeps indexes, CHECKs and foreign keys that no table value says', async () => {
    const { rows, rowsBefore } = await rebuild(
      [
        `create table p (id integer not null primary key, note text not null, at integer as (id) stored, parent integer default 1 references p on delete set default,
          check (at > 0), unique (note collate nocase), unique (at desc)) strict`,
        'create index p_lower on p (lower(note))',
        'create index p_some on p (note) where id > 5',
        'create index p_fallen on p (at desc)',
      ],
      ["insert into p (id, note) values (1, 'a'), (2, 'b')"],
      p({ parent: integer({ bits: 53 }).nullable().default(1) }),
    )
    const query = `select (select group_concat(sql, ' ') from (select sql from sqlite_master where type = 'index' and sql is not null order by name)) as indexes,
      (select group_concat(coll || desc, ' ') from (select lower(x.coll) as coll, x.desc from pragma_index_list('p') l join pragma_index_xinfo(l.name) x where l.origin = 'u' and x.key = 1 order by 1)) as uniques,
      (select on_delete from pragma_foreign_key_list('p')) as action,
      (select count(*) from sqlite_master where name = 'p' and sql like '%check%"at" > 0%') as checks`
    expect(await rows(query)).toEqual([
      {
        indexes:
          'CREATE INDEX "p_fallen" on "p" ("at" desc) CREATE INDEX p_lower on p (lower(note)) CREATE INDEX p_some on p (note) where id > 5',
        uniques: 'binary1 nocase0',
        action: 'SET DEFAULT',
        checks: 1,
      },
    ])
    expect(await rowsBefore(query)).toEqual(await rows(query))
  })

  it('keeps views that read it, and the triggers of those', async () => {
    const { rows } = await rebuild(
      [
        'create table p (id integer not null primary key, note text not null) strict',
        'create view v as select id, note from p',
        'create trigger v_put instead of insert on v begin insert into p values (new.id, new.note); end',
      ],
      [],
    )
    const query =
      "select group_concat(name) as names from (select name from sqlite_master where type in ('view', 'trigger') order by name)"
    expect(await rows(query)).toEqual([{ names: 'v,v_put' }])
  })

  it('keeps the numbers of rows, by which an index for full text finds them', async () => {
    const { rows, rowsBefore } = await rebuild(
      [
        'create table p (id text not null primary key, note text not null) strict',
        "create virtual table words using fts5(note, content = 'p')",
      ],
      [
        "insert into p values ('x', 'gone'), ('b', 'blue'), ('a', 'red')",
        'insert into words (rowid, note) select rowid, note from p',
        "insert into words (words, rowid, note) values ('delete', 1, 'gone')",
        "delete from p where id = 'x'",
      ],
      defineTables({ p: table('p', { id: text({ maxLength: 9 }).primary(), ...note }) }),
    )
    const query = "select note, rowid from words where words match 'red'"
    expect(await rows(query)).toEqual([{ note: 'red', rowid: 3 }])
    expect(await rowsBefore(query)).toEqual([{ note: 'red', rowid: 3 }])
  })

  it('keeps them where a column has taken the name', async () => {
    const { rows } = await rebuild(
      ['create table p (id text not null primary key, rowid text, note text not null) strict'],
      ["insert into p (_rowid_, id, rowid, note) values (7, 'a', 'b', 'c')"],
      defineTables({
        p: table('p', { id: text({ maxLength: 9 }).primary(), rowid: text().nullable(), ...note }),
      }),
    )
    expect(await rows('select _rowid_ as number, rowid from p')).toEqual([{ number: 7, rowid: 'b' }])
  })

  it('keeps keys that are null', async () => {
    const { rows } = await rebuild(
      ['create table p (id text primary key, note text not null)'],
      ["insert into p values (null, 'a')"],
      defineTables({ p: table('p', { id: text({ maxLength: 9 }).primary(), ...note }, { storage: '' }) }),
    )
    expect(await rows('select id, note from p')).toEqual([{ id: null, note: 'a' }])
  })

  it.each([
    ['create table p (id integer primary key desc not null, note text not null)', 'primary key desc'],
    [
      'create table p (id integer not null, note text not null, primary key (id desc))',
      'primary key ( id desc )',
    ],
    [
      'create table p (id integer not null primary key, note text not null on conflict ignore)',
      'note not null on conflict ignore',
    ],
  ])('is refused where it would lose a part: %s', async (made, part) => {
    await expect(rebuild([made], [])).rejects.toThrow(part)
  })
})
