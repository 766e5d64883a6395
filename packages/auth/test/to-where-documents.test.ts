// Documents that another program has written: PHP, Python and .NET escape what need not be escaped.
import { conditionsOn, not, verdict, type Condition } from '@keelson/core/conditions'
import { toWhere } from '@keelson/auth'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { DOCUMENTS } from '../../db/test/repository/documents.ts'
import { FOREIGN } from './policy-databases/servers.ts'

const columns = { data: { kind: 'json' }, twin: { kind: 'json' } } as const
type Columns = typeof columns
const note = conditionsOn(columns)

const ELEMENTS = ['café', 'a/b', 'admin', '😀', '"', 'q"q', '\\"\\\\', '\\u0061dmin', '\\admin', 'x\ty\u001f']
/** With controls escaped at length, or in other letters. */
const ODD: readonly string[] = [
  String.raw`["\u000a", "a"]`,
  String.raw`["\u001F"]`,
  String.raw`{"\u000A": 1}`,
]

const withDocuments = FOREIGN.filter(([name]) => name === 'MariaDB' || name === 'PostgreSQL')

describe.each(withDocuments)('a document with the escapes of another program on %s', (name, _, open) => {
  it('is listed where its verdict holds, under not, too', async ({ skip }) => {
    const foreign = await open()
    if (foreign === undefined) return skip('the server is not at hand')
    const { kysely, dialect } = foreign
    const texts = [...DOCUMENTS, ...ODD]
    const listed = async (condition: Condition<Columns>): Promise<readonly string[]> => {
      const rows = await kysely
        .selectFrom('documents as d')
        .select('d.id')
        .where((eb) => toWhere(condition, eb, { dialect, columns, table: 'd' }))
        .orderBy('d.id')
        .execute()
      return rows.map(({ id }) => texts[Number(id)]!)
    }
    try {
      const type = sql.raw(dialect === 'mariadb' ? 'json' : 'jsonb')
      await sql`create table documents (id integer primary key, data ${type}, twin ${type})`.execute(kysely)
      for (const [id, data] of texts.entries())
        await kysely
          .insertInto('documents')
          .values({ id, data, twin: JSON.stringify(JSON.parse(data)) })
          .execute()
      const conditions = [
        ...[...ELEMENTS, '\n', '\u001f', 'a'].map((element) => note.data.contains(element)),
        ...texts.map((text) => note.data.is(JSON.parse(text))),
        note.data.isIn([['admin'], ['café'], []]),
        note.data.is(note.twin),
        note.data.isNot(note.twin),
        note.data.isNot([]),
      ]
      for (const condition of [...conditions, ...conditions.map((one) => not(one))]) {
        const judged = texts.filter((text) => {
          const data: unknown = JSON.parse(text)
          return verdict(condition, { data, twin: data }, columns)
        })
        const found = await listed(condition)
        const isExact = (text: string): boolean => name !== 'MariaDB' || !ODD.includes(text)
        expect([condition, found.filter(isExact)]).toEqual([condition, judged.filter(isExact)])
        expect(judged).toEqual(expect.arrayContaining([...found]))
      }
      expect(await listed(note.data.contains('admin'))).toEqual([
        String.raw`["\u0061dmin"]`,
        '[\n\t"\\u0061dmin",\r\n 1e2 ]',
      ])
      expect(await listed(note.data.contains('a'))).toEqual([ODD[0]])
    } finally {
      await foreign.drop()
    }
  })
})
