import { QueryBudgetError } from '../errors.ts'
import { QUERIES, type QueryMessage } from '../session/index.ts'

/**
 * Runs work and counts the statements of all databases of the process meanwhile, without those that begin and end transactions.
 *
 * @returns what the work returns
 * @throws {QueryBudgetError} `ERR_DB_QUERY_BUDGET`, with each statement, where it took more or fewer
 * @example
 * declare const db: { load(): Promise<readonly string[]> }
 * const names = await expectQueries(2, () => db.load())
 */
export async function expectQueries<T>(count: number, work: () => T | PromiseLike<T>): Promise<T> {
  const seen: QueryMessage[] = []
  const note = (message: unknown): void => {
    const query = message as QueryMessage
    // BEGIN, COMMIT and their kin are statements of the transaction.
    if (!query.label.startsWith("transaction '")) seen.push(query)
  }
  QUERIES.subscribe(note)
  let result: T
  try {
    result = await work()
  } finally {
    QUERIES.unsubscribe(note)
  }
  if (seen.length === count) return result
  const list = seen.map(
    ({ label, text, site }) => `  ${label}${site === undefined ? '' : ` (${site})`}: ${text}`,
  )
  throw new QueryBudgetError({
    message: [`Expected ${count} queries, there were ${seen.length}:`, ...list].join('\n'),
  })
}
