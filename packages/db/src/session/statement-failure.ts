// On the path of each query that fails: what that means for its caller, and for its transaction.
import type { Adapter, Connection, NamedKey, ViolatedReference } from '../adapter/index.ts'
import type { TablesFacts } from '../table/index.ts'
import type { Query } from './contract.ts'
import { toDatabaseError } from './driver-errors.ts'
import { mayBeDone, unknownOutcome } from './lost-answer.ts'
import { writtenTable } from './violated-key.ts'

/** What a failed statement means for its transaction, beside the error that the caller gets. */
export class StatementFailure extends Error {
  readonly error: Error
  /** Whether the server has ended the transaction, savepoints included. */
  readonly endsTransaction: boolean

  constructor(error: Error, endsTransaction = false) {
    super(error.message)
    this.error = error
    this.endsTransaction = endsTransaction
  }
}

/** What the caller gets of what a statement threw. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof StatementFailure ? thrown.error : (thrown as Error)
}

/** What a failure is told by: the connection is there where a statement was run, and not a stream. */
interface FailedOn {
  readonly adapter: Adapter
  readonly connection?: Connection
  readonly tables?: TablesFacts | undefined
  /** The key that was violated, where the error tells only a name that no table declares. */
  readonly key?: NamedKey | undefined
  /** Whether nothing rolls the statement back when its connection is lost. */
  readonly isAlone?: boolean | undefined
}

export function toFailure(
  error: unknown,
  query: Query,
  { adapter, connection, tables, key, isAlone = false }: FailedOn,
): StatementFailure {
  const failure = adapter.failureOf(error)
  const told =
    failure.kind === 'foreign-key' && failure.constraint === undefined
      ? { ...failure, ...violatedReference(query, connection, tables) }
      : { ...failure, ...key }
  const { kind, endsTransaction, breaksConnection } = failure
  // What only the whole can try again is not for a savepoint to go on after.
  const isForWhole = kind === 'conflict' || kind === 'stale-plan'
  const where = { place: query.label, table: query.table ?? writtenTable(query, tables), tables }
  const isOver = endsTransaction || breaksConnection || isForWhole
  const ours = toDatabaseError(error, told, where)
  const isUnknown = isAlone && mayBeDone(query, failure)
  return new StatementFailure(isUnknown ? unknownOutcome(query, adapter.place, ours) : ours, isOver)
}

function violatedReference(
  { statement, values }: Query,
  connection: Connection | undefined,
  tables: TablesFacts | undefined,
): ViolatedReference | undefined {
  if (tables === undefined || connection?.broken !== undefined) return undefined
  return connection?.violatedReference?.(statement, values, tables)
}
