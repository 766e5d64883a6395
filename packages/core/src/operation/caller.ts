// On the request path of calls that may say themselves who calls.
import type { AnyMiddleware } from '../route/index.ts'
import { identify } from './principal.ts'
import type { Around } from './plan.ts'
import { compose } from './steps.ts'

/**
 * The `authenticate` middleware of a plan, in whose place may stand what the call says of its caller. What that middleware says of
 * whoever it finds, it says of this one, too.
 */
export function callerOr(parts: readonly AnyMiddleware[]): readonly Around[] {
  if (parts.length === 0) return []
  const looks = parts.map(identify).filter((look) => look !== undefined)
  return [
    {
      around(inner) {
        const authenticated = compose(parts, inner)
        return (ctx) => {
          const { caller } = ctx['~execution'].call
          if (caller === undefined) return authenticated(ctx)
          Object.assign(ctx, caller)
          for (const look of looks) look(ctx)
          return inner(ctx)
        }
      },
    },
  ]
}
