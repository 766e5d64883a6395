import { t } from '@keelson/core'
import type { ColumnKind } from '@keelson/core/conditions'
import type { ColumnFacts } from '../src/table/index.ts'

/** Facts of a column as a table would say them. */
export function columnOf(
  kind: ColumnKind,
  name: string,
  about: Partial<Omit<ColumnFacts, 'kind' | 'name'>> = {},
): ColumnFacts {
  return {
    property: name,
    name,
    kind,
    isNullable: true,
    isPrimary: false,
    isHidden: false,
    made: undefined,
    isTouched: false,
    default: undefined,
    isCaseInsensitive: false,
    was: undefined,
    sqlType: undefined,
    limits: {},
    schema: t.Unknown(),
    as: undefined,
    canonical: (value) => value,
    ...about,
  }
}
