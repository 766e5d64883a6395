// Keys of indexes as long as a system takes them, and longer ones.
import { SetupError } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { createTables, defineTables, openDatabase, table, text, uuid } from '../src/index.ts'
import { ALL_SYSTEMS } from './systems.ts'

/** Characters of four bytes. */
const MOST: Readonly<Record<string, number | undefined>> = { PGlite: 670, PostgreSQL: 670, MariaDB: 768 }

describe.each(ALL_SYSTEMS)('the longest key on %s', (name, make) => {
  const maxLength = MOST[name] ?? 25_000
  const tablesOf = (most: number) =>
    defineTables({
      notes: table('notes', { id: uuid().primary(), text: text({ maxLength: most }).unique() }),
    })

  it('is taken as a whole', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    try {
      await using db = await openDatabase(made.adapter, tablesOf(maxLength))
      await createTables(db)
      // Of characters that no server can compress, and with four bytes.
      const longest = String.fromCodePoint(
        ...Array.from({ length: maxLength }, (_, at) => 0x1_00_00 + ((at * 7919) % 60_000)),
      )
      const { id } = await db.notes.insert({ text: longest })
      expect(await db.notes.find({ where: { text: longest } })).toEqual([{ id, text: longest }])
      if (MOST[name] === undefined) return
      const open = openDatabase(made.adapter, tablesOf(maxLength + 1))
      await expect(open).rejects.toThrow(SetupError)
      await expect(open).rejects.toThrow(/up to \d+ bytes; \d+ is the most of/)
    } finally {
      await made.drop()
    }
  })
})
