// The file `checksums` beside the files of migrations: a line for each, so that one that is altered is found without a database.
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SetupProblem } from '@keelson/core'
import { readRegular } from './read-regular.ts'

/** Its name. */
export const CHECKSUMS = 'checksums'

/** A file of migrations, as its text is now. */
export interface FileChecksum {
  /** `0001-create-orders.sql`. */
  readonly file: string
  readonly checksum: string
}

/** What the file says. */
export interface Checksums {
  /** By name of the file. */
  readonly byFile: ReadonlyMap<string, string>
  /** Lines that cannot be understood. */
  readonly problems: readonly SetupProblem[]
}

/** As sha256sum writes them. */
const LINE = /^([0-9a-f]{64}) [ *](\S+)$/
const CONFLICT = /^(?:<{7}|={7}|>{7}|\|{7})/

/** Reads it; where there is none, no file has a checksum. */
export async function readChecksums(folder: string): Promise<Checksums> {
  const read = await readRegular(join(folder, CHECKSUMS)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const text = read.toString('utf8')
  const byFile = new Map<string, string>()
  const problems: SetupProblem[] = []
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const [, checksum = '', file = ''] = LINE.exec(line) ?? []
    const place = `${CHECKSUMS}:${at + 1}`
    if (file === '') problems.push(notALine(place, line))
    else if ((byFile.get(file) ?? checksum) !== checksum) problems.push(twice(place, file))
    else byFile.set(file, checksum)
  }
  // One conflict has several such lines.
  return { byFile, problems: problems.filter(({ message }, at) => message !== problems[at - 1]?.message) }
}

/** Files that are not as their line says, and lines whose file is not there. */
export function checksumProblems({ byFile }: Checksums, files: readonly FileChecksum[]): SetupProblem[] {
  const there = new Map(files.map((one) => [one.file, one.checksum]))
  return [...byFile].flatMap(([file, checksum]) => {
    const now = there.get(file)
    if (now === checksum) return []
    if (now !== undefined) return [altered(file)]
    return [missing(file, files.find((one) => one.checksum === checksum && !byFile.has(one.file))?.file)]
  })
}

/** Adds a line for each file that has none. A line that is there is not changed. @returns the files that got one */
export async function addChecksums(
  folder: string,
  files: readonly FileChecksum[],
): Promise<readonly FileChecksum[]> {
  const { byFile } = await readChecksums(folder)
  const added = files.filter(({ file }) => !byFile.has(file))
  if (added.length > 0)
    await write(folder, new Map([...byFile, ...added.map(({ file, checksum }) => [file, checksum] as const)]))
  return added
}

/** Removes the lines of files, which may then be changed. */
export async function removeChecksums(folder: string, files: readonly string[]): Promise<void> {
  const { byFile } = await readChecksums(folder)
  const gone = new Set(files)
  const kept = [...byFile].filter(([file]) => !gone.has(file))
  if (kept.length < byFile.size) await write(folder, new Map(kept))
}

async function write(folder: string, byFile: ReadonlyMap<string, string>): Promise<void> {
  const lines = [...byFile]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, checksum]) => `${checksum}  ${file}\n`)
  const path = join(folder, CHECKSUMS)
  // Whole, or not at all: another process may read it meanwhile.
  const unfinished = join(folder, `.${CHECKSUMS}-${process.pid}`)
  await writeFile(unfinished, lines.join(''))
  await rename(unfinished, path)
}

function problem(place: string, message: string, remedy: string): SetupProblem {
  return { code: 'ERR_DB_MIGRATION_FILE', place, message, remedy }
}

const NOT_APPLIED = `where no other database has applied it, delete its line in ${CHECKSUMS}, and run keelson db reset`

function altered(file: string): SetupProblem {
  return problem(
    file,
    `It was altered: its text is not that of ${CHECKSUMS}.`,
    `Bring back its text, and write the change as a new file; ${NOT_APPLIED}.`,
  )
}

function missing(file: string, newName: string | undefined): SetupProblem {
  return newName === undefined
    ? problem(file, `It is in ${CHECKSUMS}, and missing.`, `Bring it back; ${NOT_APPLIED}.`)
    : problem(
        file,
        `It is now called ${newName}, and databases know files by name.`,
        `Give it its old name again; ${NOT_APPLIED}.`,
      )
}

function notALine(place: string, line: string): SetupProblem {
  return CONFLICT.test(line)
    ? problem(
        place,
        'Two branches have added files.',
        'Keep the lines of both; of two files of one number, give the one that came later the next number, and delete its line.',
      )
    : problem(
        place,
        `'${line.slice(0, 80)}' is not a checksum with the name of a file.`,
        'Bring the line back from version control.',
      )
}

function twice(place: string, file: string): SetupProblem {
  return problem(
    place,
    `${file} has another checksum above.`,
    'Two branches have changed one file: keep the line of the text that databases have applied.',
  )
}
