// The runs of migrations: to the last file, back, and those that only look.
import { SetupError } from '@keelson/core'
import { MigrationError } from '../errors.ts'
import type {
  MigrationFile,
  MigrationRun,
  MigrationSettings,
  MigrationStatus,
  MigrationTarget,
} from './contract.ts'
import { emptyDatabase, type EmptiedDatabase } from './empty-database.ts'
import { ignores } from './ignored-names.ts'
import { madeByFiles } from './made-by-files.ts'
import { assertInOrder, startProblems, type Plan } from './plan.ts'
import type { RunParts } from './job.ts'
import { runFile } from './run-file.ts'
import { withRunner, type RunOptions } from './runner.ts'

/** A database with the settings of its migrations. */
export interface MigrationPlace {
  readonly target: MigrationTarget
  readonly settings: MigrationSettings
}

/** Applies what is pending, in order. @returns the files that this run applied */
export function applyPending(
  { target, settings }: MigrationPlace,
  options: RunOptions,
): Promise<readonly MigrationRun[]> {
  return withRunner(target, { settings, options }, async (runner) => {
    const files = await runner.readFiles()
    // Without the lock: where there is nothing to do, nobody is waited for.
    const first = await runner.plan(files)
    assertInOrder(first)
    if (first.pending.length === 0 && options.baseline === undefined) {
      if (options.resumeAfter !== undefined) throw nothingToResume(runner.place)
      return []
    }
    return runner.alone(async (parts) => {
      const plan = await runner.plan(files)
      assertInOrder(plan)
      assertUpwards(plan)
      if (options.resumeAfter !== undefined && plan.unfinished === undefined)
        throw nothingToResume(runner.place)
      const assumed = await assume(plan, parts, options.baseline)
      const runs: MigrationRun[] = []
      for (const file of plan.pending) {
        if (assumed.has(file)) continue
        const run = await runFile(file, 'up', parts)
        if (run !== undefined) runs.push(run)
      }
      return runs
    })
  })
}

/** Notes files as applied that made the tables before there was a history. @throws {MigrationError} where there is one */
async function assume(
  { pending, applied, unfinished }: Plan,
  { history, lock, onEvent }: RunParts,
  baseline: string | undefined,
): Promise<ReadonlySet<MigrationFile>> {
  if (baseline === undefined) return new Set()
  const last = pending.findIndex(({ name, file }) => name === baseline || file === baseline)
  const place = `baseline ${baseline}`
  if (applied.length > 0 || unfinished !== undefined)
    throw new MigrationError({
      message: `${place}: this database has a history already. Run keelson db migrate without it.`,
    })
  if (last === -1)
    throw new MigrationError({
      message: `${place}: there is no such file. Name the last one whose changes the database has: 0001-before.sql.`,
    })
  const files = pending.slice(0, last + 1)
  for (const file of files) {
    await lock.whenFree(() => history.add(file, 0))
    onEvent({ kind: 'assumed', file: file.file })
  }
  return new Set(files)
}

function nothingToResume(place: string): Error {
  return new MigrationError({
    message: `${place}: no file has ended in the middle, so that there is nothing to resume. Run it without resume-after.`,
  })
}

function assertUpwards({ unfinished }: Plan): void {
  if (unfinished?.[1].direction !== 'down') return
  throw new MigrationError({
    message: `${unfinished[0].path}: its way back ended in the middle. Run keelson db rollback, which goes on there.`,
  })
}

/** Which files to take back. */
export interface RollbackOptions extends RunOptions {
  /** How many, from the last one on. Default 1. */
  readonly steps?: number | undefined
}

/** Takes applied files back, the last first. All of them must have a way back, else none is taken. */
export function takeBack(
  { target, settings }: MigrationPlace,
  options: RollbackOptions,
): Promise<readonly MigrationRun[]> {
  return withRunner(target, { settings, options }, (runner) =>
    runner.alone(async (parts) => {
      const plan = await runner.plan(await runner.readFiles())
      assertInOrder(plan)
      const files = await toTakeBack(plan, options.steps ?? 1)
      if (options.resumeAfter !== undefined && plan.unfinished === undefined)
        throw nothingToResume(runner.place)
      const runs: MigrationRun[] = []
      for (const file of files) {
        const run = await runFile(file, 'down', parts)
        if (run !== undefined) runs.push(run)
      }
      return runs
    }),
  )
}

/** What ended in the middle of its way back comes first. @throws {MigrationError} for one without a way back */
async function toTakeBack({ applied, unfinished }: Plan, steps: number): Promise<readonly MigrationFile[]> {
  if (unfinished?.[1].direction === 'up')
    throw new MigrationError({
      message: `${unfinished[0].path}: it ended in the middle. Run keelson db migrate, which goes on there.`,
    })
  const begun = unfinished === undefined ? [] : [unfinished[0]]
  const rest = applied.map(([file]) => file).toReversed()
  const files = [...begun, ...rest].slice(0, steps)
  for (const file of files)
    if (!(await hasWayBack(file)))
      throw new MigrationError({
        message: `${file.path}: it has no way back, so nothing was taken back. Write it below a line '-- down' (of a module: down), or go on by a new file.`,
      })
  return files
}

async function hasWayBack({ content }: MigrationFile): Promise<boolean> {
  return content.kind === 'sql' ? content.down !== undefined : (await content.load()).down !== undefined
}

/** What a database has of the files; it changes nothing. */
export function readStatus(
  { target, settings }: MigrationPlace,
  options: RunOptions,
): Promise<MigrationStatus> {
  return withRunner(target, { settings, options }, async (runner) => {
    const plan = await runner.plan(await runner.readFiles())
    const { unfinished } = plan
    return {
      applied: plan.applied.map(([{ file }, { appliedAt, durationMs }]) => ({
        file,
        appliedAt: appliedAt!,
        durationMs,
      })),
      pending: plan.pending.filter((file) => file !== unfinished?.[0]).map(({ file }) => file),
      unfinished: unfinished && {
        file: unfinished[0].file,
        direction: unfinished[1].direction,
        statementsDone: unfinished[1].statementsDone,
      },
      problems: plan.problems.map(({ place, message, remedy }) => `${place}: ${message} ${remedy}`),
    }
  })
}

/** Refuses a start where files and database differ. @throws {SetupError} with every problem */
export function verifyApplied({ target, settings }: MigrationPlace, options: RunOptions): Promise<void> {
  return withRunner(target, { settings, options }, async (runner) => {
    const problems = startProblems(await runner.plan(await runner.readFiles()), settings)
    if (problems.length > 0) throw new SetupError(problems)
  })
}

/** Whether files of a database were applied in production. */
export function wasMigratedInProduction(
  { target, settings }: MigrationPlace,
  options: RunOptions,
): Promise<boolean> {
  return withRunner(target, { settings, options }, async ({ history }) =>
    [...(await history.read()).values()].some(({ mode }) => mode === 'production'),
  )
}

/** Who is told what a reset has dropped. */
export interface ResetOptions extends RunOptions {
  readonly onEmptied: (emptied: EmptiedDatabase) => void
}

/** Drops what the database has, apart from ignored tables that no file makes, and applies all files: for development. */
export async function resetDatabase(
  { target, settings }: MigrationPlace,
  options: ResetOptions,
): Promise<readonly MigrationRun[]> {
  await withRunner(target, { settings, options }, async (runner) => {
    // Files that cannot run would leave an empty database.
    const files = await runner.readFiles()
    for (const { content } of files) if (content.kind === 'module') await content.load()
    const { names, drops } = madeByFiles(files, runner.connection.dialect.system)
    const stays = (name: string): boolean => ignores(name, settings.ignore) && !names.has(name.toLowerCase())
    options.onEmptied(await runner.alone(({ connection }) => emptyDatabase(connection, { stays, drops })))
  })
  return applyPending({ target, settings }, options)
}
