// What `keelson check --deploy` finds of a database by its options: who makes its tables, and when.
import type { InspectOptions, SetupProblem } from '@keelson/core'
import type { DatabaseSettings } from './options.ts'

/** A database as it was declared. */
export interface DeclaredDatabase {
  readonly name: string
  readonly tables: { readonly tables: { readonly size: number } }
  readonly settings: Pick<DatabaseSettings, 'createTables' | 'migrations'>
}

/** What may be intended: tables that others make, migrations that the start of each process applies. */
export function deploymentWarnings(
  { name, tables: { tables }, settings: { createTables, migrations } }: DeclaredDatabase,
  { isForDeployment = false, replicas = 1 }: InspectOptions,
): SetupProblem[] {
  if (!isForDeployment) return []
  const place = `database ${name}`
  if (migrations === undefined) return createTables || tables.size === 0 ? [] : [unmade(place)]
  return migrations.migrateAtStart && replicas > 1 ? [migratesAtStart(place, replicas)] : []
}

function unmade(place: string): SetupProblem {
  return {
    code: 'deploy-tables',
    place,
    message: 'It has tables and no migrations: keelson db migrate makes none of them.',
    remedy:
      "Give migrations: { folder: new URL('./migrations', import.meta.url) }, or acknowledge it where something else makes them.",
  }
}

function migratesAtStart(place: string, replicas: number): SetupProblem {
  return {
    code: 'deploy-migrate',
    place,
    message: `Each of ${replicas} processes applies migrations at its start: one does, the others wait, and phases.startMs ends what takes longer.`,
    remedy:
      "Run keelson db migrate once before they start, and give migrateAtStart: ['development', 'test'].includes(process.env['NODE_ENV'] ?? 'development').",
  }
}
