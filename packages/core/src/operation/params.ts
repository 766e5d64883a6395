// On the request path: the params of a path, validated before the access rule, which may need them.
import { isPromise } from '../errors/index.ts'
import type { InputParser } from '../schema/index.ts'
import type { OperationContext, Step } from './plan.ts'

/** A step after which the params are validated. */
export type ParamsStep = Step & { readonly validatesParams: true }

/** Keeps a violation until the access rule has decided: only an admitted caller receives it. */
export function paramsStep(parser: InputParser): ParamsStep {
  const keep = (ctx: OperationContext, error: unknown): undefined => {
    ctx['~violation'] = error
  }
  const step: Step = (ctx) => {
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
  return Object.assign(step, { validatesParams: true } as const)
}

const NO_PARAMS: { readonly [name: string]: unknown } = Object.freeze({})

/** The path's params by name: texts as the lookup found them, or the values of a call. */
export function toParams(
  names: readonly string[],
  values: readonly unknown[],
): { readonly [name: string]: unknown } {
  if (names.length === 0) return NO_PARAMS
  const params: Record<string, unknown> = {}
  for (let i = 0; i < names.length; i++) params[names[i] as string] = values[i]
  return params
}
