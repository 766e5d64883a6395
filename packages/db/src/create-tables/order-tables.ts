import type { ReferenceFacts, TableFacts, TablesFacts } from '../table/index.ts'

/** A table to be made, with the references that can be made with it. */
export interface TableStep {
  readonly table: TableFacts
  readonly references: readonly ReferenceFacts[]
  /** Those of a circle, which wait for the other tables. */
  readonly later: readonly ReferenceFacts[]
}

/** Tables in the order of their references: each after those that it refers to, as far as there are no circles. */
export function orderTables({ tables }: TablesFacts): TableStep[] {
  const steps: TableStep[] = []
  const made = new Set<string>()
  const visited = new Set<string>()
  const visit = (key: string): void => {
    const table = tables.get(key)
    if (table === undefined || visited.has(key)) return
    visited.add(key)
    for (const { to } of table.references) visit(to)
    made.add(key)
    const references = table.references.filter(({ to }) => made.has(to))
    steps.push({ table, references, later: table.references.filter((one) => !references.includes(one)) })
  }
  for (const key of tables.keys()) visit(key)
  return steps
}
