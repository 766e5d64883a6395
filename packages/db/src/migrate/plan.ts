// Files and history side by side: what is pending, and what keeps migrations from running.
import { join } from 'node:path'
import { SetupError, type SetupProblem } from '@keelson/core'
import type { HistoryRow, MigrationFile, MigrationSettings } from './contract.ts'
import { CANNOT_RUN } from './read-folder.ts'

/** What is to be done, and what is wrong. */
export interface Plan {
  /** Files that are not applied, in their order; the first may have ended in the middle. */
  readonly pending: readonly MigrationFile[]
  /** Files that are applied, in their order. */
  readonly applied: readonly (readonly [file: MigrationFile, row: HistoryRow])[]
  /** A file that ended in the middle. */
  readonly unfinished: readonly [file: MigrationFile, row: HistoryRow] | undefined
  readonly problems: readonly SetupProblem[]
}

interface About {
  readonly folder: string
  /** Whether a newer version may have applied files that this one does not know. */
  readonly allowNewer: boolean
}

/** Compares the files with the history. */
export function planOf(
  files: readonly MigrationFile[],
  rows: ReadonlyMap<string, HistoryRow>,
  about: About,
): Plan {
  const known = new Map(files.map((file) => [file.name, file]))
  const both = files.flatMap((file) => {
    const row = rows.get(file.name)
    return row === undefined ? [] : [[file, row] as const]
  })
  const applied = both.filter(([, row]) => row.appliedAt !== undefined)
  const unfinished = both.find(([, row]) => row.appliedAt === undefined)
  const pending = files.filter(({ name }) => rows.get(name)?.appliedAt === undefined)
  const others = [...rows.values()].filter(({ name }) => !known.has(name))
  const last = files.at(-1)?.number ?? 0
  const problems = [
    ...applied.flatMap(([file, row]) => (file.checksum === row.checksum ? [] : [altered(file, row)])),
    ...others.flatMap((row) => otherProblem(row, { files, last, about })),
    ...outOfOrder(pending, applied.at(-1)?.[0]),
  ]
  return { pending, applied, unfinished, problems }
}

/** @throws {SetupError} `ERR_DB_MIGRATION_HISTORY` for what is wrong */
export function assertInOrder({ problems }: Plan): void {
  if (problems.length > 0) throw new SetupError(problems, undefined, CANNOT_RUN)
}

/** What keeps an app from starting that changes nothing. */
export function startProblems(
  { problems, pending, unfinished }: Plan,
  { migrateAtStart }: Pick<MigrationSettings, 'migrateAtStart'>,
): SetupProblem[] {
  return [
    ...problems,
    ...(unfinished === undefined
      ? []
      : [
          problem(
            unfinished[0].path,
            'It ended in the middle.',
            `Run keelson db ${unfinished[1].direction === 'up' ? 'migrate' : 'rollback'}: it goes on, or says what is to be found out.`,
          ),
        ]),
    ...pending
      .filter((file) => file !== unfinished?.[0])
      .map((file) => ({
        code: 'ERR_DB_MIGRATION_PENDING',
        place: file.path,
        message: 'It is not applied.',
        remedy: migrateAtStart
          ? 'Run keelson db migrate: a command applies nothing by its start.'
          : 'Run keelson db migrate before the start, or give migrations: { migrateAtStart: true } in development.',
      })),
  ]
}

function problem(place: string, message: string, remedy: string): SetupProblem {
  return { code: 'ERR_DB_MIGRATION_HISTORY', place, message, remedy }
}

function altered({ path }: MigrationFile, { appliedAt }: HistoryRow): SetupProblem {
  return problem(
    path,
    `It was altered after it was applied (${appliedAt}).`,
    'Bring back its text, and write the change as a new file; in development, keelson db reset runs all files anew.',
  )
}

interface Around {
  readonly files: readonly MigrationFile[]
  /** The highest number of a file. */
  readonly last: number
  readonly about: About
}

function otherProblem(row: HistoryRow, { files, last, about }: Around): SetupProblem[] {
  const place = join(about.folder, row.name)
  const twin = files.find(({ checksum }) => checksum === row.checksum)
  if (twin !== undefined)
    return [
      problem(
        place,
        `It was applied, and is now called ${twin.file}.`,
        'Give it its old name again: the history knows files by name.',
      ),
    ]
  if (Number.parseInt(row.name, 10) > last)
    return about.allowNewer
      ? []
      : [
          problem(
            place,
            'It was applied by a newer version, which this one does not know.',
            'Use the newer version; while one is rolled out beside the other, give migrations: { allowNewer: true }.',
          ),
        ]
  return [
    problem(
      place,
      'It was applied, and is missing.',
      'Bring back the file; in development, keelson db reset runs all files anew.',
    ),
  ]
}

/** A file whose row is gone, though later ones are applied. */
function outOfOrder(pending: readonly MigrationFile[], last: MigrationFile | undefined): SetupProblem[] {
  return pending
    .filter(({ number }) => last !== undefined && number < last.number)
    .map(({ path }) =>
      problem(
        path,
        `It is not applied, though ${last!.file} is.`,
        'Two branches had files of these numbers: give this one the next free number; in development, keelson db reset runs all files anew.',
      ),
    )
}
