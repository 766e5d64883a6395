// On the request path: media types in and out.
import {
  acceptWeight,
  cutText,
  essenceOf,
  isMediaRange,
  matchesRange,
  NotAcceptableError,
  paramOf,
  UnsupportedMediaTypeError,
} from '../../errors/index.ts'
import { isContent, responsesOf, type AnyRouteOptions } from '../../route/index.ts'

/** Refuses a body by its `content-type`. */
export type ContentTypeCheck = (header: string | undefined) => void

interface AcceptedType {
  /** Lower case, without parameters; may be a range: `image/*`. */
  readonly media: string
  readonly charset: string | undefined
}

/**
 * Makes the check that refuses a body whose media type or charset the route does not accept.
 *
 * @param accepted - media types or ranges; one with a charset accepts no other charset
 * @param charset - of those without one: JSON is UTF-8 (RFC 8259 §8.1)
 * @throws {UnsupportedMediaTypeError} by the check: 415, also for a body without a media type
 */
export function contentTypeCheck(accepted: readonly string[], charset?: string): ContentTypeCheck {
  const types = accepted.map((type) => ({ media: essenceOf(type), charset: charsetOf(type) ?? charset }))
  const [usual] = accepted
  let last = usual
  return (header) => {
    if (header === usual || header === last) return
    checkType(header ?? '', types, accepted)
    last = header
  }
}

/** Chooses a format by the `content-type` of a request; returns its index. */
export type FormatChooser = (header: string | undefined) => number

/**
 * Makes the function that chooses between formats. An exact media type precedes one that ends in `+json`, and that a range.
 *
 * @throws {UnsupportedMediaTypeError} by the function: 415, for a type or a charset that no format reads
 */
export function formatChooser(
  formats: readonly { readonly mediaTypes: readonly string[]; readonly charset: string | undefined }[],
): FormatChooser {
  const accepted = formats.flatMap((one) => one.mediaTypes)
  const types = formats.flatMap(({ mediaTypes, charset }, at) =>
    mediaTypes.map((type) => ({ media: essenceOf(type), at, check: contentTypeCheck([type], charset) })),
  )
  const byHeader = new Map<string, number>()
  const find = (header: string): number => {
    const media = essenceOf(header)
    const found =
      types.find((one) => one.media === media) ??
      types.find((one) => !isMediaRange(one.media) && matches(one.media, media)) ??
      types.filter((one) => matches(one.media, media)).sort((a, b) => b.media.length - a.media.length)[0]
    if (found === undefined) throw refusedType(media, accepted)
    found.check(header)
    return found.at
  }
  return (header = '') => {
    let at = byHeader.get(header)
    if (at === undefined) {
      at = find(header)
      if (byHeader.size < KNOWN_LIMIT) byHeader.set(header, at)
    }
    return at
  }
}

function checkType(header: string, types: readonly AcceptedType[], accepted: readonly string[]): void {
  const media = essenceOf(header)
  const matching = types.filter((one) => matches(one.media, media))
  if (matching.length === 0) throw refusedType(media, accepted)
  const charset = charsetOf(header)
  if (charset === undefined || matching.some((one) => one.charset === undefined || one.charset === charset))
    return
  const wanted = [...new Set(matching.map((one) => one.charset?.toUpperCase()))].join(' or ')
  throw new UnsupportedMediaTypeError(`Charset ${cutText(charset)} is not accepted; send ${wanted}.`)
}

function refusedType(media: string, accepted: readonly string[]): UnsupportedMediaTypeError {
  return new UnsupportedMediaTypeError(
    media === ''
      ? `The request has no content-type; send ${accepted.join(' or ')}.`
      : `${cutText(media)} is not accepted; send ${accepted.join(' or ')}.`,
    { accept: accepted },
  )
}

/** RFC 9110 §8.3.2: the name of a charset is case-insensitive. */
function charsetOf(type: string): string | undefined {
  const charset = paramOf(type, 'charset')?.toLowerCase()
  return charset === 'utf8' ? 'utf-8' : charset
}

/** `application/json` also accepts types that end in `+json` (RFC 6839 §3.1). */
function matches(accepted: string, media: string): boolean {
  if (matchesRange(accepted, media)) return true
  return accepted === 'application/json' && media.startsWith('application/') && media.endsWith('+json')
}

const KNOWN_LIMIT = 256

/** Refuses a request by its `accept` header. */
export type AcceptCheck = (header: string | undefined) => void

/** By media types: routes that produce the same ones share a check, and its cache of headers. */
const checks = new Map<string, AcceptCheck>()

/**
 * Makes the check that refuses a request which accepts no media type of its route (RFC 9110 §12.5.1), with
 * {@link NotAcceptableError}, 406.
 *
 * @param produced - media types without parameters, in lower case
 */
export function acceptCheck(produced: readonly string[]): AcceptCheck {
  const names = produced.join(', ')
  let check = checks.get(names)
  if (check === undefined) {
    check = createCheck(produced, names)
    checks.set(names, check)
  }
  return check
}

function createCheck(produced: readonly string[], names: string): AcceptCheck {
  const known = new Map<string, boolean>()
  const [usual] = produced
  return (header) => {
    if (header === undefined || header === '*/*' || header === usual) return
    let isAccepted = known.get(header)
    if (isAccepted === undefined) {
      isAccepted = produced.some((type) => acceptWeight(header, type) > 0)
      if (known.size < KNOWN_LIMIT) known.set(header, isAccepted)
    }
    if (!isAccepted) throw new NotAcceptableError(`This route produces ${names} only.`)
  }
}

/** Media types of the responses that a route declares; none if it declares none, or none that has content. */
export function producedTypes(options: AnyRouteOptions): readonly string[] {
  if (options.response === undefined) return []
  const types = responsesOf(options)
    .filter(([, body]) => body !== null)
    .flatMap(([, body]) => (isContent(body) ? body.essences : ['application/json']))
  return [...new Set(types)]
}
