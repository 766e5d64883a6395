// What a comparison refuses, or what the server refuses of it: said with the statement, and what to do.
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defineTables, integer, table, text } from '../../src/index.ts'
import { begin, withDrafts } from './drafts.ts'
import { SYSTEMS } from './migration-folder.ts'

describe.each(SYSTEMS)('a draft that is refused on %s', (name, make) => {
  it(
    'is not written, and says so with the table',
    withDrafts(make, async (test) => {
      const { run, folder } = test
      const tables = defineTables({ notes: table('notes', { id: integer().primary(), text: text() }) })
      const broken = defineTables({
        notes: table('notes', { id: integer().primary() }, { checks: { notes_check: 'nothing > 0' } }),
      })
      await begin(test, tables)
      const refused = await run(defineTables({}), 'db diff', { words: ['drop'] })
      expect(refused.err).toMatch(/^No migration is written:\n  - notes: The migrations make it/)
      const failed = await run(broken, 'db diff', { words: ['broken'] })
      expect(failed.err).toMatch(/^What the tables say cannot be made: .*nothing.*Mend the table: /)
      expect(failed.err).toMatch(/\n  create table .notes. \(/)
      expect(failed.code).toMatchObject({ code: 'ERR_DB_MIGRATION' })
      expect(readdirSync(folder.path)).toEqual(['0001-begin.sql', 'checksums'])
    }),
  )

  it.runIf(name === 'PostgreSQL')(
    'says how a type of an extension comes into the first migration',
    withDrafts(make, async ({ run, folder }) => {
      const tables = defineTables({
        people: table('people', {
          id: integer().primary(),
          email: text({ maxLength: 90, caseInsensitive: true }).sqlType('citext').unique(),
        }),
      })
      const failed = await run(tables, 'db diff', { words: ['begin'] })
      expect(failed.err).toMatch(/type "citext" does not exist\. Make it in the first migration: /)
      expect(failed.err).toContain('create extension if not exists')
      folder.write({ '0001-citext.sql': 'create extension if not exists citext;\n' })
      expect(await run(tables, 'db diff', { words: ['people'] })).toMatchObject({ code: 0 })
    }),
  )
})
