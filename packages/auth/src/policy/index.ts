export type {
  Actions,
  AnyResource,
  Can,
  CanList,
  ColumnsOf,
  LoadOptions,
  Policy,
  PolicyErrors,
  Resource,
  ResourceFactory,
  Resources,
  RuleForms,
  TableLike,
  Verdict,
  WhenRule,
  WhereRule,
} from './contract.ts'
export { definePolicy, type PolicyOptions } from './define-policy.ts'
