// PostgreSQL within the process: files are written, checked and applied on it, so that a test or a build needs no server.
import { token } from '@keelson/core'
import { expect, it, onTestFinished } from 'vitest'
import { database, defineTables, openDatabase, table, text, uuid, type Database } from '../../src/index.ts'
import { migrationStatus } from '../../src/migrations/index.ts'
import { pglite } from '../../src/pglite/index.ts'
import { onPglite } from '../systems.ts'
import { migrationFolder } from './migration-folder.ts'
import { runCommand } from './run-command.ts'

const tables = defineTables({
  notes: table('notes', { id: uuid().primary(), text: text({ maxLength: 50 }).unique() }),
})

it('makes a file of tables with PGlite, and applies it at the start', { timeout: 120_000 }, async () => {
  using folder = migrationFolder()
  const migrations = { folder: folder.path, migrateAtStart: true }
  const shop = database(token<Database<typeof tables>>('shop'), pglite(), tables, { migrations })
  const written = await runCommand([shop], 'db diff', { words: ['notes'] })
  expect(written).toMatchObject({ code: 0, err: '' })
  const { adapter, drop } = await onPglite()
  onTestFinished(drop)
  await using db = await openDatabase(adapter, tables, { migrations })
  await db.notes.insert({ text: 'kept' })
  expect((await migrationStatus(db)).applied).toMatchObject([{ file: '0001-notes.sql' }])
})
