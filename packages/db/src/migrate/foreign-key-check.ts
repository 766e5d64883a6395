// With foreign keys off SQLite takes rows that refer to nothing: they are looked for before the end of the file.
import { MigrationError } from '../errors.ts'
import { findDanglingRows, type DanglingRow, type DanglingRows } from './dangling-rows.ts'
import type { Job } from './job.ts'
import { newDanglingRows } from './new-dangling-rows.ts'
import type { RunnerConnection } from './runner-connection.ts'

/** Looks for rows that refer to nothing, before and after a file. */
export class ForeignKeyCheck {
  readonly #connection: RunnerConnection
  readonly #path: string
  /** Undefined where foreign keys are on, and the database itself holds them. */
  readonly #before: DanglingRows | undefined

  private constructor(connection: RunnerConnection, path: string, before: DanglingRows | undefined) {
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
    return new ForeignKeyCheck(connection, file.path, await findDanglingRows(connection))
  }

  /** @throws {MigrationError} for rows that refer to nothing, and did not before */
  async assertKept(): Promise<void> {
    if (this.#before === undefined) return
    const rows = newDanglingRows(this.#before, await findDanglingRows(this.#connection))
    const [first] = rows
    if (first === undefined) return
    const alike = rows.filter((row) => tell(row) === tell(first))
    throw new MigrationError({
      message: `${this.#path}: after it ${alike.length} rows of ${tell(first)}, which is not there. Nothing of the file is done.`,
    })
  }
}

function tell({ table, parent }: DanglingRow): string {
  return `${table} refer to a row of ${parent}`
}
