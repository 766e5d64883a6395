// On the request path of calls that may name their caller themselves.
import type { AnyMiddleware } from '../route/index.ts'
import { identify } from './principal.ts'
import type { Around } from './plan.ts'
import { compose } from './steps.ts'

/**
 * The `authenticate` middleware of a plan, or in its place the caller that a call names. The `principal` and `tenant` parts
 * apply to both.
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
