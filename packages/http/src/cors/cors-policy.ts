import { SetupError, type SetupProblem } from '@keelson/core'
import { placeOf } from '@keelson/core/options'
import type { CorsOptions } from './cors-options.ts'
import { readOrigins, type OriginProblem, type Origins } from './origins.ts'

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

/** @throws {SetupError} `ERR_CORE_OPTION` for origins that cannot be, or do not go with credentials */
export function toPolicy(options: CorsOptions, below: (options: CorsOptions) => unknown): CorsPolicy {
  const { origins, problems } = readOrigins(options.origins)
  const found = [...problems, ...credentialProblems(options, origins)]
  if (found.length > 0) throw new SetupError(found.map((one) => toProblem(one, below)))
  const { credentials = false, exposedHeaders = [], maxAgeSeconds = 600 } = options
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
    allowsPrivateNetwork: options.allowsPrivateNetwork ?? false,
  }
}

/** The headers of an answer that pages of an origin may read. */
export function linesFor(origin: string, lines: readonly string[]): readonly string[] {
  return ['access-control-allow-origin', origin, ...lines]
}

function toProblem(problem: OriginProblem, below: (options: CorsOptions) => unknown): SetupProblem {
  return { code: 'ERR_CORE_OPTION', place: placeOf('cors', below as never), ...problem }
}

/** Nobody's origin: `.invalid` is reserved (RFC 6761 §6.4). */
const UNKNOWN = 'https://keelson.invalid'

function credentialProblems(options: CorsOptions, { isOpen, patterns }: Origins): OriginProblem[] {
  if (options.credentials !== true) return []
  const problems: OriginProblem[] = []
  if (isOpen || patterns.some((pattern) => pattern.test(UNKNOWN)))
    problems.push({
      message: 'With credentials every page of the web could read what the users of this app see.',
      remedy: 'Name the origins, or omit credentials.',
    })
  const stars = (['allowedHeaders', 'exposedHeaders'] as const).filter((name) => options[name]?.includes('*'))
  for (const name of stars)
    problems.push({
      message: `With credentials '*' in ${name} is the name of a header, and nothing else.`,
      remedy: 'Name the headers.',
    })
  return problems
}
