import { driverFailure, type DriverFailure } from '../adapter/index.ts'
import { UnopenedFileError } from './unopened-file.ts'

/** Names that better-sqlite3 gives instead of numbers. */
const NUMBERS: Readonly<Record<string, number>> = {
  SQLITE_ERROR: 1,
  SQLITE_BUSY: 5,
  SQLITE_BUSY_RECOVERY: 261,
  SQLITE_BUSY_SNAPSHOT: 517,
  SQLITE_LOCKED: 6,
  SQLITE_READONLY: 8,
  SQLITE_INTERRUPT: 9,
  SQLITE_IOERR: 10,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_TOOBIG: 18,
  SQLITE_CONSTRAINT: 19,
  SQLITE_CONSTRAINT_CHECK: 275,
  SQLITE_CONSTRAINT_FOREIGNKEY: 787,
  SQLITE_CONSTRAINT_NOTNULL: 1299,
  SQLITE_CONSTRAINT_PRIMARYKEY: 1555,
  SQLITE_CONSTRAINT_UNIQUE: 2067,
  SQLITE_CONSTRAINT_TRIGGER: 1811,
  SQLITE_CONSTRAINT_ROWID: 2579,
  SQLITE_CONSTRAINT_DATATYPE: 3091,
  SQLITE_MISMATCH: 20,
  SQLITE_NOTADB: 26,
}

/** By extended code, then by the primary code in its last byte. */
const KINDS: Readonly<Record<number, DriverFailure['kind']>> = {
  1: 'syntax',
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  9: 'cancelled',
  13: 'full',
  14: 'no-database',
  18: 'value',
  20: 'value',
  26: 'no-database',
  275: 'check',
  // The snapshot of a transaction that only read is older than what it would change.
  517: 'conflict',
  787: 'foreign-key',
  1299: 'not-null',
  1555: 'unique',
  2067: 'unique',
  2579: 'unique',
  3091: 'value',
}

/** Errors after which SQLite had ended the transaction by itself, as the connection saw. */
const endedTransactions = new WeakSet<object>()

/** Notes that a transaction was gone after an error: a full disk, for example. */
export function noteEndedTransaction(error: unknown): void {
  if (typeof error === 'object' && error !== null) endedTransactions.add(error)
}

/** The extended code of an error of either driver; 0 for one that is not of SQLite. */
function errorCodeOf(error: unknown): number {
  const { code, errcode } = (error ?? {}) as { readonly code?: unknown; readonly errcode?: unknown }
  if (typeof errcode === 'number') return errcode
  if (typeof code !== 'string') return 0
  return NUMBERS[code] ?? NUMBERS[/^SQLITE_[A-Z]+/.exec(code)?.[0] ?? ''] ?? 0
}

/** Whether another connection holds the lock, so that the same statement may succeed later. */
export function isBusy(error: unknown): boolean {
  const code = errorCodeOf(error)
  return (code & 0xff) === 5 && code !== 517
}

/** Reads an error of node:sqlite or better-sqlite3. SQLite names no constraint but that of a CHECK. */
export function sqliteFailure(error: unknown): DriverFailure {
  const kind = kindOf(error)
  return driverFailure(kind, error, {
    ...aboutViolation(kind, error instanceof Error ? error.message : ''),
    ...(kind === 'foreign-key' && errorCodeOf(error) === TRIGGER ? { isInUse: true } : {}),
    ...(error instanceof UnopenedFileError && { remedy: error.remedy }),
    endsTransaction: typeof error === 'object' && error !== null && endedTransactions.has(error),
  })
}

/** What `on delete restrict` refuses is told as if a trigger had; triggers of others say what they like. */
const TRIGGER = 1811

function kindOf(error: unknown): DriverFailure['kind'] {
  const number = errorCodeOf(error)
  if (number === TRIGGER && /FOREIGN KEY constraint failed/.test((error as Error).message))
    return 'foreign-key'
  const kind = KINDS[number] ?? KINDS[number & 0xff]
  if (kind !== undefined) return kind
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return code === 'ERR_OUT_OF_RANGE' || code === 'ERR_INVALID_ARG_VALUE' || error instanceof RangeError
    ? 'value'
    : 'other'
}

/** `UNIQUE constraint failed: users.email`, `… failed: index 'users_email'`, `CHECK constraint failed: users_age`. */
function aboutViolation(kind: DriverFailure['kind'], message: string): Partial<DriverFailure> {
  const subject = /constraint failed: (.*)$/s.exec(message)?.[1]
  if (subject === undefined) return {}
  if (kind === 'check') return { constraint: subject }
  const index = /^index '(.*)'$/.exec(subject)?.[1]
  if (index !== undefined) return { constraint: index }
  const names = subject.split(', ').map((name) => /^([^.]*)\.(.*)$/s.exec(name))
  const table = names[0]?.[1]
  if (table === undefined) return {}
  return { table, columns: names.flatMap((name) => name?.[2] ?? []) }
}
