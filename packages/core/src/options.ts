/**
 * Strict reading of options, as core reads its own: a table says which options a function takes, and another name, or a value of
 * another kind, stops the start with its place and a remedy. For authors of packages.
 *
 * @module
 */
// By name: the bundler keeps `export *` of another package only in an entry, and for nobody who imports that.
export {
  anything,
  callable,
  callSite,
  chosenBy,
  describeValue,
  either,
  flag,
  integer,
  isPlain,
  isPromise,
  laterPlaceOf,
  listOf,
  milliseconds,
  nearestName,
  nested,
  ofKind,
  oneOf,
  optionProblems,
  optionTable,
  placeOf,
  recordOf,
  required,
  SIGNAL,
  text,
  valueProblems,
  withMethods,
} from '@keelson/contract/options'
export type * from '@keelson/contract/options'
export {
  checkArgument,
  checkCallOptions,
  checkOptions,
  refuseCall,
  type CallProblem,
} from './errors/options.ts'
export { SECRET_OPTION } from './port/app-secret.ts'
export { ACCESS_OPTION } from './route/index.ts'
