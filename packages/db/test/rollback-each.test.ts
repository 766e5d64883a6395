import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTables, defineTables, openDatabase, table, text, uuid } from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { rollbackEach } from '../src/testing/index.ts'

const tables = defineTables({ notes: table('notes', { id: uuid().primary(), text: text() }) })
const db = await openDatabase(sqlite(':memory:'), tables)
await createTables(db)
afterAll(() => db[Symbol.asyncDispose]())

describe('rollbackEach', () => {
  rollbackEach(db, { beforeEach, afterEach })

  it.each([1, 2])('gives each test a database as it was, time %i', async () => {
    expect(await db.notes.count()).toBe(0)
    await db.notes.insert({ text: 'one' })
    await db.transaction(() => db.notes.insert({ text: 'two' }))
    expect(await db.notes.count()).toBe(2)
  })
})
