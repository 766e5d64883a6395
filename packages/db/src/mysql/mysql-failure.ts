import { driverFailure, isSocketError, type DriverFailure } from '../adapter/index.ts'
import type { MysqlSystem } from './mysql-system.ts'

/** A statement larger than `max_allowed_packet`, after which the server closes the connection. */
const TOO_LARGE = 1153

/** By number: mysql2 calls some of MariaDB by the names that MySQL gives the same numbers. */
const NUMBERS: Readonly<Record<number, DriverFailure['kind']>> = {
  1062: 'unique',
  1586: 'unique',
  1216: 'foreign-key',
  1217: 'foreign-key',
  1451: 'foreign-key',
  1452: 'foreign-key',
  1048: 'not-null',
  1364: 'not-null',
  3819: 'check',
  4025: 'check',
  1020: 'conflict',
  1213: 'conflict',
  1205: 'busy',
  3572: 'busy',
  1040: 'busy',
  1203: 'busy',
  1317: 'cancelled',
  1969: 'timeout',
  3024: 'timeout',
  1044: 'authentication',
  1045: 'authentication',
  1698: 'authentication',
  1049: 'no-database',
  1290: 'read-only',
  1792: 'read-only',
  1836: 'read-only',
  1264: 'value',
  1265: 'value',
  1292: 'value',
  1366: 'value',
  1367: 'value',
  1406: 'value',
  1411: 'value',
  1690: 'value',
  [TOO_LARGE]: 'value',
  3140: 'value',
  1021: 'full',
  1114: 'full',
  1243: 'stale-plan',
  1615: 'stale-plan',
  1054: 'syntax',
  1064: 'syntax',
  1065: 'syntax',
  1146: 'syntax',
  1053: 'connection',
  1152: 'connection',
  1156: 'connection',
  1157: 'connection',
  1158: 'connection',
  1159: 'connection',
  1160: 'connection',
  1161: 'connection',
  1927: 'connection',
  2006: 'connection',
  2013: 'connection',
  4031: 'connection',
}

interface MysqlError {
  readonly errno?: unknown
  readonly code?: unknown
  readonly fatal?: unknown
}

/** Reads an error of MySQL or MariaDB, of mysql2 or of the socket. */
export function mysqlFailure(error: unknown, system?: MysqlSystem): DriverFailure {
  const { errno, fatal } = (error ?? {}) as MysqlError
  const kind = kindOf(error)
  const message = error instanceof Error ? error.message : ''
  return driverFailure(kind, error, {
    ...withoutValue(errno, message),
    ...(kind === 'unique' ? aboutKey(message, system) : READERS[kind]?.(message)),
    ...(kind === 'foreign-key' && { isInUse: errno === 1451 || errno === 1217 }),
    breaksConnection: kind === 'connection' || fatal === true || errno === TOO_LARGE,
    // A lock that was not to be had in time undoes the statement alone; a deadlock all.
    endsTransaction: errno === 1213,
  })
}

/** Errors whose message quotes a value, and no name that is not in backticks. */
const QUOTING: ReadonlySet<unknown> = new Set([1292, 1366, 1367, 1411, 1690])

/** The message without the value that it quotes. */
function withoutValue(errno: unknown, message: string): { readonly message?: string } {
  if (errno === 1062 || errno === 1586) {
    const at = message.lastIndexOf("for key '")
    return at < 0 ? {} : { message: `Duplicate entry ${message.slice(at)}` }
  }
  return QUOTING.has(errno) ? { message: message.replace(/:?(?: in)? '[^]*'/, '') } : {}
}

function kindOf(error: unknown): DriverFailure['kind'] {
  const { errno, fatal } = (error ?? {}) as MysqlError
  const kind = typeof errno === 'number' ? NUMBERS[errno] : undefined
  return kind ?? kindOfDriver(error) ?? (fatal === true ? 'connection' : 'other')
}

/** What mysql2 says by itself, and the socket. */
function kindOfDriver(error: unknown): DriverFailure['kind'] | undefined {
  const { code } = (error ?? {}) as MysqlError
  if (isSocketError(error) || code === 'HANDSHAKE_SSL_ERROR' || code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return 'connection'
  if (typeof code === 'string' && code.startsWith('PROTOCOL_')) return 'connection'
  if (error instanceof RangeError) return 'value'
  // A column of the result that mysql2 makes no member of, `__proto__`: it then leaves the connection.
  return error instanceof Error && error.message.startsWith('The field name (') ? 'syntax' : undefined
}

type About = Partial<DriverFailure>

/** Names stand in the message alone. A message may quote a value, so they are looked for where no value is. */
const READERS: Partial<Readonly<Record<DriverFailure['kind'], (message: string) => About>>> = {
  'foreign-key': aboutReference,
  'not-null': aboutColumn,
  check: aboutCheck,
}

function aboutReference(message: string): About {
  const found = /\(`[^`]+`\.`([^`]+)`, CONSTRAINT `([^`]+)` FOREIGN KEY \((.*?)\) REFERENCES/.exec(message)
  if (found === null) return {}
  const columns = found[3]!.split(', ').map((name) => name.replaceAll('`', ''))
  return { table: found[1]!, constraint: found[2]!, columns }
}

function aboutColumn(message: string): About {
  const column = /(?:Column|Field) '([^']+)'/.exec(message)?.[1]
  return column === undefined ? {} : { columns: [column] }
}

/** MariaDB names the table as well. */
function aboutCheck(message: string): About {
  const found = /^CONSTRAINT `(.+)` failed for `.*`\.`(.*)`$/.exec(message)
  if (found !== null) return { constraint: found[1]!, table: found[2]! }
  const constraint = /^Check constraint '(.+)' is violated/.exec(message)?.[1]
  return constraint === undefined ? {} : { constraint }
}

/** `Duplicate entry 'a' for key 'users_email'`; MySQL alone writes `users.users_email`, and a name may have points. */
function aboutKey(message: string, system: MysqlSystem | undefined): About {
  const at = message.lastIndexOf("for key '")
  if (at < 0) return {}
  const key = message.slice(at + 9).replace(/'$/, '')
  const found = system === 'mariadb' ? null : /^([^.]+)\.(.+)$/.exec(key)
  return found === null ? { constraint: key } : { table: found[1]!, constraint: found[2]! }
}
