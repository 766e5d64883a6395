// The history: a row for each file that was applied, or that ended in the middle, in a table of the database itself.
import type { AppMode } from '@keelson/core'
import type { DriverRow, DriverValue } from '../adapter/index.ts'
import { MigrationError } from '../errors.ts'
import type { Direction, HistoryRow, MigrationFile } from './contract.ts'
import type { RunnerConnection } from './runner-connection.ts'

/** Name of its table. */
const HISTORY = 'keelson_migrations'

const COLUMNS =
  'name, checksum, applied_at, duration_ms, direction, statements_done, done_hash, statement_begun, mode'

/** Whether there is a table of this name, and the schema that it is in. */
const PLACE_TEXTS = {
  postgresql:
    "select current_schema() as place, (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = current_schema() and c.relname = 'keelson_migrations') as tables",
  mysql:
    "select database() as place, (select count(*) from information_schema.tables where table_schema = database() and table_name = 'keelson_migrations') as tables",
  sqlite:
    "select 'main' as place, (select count(*) from sqlite_master where type = 'table' and name = 'keelson_migrations') as tables",
} as const

/** How far a file is. */
export interface Progress {
  readonly statementsDone: number
  readonly doneHash: string
  readonly statementBegun: number | undefined
}

/** The history of a database. Its table is named with its schema, since a file may change the search path. */
export class History {
  /** The database, and the schema within it. */
  readonly place: string
  readonly #connection: RunnerConnection
  readonly #table: string
  readonly #mode: AppMode
  #exists: boolean

  private constructor(
    connection: RunnerConnection,
    { place, exists, mode }: { readonly place: string; readonly exists: boolean; readonly mode: AppMode },
  ) {
    const { dialect } = connection
    this.#mode = mode
    this.place = place
    this.#connection = connection
    this.#table = `${dialect.quote(place)}.${dialect.quote(HISTORY)}`
    this.#exists = exists
  }

  /**
   * Looks for it, and makes nothing.
   *
   * @param mode - in which files run: a row says the one in which it was written
   */
  static async open(connection: RunnerConnection, mode: AppMode): Promise<History> {
    const { system } = connection.dialect
    const { rows } = await connection.run(PLACE_TEXTS[system === 'mariadb' ? 'mysql' : system])
    const { place, tables } = rows[0] as { readonly place: string | null; readonly tables: unknown }
    if (place === null)
      throw new MigrationError({
        message: `${connection.adapter.place}: no schema of the search path is there. Create one, or set the search path of the user.`,
      })
    return new History(connection, { place, exists: Number(tables) > 0, mode })
  }

  /** Makes its table where there is none. */
  async create(): Promise<void> {
    if (this.#exists) return
    const { system } = this.#connection.dialect
    const isMysql = system === 'mysql' || system === 'mariadb'
    const name = isMysql ? 'varchar(255) character set utf8mb4 collate utf8mb4_bin' : 'varchar(255)'
    const type = (length: number): string => (system === 'sqlite' ? 'text' : `varchar(${length})`)
    await this.#connection.run(
      `create table if not exists ${this.#table} (` +
        [
          `name ${system === 'sqlite' ? 'text' : name} not null primary key`,
          `checksum ${type(64)} not null`,
          `applied_at ${type(30)}`,
          'duration_ms integer not null',
          `direction ${type(4)} not null`,
          'statements_done integer not null',
          `done_hash ${type(64)} not null`,
          'statement_begun integer',
          `mode ${type(20)} not null`,
        ].join(', ') +
        `)${isMysql ? ' engine = InnoDB' : ''}`,
    )
    this.#exists = true
  }

  /** All rows by name. */
  async read(): Promise<ReadonlyMap<string, HistoryRow>> {
    if (!this.#exists) return new Map()
    const { rows } = await this.#connection.run(`select ${COLUMNS} from ${this.#table} order by name`)
    return new Map(rows.map(toRow).map((row) => [row.name, row]))
  }

  /** The row of one file; undefined where there is none. */
  async find(name: string): Promise<HistoryRow | undefined> {
    const { rows } = await this.#connection.run(
      `select ${COLUMNS} from ${this.#table} where name = ${this.#connection.dialect.placeholder(1)}`,
      [name],
    )
    return rows.map(toRow)[0]
  }

  /** Notes that a file is applied. */
  async add(file: MigrationFile, durationMs: number): Promise<void> {
    await this.#write(`insert into {table} (${COLUMNS}) values (?, ?, ?, ?, 'up', 0, '', null, ?)`, [
      file.name,
      file.checksum,
      new Date().toISOString(),
      Math.round(durationMs),
      this.#mode,
    ])
  }

  /** Notes that a file is applied whose statements were noted one by one. */
  async complete({ name, checksum }: MigrationFile, durationMs: number): Promise<void> {
    await this.#write(
      `update {table} set checksum = ?, applied_at = ?, duration_ms = ?, statements_done = 0, done_hash = '', statement_begun = null, mode = ? where name = ?`,
      [checksum, new Date().toISOString(), Math.round(durationMs), this.#mode, name],
    )
  }

  /** Notes that a file is not applied any more. */
  async remove(name: string): Promise<void> {
    await this.#write(`delete from {table} where name = ?`, [name])
  }

  /**
   * Begins to note the statements of a file one by one.
   *
   * @param begun - the first one, where it is on its way with this note: each note is a commit of its own
   */
  async begin(
    { name, checksum }: MigrationFile,
    direction: Direction,
    begun: number | undefined,
  ): Promise<void> {
    if (direction === 'up')
      await this.#write(`insert into {table} (${COLUMNS}) values (?, ?, null, 0, 'up', 0, '', ?, ?)`, [
        name,
        checksum,
        begun ?? null,
        this.#mode,
      ])
    else
      await this.#write(
        `update {table} set applied_at = null, direction = 'down', statement_begun = ? where name = ?`,
        [begun ?? null, name],
      )
  }

  /** Notes how far a file has come. */
  async note(name: string, { statementsDone, doneHash, statementBegun }: Progress): Promise<void> {
    await this.#write(
      `update {table} set statements_done = ?, done_hash = ?, statement_begun = ? where name = ?`,
      [statementsDone, doneHash, statementBegun ?? null, name],
    )
  }

  /**
   * A row that is not there would be a file that runs twice.
   *
   * @param text - with `{table}` for the history and `?` for values
   */
  async #write(text: string, values: readonly DriverValue[]): Promise<void> {
    let number = 0
    // A name may have the sign of a value in it: names come last.
    const placed = text
      .replaceAll('?', () => this.#connection.dialect.placeholder(++number))
      .replace('{table}', () => this.#table)
    const { affected } = await this.#connection.finish(placed, values)
    if (affected !== 1)
      throw new MigrationError({
        message: `The table ${HISTORY} was changed by somebody else meanwhile: ${affected} rows were written instead of one.`,
      })
  }
}

function toRow(row: DriverRow): HistoryRow {
  const text = (name: string): string => String(row[name])
  const begun = row['statement_begun']
  const appliedAt = row['applied_at'] as string | null
  return {
    name: text('name'),
    checksum: text('checksum'),
    appliedAt: appliedAt ?? undefined,
    durationMs: Number(row['duration_ms']),
    direction: text('direction') === 'down' ? 'down' : 'up',
    statementsDone: Number(row['statements_done']),
    doneHash: text('done_hash'),
    statementBegun: begun === null ? undefined : Number(begun),
    mode: text('mode') as AppMode,
  }
}
