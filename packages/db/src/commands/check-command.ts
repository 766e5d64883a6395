import type { CommandIo, SetupProblem } from '@keelson/core'
import { addChecksums, readFolderState } from '../migrate/index.ts'
import { checkMigrations } from './check-migrations.ts'
import { migratedDatabase, type MigratedDatabase } from './choose-database.ts'
import type { CommandDatabase, CommandParts } from './contract.ts'
import { DIFFERS, UNKNOWN } from './exit-codes.ts'

/** Checks the migrations of one database, or of all that have some. @returns 0, 1 or 3 */
export async function checkCommand(
  parts: CommandParts,
  { writes }: { readonly writes: boolean },
): Promise<number> {
  const { io, database } = parts
  const all = database === undefined ? parts.databases.flatMap(withMigrations) : [migratedDatabase(parts)]
  if (all.length === 0) io.out('Nothing to check: no database of the app has migrations.\n')
  const codes = []
  for (const one of all) {
    if (writes) await writeChecksums(one, io)
    codes.push(await checkOne(one, parts))
  }
  return codes.includes(DIFFERS) ? DIFFERS : Math.max(0, ...codes)
}

function withMigrations(database: CommandDatabase): MigratedDatabase[] {
  const { migrations } = database
  return migrations === undefined ? [] : [{ ...database, migrations }]
}

async function writeChecksums({ migrations: { folder } }: MigratedDatabase, io: CommandIo): Promise<void> {
  const { withoutChecksum, problems } = await readFolderState(folder)
  // The check tells them; a file of a wrong name is not one to be noted.
  if (problems.length > 0) return
  for (const { file } of await addChecksums(folder, withoutChecksum)) io.out(`noted     ${file}\n`)
}

async function checkOne(
  database: MigratedDatabase,
  { io, signal, databases }: CommandParts,
): Promise<number> {
  const { problems, differences, unreachable } = await checkMigrations(database, {
    isOffline: false,
    signal,
    tell: (sentence) => io.err(`${sentence}\n`),
  })
  for (const problem of problems) io.err(lineOf(problem))
  for (const difference of differences) io.err(`${difference}\n`)
  const of = databases.length > 1 ? ` of ${database.name}` : ''
  if (differences.length > 0)
    io.err(`The migrations${of} do not make these tables yet: keelson db diff writes what is missing.\n`)
  if (unreachable.length > 0) {
    for (const problem of unreachable) io.err(lineOf(problem))
    io.err(`Whether the migrations${of} make the tables is not known.\n`)
  }
  if (problems.length + differences.length > 0) return DIFFERS
  if (unreachable.length > 0) return UNKNOWN
  io.out(`The migrations${of} make the tables.\n`)
  return 0
}

function lineOf({ place, message, remedy }: SetupProblem): string {
  return `${place}: ${message} ${remedy}\n`
}
