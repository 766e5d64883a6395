// What tables need besides tables: collations and types. A draft makes it, and its way back takes it away.
import { describe, expect, it } from 'vitest'
import { defineTables, integer, oneOf, table, text } from '../../src/index.ts'
import { begin, change, withDrafts } from './drafts.ts'
import { SYSTEMS } from './migration-folder.ts'

const bare = defineTables({ people: table('people', { id: integer().primary() }) })

describe.each(SYSTEMS)('what tables need in a draft on %s', (name, make) => {
  it(
    'is a collation for texts without case, in the first migration',
    withDrafts(make, async (test) => {
      const tables = defineTables({
        people: table('people', {
          id: integer().primary(),
          email: text({ maxLength: 20, caseInsensitive: true }).unique(),
        }),
      })
      await begin(test, tables)
      await test.sql(`insert into people (id, email) values (1, 'Ann')`, 'select 1')
      await expect(test.sql(`insert into people (id, email) values (2, 'aNN')`, 'select 1')).rejects.toThrow(
        /unique|duplicate/i,
      )
    }),
  )

  it(
    'is a collation for texts without case, in a later one',
    withDrafts(make, async (test) => {
      const tables = defineTables({
        people: table('people', {
          id: integer().primary(),
          email: text({ maxLength: 20, caseInsensitive: true }).nullable(),
        }),
        guests: table('guests', {
          id: integer().primary(),
          name: text({ maxLength: 20, caseInsensitive: true }).unique(),
        }),
      })
      await begin(test, bare)
      await change(test, bare, tables)
      await test.sql(`insert into people (id, email) values (1, 'Ann')`, 'select 1')
      expect(await test.sql(`select id from people where email = 'aNN'`)).toEqual([{ id: 1 }])
    }),
  )

  it.runIf(name === 'PostgreSQL')(
    'is an enum type',
    withDrafts(make, async (test) => {
      const tables = defineTables({
        people: table('people', {
          id: integer().primary(),
          mood: oneOf('sad', 'ok').nullable().sqlType('mood'),
        }),
      })
      await begin(test, bare)
      await change(test, bare, tables)
      await test.sql(`insert into people (id, mood) values (1, 'sad')`, 'select 1')
    }),
  )
})
