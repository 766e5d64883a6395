// Values of an enum that was there before: PostgreSQL has a type of its own for it, MariaDB a type that lists them.
import { describe, expect, it } from 'vitest'
import { defineTables, integer, oneOf, openDatabase, table, type AnyTables } from '../../src/index.ts'
import { change, withDrafts } from './drafts.ts'
import { SYSTEMS } from './migration-folder.ts'

const moods = <T extends readonly [string, ...string[]]>(initial: T[number], ...values: T): AnyTables =>
  defineTables({
    a: table('a', {
      id: integer().primary(),
      m: oneOf(...values)
        .default(initial)
        .sqlType('mood'),
    }),
    b: table('b', {
      id: integer().primary(),
      m: oneOf(...values)
        .nullable()
        .sqlType('mood'),
    }),
  })
const files = {
  '0001-moods.sql':
    "create type mood as enum ('sad', 'ok');\n" +
    "create table a (id int constraint a_pkey primary key, m mood not null default 'sad');\n" +
    'create table b (id int constraint b_pkey primary key, m mood);\n',
}

for (const [name, make] of SYSTEMS.filter(([one]) => one === 'PostgreSQL'))
  describe(`values of an enum type on ${name}`, () => {
    it(
      'are added to it, and taken away again',
      withDrafts(make, async (test) => {
        test.folder.write(files)
        const first = moods('sad', 'ok', 'sad')
        await test.run(first, 'db migrate')
        expect(await test.run(first, 'db check')).toMatchObject({ code: 0, err: '' })
        await change(test, first, moods('sad', 'sad', 'ok', 'great'))
        expect(test.last()).toContain("alter type mood add value 'great' after 'ok'")
        await test.sql("insert into b values (1, 'great')", 'select 1')
      }),
    )

    it(
      'are added and used in one migration',
      withDrafts(make, async (test) => {
        test.folder.write(files)
        const first = moods('sad', 'sad', 'ok')
        await test.run(first, 'db migrate')
        await change(test, first, moods('great', 'ok', 'great'))
        await test.sql('insert into a (id) values (1)', 'select 1')
        expect(await test.sql('select m from a')).toEqual([{ m: 'great' }])
      }),
    )
  })

for (const [name, make] of SYSTEMS.filter(([one]) => one === 'MariaDB'))
  it(`a type of ${name} with other values than its column is refused`, async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    const tables = defineTables({
      a: table('a', { id: integer().primary(), m: oneOf('sad', 'great').sqlType("enum('sad', 'ok')") }),
    })
    try {
      await expect(openDatabase(made.adapter, tables)).rejects.toThrow(/The column m takes other values/)
    } finally {
      await made.drop()
    }
  })
