export { compareValues, expectedOf, toCanonical } from './column-value.ts'
export { all, any, not } from './combine.ts'
export { ConditionError } from './condition-error.ts'
export { isCondition, UNKNOWN } from './condition-node.ts'
export { parseCondition, toConditionText } from './condition-text.ts'
export { isStorable } from './json-text.ts'
export { conditionsOn } from './conditions-on.ts'
export type {
  ColumnKind,
  Comparison,
  Condition,
  ConditionColumn,
  ConditionColumns,
  ConditionNode,
  ConditionTerms,
  ConditionValue,
  Equalities,
  EqualTerm,
  NullTerm,
  OrderTerm,
  TextTerm,
  Where,
} from './contract.ts'
export type { Page, PageQuery } from './page.ts'
export { verdict, type ConditionRecord } from './verdict.ts'
export { toCondition } from './where.ts'
