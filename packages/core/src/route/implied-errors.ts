import { ForbiddenError, UnauthorizedError, type ErrorDefinition } from '../errors/index.ts'
import type { AnyMiddleware } from './middleware-contract.ts'

/** Errors that middleware is known to answer with, though it describes none. */
export function impliedErrors(chain: readonly AnyMiddleware[]): ErrorDefinition[] {
  return [
    ...(chain.some((one) => one.describe.security !== undefined) ? [UnauthorizedError] : []),
    ...(chain.some((one) => one.stage === 'authorize' && one.describe.errors === undefined)
      ? [ForbiddenError]
      : []),
  ]
}
