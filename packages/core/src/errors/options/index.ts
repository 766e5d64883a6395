// A door of its own: a client in Node reads options, and loads none of the errors of a server for that.
export {
  checkArgument,
  checkOptions,
  laterPlaceOf,
  optionProblems,
  placeOf,
  valueProblems,
  type ArgumentPlace,
  type OptionPlace,
} from './check-options.ts'
export { describeValue, isPlain, isPromise } from './describe-value.ts'
export { nearestName } from './nearest-name.ts'
export * from './option-table.ts'
