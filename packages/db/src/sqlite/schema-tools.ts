// What migrations need of SQLite; loaded when they are used.
import type { SchemaTools } from '../adapter/index.ts'
import { describeSqlite } from './describe-sqlite.ts'
import { sqliteReading } from './reading-sqlite.ts'
import { SQLITE_DIALECT } from './sqlite-dialect.ts'
import { writeSqliteChanges } from './write-changes.ts'

/** The tools of SQLite, whatever its driver. */
export const SQLITE_TOOLS: SchemaTools = Object.freeze({
  describe: describeSqlite,
  readingOf: sqliteReading,
  write: (changes, ends) => writeSqliteChanges(changes, ends, SQLITE_DIALECT),
} satisfies SchemaTools)
