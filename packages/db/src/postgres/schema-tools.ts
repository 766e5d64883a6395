// What migrations need of PostgreSQL; loaded when they are used.
import type { Dialect, SchemaTools } from '../adapter/index.ts'
import { describePostgres } from './describe-postgres.ts'
import { postgresReading } from './reading-postgres.ts'
import { writePostgresChanges } from './write-changes.ts'

/** The tools of PostgreSQL and of PGlite. */
export function postgresTools(dialect: Dialect): SchemaTools {
  return Object.freeze({
    describe: describePostgres,
    readingOf: postgresReading,
    write: (changes, ends) => writePostgresChanges(changes, ends, dialect),
  } satisfies SchemaTools)
}
