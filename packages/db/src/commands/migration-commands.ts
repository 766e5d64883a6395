// The commands of migrations: what each prints, and its exit code.
import { join, relative } from 'node:path'
import {
  applyPending,
  createFile,
  readFileText,
  readStatus,
  resetDatabase,
  takeBack,
  type EmptiedDatabase,
  type FileKind,
  type MigrationEvent,
  type MigrationRun,
} from '../migrate/index.ts'
import { adapterOf, chooseDatabase, chosenDatabase, refusal } from './choose-database.ts'
import type { CommandParts } from './contract.ts'
import { DIFFERS } from './exit-codes.ts'
import { assertLocal, assertNotOfProduction, assertNotProduction } from './guard-data.ts'
import { runSeeds, seedsOf } from './seed-command.ts'
import { FileNotes, forgetFiles } from './note-files.ts'
import { tellDangers } from './tell-dangers.ts'

const BY_FILE = 'Go on by a new file instead; where you mean it, write --in-production.'

/** Prints which files are applied, and what is dangerous in those that are not. @returns 1 where some are not, or the history is not in order */
export async function statusCommand(parts: CommandParts): Promise<number> {
  const { io, signal } = parts
  const place = chooseDatabase(parts)
  const { applied, pending, unfinished, problems } = await readStatus(place, { signal })
  for (const { file, appliedAt, durationMs } of applied)
    io.out(`applied   ${file}  ${appliedAt}, ${durationMs} ms\n`)
  if (unfinished !== undefined)
    io.out(
      `begun     ${unfinished.file}  ${unfinished.direction === 'up' ? 'ended' : 'its way back ended'} after statement ${unfinished.statementsDone}\n`,
    )
  // Once it is connected, MySQL and MariaDB are told apart.
  const { system } = adapterOf(place).dialect()
  for (const file of pending) {
    io.out(`pending   ${file}\n`)
    const path = join(place.settings.folder, file)
    if (file.endsWith('.sql'))
      tellDangers(await readFileText(path), { file: relative(io.cwd, path), system, io })
    else io.err(`${relative(io.cwd, path)}: not looked at for dangers, which are found in SQL files alone.\n`)
  }
  for (const problem of problems) io.err(`${problem}\n`)
  if (applied.length + pending.length === 0 && unfinished === undefined) io.out('There are no files.\n')
  return pending.length + problems.length > 0 || unfinished !== undefined ? DIFFERS : 0
}

/** Applies what is pending. */
export async function migrateCommand(
  parts: CommandParts,
  about: { readonly resumeAfter: number | undefined; readonly baseline: string | undefined },
): Promise<number> {
  const place = chooseDatabase(parts)
  const options = { ...runOptions(parts), ...about }
  const runs = await new FileNotes(place, parts).during(options, (noted) => applyPending(place, noted))
  return ended(runs, parts, 'Nothing to do: all files are applied.')
}

/** Takes applied files back. */
export async function rollbackCommand(
  parts: CommandParts,
  about: { readonly steps: number; readonly inProduction: boolean; readonly resumeAfter: number | undefined },
): Promise<number> {
  const loss = {
    inProduction: about.inProduction,
    consequence: 'A rollback drops what was written since',
    remedy: BY_FILE,
  }
  assertNotProduction(parts, loss)
  if (about.steps < 1)
    throw refusal('--steps', 'It is less than 1.', 'Write how many files are to be taken back.')
  const { steps, resumeAfter } = about
  const place = chooseDatabase(parts)
  await assertNotOfProduction(place, parts, loss)
  const options = runOptions(parts)
  const taken: string[] = []
  const onEvent = (event: MigrationEvent): void => {
    if (event.kind === 'done') taken.push(event.file)
    options.onEvent(event)
  }
  try {
    const runs = await takeBack(place, { ...options, onEvent, steps, resumeAfter })
    return ended(runs, parts, 'Nothing to do: no file is applied.')
  } finally {
    await forgetFiles(place, parts, taken)
  }
}

/** Drops all of the database, applies all files, and fills it where that is asked for. */
export async function resetCommand(
  parts: CommandParts,
  about: { readonly inProduction: boolean; readonly remote: string | undefined; readonly seed: boolean },
): Promise<number> {
  const { inProduction } = about
  const loss = { inProduction, consequence: 'A reset drops all tables with their rows', remedy: BY_FILE }
  assertNotProduction(parts, loss)
  const seeds = about.seed ? seedsOf(chosenDatabase(parts)) : undefined
  const place = chooseDatabase(parts)
  assertLocal(place, about.remote, loss.consequence)
  await assertNotOfProduction(place, parts, loss)
  const onEmptied = (emptied: EmptiedDatabase): void =>
    parts.io.out(`${adapterOf(place).place}: ${toldOf(emptied)}\n`)
  const options = { ...runOptions(parts), onEmptied }
  const runs = await new FileNotes(place, parts).during(options, (noted) => resetDatabase(place, noted))
  const code = ended(runs, parts, 'The database is empty: there are no files.')
  if (seeds !== undefined) await runSeeds(seeds, parts, [])
  return code
}

function toldOf({ dropped, kept }: EmptiedDatabase): string {
  const tables = `${dropped.length} ${dropped.length === 1 ? 'table' : 'tables'} dropped`
  return kept.length === 0 ? tables : `${tables}; ignored, and left: ${kept.join(', ')}`
}

/** Makes the next file. */
export async function createCommand(
  parts: CommandParts,
  { words, kind }: { readonly words: readonly string[]; readonly kind: FileKind },
): Promise<number> {
  const { settings } = chooseDatabase(parts)
  parts.io.out(`${relative(parts.io.cwd, await createFile(settings.folder, words.join(' '), { kind }))}\n`)
  return 0
}

function runOptions({ io, signal }: CommandParts): {
  readonly signal: AbortSignal
  readonly onEvent: (event: MigrationEvent) => void
} {
  return { signal, onEvent: (event) => print(event, io) }
}

function print(event: MigrationEvent, io: CommandParts['io']): void {
  switch (event.kind) {
    case 'waiting':
      return io.err(`Waiting for ${event.by}.\n`)
    case 'retrying':
      return io.err(`${event.file} waits for a lock that others hold: again in ${event.pauseMs} ms.\n`)
    case 'assumed':
      return io.out(`assumed   ${event.file}\n`)
    case 'begun':
      return undefined
    case 'done': {
      const what = event.direction === 'up' ? 'applied  ' : 'taken back'
      return io.out(`${what} ${event.file}  ${Math.round(event.durationMs)} ms\n`)
    }
  }
}

function ended(runs: readonly MigrationRun[], { io }: CommandParts, nothing: string): number {
  if (runs.length === 0) io.out(`${nothing}\n`)
  return 0
}
