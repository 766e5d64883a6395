import { runInNewFrame } from '@keelson/core'
import { runFiles, type SeedRun } from '../seeds/index.ts'
import { assertOutlives, chooseDatabase, chosenDatabase, refusal } from './choose-database.ts'
import type { CommandDatabase, CommandParts, CommandSeeds } from './contract.ts'
import { assertNotOfProduction, assertNotProduction } from './guard-data.ts'

/** Runs the seeds of a database. */
export async function seedCommand(
  parts: CommandParts,
  { names, inProduction }: { readonly names: readonly string[]; readonly inProduction: boolean },
): Promise<number> {
  const loss = {
    inProduction,
    consequence: 'Seeds write rows over those that are there',
    remedy: 'Name those that are meant for it, and write --in-production.',
  }
  assertNotProduction(parts, loss)
  const database = chosenDatabase(parts)
  assertOutlives(database)
  const seeds = seedsOf(database)
  if (database.migrations !== undefined) await assertNotOfProduction(chooseDatabase(parts), parts, loss)
  await runSeeds(seeds, parts, names)
  return 0
}

/** Runs seeds, and says what has become of their rows. @throws {SeedError} */
export async function runSeeds(
  seeds: CommandSeeds,
  { io, mode, signal }: CommandParts,
  names: readonly string[],
): Promise<void> {
  const onRun = ({ file, inserted, updated, unchanged, durationMs }: SeedRun): void =>
    io.out(
      `seeded    ${file}  ${inserted} inserted, ${updated} updated, ${unchanged} unchanged, ${Math.round(durationMs)} ms\n`,
    )
  await using db = await seeds.open(mode, signal)
  const runs = await runInNewFrame(() => runFiles(db, { folder: seeds.folder, names, onRun }), { signal })
  if (runs.length === 0) io.out('There are no seeds.\n')
}

/** The seeds of a database. @throws {SetupError} where it has none */
export function seedsOf({ name, seeds }: CommandDatabase): CommandSeeds {
  if (seeds !== undefined) return seeds
  throw refusal(
    name,
    'This database has no seeds.',
    "Give it a folder: database(DB, adapter, tables, { seeds: { folder: new URL('./seeds', import.meta.url) } }).",
  )
}
