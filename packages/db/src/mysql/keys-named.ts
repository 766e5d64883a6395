import { groupRows, rowText, type NamedKey, type Result, type Statement } from '../adapter/index.ts'

const STATEMENT: Statement = {
  text: 'select table_name as `table`, column_name as `column` from information_schema.statistics where table_schema = database() and index_name = ? and column_name is not null order by table_name, seq_in_index',
  isRead: true,
  isKept: false,
}

/** Names that a connection remembers. */
const MAX_NAMES = 100

/** The keys of a database by name, each asked once. */
export class KeysNamed {
  readonly #run: (statement: Statement, values: readonly string[]) => Promise<Result>
  readonly #known = new Map<string, readonly NamedKey[]>()

  constructor(run: (statement: Statement, values: readonly string[]) => Promise<Result>) {
    this.#run = run
  }

  async get(name: string): Promise<readonly NamedKey[]> {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const { rows } = await this.#run(STATEMENT, [name])
    const keys = [...groupRows(rows, 'table')].map(([table, parts]) => ({
      table,
      columns: parts.map((part) => rowText(part, 'column')),
    }))
    if (this.#known.size >= MAX_NAMES) this.#known.clear()
    this.#known.set(name, keys)
    return keys
  }
}
