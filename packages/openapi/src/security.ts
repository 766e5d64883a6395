import type { AnyMiddleware, SecurityDemand, SecurityScheme, SetupProblem } from '@keelson/core'
import { demandsOf, takesAnybody, type RoutePlan } from '@keelson/core/spi'
import type { OpenApiDocument, OpenApiOptions, OpenApiSecurity } from './contract.ts'

/** Schemes that need no definition. */
const KNOWN: Readonly<Record<string, SecurityScheme>> = {
  basic: { type: 'http', scheme: 'basic' },
  bearer: { type: 'http', scheme: 'bearer' },
}

/** Collects the security schemes of all routes, and the requirements of each route. */
export class SecurityRegistry {
  readonly #options: OpenApiOptions
  readonly #problems: SetupProblem[]
  readonly #schemes = new Map<string, { readonly scheme: SecurityScheme; readonly place: string }>()

  constructor(options: OpenApiOptions, problems: SetupProblem[]) {
    this.#options = options
    this.#problems = problems
  }

  /** Definitions, sorted by name. */
  get schemes(): NonNullable<OpenApiDocument['components']['securitySchemes']> {
    const entries = [...this.#schemes].map(([name, { scheme }]) => [name, toDocument(scheme)] as const)
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** What a caller of a route must present: alternatives, each of schemes that are needed together. */
  demandsOf(plan: RoutePlan): readonly OpenApiSecurity[] {
    let demands: readonly OpenApiSecurity[] = [{}]
    for (const middleware of plan.chain) {
      if (middleware.describe.security === undefined) continue
      const alternatives = demandsOf(middleware).map((one) => this.#define(one, middleware, plan))
      if (takesAnybody(middleware, plan.chain)) alternatives.push({})
      demands = demands.flatMap((before) => alternatives.map((one) => mergeDemands(before, one)))
    }
    return demands.length === 1 && Object.keys(demands[0] as object).length === 0 ? [] : distinct(demands)
  }

  #define(
    { name, scheme, scopes = [] }: SecurityDemand,
    middleware: AnyMiddleware,
    plan: RoutePlan,
  ): OpenApiSecurity {
    const definition = scheme ?? this.#options.securitySchemes?.[name] ?? KNOWN[name]
    const place = `middleware ${middleware.name} of ${plan.flat.place}`
    const known = this.#schemes.get(name)
    if (definition === undefined) this.#problems.push(undefinedScheme(name, place))
    else if (known === undefined) this.#schemes.set(name, { scheme: definition, place })
    else if (scheme !== undefined && JSON.stringify(known.scheme) !== JSON.stringify(scheme))
      this.#problems.push(otherScheme(name, place, known.place))
    return { [name]: [...scopes] }
  }
}

/** OpenAPI has no member for the word before a credential: it is told to people, and to our page. */
function toDocument(scheme: SecurityScheme) {
  if (scheme.type !== 'apiKey' || scheme.authScheme === undefined) return scheme
  const { authScheme, description, ...rest } = scheme
  const said = description ?? `\`${authScheme}\`, a space, and the credential.`
  return { ...rest, description: said, 'x-auth-scheme': authScheme }
}

function mergeDemands(a: OpenApiSecurity, b: OpenApiSecurity): OpenApiSecurity {
  const merged: Record<string, readonly string[]> = { ...a }
  for (const [name, scopes] of Object.entries(b))
    merged[name] = [...new Set([...(merged[name] ?? []), ...scopes])]
  return merged
}

function distinct(demands: readonly OpenApiSecurity[]): readonly OpenApiSecurity[] {
  return [...new Map(demands.map((one) => [JSON.stringify(one), one])).values()]
}

function undefinedScheme(name: string, place: string): SetupProblem {
  return {
    code: 'ERR_OPENAPI_SECURITY',
    place,
    message: `It describes the security scheme '${name}', which is not defined.`,
    remedy: `Write describe: { security: { name: '${name}', scheme: { type: 'apiKey', in: 'header', name: 'x-api-key' } } }, or give securitySchemes.`,
  }
}

function otherScheme(name: string, place: string, first: string): SetupProblem {
  return {
    code: 'ERR_OPENAPI_SECURITY',
    place,
    message: `It defines the security scheme '${name}' differently from ${first}.`,
    remedy: 'Share one definition, or give one of them another name.',
  }
}
