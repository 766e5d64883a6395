// What a session is before each file: a file may set what it likes, and the next one does not see it.
import { textLiteral, type Dialect } from '../adapter/index.ts'
import type { RunnerConnection } from './runner-connection.ts'

/** What the session of one file has. */
export interface FileSession {
  readonly lockTimeoutMs: number | undefined
  /** SQLite alone turns them off. */
  readonly hasForeignKeys: boolean
}

/** The settings of MySQL and MariaDB that dumps and migrations set. */
const MYSQL_NAMES = [
  'sql_mode',
  'foreign_key_checks',
  'unique_checks',
  'time_zone',
  'character_set_client',
  'character_set_results',
  'collation_connection',
  'sql_notes',
] as const

const POSTGRES_RESET =
  "reset session authorization; reset all; set timezone = 'UTC'; set datestyle = 'ISO'; set client_encoding = 'UTF8'; set bytea_output = 'hex'"

/** Sets the session of a connection. */
export class SessionSettings {
  readonly #connection: RunnerConnection
  /** Of MySQL and MariaDB: what the adapter has set. */
  readonly #initial: string

  private constructor(connection: RunnerConnection, initial: string) {
    this.#connection = connection
    this.#initial = initial
  }

  static async open(connection: RunnerConnection): Promise<SessionSettings> {
    const { system } = connection.dialect
    if (system !== 'mysql' && system !== 'mariadb') return new SessionSettings(connection, '')
    const names = MYSQL_NAMES.map((name) => `@@session.${name} as ${name}`)
    const row = (await connection.run(`select ${names.join(', ')}`)).rows[0]!
    const initial = MYSQL_NAMES.map((name) => `${name} = ${literal(row[name])}`).join(', ')
    return new SessionSettings(connection, initial)
  }

  /** Sets it for a file. */
  async prepare(session: FileSession): Promise<void> {
    await this.#set(session, (text) => this.#connection.run(text))
  }

  /** Sets it as it was, for those who use the connection next. */
  async restore(): Promise<void> {
    await this.#set({ lockTimeoutMs: undefined, hasForeignKeys: true }, (text) =>
      this.#connection.finish(text),
    )
  }

  async #set(session: FileSession, run: (text: string) => Promise<unknown>): Promise<void> {
    const { dialect, limits } = this.#connection
    for (const text of textsOf(dialect.system, session, { ...limits, initial: this.#initial }))
      await run(text)
  }
}

interface Around {
  readonly statementTimeoutMs: number
  readonly initial: string
}

function textsOf(
  system: Dialect['system'],
  { lockTimeoutMs = 0, hasForeignKeys }: FileSession,
  { statementTimeoutMs, initial }: Around,
): readonly string[] {
  switch (system) {
    case 'postgresql': {
      const limit = Math.ceil(statementTimeoutMs)
      return [
        `${POSTGRES_RESET}; set statement_timeout = ${limit}; set idle_in_transaction_session_timeout = ${limit}; set lock_timeout = ${Math.ceil(lockTimeoutMs)}`,
      ]
    }
    case 'sqlite':
      return [`pragma foreign_keys = ${hasForeignKeys ? 'on' : 'off'}`]
    default: {
      const seconds = lockTimeoutMs === 0 ? 'default' : String(Math.max(1, Math.ceil(lockTimeoutMs / 1000)))
      const statement =
        system === 'mariadb'
          ? `max_statement_time = ${statementTimeoutMs / 1000}, idle_transaction_timeout = ${Math.ceil(statementTimeoutMs / 1000)}`
          : `max_execution_time = ${Math.ceil(statementTimeoutMs)}`
      return [
        `set session ${initial}, lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds}, ${statement}`,
      ]
    }
  }
}

function literal(value: unknown): string {
  if (typeof value === 'number') return String(value)
  return value === null ? 'null' : textLiteral(value as string)
}
