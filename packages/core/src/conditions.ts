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
  isColumnTerm,
  isCondition,
  not,
  parseCondition,
  toCanonical,
  toCondition,
  toConditionText,
  UNKNOWN,
  verdict,
  verdictTerms,
  watchRule,
} from './condition/index.ts'
export type {
  ColumnComparison,
  ColumnKind,
  ColumnTerm,
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
  JsonTerm,
  OrderTerm,
  Page,
  PageQuery,
  RuleWatch,
  TextTerm,
  Where,
} from './condition/index.ts'
