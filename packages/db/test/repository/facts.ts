// Facts of tables by hand.
import { conditionsOn, type ColumnKind } from '@keelson/core/conditions'
import { InvalidValueError } from '../../src/errors.ts'
import type { ColumnFacts, IndexFacts, TableFacts } from '../../src/table/index.ts'
import { columnOf } from '../column-facts.ts'

/** A column that checks its values as its kind says. */
export function column(kind: ColumnKind, property: string, about: Partial<ColumnFacts> = {}): ColumnFacts {
  const name = property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const facts = columnOf(kind, name, { property, isNullable: false, ...about })
  return { ...facts, canonical: (value) => canonical(value, facts) }
}

function canonical(value: unknown, { kind, property, limits }: ColumnFacts): unknown {
  if (kind === 'json') return value
  const refuse = (expected: string): never => {
    throw new InvalidValueError({ details: { property, expected } })
  }
  let text: unknown
  try {
    const term = conditionsOn({ it: { kind } }) as unknown as {
      it: { is(value: unknown): { value: unknown } }
    }
    text = term.it.is(value).value
  } catch {
    return refuse(kind)
  }
  if (limits.values !== undefined && !limits.values.includes(String(text))) return refuse('one of its values')
  if (kind !== 'decimal') return text
  const [whole = '', fraction = ''] = String(text).split('.')
  return `${whole}.${fraction.padEnd(limits.scale ?? 2, '0')}`
}

export const id = (): ColumnFacts => column('uuid', 'id', { isPrimary: true, made: 'uuid' })

export function unique(name: string, ...columns: readonly string[]): IndexFacts {
  return { name, columns, isUnique: true, isNamed: false, error: undefined }
}

export function table(
  name: string,
  columns: readonly ColumnFacts[],
  about: Partial<Pick<TableFacts, 'indexes' | 'references' | 'softDelete'>> = {},
): TableFacts {
  return {
    name,
    columns,
    byProperty: new Map(columns.map((one) => [one.property, one])),
    primary: columns.filter(({ isPrimary }) => isPrimary),
    primaryError: undefined,
    version: columns.find(({ made }) => made === 'version'),
    softDelete: undefined,
    indexes: [],
    references: [],
    checks: new Map(),
    was: undefined,
    storage: undefined,
    ...about,
  }
}
