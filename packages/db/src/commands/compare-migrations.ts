// Migrations and tables side by side, without the database of the app.
import { draftMigration, swapsIn, type Draft } from '../diff/index.ts'
import { applyPending, connectTo, migrationPaths, readFileText } from '../migrate/index.ts'
import type { MigratedDatabase } from './choose-database.ts'

/**
 * Compares what the files of a database make with what its tables say, in scratch databases.
 *
 * @param options.drops - tables, and `table.column`, that are to go; `all` where the draft is only looked at
 * @returns undefined where they agree
 * @throws {SetupError} `ERR_DB_CONNECTION` and `ERR_DB_DATABASE` where there is no server, or it makes no database
 */
export async function compareMigrations(
  { name, adapter, tables, migrations }: MigratedDatabase,
  { signal, drops }: { readonly signal: AbortSignal; readonly drops: readonly string[] | 'all' },
): Promise<Draft | undefined> {
  const files = await migrationPaths(migrations.folder)
  const texts = await Promise.all(files.filter(isSql).map(readFileText))
  const settings = { ...migrations, adapter: undefined }
  return draftMigration({
    adapter: migrations.adapter ?? adapter,
    tables,
    drops,
    swapped: new Set(texts.flatMap(swapsIn)),
    isIgnored: (table, column) =>
      ignores(column === undefined ? table : `${table}.${column}`, migrations.ignore),
    applyFiles: async (scratch) => {
      if (files.length === 0) return
      const target = {
        name,
        adapter: scratch,
        connect: (end: AbortSignal | undefined) => connectTo(scratch, end),
      }
      await applyPending({ target, settings }, { signal })
    },
  })
}

function isSql(path: string): boolean {
  return path.endsWith('.sql')
}

/** Whether a table, or a column as `table.column`, is one of those that a comparison leaves: `audit_*`, `orders.note`. */
export function ignores(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (!pattern.endsWith('*')) return name === pattern
    const start = pattern.slice(0, -1)
    // The star of a table's name does not reach into its columns.
    return name.startsWith(start) && (start.includes('.') || !name.includes('.'))
  })
}
