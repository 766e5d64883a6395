// Which declared tables a database lacks: one question, whatever their number.
import type { Dialect, DriverRow } from '../adapter/index.ts'
import type { Session } from '../session/index.ts'
import type { TablesFacts } from '../table/index.ts'
import { question } from './existing.ts'

interface Catalogue {
  /** Gives the tables and views that statements find by their name alone, as `name`, those of the parameter at least. */
  readonly text: string
  readonly values: (names: readonly string[]) => readonly string[]
  /** Whether names are equal in both cases. */
  readonly ignoresCase: (row: DriverRow) => boolean
}

const NONE = (): readonly string[] => []

const CATALOGUES: Readonly<Record<'sqlite' | 'postgresql' | 'mysql', Catalogue>> = {
  sqlite: {
    text: "select name from sqlite_schema where type in ('table', 'view')",
    values: NONE,
    ignoresCase: () => true,
  },
  postgresql: {
    text: 'select t.name from json_array_elements_text($1::json) as t (name) where to_regclass(quote_ident(t.name)) is not null',
    values: (names) => [JSON.stringify(names)],
    ignoresCase: () => false,
  },
  mysql: {
    text: 'select table_name as name, @@lower_case_table_names as folding from information_schema.tables where table_schema = database()',
    values: NONE,
    ignoresCase: ({ folding }) => Number(folding) !== 0,
  },
}

/** Names of the tables that are not there, in the order in which they are declared. */
export async function missingTables(session: Session, tables: TablesFacts): Promise<readonly string[]> {
  const names = [...tables.tables.values()].map(({ name }) => name)
  const { text, values, ignoresCase } = catalogueOf(session.dialect)
  const { rows } = await session.run({ statement: question(text), values: values(names), label: 'the start' })
  const there = new Set(rows.map(({ name }) => String(name)))
  const folded = new Set(rows.filter(ignoresCase).map(({ name }) => String(name).toLowerCase()))
  return names.filter((name) => !there.has(name) && !folded.has(name.toLowerCase()))
}

function catalogueOf({ system }: Dialect): Catalogue {
  return CATALOGUES[system === 'mariadb' ? 'mysql' : system]
}
