// The DDL of tables, by what they declare.
import { referenceText, tableTexts, type Dialect } from '../adapter/index.ts'
import type { TablesFacts } from '../table/index.ts'
import { declaredTable } from './declared.ts'
import type { TableStep } from './order-tables.ts'

/** Where a table is written. */
export interface Place {
  readonly dialect: Dialect
  readonly tables: TablesFacts
}

/** The statements that make a table with its indexes. */
export function createTexts({ table, later }: TableStep, { dialect, tables }: Place): string[] {
  const described = declaredTable(table, tables, dialect)
  const waiting = new Set(later.map(({ name }) => name))
  // A table of SQLite may refer to one that is not there yet, and takes no reference later.
  const isNow = ({ name = '' }): boolean => !addsLater(dialect) || !waiting.has(name)
  return tableTexts(described, dialect, described.references.filter(isNow))
}

/** The statements that add the references of circles, once all tables are there. */
export function laterTexts({ table, later }: TableStep, { dialect, tables }: Place): string[] {
  if (!addsLater(dialect)) return []
  const names = new Set(later.map(({ name }) => name))
  return declaredTable(table, tables, dialect)
    .references.filter(({ name = '' }) => names.has(name))
    .map((reference) => `alter table ${dialect.quote(table.name)} add ${referenceText(reference, dialect)}`)
}

function addsLater({ system }: Dialect): boolean {
  return system !== 'sqlite'
}
