// How public functions of the framework read their options: problems found by the tables of the contract stop the start.
import {
  optionProblems,
  placeOf,
  valueProblems,
  type ArgumentPlace,
  type OptionPlace,
  type OptionSchema,
  type OptionTable,
} from '@keelson/contract/options'
import { ArgumentError } from './argument-error.ts'
import { toCallError } from './call-error.ts'
import type { SetupProblem } from './setup-error.ts'

// By name: for `export *` of another package the bundler makes each use a look-up at run time.
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
  withDefaults,
  withMethods,
} from '@keelson/contract/options'
export type * from '@keelson/contract/options'

/**
 * Reads the options of a public function strictly: refuses names that do not exist, values of another kind, functions and
 * promises instead of values. For set-up only.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`, with every problem found, each with the function, its caller and the option
 */
export function checkOptions<T>(table: OptionTable<T>, options: unknown, place: OptionPlace): void {
  const problems = optionProblems(table, options, place)
  if (problems.length > 0) throw toCallError(place.name, problems)
}

/**
 * Like {@link checkOptions}, for a function that is called while the app runs.
 *
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT`, with the first problem found
 */
export function checkCallOptions<T>(table: OptionTable<T>, options: unknown, place: OptionPlace): void {
  const [problem] = optionProblems(table, options, place)
  if (problem !== undefined) throw new ArgumentError(`${problem.place}: ${problem.message} ${problem.remedy}`)
}

/** Like {@link checkOptions}, for one value that is not an option. */
export function checkArgument(schema: OptionSchema, value: unknown, place: ArgumentPlace): void {
  const problems = valueProblems(schema, value, place)
  if (problems.length > 0) throw toCallError(place.name, problems)
}

/** What is wrong with a call, beyond what its tables say; without a code it is `ERR_CORE_OPTION`, without a place where the function is called. */
export type CallProblem = Pick<SetupProblem, 'message' | 'remedy'> &
  Partial<Pick<SetupProblem, 'code' | 'place'>>

/**
 * Refuses a call for what no table can say, as options that contradict each other. Nothing happens without problems. For set-up only.
 *
 * @throws {SetupError} with every problem, and a title that names the function, which may be called without an app
 * @example
 * const problems = [{ message: 'Neither allow nor deny is given.', remedy: "Give a list: ipAccess({ allow: ['10.0.0.0/8'] })." }]
 * refuseCall(problems, { name: 'ipAccess' }) // throws
 */
export function refuseCall(problems: readonly [CallProblem, ...CallProblem[]], place: OptionPlace): never
export function refuseCall(problems: readonly CallProblem[], place: OptionPlace): void
export function refuseCall(problems: readonly CallProblem[], place: OptionPlace): void {
  if (problems.length === 0) return
  const { name, below, code = 'ERR_CORE_OPTION' } = place
  const common = { code, place: placeOf(name, below) }
  throw toCallError(
    name,
    problems.map((one) => ({ ...common, ...one })),
  )
}
