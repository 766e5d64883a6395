// At set-up: what the errors of a route are held to.
import type { SetupProblem } from '../errors/index.ts'
import { FRAMEWORK_CODES, impliedErrors, type AnyMiddleware, type FlatRoute } from '../route/index.ts'
import { attempt } from './attempt.ts'
import type { ErrorRules } from './error-outcome.ts'
import type { ErrorDetails } from './error-details.ts'

/** What the rules of all routes are made with. */
export interface ErrorRulesSetup {
  readonly details: ErrorDetails
  /** Told in development and test of an error that its route does not declare. */
  readonly onUndeclaredError: ((place: string, code: string) => void) | undefined
}

/** Makes the rules of a route, and says which schemas of details cannot be used. */
export function errorRules(
  flat: FlatRoute,
  chain: readonly AnyMiddleware[],
  setup: ErrorRulesSetup & { readonly problems: SetupProblem[] },
): ErrorRules {
  const { details, onUndeclaredError, problems } = setup
  const declared = [
    ...(flat.route.options.errors ?? []),
    ...chain.flatMap((one) => one.describe.errors ?? []),
  ]
  const schemas = new Map<string, unknown>()
  for (const { code, detailsSchema } of declared) {
    if (detailsSchema === undefined || schemas.has(code)) continue
    schemas.set(code, detailsSchema)
    attempt(problems, () => details.guardOf(detailsSchema, code))
  }
  let known: ReadonlySet<string> | undefined
  const isKnown = (code: string): boolean =>
    (known ??= new Set([...declared, ...impliedErrors(chain)].map((one) => one.code))).has(code)
  return {
    toDetails: details.forRoute(schemas),
    note:
      // Mounted handlers answer for themselves and are in no document.
      onUndeclaredError === undefined || flat.route.method === '*'
        ? undefined
        : (code) => {
            if (!isKnown(code) && !FRAMEWORK_CODES.has(code)) onUndeclaredError(flat.place, code)
          },
  }
}

/** The rules of answers that no route gives. */
export function bareErrorRules({ details }: ErrorRulesSetup): ErrorRules {
  return { toDetails: details.forRoute(new Map()), note: undefined }
}
