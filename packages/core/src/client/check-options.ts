// A file of its own, so that the declarations of a client do not lead to the reader of options.
import { optionProblems, type OptionPlace, type OptionTable } from '../errors/index.ts'
import { fault } from './client-error.ts'

/** @throws {ClientError} `ERR_CORE_CLIENT_OPTION`, with every problem found */
export function checkClientOptions<T>(table: OptionTable<T>, options: unknown, place: OptionPlace): void {
  const problems = optionProblems(table, options, place)
  if (problems.length === 0) return
  const detail = problems.map((one) => `${one.place}: ${one.message} ${one.remedy}`).join('\n')
  throw fault('OPTION', { detail })
}
