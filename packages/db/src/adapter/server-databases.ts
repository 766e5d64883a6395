// What adapters to servers share to make and drop other databases: a connection for each question, and problems with a remedy.
import { SetupError } from '@keelson/core'
import { answerWithin } from './answer-within.ts'
import { connectProblems } from './connect-problem.ts'
import type { Adapter, Connection, DriverRow, MaybePromise, Result } from './contract.ts'

/** The longest wait for a connection beside the pool, ms. */
const CONNECT_MS = 5000
/** The longest wait for an answer: a database that is copied takes a while. */
const ANSWER_MS = 60_000

/** Runs a statement, with parameters in the form of the system. */
export type ServerAsk = (text: string, values?: readonly string[]) => Promise<readonly DriverRow[]>

/** A server, and how it is asked. */
export interface ServerParts extends Pick<Adapter, 'place' | 'failureOf'> {
  /** Opens a connection that is not to one of the databases that are made and dropped. */
  connect(signal: AbortSignal): Promise<Connection>
  /** The most of a name: bytes on PostgreSQL, which cuts the rest in silence, characters on others. */
  readonly nameLimit: { readonly most: number; sizeOf(name: string): number }
  /** What gives the right that was missing; undefined where another thing went wrong. */
  remedyOf(error: unknown): string | undefined
}

/** Does one piece of work at the server. */
export interface Server {
  /** @param task - what is done, for messages: `make the database a` */
  run<T>(task: string, work: (ask: ServerAsk) => Promise<T>): Promise<T>
  /** @throws {SetupError} for a name that the server does not take as it is */
  checkName(name: string): void
}

/** Asks a server on a connection of its own each time: databases are made and dropped rarely. */
export function serverDatabases(parts: ServerParts): Server {
  const { place, nameLimit } = parts
  return {
    run: async (task, work) => {
      const connection = await connect(parts)
      try {
        return await work(async (text, values = []) => {
          const limit = { connection, place: parts.place, limitMs: ANSWER_MS }
          const run = (): MaybePromise<Result> =>
            connection.run({ text, isRead: false, isKept: false }, values)
          return (await answerWithin(limit, run)).rows
        })
      } catch (error) {
        throw refused(parts, task, error)
      } finally {
        await connection.close()
      }
    },
    checkName: (name) => {
      if (name !== '' && !name.includes('\0') && nameLimit.sizeOf(name) <= nameLimit.most) return
      throw databaseProblem(place, {
        message: `A database cannot have the name '${name}'.`,
        remedy: `Give it a name of 1 to ${nameLimit.most} letters, digits and _.`,
      })
    },
  }
}

async function connect(parts: ServerParts): Promise<Connection> {
  try {
    return await parts.connect(AbortSignal.timeout(CONNECT_MS))
  } catch (error) {
    throw new SetupError(connectProblems(parts, error), error)
  }
}

function refused({ place, failureOf, remedyOf }: ServerParts, task: string, error: unknown): Error {
  if (SetupError.is(error)) return error
  const { kind, message } = failureOf(error)
  if (kind === 'connection') return new SetupError(connectProblems({ place, failureOf }, error), error)
  return databaseProblem(place, {
    message: `The server does not ${task}: ${message.replace(/\.$/, '')}.`,
    remedy: remedyOf(error) ?? 'Mend what the server says, or give another user or server.',
    cause: error,
  })
}

/** The problem of another database. */
export function databaseProblem(
  place: string,
  { message, remedy, cause }: { readonly message: string; readonly remedy: string; readonly cause?: unknown },
): SetupError {
  return new SetupError([{ code: 'ERR_DB_DATABASE', place, message, remedy }], cause)
}
