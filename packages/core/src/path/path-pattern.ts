import { SetupError, toPlaceText, type PlaceText } from '../errors/index.ts'
import { findSegmentFault, type PatternFault } from './pattern-fault.ts'

/** One piece of a pattern between slashes. */
export type PatternSegment =
  | { readonly kind: 'static'; /** Decoded. */ readonly text: string }
  | { readonly kind: 'param'; readonly name: string }
  | {
      readonly kind: 'wildcard'
      readonly name: string
      /** Whether the rest may be empty. */ readonly takesEmpty?: true
    }

/** A path pattern taken apart: `/users/:id`, `/files/*path`. */
export interface Pattern {
  /** As it was written. */
  readonly source: string
  /** At least one. A trailing slash is an empty static segment at the end; `/` is that segment alone. */
  readonly segments: readonly PatternSegment[]
  /** Names in the order of the values that a match gives. */
  readonly paramNames: readonly string[]
}

/**
 * Takes a path pattern apart: static segments, `:param` for one whole segment that is not empty, and as the last
 * segment `*rest` for one or more remaining characters, or `*rest?` for none, too. Static text may be percent-encoded, so that `%3A` is a colon.
 *
 * @param place - what the message names: `route orders.show (src/orders.ts:12)`
 * @throws {SetupError} `ERR_CORE_ROUTE_PATTERN`, one problem for each fault
 * @example
 * parsePattern('/users/:id', 'route users.show').paramNames // => ['id']
 */
export function parsePattern(pattern: string, place: PlaceText): Pattern {
  let parsed = known.get(pattern)
  if (parsed === undefined) {
    parsed = takeApart(pattern, place)
    if (known.size >= KNOWN_LIMIT) known.clear()
    known.set(pattern, parsed)
  }
  return parsed
}

/** At the start of an app each pattern is asked for half a dozen times. */
const known = new Map<string, Pattern>()
const KNOWN_LIMIT = 1_000

function takeApart(pattern: string, place: PlaceText): Pattern {
  const faults: PatternFault[] = []
  if (typeof pattern !== 'string' || !pattern.startsWith('/')) faults.push(missingSlash(pattern))
  const pieces = faults.length > 0 ? [] : pattern.slice(1).split('/')
  for (const [index, piece] of pieces.entries()) {
    const fault = findSegmentFault(piece, index === pieces.length - 1)
    if (fault !== undefined) faults.push(fault)
  }
  const segments = faults.length > 0 ? [] : pieces.map(toSegment)
  const paramNames = segments.flatMap((segment) => (segment.kind === 'static' ? [] : [segment.name]))
  const repeated = paramNames.find((name, index) => paramNames.indexOf(name) !== index)
  if (repeated !== undefined) {
    faults.push({
      message: `The name '${repeated}' stands there more than once.`,
      remedy: 'Give each param a name of its own.',
    })
  }
  if (faults.length > 0) throw toSetupError(pattern, place, faults)
  return Object.freeze({
    source: pattern,
    segments: Object.freeze(segments),
    paramNames: Object.freeze(paramNames),
  })
}

/**
 * Puts the path of a route, or the prefix of a router, below the prefix of the router above. The paths `''` and `'/'`
 * are the prefix itself, without a slash at its end; a slash at the end of the prefix does not count.
 *
 * @param place - what the message names; default: the path and its prefix
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

function missingSlash(pattern: unknown): PatternFault {
  return {
    message: "It does not begin with '/'.",
    remedy: typeof pattern === 'string' ? `Write '/${pattern}'.` : "Give a string like '/users/:id'.",
  }
}

function toSetupError(pattern: unknown, where: PlaceText, faults: readonly PatternFault[]): SetupError {
  const place = toPlaceText(where)
  const shown = typeof pattern === 'string' ? `'${pattern}'` : String(pattern)
  return new SetupError(
    faults.map(({ message, remedy }) => ({
      code: 'ERR_CORE_ROUTE_PATTERN',
      place,
      message: `The path pattern ${shown} cannot be used. ${message}`,
      remedy,
    })),
  )
}
