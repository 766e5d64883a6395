export { callSite } from './call-site.ts'
export { describeValue, isPlain, isPromise } from './describe-value.ts'
export { nearestName } from './nearest-name.ts'
export {
  laterPlaceOf,
  optionProblems,
  placeOf,
  valueProblems,
  type ArgumentPlace,
  type OptionPlace,
  type OptionProblem,
} from './option-problems.ts'
export type * from './option-contract.ts'
export { withDefaults, type WithDefaults } from './option-defaults.ts'
export * from './option-table.ts'
