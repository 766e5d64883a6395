// Statements that change rows alone, so that on MySQL and MariaDB each is one transaction with its note.
import { commitsBefore, type WrittenStatement } from '../sql/index.ts'
import type { RunnerConnection } from './runner-connection.ts'
import { wordsOf } from './sql-words.ts'

const FIRST_WORDS: ReadonlySet<string> = new Set([
  'insert',
  'update',
  'delete',
  'replace',
  'select',
  'with',
  'values',
])

/** Tables whose engine does not take part in transactions: what is written there stays after a rollback. */
const TABLES =
  "select table_name as name from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE' and engine not in (select engine from information_schema.engines where transactions = 'YES')"
/** What may write to them by another name. */
const BEHIND =
  'select table_name as name from information_schema.views where table_schema = database() union select event_object_table from information_schema.triggers where trigger_schema = database()'

/** Tells which statements of a file are such. */
export class RowStatements {
  readonly #connection: RunnerConnection
  /** Undefined until it is asked for. */
  #untransacted: ReadonlySet<string> | undefined

  constructor(connection: RunnerConnection) {
    this.#connection = connection
  }

  /** Whether a statement is undone, with its note, if the connection ends in its middle. */
  async has({ tokens, text }: WrittenStatement): Promise<boolean> {
    const { has, system } = this.#connection.dialect
    if (has.transactionalDdl || system === 'postgresql') return false
    if (!FIRST_WORDS.has(tokens[0]?.text ?? '') || commitsBefore(tokens)) return false
    const names = (this.#untransacted ??= await this.#read())
    return names.size === 0 || !wordsOf(text, system).some((word) => names.has(word.text.toLowerCase()))
  }

  /** Another statement may have made tables. */
  forget(): void {
    this.#untransacted = undefined
  }

  async #read(): Promise<ReadonlySet<string>> {
    const tables = await this.#names(TABLES)
    return new Set(tables.length === 0 ? [] : [...tables, ...(await this.#names(BEHIND))])
  }

  async #names(text: string): Promise<string[]> {
    const { rows } = await this.#connection.run(text)
    return rows.map(({ name }) => String(name).toLowerCase())
  }
}
