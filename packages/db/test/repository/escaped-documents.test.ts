// Documents that another program has written: PHP, Python and .NET escape what need not be escaped.
import { t } from '@keelson/core'
import { all, conditionsOn, not, verdict, type Condition } from '@keelson/core/conditions'
import { describe, expect, it } from 'vitest'
import { defineTables, integer, json, table, type OwnedDatabase } from '../../src/index.ts'
import { SYSTEMS } from '../systems.ts'
import { DOCUMENTS } from './documents.ts'
import { opening } from './opening.ts'

const Notes = table('escaped_notes', {
  id: integer().primary(),
  data: json(t.Unknown()),
  twin: json(t.Unknown()),
})
const tables = defineTables({ notes: Notes })
const columns = { data: { kind: 'json' }, twin: { kind: 'json' } } as const
type Columns = typeof columns
const note = conditionsOn(columns)
type Row = { readonly id: number; readonly data: unknown; readonly twin: unknown }

const ELEMENTS = [
  'café',
  'a/b',
  'admin',
  '😀',
  '"',
  'q"q',
  '\\"\\\\',
  '\\u0061dmin',
  '\\admin',
  'x\ty\u001f',
  100,
]
/** With controls escaped at length, or in other letters. */
const ODD: readonly string[] = [
  String.raw`["\u000a", "a"]`,
  String.raw`["\u001F"]`,
  String.raw`{"\u000A": 1}`,
]

describe.each(SYSTEMS)('a document with the escapes of another program on %s', (system, make) => {
  const on = opening(make, tables)

  /** Writes the texts, each beside one that begins the list, and gives what a repository reads. */
  async function fill(db: OwnedDatabase<typeof tables>, texts: readonly string[]): Promise<readonly Row[]> {
    for (const [id, text] of texts.entries())
      await db.sql`insert into escaped_notes (id, data, twin) values (${id}, ${text}, ${JSON.stringify(JSON.parse(text))})`
    return db.notes.find({ orderBy: { id: 'asc' } })
  }

  /** Places of the rows that are listed, and of those for which the condition holds. */
  async function both(db: OwnedDatabase<typeof tables>, condition: Condition<Columns>, rows: readonly Row[]) {
    const listed = await db.notes.find({ where: condition as never, orderBy: { id: 'asc' } })
    const judged = rows.filter((row) => verdict(condition, row as never, columns))
    return [listed.map(({ id }) => id), judged.map(({ id }) => id)] as const
  }

  it(
    'is compared by its value',
    on(async ({ db }) => {
      const rows = await fill(db, DOCUMENTS)
      const conditions = [
        ...ELEMENTS.map((element) => note.data.contains(element)),
        ...DOCUMENTS.map((text) => note.data.is(JSON.parse(text))),
        note.data.isIn([['admin'], ['café'], []]),
        note.data.is(note.twin),
        note.data.isNot(note.twin),
        note.data.isNot([]),
      ]
      for (const condition of [...conditions, ...conditions.map((one) => not(one))]) {
        const [listed, judged] = await both(db, condition, rows)
        expect([condition, listed]).toEqual([condition, judged])
      }
      const [admins] = await both(db, note.data.contains('admin'), rows)
      expect(admins).toEqual([4, 12])
      await db.notes.deleteMany({ where: all() })
    }),
  )

  it(
    'is listed by nothing that its verdict refuses where it escapes controls at length',
    on(async ({ db }) => {
      const rows = await fill(db, ODD)
      const conditions = [
        note.data.contains('a'),
        note.data.contains('\n'),
        note.data.contains('\u001f'),
        note.data.is(['\n', 'a']),
        note.data.is({ '\n': 1 }),
        note.data.is(note.twin),
      ]
      for (const condition of [...conditions, ...conditions.map((one) => not(one))]) {
        const [listed, judged] = await both(db, condition, rows)
        expect(judged).toEqual(expect.arrayContaining([...listed]))
        const isExact = system !== 'MariaDB'
        expect(isExact ? listed : judged).toEqual(judged)
      }
      expect((await both(db, note.data.contains('a'), rows))[0]).toEqual([0])
      await db.notes.deleteMany({ where: all() })
    }),
  )
})
