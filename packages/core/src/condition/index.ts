export { isColumnTerm } from './column-term.ts'
export { compareValues, expectedOf, toCanonical } from './column-value.ts'
export { all, any, not, watchRule, type RuleWatch } from './combine.ts'
export { ConditionError } from './condition-error.ts'
export { isCondition, UNKNOWN } from './condition-node.ts'
export { parseCondition, toConditionText } from './condition-text.ts'
export { isStorable } from './json-text.ts'
export { conditionsOn } from './conditions-on.ts'
export type {
  ColumnComparison,
  ColumnKind,
  Comparison,
  Condition,
  ConditionColumn,
  ConditionColumns,
  ConditionNode,
  ConditionValue,
  Equalities,
  Where,
} from './contract.ts'
export type { Page, PageQuery } from './page.ts'
export type { ColumnTerm, ConditionTerms, EqualTerm, JsonTerm, OrderTerm, TextTerm } from './term-contract.ts'
export { verdict, type ConditionRecord } from './verdict.ts'
export { verdictTerms } from './verdict-terms.ts'
export { toCondition } from './where.ts'
