// On the request path of rules that check a record.
import { compare } from './comparison-verdict.ts'
import { ALWAYS, NEVER, UNKNOWN } from './condition-node.ts'
import { termsWith } from './conditions-on.ts'
import type { ConditionColumns } from './contract.ts'
import type { ConditionTerms } from './term-contract.ts'
import type { ConditionRecord } from './verdict.ts'

/**
 * Makes comparisons like those of {@link conditionsOn} that are answered at once, for one record: each gives the condition that always
 * holds, the one that never does, or {@link UNKNOWN}. A rule that is written with them comes to the same verdict, and no tree is made for it.
 *
 * @param columns - the columns of a table by name
 * @param recordOf - gives the record that is judged, each time that a comparison is made
 * @throws {ConditionError} `ERR_CORE_CONDITION` as {@link conditionsOn} does; the comparisons as {@link verdict} does, too
 * @example
 * import { any } from '@keelson/core/conditions'
 * const columns = { total: { kind: 'decimal' } } as const
 * const order = verdictTerms(columns, () => ({ total: '1.10' }))
 * order.total.is('1.1').op // => 'always'
 * any(order.total.below('1'), order.total.above('2')).op // => 'never'
 */
export function verdictTerms<const TColumns extends ConditionColumns>(
  columns: TColumns,
  recordOf: () => ConditionRecord,
): ConditionTerms<TColumns> {
  return termsWith(columns, (comparison) => {
    const holds = compare(comparison, { record: recordOf(), columns })
    if (holds === undefined) return UNKNOWN
    return holds ? ALWAYS : NEVER
  })
}
