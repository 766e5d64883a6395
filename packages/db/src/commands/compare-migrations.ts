// Migrations and tables side by side, without the database of the app.
import type { Adapter } from '../adapter/index.ts'
import { draftMigration, renamesIn, type Draft } from '../diff/index.ts'
import { applyPending, connectTo, ignores, migrationPaths, readFileText } from '../migrate/index.ts'
import type { MigratedDatabase } from './choose-database.ts'
import type { CommandDatabase } from './contract.ts'
import { orGiveUp } from './give-up.ts'
import { scratchRules } from './scratch-rules.ts'

/** How two are compared. */
export interface CompareOptions {
  readonly signal: AbortSignal
  /** Tables, and `table.column`, that are to go; `all` where the draft is only looked at. */
  readonly drops: readonly string[] | 'all'
  /** Is told what was not run of the files, a sentence each. */
  tell(sentence: string): void
}

/** Makes the scratch databases of a database. */
export function scratchAdapter({ adapter, migrations }: CommandDatabase): Adapter {
  return migrations?.scratch ?? migrations?.adapter ?? adapter
}

/**
 * Compares what the files of a database make with what its tables say, in scratch databases.
 *
 * @returns undefined where they agree
 * @throws {SetupError} `ERR_DB_CONNECTION` and `ERR_DB_DATABASE` where there is no server, or it makes no database
 */
export async function compareMigrations(
  database: MigratedDatabase,
  { signal, drops, tell }: CompareOptions,
): Promise<Draft | undefined> {
  const { name, tables, migrations } = database
  const adapter = scratchAdapter(database)
  const files = await migrationPaths(migrations.folder)
  const texts = await Promise.all(files.filter(isSql).map(readFileText))
  const settings = { ...migrations, adapter: undefined }
  const drafting = draftMigration({
    adapter,
    tables,
    drops,
    renamed: new Set(texts.flatMap(renamesIn)),
    isIgnored: (table, column) =>
      ignores(column === undefined ? table : `${table}.${column}`, migrations.ignore),
    applyFiles: async (scratch) => {
      if (files.length === 0) return
      const target = {
        name,
        adapter: scratch,
        mode: 'development' as const,
        connect: (end: AbortSignal | undefined) => connectTo(scratch, end),
      }
      const rules = await scratchRules(adapter, { files, texts, tell })
      await applyPending({ target, settings }, { signal, scratch: rules })
    },
  })
  return orGiveUp(signal, drafting)
}

function isSql(path: string): boolean {
  return path.endsWith('.sql')
}
