import { SetupError, toPlaceText, type PlaceText } from '../errors/index.ts'
import { findSegmentProblem, type PatternProblem } from './segment-problem.ts'

/** One piece of a pattern between slashes. */
export type PatternSegment =
  | { readonly kind: 'static'; /** Decoded. */ readonly text: string }
  | { readonly kind: 'param'; readonly name: string }
  | {
      readonly kind: 'wildcard'
      readonly name: string
      /** Whether the rest may be empty. */ readonly takesEmpty?: true
    }

/** A parsed path pattern: `/users/:id`, `/files/*path`. */
export interface Pattern {
  /** The pattern as written. */
  readonly source: string
  /** At least one. A trailing slash is an empty static segment at the end; `/` is that segment alone. */
  readonly segments: readonly PatternSegment[]
  /** Names in the order of the values of a match. */
  readonly paramNames: readonly string[]
}

/**
 * Parses a path pattern: static segments, `:param` for one whole segment that is not empty, and as the last segment
 * `*rest` for one or more characters, or `*rest?` for any number. Static text may be percent-encoded: `%3A` is a colon.
 *
 * @param place - named in messages: `route orders.show (src/orders.ts:12)`
 * @throws {SetupError} `ERR_CORE_ROUTE_PATTERN`, with all problems of the pattern
 * @example
 * parsePattern('/users/:id', 'route users.show').paramNames // => ['id']
 */
export function parsePattern(pattern: string, place: PlaceText): Pattern {
  let parsed = known.get(pattern)
  if (parsed === undefined) {
    parsed = parse(pattern, place)
    if (known.size >= KNOWN_LIMIT) known.clear()
    known.set(pattern, parsed)
  }
  return parsed
}

/** The start of an app parses each pattern half a dozen times. */
const known = new Map<string, Pattern>()
const KNOWN_LIMIT = 1_000

function parse(pattern: string, place: PlaceText): Pattern {
  if (typeof pattern !== 'string' || !pattern.startsWith('/'))
    throw toSetupError(pattern, place, [missingSlash(pattern)])
  const pieces = pattern.slice(1).split('/')
  const problems = pieces.flatMap((piece, at) => findSegmentProblem(piece, at === pieces.length - 1) ?? [])
  if (problems.length > 0) throw toSetupError(pattern, place, problems)
  const segments = pieces.map(toSegment)
  const paramNames = segments.flatMap((segment) => (segment.kind === 'static' ? [] : [segment.name]))
  const repeated = paramNames.find((name, index) => paramNames.indexOf(name) !== index)
  if (repeated !== undefined) {
    const message = `The name '${repeated}' is used more than once.`
    throw toSetupError(pattern, place, [{ message, remedy: 'Give each param a name of its own.' }])
  }
  return Object.freeze({
    source: pattern,
    segments: Object.freeze(segments),
    paramNames: Object.freeze(paramNames),
  })
}

/**
 * Joins the path of a route, or the prefix of a router, to the prefix of the router above. The paths `''` and `'/'`
 * are the prefix itself, without a trailing slash; a trailing slash of the prefix is ignored.
 *
 * @param place - named in messages; default: the path and its prefix
 * @throws {SetupError} `ERR_CORE_ROUTE_PATTERN` when prefix or path has no leading slash
 * @example
 * joinPatterns('/orders', '/') // => '/orders'
 * joinPatterns('/orders', '/:id') // => '/orders/:id'
 */
export function joinPatterns(
  prefix: string,
  path: string,
  place: PlaceText = () => `path '${path}' below '${prefix}'`,
): string {
  for (const part of [prefix, path]) {
    if (typeof part !== 'string' || (part !== '' && !part.startsWith('/'))) {
      throw toSetupError(part, place, [missingSlash(part)])
    }
  }
  const head = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
  const tail = path === '/' ? '' : path
  return head + tail || '/'
}

function toSegment(piece: string): PatternSegment {
  const mark = piece.charAt(0)
  if (mark === ':') return { kind: 'param', name: piece.slice(1) }
  if (mark === '*' && piece.endsWith('?'))
    return { kind: 'wildcard', name: piece.slice(1, -1), takesEmpty: true }
  if (mark === '*') return { kind: 'wildcard', name: piece.slice(1) }
  return { kind: 'static', text: decodeURIComponent(piece) }
}

function missingSlash(pattern: unknown): PatternProblem {
  return {
    message: "It does not begin with '/'.",
    remedy: typeof pattern === 'string' ? `Write '/${pattern}'.` : "Write a string like '/users/:id'.",
  }
}

function toSetupError(pattern: unknown, where: PlaceText, problems: readonly PatternProblem[]): SetupError {
  const place = toPlaceText(where)
  const shown = typeof pattern === 'string' ? `'${pattern}'` : String(pattern)
  return new SetupError(
    problems.map(({ message, remedy }) => ({
      code: 'ERR_CORE_ROUTE_PATTERN',
      place,
      message: `The path pattern ${shown} is invalid. ${message}`,
      remedy,
    })),
  )
}
