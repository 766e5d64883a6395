import { driverFailure, isSocketError, type DriverFailure } from '../adapter/index.ts'

/** The members of an error of the server; protocol, section 55.8 of its manual. */
interface ServerError {
  readonly code?: unknown
  readonly severity?: unknown
  readonly routine?: unknown
  readonly constraint?: unknown
  readonly table?: unknown
  readonly column?: unknown
  readonly detail?: unknown
}

/** By SQLSTATE. */
const STATES: Readonly<Record<string, DriverFailure['kind']>> = {
  '23505': 'unique',
  '23P01': 'unique',
  '23503': 'foreign-key',
  '23001': 'foreign-key',
  '23502': 'not-null',
  '23514': 'check',
  '40001': 'conflict',
  '40P01': 'conflict',
  '55P03': 'busy',
  '57014': 'cancelled',
  '25006': 'read-only',
  '25P03': 'timeout',
  '28000': 'authentication',
  '28P01': 'authentication',
  '3D000': 'no-database',
  '26000': 'stale-plan',
  '53100': 'full',
  '53300': 'busy',
  // The server shuts down, was ended by its operator, or starts up.
  '57P01': 'connection',
  '57P02': 'connection',
  '57P03': 'connection',
  // An entry of an index that is too long.
  '54000': 'value',
}

/** By the class of the SQLSTATE, its first two letters. */
const CLASSES: Readonly<Record<string, DriverFailure['kind']>> = {
  '08': 'connection',
  '22': 'value',
  '42': 'syntax',
}

/** What pg says of a connection that was lost or not made, without a code. */
const CONNECTION_MESSAGES =
  /^(?:Connection terminated|timeout expired|Client (?:has encountered|was closed)|The server does not support SSL|There was an error establishing an SSL)/

/** What a message quotes of a value, in the quotes of any language: `invalid input syntax for type uuid: "x"`. */
const QUOTED = /:? ?["«„“][^]*["»“”]/u

/** Reads an error of PostgreSQL, of pg or of the socket. */
export function postgresFailure(error: unknown): DriverFailure {
  const { code, severity, constraint, table } = (error ?? {}) as ServerError
  const kind = kindOf(error)
  const isInUse = kind === 'foreign-key' && isOfRowInUse(error)
  const columns = isInUse ? [] : columnsOf(error)
  return driverFailure(kind, error, {
    ...(typeof constraint === 'string' ? { constraint } : {}),
    ...(typeof table === 'string' ? { table } : {}),
    ...(columns.length > 0 ? { columns } : {}),
    ...(kind === 'foreign-key' ? { isInUse } : {}),
    ...(kind === 'value' && error instanceof Error ? { message: error.message.replace(QUOTED, '') } : {}),
    // An operator has ended the connection. Poolers use codes of class 08 also for a server that they have lost.
    isUndone: code === '57P01',
    breaksConnection: kind === 'connection' || severity === 'FATAL' || severity === 'PANIC',
  })
}

function kindOf(error: unknown): DriverFailure['kind'] {
  const { code, routine } = (error ?? {}) as ServerError
  if (isSocketError(error)) return 'connection'
  if (typeof code === 'string' && code.length === 5) return kindOfState(code, error, routine)
  return error instanceof Error && CONNECTION_MESSAGES.test(error.message) ? 'connection' : 'other'
}

function kindOfState(code: string, error: unknown, routine: unknown): DriverFailure['kind'] {
  // Messages are in the language of the server; names of its functions are not.
  if (code === '0A000' && routine === 'RevalidateCachedQuery') return 'stale-plan'
  if (code === '57014' && /statement timeout/.test((error as Error).message)) return 'timeout'
  return STATES[code] ?? CLASSES[code.slice(0, 2)] ?? 'other'
}

/**
 * The message of a row in use names two tables and the constraint, that of a missing one a table and the constraint. Its words are in the
 * language of the server, so their quotes are counted, and those within names are not.
 */
function isOfRowInUse(error: unknown): boolean {
  const { code, table, constraint } = (error ?? {}) as ServerError
  if (code === '23001') return true
  const names = [constraint, table].filter((name) => typeof name === 'string')
  const message = names.reduce((text, name) => text.replaceAll(name, ''), (error as Error).message)
  return (message.match(/["«»„“”]/gu)?.length ?? 0) > 4
}

/** Columns of a key stand in the detail alone: `Key (email, "Other")=(a, b) already exists.` */
function columnsOf(error: unknown): string[] {
  const { column, detail } = (error ?? {}) as ServerError
  if (typeof column === 'string') return [column]
  const list = typeof detail === 'string' ? /\((.*?)\)=\(/s.exec(detail)?.[1] : undefined
  if (list === undefined) return []
  return list.split(', ').map((name) => name.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"'))
}
