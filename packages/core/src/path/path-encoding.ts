// On the request path: decodes each path that does not equal a static route.
import { httpErrorClass } from '../errors/index.ts'

/**
 * 400: the path holds a malformed escape, bytes that are not UTF-8, an encoded NUL, or a character that must be escaped.
 * RFC 3986 §2.1, §3.3, RFC 3629
 */
export class PathEncodingError extends httpErrorClass('ERR_CORE_PATH_ENCODING', 400, 'Bad Request') {}

/**
 * 400: the path holds `.` or `..` as a segment, raw or encoded. Clients remove them before they send (RFC 3986 §5.2.4).
 * A request that has them tries to make proxy and server read the path differently, or a handler join it to a file name.
 */
export class DotSegmentError extends httpErrorClass('ERR_CORE_PATH_DOT_SEGMENT', 400, 'Bad Request') {}

/**
 * Decodes the path of a request once and keeps where its segments end: `%2F` and `%25` stay, all other escapes become
 * their characters. So two spellings of one path become the same string, and {@link toValue} gives the text of any part.
 *
 * @throws {PathEncodingError} `ERR_CORE_PATH_ENCODING`, 400
 * @throws {DotSegmentError} `ERR_CORE_PATH_DOT_SEGMENT`, 400
 */
export function toCanonicalPath(path: string): string {
  if (path.indexOf('%') === -1) {
    refuseDotSegments(path)
    return path
  }
  const decoded = decode(path)
  if (decoded.indexOf('\0') !== -1) throw new PathEncodingError('The path holds a NUL character')
  refuseDotSegments(decoded)
  if (path.indexOf('%25') === -1 && path.indexOf('%2F') === -1 && path.indexOf('%2f') === -1) return decoded
  return decode(path.replaceAll('%25', '%2525').replaceAll('%2F', '%252F').replaceAll('%2f', '%252F'))
}

/**
 * Makes a malformed path one that {@link toCanonicalPath} accepts, with the same segments: those that it refuses are escaped
 * once more. For finding the router that a malformed path lies below.
 */
export function toReadablePath(path: string): string {
  const readable = (segment: string): string => {
    try {
      toCanonicalPath(`/${segment}`)
      return segment
    } catch {
      return segment.replaceAll('%', '%25').replaceAll('.', '%252e')
    }
  }
  return path.split('/').map(readable).join('/')
}

/** Whether {@link toCanonicalPath} would leave the path as it is. */
export function isPlainPath(path: string): boolean {
  // To search for one character is three times as fast as for two, and few paths have a dot.
  return path.indexOf('%') === -1 && (path.indexOf('.') === -1 || path.indexOf('/.') === -1)
}

/** The canonical form of a decoded text, as in the result of {@link toCanonicalPath}. */
export function toCanonicalText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('/', '%2F')
}

/** The text of a part of a canonical path. */
export function toValue(part: string): string {
  return part.indexOf('%') === -1 ? part : part.replaceAll('%2F', '/').replaceAll('%25', '%')
}

/** Lower case of the same length, so that a place in the folded path is the same place in the path. */
export function foldCase(text: string): string {
  const folded = text.toLowerCase()
  // `İ` is the only character whose lower case is longer; it stays as it is.
  return folded.length === text.length ? folded : text.split('İ').map(foldCase).join('İ')
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (cause) {
    throw new PathEncodingError(`The path holds ${malformedPart(path)}`, { cause })
  }
}

/** Names what is malformed by its position, without its text. */
function malformedPart(path: string): string {
  const at = /%(?![0-9a-fA-F]{2})/.exec(path)?.index
  return at === undefined
    ? 'a percent-encoding that is not UTF-8'
    : `a malformed percent-encoding at character ${at}`
}

function refuseDotSegments(path: string): void {
  let at = path.indexOf('/.')
  while (at !== -1) {
    let end = at + 2
    if (path.charCodeAt(end) === DOT) end++
    if (end === path.length || path.charCodeAt(end) === SLASH) {
      throw new DotSegmentError("The path holds a '.' or '..' segment")
    }
    at = path.indexOf('/.', end)
  }
}

const DOT = 46
const SLASH = 47
