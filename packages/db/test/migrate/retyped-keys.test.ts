// A key and what refers to it get another type in one migration.
import { describe, expect, it } from 'vitest'
import { defineTables, integer, table, text, uuid } from '../../src/index.ts'
import { begin, change, withDrafts } from './drafts.ts'
import { SYSTEMS } from './migration-folder.ts'

const ID = '0190b1f5-0000-7000-8000-000000000000'

describe.each(SYSTEMS)('a key and what refers to it on %s', (_name, make) => {
  it(
    'become uuids, and texts again',
    withDrafts(make, async (test) => {
      const before = defineTables({
        people: table('people', {
          id: text({ maxLength: 36 }).primary(),
          chiefId: text({ maxLength: 36 }).references('people', { inverse: 'members' }).nullable(),
        }),
        notes: table('notes', {
          id: integer().primary(),
          personId: text({ maxLength: 36 }).references('people', { onDelete: 'cascade' }),
        }),
      })
      const after = defineTables({
        people: table('people', {
          id: uuid().primary(),
          chiefId: uuid().references('people', { inverse: 'members' }).nullable(),
        }),
        notes: table('notes', {
          id: integer().primary(),
          // Its foreign key gets another name as well.
          ownerId: uuid().references('people', { onDelete: 'cascade' }).was('person_id'),
        }),
      })
      await begin(test, before)
      await test.sql(
        `insert into people (id) values ('${ID}')`,
        `insert into notes (id, person_id) values (1, '${ID}')`,
        'select 1',
      )
      await change(test, before, after)
      expect(await test.sql('select owner_id from notes')).toEqual([{ owner_id: ID }])
    }),
  )
})
