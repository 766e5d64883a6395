// At set-up: the rules for the errors of a route.
import type { DescribedError, SetupProblem } from '../errors/index.ts'
import { FRAMEWORK_CODES, impliedErrors, type AnyMiddleware, type FlatRoute } from '../route/index.ts'
import { attempt } from './attempt.ts'
import type { ErrorRules } from './error-outcome.ts'
import type { ErrorDetails } from './error-details.ts'

/** Settings of the rules of all routes. */
export interface ErrorRulesSetup {
  readonly details: ErrorDetails
  /** Called in development and test with an error that its route does not declare. */
  readonly onUndeclaredError: ((place: string, code: string) => void) | undefined
}

/** Makes the rules of a route, and collects the problems of schemas of details. */
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
      // Mounted handlers answer by themselves, and documents omit them.
      onUndeclaredError === undefined || flat.route.method === '*'
        ? undefined
        : (error) => {
            const { code } = error
            if (!isKnown(code) && !FRAMEWORK_CODES.has(code) && !isOfProgram(error))
              onUndeclaredError(flat.place, code)
          },
  }
}

/** Of the calling code, which is to be mended: no client acts upon it. */
function isOfProgram({ status, expose }: DescribedError): boolean {
  return status === 500 && !expose
}

/** The rules of answers without a route. */
export function bareErrorRules({ details }: ErrorRulesSetup): ErrorRules {
  return { toDetails: details.forRoute(new Map()), note: undefined }
}
