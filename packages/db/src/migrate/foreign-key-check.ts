// With foreign keys off SQLite takes rows that refer to nothing: they are looked for before the end of the file.
import { MigrationError } from '../errors.ts'
import type { Job } from './job.ts'
import type { RunnerConnection } from './runner-connection.ts'

/** Rows that refer to nothing, by table and by the table that they refer to. */
type Counts = ReadonlyMap<string, number>

/** Looks for rows that refer to nothing, before and after a file. */
export class ForeignKeyCheck {
  readonly #connection: RunnerConnection
  readonly #path: string
  /** Undefined where foreign keys are on, and the database itself holds them. */
  readonly #before: Counts | undefined

  private constructor(connection: RunnerConnection, path: string, before: Counts | undefined) {
    this.#connection = connection
    this.#path = path
    this.#before = before
  }

  /** @throws {MigrationError} where foreign keys are not off: then `drop table` deletes rows that refer to it */
  static async open({ hasForeignKeys, file }: Job, connection: RunnerConnection): Promise<ForeignKeyCheck> {
    if (hasForeignKeys) return new ForeignKeyCheck(connection, file.path, undefined)
    const { rows } = await connection.run('pragma foreign_keys')
    if (Number(rows[0]?.['foreign_keys']) !== 0)
      throw new MigrationError({
        message: `${file.path}: foreign keys could not be turned off. Nothing was done.`,
      })
    return new ForeignKeyCheck(connection, file.path, await count(connection))
  }

  /** @throws {MigrationError} for rows that refer to nothing, and did not before */
  async assertKept(): Promise<void> {
    if (this.#before === undefined) return
    for (const [key, rows] of await count(this.#connection))
      if (rows > (this.#before.get(key) ?? 0))
        throw new MigrationError({
          message: `${this.#path}: after it ${rows} rows of ${key}, which is not there. Nothing of the file is done.`,
        })
  }
}

async function count(connection: RunnerConnection): Promise<Counts> {
  const { rows } = await connection.run('pragma foreign_key_check')
  const counts = new Map<string, number>()
  for (const row of rows) {
    const key = `${String(row['table'])} refer to a row of ${String(row['parent'])}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}
