// What columns of MariaDB are besides type and default, when their type changes.
import { describe, expect, it } from 'vitest'
import { ScratchConnection } from '../../src/diff/scratch-connection.ts'
import { defineTables, integer, table, text, timestamp, type AnyTables } from '../../src/index.ts'
import { ALL_SYSTEMS } from '../systems.ts'
import { draftAfter } from './draft-after.ts'

const BEFORE = [
  `create table notes (
    id int not null auto_increment primary key comment 'the key',
    line varchar(9) character set utf8mb4 collate utf8mb4_nopad_bin not null default 'a' invisible comment 'it''s \\\\ a "line"',
    packed varchar(9) character set utf8mb4 collate utf8mb4_nopad_bin compressed not null comment 'packed',
    at datetime(3) on update current_timestamp(3) comment 'touched',
    twice int as (id * 2) virtual comment 'twice',
    checked varchar(9) character set utf8mb4 collate utf8mb4_nopad_bin not null comment 'checked' check (checked <> 'x')
  ) comment 'all notes' default character set utf8mb4 collate utf8mb4_nopad_bin`,
]

const wanted = (max: number): AnyTables =>
  defineTables({
    notes: table('notes', {
      id: integer().primary(),
      line: text({ maxLength: max }).default('a'),
      packed: text({ maxLength: max }),
      at: timestamp(),
      checked: text({ maxLength: max }),
    }),
  })

const QUERY = `select column_name as name, column_comment as comment, lower(extra) as extra,
    column_type like '%COMPRESSED%' as is_compressed from information_schema.columns
  where table_schema = database() and table_name = 'notes' order by ordinal_position`

describe.each(ALL_SYSTEMS.filter(([name]) => name === 'MariaDB'))('columns on %s', (_name, make) => {
  it('keep their comments and attributes, there and back', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    try {
      const draft = await draftAfter(made.adapter, BEFORE, wanted(20))
      expect(draft?.up.join('\n')).toContain('modify column `line`')
      await using connection = await ScratchConnection.open(made.adapter)
      const read = async (): Promise<unknown> => (await connection.ask(QUERY, [])).rows
      await connection.run(BEFORE)
      const before = await read()
      expect(before).toMatchObject([
        { comment: 'the key', extra: 'auto_increment' },
        { comment: 'it\'s \\ a "line"', extra: 'invisible' },
        { comment: 'packed', is_compressed: 1 },
        { comment: 'touched', extra: 'on update current_timestamp(3)' },
        { comment: 'twice', extra: 'virtual generated' },
        { comment: 'checked' },
      ])
      await connection.run(draft?.up ?? [])
      expect(await read()).toEqual(before)
      await connection.run(draft?.down ?? [])
      expect(await read()).toEqual(before)
      expect(draft?.lost).toEqual([])
      expect(
        (await draftAfter(made.adapter, [...BEFORE, ...(draft?.up ?? [])], wanted(20)))?.told,
      ).toBeUndefined()
    } finally {
      await made.drop()
    }
  })

  it('are touched by updates to the millisecond, where their type comes to it', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    try {
      const before = [
        `create table notes (id int not null primary key, line varchar(9), other longtext, at timestamp not null default current_timestamp on update current_timestamp,
          fulltext key words (line, other)) default character set utf8mb4 collate utf8mb4_nopad_bin`,
      ]
      const tables = defineTables({
        notes: table('notes', { id: integer().primary(), other: text().nullable(), at: timestamp() }),
      })
      const draft = await draftAfter(made.adapter, before, tables, ['notes.line'])
      expect(draft?.up.join()).toContain('default current_timestamp(3) on update current_timestamp(3)')
      expect(draft?.down.join()).toContain('default current_timestamp() on update current_timestamp()')
      // It has lost the column, and does not get it again.
      expect(draft?.lost).toEqual(['notes: the index words'])
    } finally {
      await made.drop()
    }
  })
})
