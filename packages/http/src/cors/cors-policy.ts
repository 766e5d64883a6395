import { refuseCall, withDefaults, type WithDefaults } from '@keelson/core/options'
import { CORS_OPTIONS, type CorsOptions } from './cors-options.ts'
import { broadProblems } from '../origin/broad-origins.ts'
import { readOrigins, type OriginProblem, type Origins } from '../origin/origins.ts'

/** What one `cors()` says, made ready at start. */
export interface CorsPolicy {
  readonly origins: Origins
  /** What answers have for pages that may read them, besides the origin: `[name, value, …]`. */
  readonly lines: readonly string[]
  /** All of it by exact origin. */
  readonly byOrigin: ReadonlyMap<string, readonly string[]>
  /** What an answer to a preflight has besides origin, methods and headers. */
  readonly preflight: Readonly<Record<string, string>>
  readonly methods: ReadonlySet<string> | undefined
  /** `undefined`: those that are asked for. */
  readonly allowedHeaders: string | undefined
  readonly allowsPrivateNetwork: boolean
}

type ReadyCorsOptions = WithDefaults<
  CorsOptions,
  'originTimeoutMs' | 'credentials' | 'maxAgeSeconds' | 'allowsPrivateNetwork'
>

/** @throws {SetupError} `ERR_CORE_OPTION` for origins that cannot be, or do not go with credentials */
export function toPolicy(options: CorsOptions, below: (options: CorsOptions) => unknown): CorsPolicy {
  const ready = withDefaults<ReadyCorsOptions>(CORS_OPTIONS, options)
  const { originTimeoutMs: timeoutMs, credentials, exposedHeaders = [], maxAgeSeconds } = ready
  const { origins, problems } = readOrigins(options.origins, { name: 'cors', timeoutMs })
  const found = [...problems, ...credentialProblems(options, origins)]
  refuseCall(found, { name: 'cors', below: below as never })
  const lines = [
    ...(credentials ? ['access-control-allow-credentials', 'true'] : []),
    ...(exposedHeaders.length === 0
      ? []
      : ['access-control-expose-headers', exposedHeaders.join(', ').toLowerCase()]),
  ]
  return {
    origins,
    lines,
    byOrigin: new Map([...origins.exact].map((origin) => [origin, linesFor(origin, lines)])),
    preflight: {
      ...(credentials ? { 'access-control-allow-credentials': 'true' } : {}),
      'access-control-max-age': String(maxAgeSeconds),
    },
    methods: options.methods && new Set(options.methods),
    allowedHeaders: options.allowedHeaders?.join(', ').toLowerCase(),
    allowsPrivateNetwork: ready.allowsPrivateNetwork,
  }
}

/** The headers of an answer that pages of an origin may read. */
export function linesFor(origin: string, lines: readonly string[]): readonly string[] {
  return ['access-control-allow-origin', origin, ...lines]
}

function credentialProblems(options: CorsOptions, origins: Origins): OriginProblem[] {
  if (options.credentials !== true) return []
  const problems = broadProblems(origins, 'read what the users of this app see').map(
    ({ message, remedy }) => ({
      message: `With credentials: ${message}`,
      remedy: remedy.replace(/\.$/, ', or omit credentials.'),
    }),
  )
  const stars = (['allowedHeaders', 'exposedHeaders'] as const).filter((name) => options[name]?.includes('*'))
  for (const name of stars)
    problems.push({
      message: `With credentials '*' in ${name} is the name of a header, and nothing else.`,
      remedy: 'Name the headers.',
    })
  return problems
}
