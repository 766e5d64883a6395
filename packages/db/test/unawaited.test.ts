import { expect, it } from 'vitest'
import { createTables, defineTables, openDatabase, table, text, uuid } from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'

const Notes = table('notes', { id: uuid().primary(), name: text({ maxLength: 9 }).unique() })

it('what nobody awaits within a transaction does not end the process when it fails', async () => {
  await using db = await openDatabase(sqlite(':memory:'), defineTables({ notes: Notes }))
  await createTables(db)
  await db.notes.insert({ name: 'a' })
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  await db
    .transaction(async () => {
      void db.notes.insert({ name: 'a' })
      void db.notes.find({ where: { nome: 1 } as never })
      void db.sql`selec`
      void db.sql.affected`delete from nowhere`
      void db.transaction(() => Promise.reject(new Error('joined')))
      void db.transaction(() => Promise.reject(new Error('nested')), { propagation: 'nested' })
      void db.transaction(() => Promise.resolve(), { propagation: 'wrong' as 'new' })
    })
    .catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('unhandledRejection', note)
  // Of a wrong option the process learns as of any mistake in a call.
  expect(unhandled.map(String).filter((one) => !one.includes('propagation'))).toEqual([])
})
