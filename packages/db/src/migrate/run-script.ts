import type { MigrationFile } from './contract.ts'
import { ServerFailure } from './failure.ts'
import type { Migration } from './migration.ts'
import type { RunParts } from './job.ts'
import { ScriptSession } from './script-session.ts'
import { runsWithin } from './within-scratch.ts'

/** How a function runs. */
export interface ScriptRun {
  readonly parts: RunParts
  readonly isTransaction: boolean
}

/** A function failed after statements of it had succeeded outside of a transaction. */
export class HalfDone extends Error {
  readonly failure: ServerFailure

  constructor(failure: ServerFailure) {
    super('A migration failed in the middle', { cause: failure })
    this.failure = failure
  }
}

/**
 * Runs the function of a module.
 *
 * @throws {ServerFailure} for what it throws; {HalfDone} where that leaves half of it
 */
export async function runScript(
  work: Migration['up'],
  file: MigrationFile,
  { parts, isTransaction }: ScriptRun,
): Promise<void> {
  const { connection, signal, scratch } = parts
  const { system } = connection.dialect
  const runs = scratch && ((text: string) => runsWithin(text, file, { system, rules: scratch }))
  const session = new ScriptSession(connection, { isTransaction, runs })
  try {
    await work({ sql: session.sql, system, signal })
    await session.end()
  } catch (thrown) {
    // What it has begun is over before anything else runs on the connection.
    await session.end().catch(() => undefined)
    const failure = new ServerFailure(session.cause ?? thrown, connection, {
      file,
      statement: undefined,
      number: 1,
      count: 1,
      thrown,
    })
    throw !isTransaction && session.written > 0 ? new HalfDone(failure) : failure
  }
}
