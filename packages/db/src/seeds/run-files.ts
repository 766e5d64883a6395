// Runs files of seeds in their order, each in a transaction of its own.
import { join } from 'node:path'
import { SeedError } from '../errors.ts'
import { importDefault, readRegular, sha256 } from '../migrate/index.ts'
import { OpenOperations } from '../session/index.ts'
import type { PutCounts, Row, SeededDatabase, SeededTable, SeedRun } from './contract.ts'
import { putRows, type PutPlace, type PutResult } from './put-rows.ts'
import { chosenFiles, readFolder } from './read-folder.ts'
import { toPutError } from './violated-rows.ts'
import { isSeed, type SeedWork } from './seed-value.ts'

/** Which files run, and who is told. */
export interface SeedFiles {
  readonly folder: string
  /** Names of those that run, with or without their endings; all where there are none. */
  readonly names: readonly string[]
  readonly onRun: (run: SeedRun) => void
}

/**
 * Runs seeds.
 *
 * @returns what has become of the rows of each file
 * @throws {SeedError} for a file that is not a seed, before any runs, and for one that failed: those before it are done
 */
export async function runFiles(
  db: SeededDatabase,
  { folder, names, onRun }: SeedFiles,
): Promise<readonly SeedRun[]> {
  const files = chosenFiles(await readFolder(folder), names)
  const seeds: (readonly [file: string, work: SeedWork])[] = []
  for (const file of files) seeds.push([file, await load(join(folder, file))])
  const runs: SeedRun[] = []
  for (const [file, work] of seeds) {
    const run = await runFile(db, { file, path: join(folder, file), work })
    onRun(run)
    runs.push(run)
  }
  return runs
}

async function load(path: string): Promise<SeedWork> {
  let loaded: unknown
  try {
    loaded = await importDefault(path, sha256((await readRegular(path)).toString()))
  } catch (error) {
    const { message, cause = error } = error as Error
    throw new SeedError({ message: `${path}: ${message}`, cause })
  }
  if (isSeed(loaded)) return loaded['~internal']
  throw new SeedError({
    message: `${path}: the file does not export a seed. Write export default seed(tables, async ({ put }) => { … }), with seed from @keelson/db; what is not a seed stands in another folder.`,
  })
}

interface NamedWork {
  readonly file: string
  readonly path: string
  readonly work: SeedWork
}

async function runFile(db: SeededDatabase, { file, path, work }: NamedWork): Promise<SeedRun> {
  const startedAt = performance.now()
  try {
    const counts = await db.transaction(() => fill(db, work), { name: `seed ${file}` })
    return { file, ...counts, durationMs: performance.now() - startedAt }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new SeedError({
      message: `${path}: ${said.replace(/\.?$/, '.')} Nothing of this seed is done; those before it are.`,
      cause: error,
    })
  }
}

/** Counted anew where a conflict makes the transaction run again. */
async function fill(db: SeededDatabase, work: SeedWork): Promise<PutCounts> {
  const counts = { inserted: 0, updated: 0, unchanged: 0 }
  const puts = new OpenOperations()
  const put: Put = (key, rows, options = {}) =>
    puts.begin(`put('${key}', …)`, async () => {
      const done = await putInto(db, { key, rows, on: options.on })
      counts.inserted += done.counts.inserted
      counts.updated += done.counts.updated
      counts.unchanged += done.counts.unchanged
      return done.rows
    })
  try {
    await work({ db, put } as never)
  } finally {
    // The transaction would end below them, and what goes on after one would fail where nobody looks.
    await puts.settled()
  }
  const { unawaited } = puts
  if (unawaited !== undefined)
    throw new SeedError({
      message: `${unawaited.label} was begun and not awaited. Write await put(…); where there are many, for (const row of rows) await put(…).`,
      cause: unawaited.error,
    })
  return counts
}

type Put = (
  key: string,
  rows: readonly Row[],
  options?: { readonly on?: readonly string[] | undefined },
) => Promise<readonly Row[]>

async function putInto(
  db: SeededDatabase,
  { key, rows, on }: { readonly key: string; readonly rows: readonly Row[]; readonly on: PutPlace['on'] },
): Promise<PutResult> {
  const { tables } = db['~internal'].tables
  const facts = tables.get(key)
  if (facts === undefined)
    throw new SeedError({
      message: `put('${key}', …): the database has no such table. Name one of its tables: ${[...tables.keys()].join(', ')}.`,
    })
  if (!Array.isArray(rows))
    throw new SeedError({ message: `put('${key}', …) takes a list of rows: put('${key}', [{ … }]).` })
  const table = (db as unknown as Readonly<Record<string, SeededTable>>)[key]!
  const place = { key, facts, table, on }
  return putRows(rows, place).catch((error: unknown) => {
    throw toPutError(error, rows, place)
  })
}
