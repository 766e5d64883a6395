/**
 * Conditions over records as data: written once, judged in rules and in databases; and pages of records.
 *
 * @module
 */
export {
  all,
  any,
  compareValues,
  ConditionError,
  conditionsOn,
  expectedOf,
  isCondition,
  not,
  parseCondition,
  toCanonical,
  toCondition,
  toConditionText,
  UNKNOWN,
  verdict,
} from './condition/index.ts'
export type {
  ColumnKind,
  Comparison,
  Condition,
  ConditionColumn,
  ConditionColumns,
  ConditionNode,
  ConditionRecord,
  ConditionTerms,
  ConditionValue,
  Equalities,
  EqualTerm,
  NullTerm,
  OrderTerm,
  Page,
  PageQuery,
  TextTerm,
  Where,
} from './condition/index.ts'
