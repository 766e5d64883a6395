// At set-up: what the errors of a route are held to.
import type { SetupProblem } from '../errors/index.ts'
import { impliedErrors, type AnyMiddleware, type FlatRoute } from '../route/index.ts'
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
  const known = new Set([...declared, ...impliedErrors(chain)].map((one) => one.code))
  return {
    toDetails: details.forRoute(schemas),
    note:
      // Mounted handlers answer for themselves and are in no document.
      onUndeclaredError === undefined || flat.route.method === '*'
        ? undefined
        : (code) => {
            if (!known.has(code) && !isOfAnyRoute(code)) onUndeclaredError(flat.place, code)
          },
  }
}

/** The rules of answers that no route gives. */
export function bareErrorRules({ details }: ErrorRulesSetup): ErrorRules {
  return { toDetails: details.forRoute(new Map()), note: undefined }
}

/** The framework's own: malformed requests, limits, and our faults. */
const OF_ANY_ROUTE: ReadonlySet<string> = new Set(
  [
    'BAD_REQUEST',
    'VALIDATION',
    'PATH_ENCODING',
    'PATH_DOT_SEGMENT',
    'NOT_ACCEPTABLE',
    'REQUEST_TIMEOUT',
    'LENGTH_REQUIRED',
    'BODY_TOO_LARGE',
    'URI_TOO_LONG',
    'UNSUPPORTED_MEDIA_TYPE',
    'EXPECTATION_FAILED',
    'MISDIRECTED_REQUEST',
    'HEADERS_TOO_LARGE',
    'CLIENT_CLOSED',
    'INTERNAL',
    'RESPONSE_INVALID',
    'NOT_IMPLEMENTED',
    'GATEWAY_TIMEOUT',
    'HTTP_VERSION_NOT_SUPPORTED',
  ].map((what) => `ERR_CORE_${what}`),
)

function isOfAnyRoute(code: string): boolean {
  return OF_ANY_ROUTE.has(code) || code.startsWith('ERR_CORE_JSON_')
}
