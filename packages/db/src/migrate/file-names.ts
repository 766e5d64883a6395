// Names of files: a number from 0001 on without a gap, and words.
import type { SetupProblem } from '@keelson/core'

const NAME = /^(\d+)-([a-z0-9]+(?:-[a-z0-9]+)*)\.(sql|ts|mts|js|mjs)$/
/** What is meant to be a migration. */
const LIKELY = /^\d|\.(?:sql|[cm]?ts|[cm]?js)$/i
const DECLARATIONS = /\.d\.[cm]?ts$/

/** A name that is one of a migration. */
export interface FileName {
  readonly file: string
  readonly name: string
  readonly number: number
  readonly ending: string
}

/** Names in the order of their numbers, and what is wrong with them. */
export interface FileNames {
  readonly names: readonly FileName[]
  readonly problems: readonly SetupProblem[]
}

/** Reads the names of a folder; those that cannot be meant, as `README.md`, are passed over. */
export function readFileNames(files: readonly string[]): FileNames {
  const meant = files.filter((file) => LIKELY.test(file) && !DECLARATIONS.test(file) && !file.startsWith('.'))
  const names = meant.flatMap((file) => parseName(file) ?? [])
  names.sort((a, b) => a.number - b.number || (a.file < b.file ? -1 : 1))
  const problems = meant.filter((file) => parseName(file) === undefined).map(notAName)
  return { names, problems: [...problems, ...numberProblems(names)] }
}

/** `7` is `0007`. */
export function digitsOf(number: number): string {
  return String(number).padStart(4, '0')
}

function parseName(file: string): FileName | undefined {
  const [, digits = '', words = '', ending = ''] = NAME.exec(file) ?? []
  const number = Number(digits)
  if (number < 1 || digits !== digitsOf(number)) return undefined
  return { file, name: `${digits}-${words}`, number, ending }
}

function notAName(file: string): SetupProblem {
  return problem(
    file,
    'This is not the name of a migration.',
    'Write a number of four digits from 0001 on, and words in lower case: 0007-add-notes.sql, .ts or .js. What is not a migration stands in another folder.',
  )
}

/** Two of one number, which two branches make, and numbers that are missing. */
function numberProblems(names: readonly FileName[]): SetupProblem[] {
  const next = digitsOf((names.at(-1)?.number ?? 0) + 1)
  const problems: SetupProblem[] = []
  let expected = 1
  for (const [at, { file, number }] of names.entries()) {
    const before = names[at - 1]
    if (before?.number === number)
      problems.push(
        problem(
          file,
          `It has the number of ${before.file}.`,
          `Two branches have made them: give the one that came later, and is applied nowhere that matters, the number ${next}.`,
        ),
      )
    else if (number !== expected) problems.push(gap(file, expected, number))
    expected = number + 1
  }
  return problems
}

function gap(file: string, expected: number, number: number): SetupProblem {
  const missing =
    number - expected === 1
      ? `The file ${digitsOf(expected)} is`
      : `The files ${digitsOf(expected)} to ${digitsOf(number - 1)} are`
  return problem(
    file,
    `${missing} missing before it.`,
    `Bring back what is missing; if there never was one, give this file the number ${digitsOf(expected)}.`,
  )
}

function problem(place: string, message: string, remedy: string): SetupProblem {
  return { code: 'ERR_DB_MIGRATION_FILE', place, message, remedy }
}
