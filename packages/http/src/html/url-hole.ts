// What may be put into a URL, by what stands around it. As browsers read it (WHATWG URL §4.4).
import { refused, type AttributeHole, type HoleContext } from './hole.ts'

/** What a URL is for. */
export interface UrlUse {
  /** Whether it loads code or styles, or moves all other URLs of the page. */
  readonly loadsCode: boolean
  /** Whether the template has to say which server it names. */
  readonly isOwn: boolean
}

/** @throws {ArgumentError} `ERR_CORE_ARGUMENT` where nothing can be escaped */
export function contextInUrl(hole: AttributeHole, { loadsCode, isOwn }: UrlUse): HoleContext {
  const { attribute, before, after } = hole
  if (before !== '') return laterInUrl(hole, isOwn)
  if (loadsCode)
    throw refused(
      `at the beginning of the ${attribute} of an element that loads code`,
      'Write the URL out, or its beginning.',
    )
  // What follows could make `//`, which names another server, of a value that is `/` or empty.
  if (isOwn && !/^(?:$|[?#]|\/?[\w.~-])/.test(after))
    throw refused(
      `at the beginning of the ${attribute}, before what may follow there`,
      'Put all of it into one value.',
    )
  checkScheme(hole)
  return isOwn ? 'own url' : 'url'
}

/** @throws {ArgumentError} `ERR_CORE_ARGUMENT` where nothing can be escaped */
export function laterInUrl(hole: AttributeHole, isOwn: boolean): HoleContext {
  const { attribute, before } = hole
  if (/^(?:javascript|vbscript|data):/i.test(asRead(before)) || /^[^/?#\0]*&/.test(before))
    throw refused(`in a URL that begins with ${before}`, 'Write a link, without character references.')
  if (/%[\da-f]?[\t\n\r]*$/i.test(before))
    throw refused(`within a character of the ${attribute} that is percent-encoded`, 'Write it out, or %25.')
  if (isOwn && !fixesServer(before))
    throw refused(
      `in the ${attribute} before it is said which server it names`,
      'Write its beginning out, up to the first / of the path.',
    )
  checkScheme(hole)
  return inSegment(hole, isOwn)
}

/** A value could be the scheme, or a piece of it, where the template has a colon after it, or a reference that may be one. */
function checkScheme({ attribute, before, after }: AttributeHole): void {
  if (/[/?#:]/.test(before) || !/^[^/?#]*[:&]/.test(after)) return
  throw refused(
    `in the scheme of the ${attribute}, before a colon or a character reference`,
    'Write the scheme out, begin with / or ./, or put all of it into one value.',
  )
}

/** Dots, and what may spell one, or is skipped by browsers. */
// oxlint-disable-next-line no-control-regex -- these are what browsers skip
const DOTS = /^(?:[.\u0000-\u0020]|%2e)*$/i

function inSegment({ attribute, before, after }: AttributeHole, isOwn: boolean): HoleContext {
  if (/[?#]/.test(before)) return 'part of a URL'
  if (!/^[/\\]\0*$/.test(asRead(before)) || !/^[\t\n\r]*[/\\\0]/.test(after))
    return mayBeDots(before, after) ? 'segment' : 'part of a URL'
  if (!before.includes('\0') && !/^[\t\n\r]*\0/.test(after)) return 'first segment'
  if (!isOwn) return 'segment'
  throw refused(`in the ${attribute} beside another value`, 'Put a / between them.')
}

/** Whether nothing that the template says of a segment keeps it from being `.` or `..`. */
function mayBeDots(before: string, after: string): boolean {
  const segment = `${/[^/\\]*$/.exec(before)?.[0]}${/^[^/\\?#]*/.exec(after)?.[0]}`
  return DOTS.test(segment) || segment.includes('&')
}

/** Whether what stands before a hole says which server is asked, whatever is put in. */
export function fixesServer(before: string): boolean {
  const read = asRead(before)
  // A value at the beginning is looked at when it is filled in.
  if (read.startsWith('\0')) return true
  // A character reference may spell a slash.
  if (read === '' || /^[^?#\0]*&/.test(read)) return false
  if (/^(?:https?:)?[/\\]{2}/i.test(read)) return /^(?:https?:)?[/\\]{2}[^/\\?#\0]+[/\\?#]/i.test(read)
  return !/^[^/\\?#\0]*:/.test(read)
}

/** Without what browsers skip: control characters and blanks in front, tabs and line breaks. */
function asRead(before: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what browsers skip
  return before.replace(/^[\u0001-\u0020]+/, '').replaceAll(/[\t\n\r]/g, '')
}
