// On the request path: params before the access rule, which may need them.
import { isPromise } from '../errors/index.ts'
import type { InputParser } from '../schema/index.ts'
import type { OperationContext } from './plan.ts'
import type { Step } from './steps.ts'

/** Keeps a violation until the access rule has spoken: it is told only to a caller who is admitted. */
export function paramsStep(parser: InputParser): Step {
  const keep = (ctx: OperationContext, error: unknown): undefined => {
    ctx['~violation'] = error
  }
  return (ctx) => {
    try {
      const value = parser.parse(ctx['~params'])
      if (!isPromise(value)) {
        ctx['~params'] = value
        return undefined
      }
      return Promise.resolve(value).then(
        (parsed) => {
          ctx['~params'] = parsed
          return undefined
        },
        (error: unknown) => keep(ctx, error),
      )
    } catch (error) {
      return keep(ctx, error)
    }
  }
}
