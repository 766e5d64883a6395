// A file of its own, so that the declarations of a client do not lead to the reader of options.
import {
  optionProblems,
  valueProblems,
  type ArgumentPlace,
  type OptionPlace,
  type OptionProblem,
  type OptionSchema,
  type OptionTable,
} from '@keelson/contract/options'
import { clientError } from './client-error.ts'

/** @throws {ClientError} `ERR_CLIENT_OPTION`, with every problem found */
export function checkClientOptions<T>(table: OptionTable<T>, options: unknown, place: OptionPlace): void {
  refuseOptions(optionProblems(table, options, place))
}

/** @throws {ClientError} `ERR_CLIENT_OPTION`, with every problem found */
export function checkClientArgument(schema: OptionSchema, value: unknown, place: ArgumentPlace): void {
  refuseOptions(valueProblems(schema, value, place))
}

/** @throws {ClientError} `ERR_CLIENT_OPTION`, where there are any */
export function refuseOptions(problems: readonly Omit<OptionProblem, 'code'>[]): void {
  if (problems.length === 0) return
  const detail = problems.map((one) => `${one.place}: ${one.message} ${one.remedy}`).join('\n')
  throw clientError('OPTION', { detail })
}
