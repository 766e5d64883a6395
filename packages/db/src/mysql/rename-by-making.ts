// Foreign keys and CHECKs get another name here only by being made anew, which reads all rows.
import {
  checkText,
  referenceText,
  type ChangeEnds,
  type ChangeOf,
  type CheckDescription,
  type Dialect,
  type ReferenceDescription,
  type TableDescription,
} from '../adapter/index.ts'

/**
 * The actions of `alter table` that rename a foreign key or a CHECK, where another has its name before or after. Elsewhere it keeps the
 * name that it has.
 */
export function renameByMaking(
  { table, of, from, to }: ChangeOf<'rename constraint'>,
  ends: ChangeEnds,
  dialect: Dialect,
): readonly string[] {
  const before = [...ends.from.tables.values()]
  const after = [...ends.to.tables.values()]
  const isTaken = partsOf(after, of).some(isNamed(from)) || partsOf(before, of).some(isNamed(to))
  if (!isTaken) return []
  const isOwn = ({ name }: TableDescription): boolean => name === table
  const found =
    partsOf(after.filter(isOwn), of).find(isNamed(to)) ??
    partsOf(before.filter(isOwn), of).find(isNamed(from))
  if (found === undefined) return []
  if (!('expression' in found))
    return [
      `drop foreign key ${dialect.quote(from)}`,
      `add ${referenceText({ ...found, name: to }, dialect)}`,
    ]
  // One at a column has the name of that.
  if (found.column !== undefined) return []
  return [`drop constraint ${dialect.quote(from)}`, `add ${checkText({ ...found, name: to }, dialect)}`]
}

type Part = CheckDescription | ReferenceDescription

function partsOf(tables: readonly TableDescription[], of: ChangeOf<'rename constraint'>['of']): Part[] {
  return tables.flatMap(({ checks, references }): readonly Part[] => {
    if (of === 'reference') return references
    return of === 'check' ? checks : []
  })
}

function isNamed(name: string): (part: Part) => boolean {
  return (part) => part.name === name
}
