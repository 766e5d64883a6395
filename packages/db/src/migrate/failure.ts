// A statement that failed, with its place.
import { FrameworkError } from '@keelson/core'
import { serverText, shortened, type DriverFailure } from '../adapter/index.ts'
import { MigrationError } from '../errors.ts'
import type { WrittenStatement } from '../sql/index.ts'
import type { MigrationFile } from './contract.ts'
import type { RunnerConnection } from './runner-connection.ts'
import { placeIn, remedyFor } from './place-in-statement.ts'

/** What failed, and where. */
export interface FailedPlace {
  readonly file: MigrationFile
  /** Undefined for a module. */
  readonly statement: WrittenStatement | undefined
  readonly number: number
  readonly count: number
  /** What a module threw, where that is not the error of the server. */
  readonly thrown?: unknown
}

/** An error of the server for a statement of a file. */
export class ServerFailure extends Error {
  readonly failure: DriverFailure
  readonly #at: FailedPlace

  constructor(cause: unknown, connection: RunnerConnection, at: FailedPlace) {
    super('A statement of a migration failed', { cause })
    this.failure = connection.failureOf(cause)
    this.#at = at
  }

  /** Whether the same may succeed later: a lock was not to be had in time, or transactions were in each other's way. */
  get isWorthAnother(): boolean {
    return this.failure.kind === 'busy' || this.failure.kind === 'conflict'
  }

  /** Whether the server did not answer, so that it may have done it. */
  get isUnknown(): boolean {
    return this.failure.breaksConnection
  }

  /** @param consequence - what is done, and what is not, as sentences */
  toError(consequence: string): MigrationError {
    const { file, statement, number, count, thrown = this.cause } = this.#at
    if (statement === undefined)
      return new MigrationError({
        message: joined(`${placeOfModule(file, thrown)}: ${serverText(thrown)}`, consequence),
        cause: thrown,
      })
    const { cause } = this
    const head = `${file.path}:${placeIn(statement, cause)}: statement ${number} of ${count} failed: ${serverText(cause)}`
    const remedy = remedyFor(cause, statement)
    return new MigrationError({
      message: `${joined(head, remedy, consequence)}\n  ${shortened(statement.text)}`,
      cause,
    })
  }
}

// A class made by `defineError` is a value; this is the type of its instances.
type MigrationError = InstanceType<typeof MigrationError>

/** The error for what is not a statement of the file: the history, a transaction. */
export function failureAt(path: string, error: unknown, consequence: string): Error {
  if (FrameworkError.is(error)) return error
  return new MigrationError({ message: joined(`${path}: ${serverText(error)}`, consequence), cause: error })
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}

/** The line of a module that threw, where its stack tells it. */
function placeOfModule({ path }: MigrationFile, thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : ''
  for (const line of stack.split('\n')) {
    const at = line.includes(path) ? /:(\d+):(\d+)\)?$/.exec(line) : null
    if (at !== null) return `${path}:${at[1]}:${at[2]}`
  }
  return path
}
