import { SetupError } from '@keelson/core'
import { isInMemory, type Adapter } from '../adapter/index.ts'
import { connectTo, type MigrationPlace, type MigrationSettings } from '../migrate/index.ts'
import type { CommandDatabase, CommandParts } from './contract.ts'

const TITLE = 'The command cannot run'

/** A database with migrations. */
export interface MigratedDatabase extends CommandDatabase {
  readonly migrations: MigrationSettings
}

/** The database that a command is for. @throws {SetupError} where it must be named */
export function chosenDatabase({ databases, database }: CommandParts): CommandDatabase {
  return oneOf(databases, database)
}

/** The same, with its migrations. @throws {SetupError} for one that has none, too */
export function migratedDatabase(parts: CommandParts): MigratedDatabase {
  const found = chosenDatabase(parts)
  const { name, migrations } = found
  if (migrations === undefined)
    throw refusal(
      name,
      'This database has no migrations.',
      "Give it a folder: database(DB, adapter, tables, { migrations: { folder: new URL('./migrations', import.meta.url) } }).",
    )
  return { ...found, migrations }
}

/** The same, where it can be reached. @throws {SetupError} for one in memory, too */
export function chooseDatabase(parts: CommandParts): MigrationPlace {
  const { name, adapter, migrations } = migratedDatabase(parts)
  const { mode } = parts
  assertOutlives({ name, adapter: migrations.adapter ?? adapter })
  const target = {
    name,
    adapter,
    mode,
    connect: (signal: AbortSignal | undefined) => connectTo(adapter, signal),
  }
  return { target, settings: migrations }
}

/** The adapter that a command connects with. */
export function adapterOf({ target, settings }: MigrationPlace): Adapter {
  return settings.adapter ?? target.adapter
}

/** @throws {SetupError} for a database that is gone when the command ends */
export function assertOutlives({ name, adapter }: Pick<CommandDatabase, 'name' | 'adapter'>): void {
  if (!isInMemory(adapter)) return
  throw refusal(
    name,
    'This database is in memory, and gone when the command ends.',
    'Give migrations: { migrateAtStart: true }, or a file.',
  )
}

function oneOf(databases: readonly CommandDatabase[], named: string | undefined): CommandDatabase {
  const names = databases.map(({ name }) => name).join(', ')
  const found = named === undefined ? databases : databases.filter(({ name }) => name === named)
  if (found.length === 1) return found[0]!
  if (named === undefined)
    throw refusal(
      '--database',
      `The app has several databases: ${names}.`,
      `Name one: --database ${databases[0]!.name}.`,
    )
  if (found.length === 0)
    throw refusal('--database', `The app has no database '${named}'.`, `Write one of ${names}.`)
  throw refusal(
    '--database',
    `Several databases are called '${named}'.`,
    'Give their tokens names of their own.',
  )
}

/** What keeps a command from running. */
export function refusal(place: string, message: string, remedy: string): SetupError {
  return new SetupError([{ code: 'ERR_CORE_OPTION', place, message, remedy }], undefined, TITLE)
}
