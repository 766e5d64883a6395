// What a database has already, by name.
import type { Ask, Dialect, Statement } from '../adapter/index.ts'
import type { ReferenceFacts, TableFacts } from '../table/index.ts'

/** Names of a table in the database. */
export interface ExistingTable {
  readonly columns: ReadonlySet<string>
  readonly indexes: ReadonlySet<string>
  /** Undefined where the system does not tell the names: SQLite. */
  readonly references: ReadonlySet<string> | undefined
}

interface CatalogueTexts {
  readonly columns: string
  readonly indexes: string
  readonly references: string | undefined
}

// Each gives one column, `name`, for the table of its parameter.
const TEXTS: Readonly<Record<'sqlite' | 'postgresql' | 'mysql', CatalogueTexts>> = {
  sqlite: {
    columns: 'select name from pragma_table_info(?)',
    indexes: 'select name from pragma_index_list(?)',
    references: undefined,
  },
  postgresql: {
    columns: `select a.attname as name from pg_attribute a ${ofTable('a.attrelid')} and a.attnum > 0 and not a.attisdropped`,
    indexes: `select i.relname as name from pg_index x join pg_class i on i.oid = x.indexrelid ${ofTable('x.indrelid')}`,
    references: `select k.conname as name from pg_constraint k ${ofTable('k.conrelid')} and k.contype = 'f'`,
  },
  mysql: {
    columns:
      'select column_name as name from information_schema.columns where table_schema = database() and table_name = ?',
    indexes:
      'select distinct index_name as name from information_schema.statistics where table_schema = database() and table_name = ?',
    references:
      "select constraint_name as name from information_schema.table_constraints where table_schema = database() and table_name = ? and constraint_type = 'FOREIGN KEY'",
  },
}

function ofTable(oid: string): string {
  return `join pg_class c on c.oid = ${oid} join pg_namespace n on n.oid = c.relnamespace where n.nspname = current_schema() and c.relname = $1`
}

/** Reads a table; undefined where there is none, nor a view, of this name. */
export async function readExisting(
  table: TableFacts,
  dialect: Dialect,
  ask: Ask,
): Promise<ExistingTable | undefined> {
  const texts = TEXTS[dialect.system === 'mariadb' ? 'mysql' : dialect.system]
  const names = async (text: string): Promise<ReadonlySet<string>> => {
    const { rows } = await ask(text, [table.name])
    return new Set(rows.map((row) => String(row['name'])))
  }
  const columns = await names(texts.columns)
  if (columns.size === 0) return undefined
  return {
    columns,
    indexes: await names(texts.indexes),
    references: texts.references === undefined ? undefined : await names(texts.references),
  }
}

/**
 * In what a table of the database is another than the declared one; empty where it is the same by name.
 *
 * @param later - references that it may lack
 */
export function differences(
  table: TableFacts,
  existing: ExistingTable,
  later: readonly ReferenceFacts[],
): string[] {
  const columns = table.columns.map(({ name }) => name)
  const missing = columns.filter((name) => !existing.columns.has(name))
  const others = [...existing.columns].filter((name) => !columns.includes(name))
  const indexes = table.indexes.map(({ name }) => name).filter((name) => !existing.indexes.has(name))
  const { references } = existing
  const missingReferences =
    references === undefined
      ? []
      : table.references
          .filter((one) => !later.includes(one) && !references.has(one.name))
          .map(({ name }) => name)
  return [
    ...said(missing, 'lacks the column'),
    ...said(others, 'has the column'),
    ...said(indexes, 'lacks the index'),
    ...said(missingReferences, 'lacks the foreign key'),
  ]
}

function said(names: readonly string[], what: string): string[] {
  return names.map((name) => `${what} ${name}`)
}

/** The statement of a question. */
export function question(text: string): Statement {
  return { text, isRead: true, isKept: false }
}
