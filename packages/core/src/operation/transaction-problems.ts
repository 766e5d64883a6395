import type { SetupProblem } from '../errors/index.ts'
import type { AnyMiddleware } from '../route/index.ts'
import { middlewareAt } from './problem-groups.ts'

/** What works outside of transactions alone, and stands within one that other middleware opens. */
export function checkTransactions(place: () => string, chain: readonly AnyMiddleware[]): SetupProblem[] {
  const opener = chain.findIndex(({ transaction }) => transaction === 'opens')
  const opens = chain[opener]
  if (opens === undefined) return []
  return chain.slice(opener + 1).flatMap((one) =>
    one.transaction === 'outside'
      ? {
          code: 'ERR_CORE_MIDDLEWARE',
          place: middlewareAt(place(), one.name),
          message: `It works outside of transactions alone, and stands within that of '${opens.name}' (${opens.stage}).`,
          remedy: remedyFor(one, opens),
        }
      : [],
  )
}

/** Within a stage the order of lists decides; between stages only the stage does. */
function remedyFor(one: AnyMiddleware, opens: AnyMiddleware): string {
  return one.stage === opens.stage
    ? `Move '${one.name}' before '${opens.name}'.`
    : `Let the transaction of '${opens.name}' begin in stage '${one.stage}', behind '${one.name}', or omit one of them.`
}
