// What may be put into an attribute, by what browsers do with it.
import { ArgumentError } from '@keelson/core'

/** Where a value stands in a template. */
export type HoleContext =
  | 'text'
  | 'attribute'
  | 'boolean'
  | 'url'
  | 'own url'
  | 'part of a URL'
  | 'first segment'
  | 'json'

/** A hole in the value of an attribute. */
export interface AttributeHole {
  /** Names, in lower case. */
  readonly element: string
  readonly attribute: string
  /** What stands in the value before it, `\0` for each hole. */
  readonly before: string
  /** What stands after it in the template, up to the next hole. */
  readonly next: string
  readonly quote: string
}

/** Attributes whose value is one URL. */
const URL_ATTRIBUTES = new Set([
  'action',
  'background',
  'cite',
  'data',
  'formaction',
  'href',
  'icon',
  'longdesc',
  'manifest',
  'poster',
  'profile',
  'src',
  'xlink:href',
])
/** Attributes that are on by being there, whatever their value (WHATWG HTML §2.3.2). */
const BOOLEAN_ATTRIBUTES = new Set([
  'allowfullscreen',
  'async',
  'autofocus',
  'autoplay',
  'checked',
  'controls',
  'default',
  'defer',
  'disabled',
  'formnovalidate',
  'inert',
  'ismap',
  'itemscope',
  'loop',
  'multiple',
  'muted',
  'nomodule',
  'novalidate',
  'open',
  'playsinline',
  'readonly',
  'required',
  'reversed',
  'selected',
])
/** Elements whose URL loads code or styles, or moves all other URLs of the page. */
const LOADS_CODE = new Set(['applet', 'base', 'embed', 'link', 'object', 'script', 'use'])
/** Elements whose URL puts another document into the page. */
const LOADS_PAGE = new Set(['fencedframe', 'frame', 'iframe', 'portal'])
/** Where forms go with what is typed into them; what htmx puts into the page. */
const SENDS = /^(?:form)?action$|^(?:data-)?hx-(?:get|post|put|patch|delete)$/

/** Handlers, styles and documents as text; several URLs; what SVG animates others with; what moves URLs, or takes a fence away. */
const CODE_ATTRIBUTES =
  /^(?:on.*|style|srcdoc|srcset|imagesrcset|ping|attributionsrc|to|from|by|values|attributename|xml:base|codebase|classid|sandbox|http-equiv)$/
/** Attributes that libraries run: htmx, Alpine, Vue, Angular, Datastar, hyperscript. */
const RUN_BY_LIBRARIES =
  /^(?:(?:data-)?hx-(?:on.*|vals|vars|headers|trigger|request)|(?:x|v|ng)-.*|[@:#*([].*|data-on[:-].*|_|data-script)$/

/**
 * Says what a value in an attribute becomes.
 *
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` where nothing can be escaped
 */
export function contextInAttribute(hole: AttributeHole): HoleContext {
  const { element, attribute, before, next, quote } = hole
  if (CODE_ATTRIBUTES.test(attribute) || RUN_BY_LIBRARIES.test(attribute))
    throw refused(
      `in the attribute ${attribute}, which holds code, several URLs or a rule of safety`,
      'Write it out, or put the value into an attribute data-….',
    )
  if (element === 'link' && attribute === 'rel')
    throw refused('in the rel of a link, which says whether it loads code', 'Write it out.')
  if (BOOLEAN_ATTRIBUTES.has(attribute)) {
    if (before === '' && next.startsWith(quote)) return 'boolean'
    throw refused(`within the boolean attribute ${attribute}`, `Write ${attribute}="\${isOn}".`)
  }
  if (element === 'meta' && attribute === 'content') return contextInMeta(hole)
  return URL_ATTRIBUTES.has(attribute) || SENDS.test(attribute) ? contextInUrl(hole) : 'attribute'
}

/** The content of a refresh up to its URL (WHATWG HTML, shared declarative refresh steps). */
const REFRESH = /^[\t\n\f\r ]*\d[\d.]*[\t\n\f\r ;,]+(?:url[\t\n\f\r ]*=)?[\t\n\f\r ]*['"]?/i

function contextInMeta(hole: AttributeHole): HoleContext {
  const [head = ''] = REFRESH.exec(hole.before) ?? []
  const before = hole.before.slice(head.length)
  return head !== '' && fixesOrigin(before) ? laterInUrl({ ...hole, before }, true) : 'attribute'
}

function contextInUrl(hole: AttributeHole): HoleContext {
  const { element, attribute, before, next } = hole
  const loadsCode = LOADS_CODE.has(element)
  const isOwn = loadsCode || LOADS_PAGE.has(element) || SENDS.test(attribute)
  if (before !== '') return laterInUrl(hole, isOwn)
  if (loadsCode)
    throw refused(
      `at the beginning of the ${attribute} of an element that loads code`,
      'Write the URL out, or its beginning.',
    )
  if (!isOwn) return 'url'
  // What follows could make `//`, which names another server, of a value that is `/` or empty.
  if (!next.startsWith(hole.quote) && !/^(?:[?#]|\/?[\w.~-])/.test(next))
    throw refused(
      `at the beginning of the ${attribute}, before what may follow there`,
      'Put all of it into one value.',
    )
  return 'own url'
}

function laterInUrl({ attribute, before, next }: AttributeHole, isOwn: boolean): HoleContext {
  if (/^[\s\0]*(?:javascript|vbscript|data):/i.test(before) || /^[^/?#\0]*&/.test(before))
    throw refused(`in a URL that begins with ${before}`, 'Write a link, without character references.')
  if (isOwn && !fixesOrigin(before))
    throw refused(
      `in the ${attribute} before it is said which server it names`,
      'Write its beginning out, up to the first / of the path.',
    )
  if (!/^[\s]*[/\\]\0*$/.test(before) || !/^(?:[/\\]|$)/.test(next)) return 'part of a URL'
  if (!before.includes('\0') && next !== '') return 'first segment'
  if (!isOwn) return 'part of a URL'
  throw refused(`in the ${attribute} beside another value`, 'Put a / between them.')
}

/** Whether what stands before a hole says which server is asked, whatever is put in. As browsers read it (WHATWG URL §4.4). */
function fixesOrigin(before: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are what browsers skip
  const read = before.replace(/^[\u0001-\u0020]+/, '').replaceAll(/[\t\n\r]/g, '')
  // A value at the beginning is looked at when it is filled in.
  if (read.startsWith('\0')) return true
  // A character reference may spell a slash.
  if (read === '' || /^[^?#\0]*&/.test(read)) return false
  if (/^(?:https?:)?[/\\]{2}/i.test(read)) return /^(?:https?:)?[/\\]{2}[^/\\?#\0]+[/\\?#]/i.test(read)
  return !/^[^/\\?#\0]*:/.test(read)
}

/** The error of a hole where nothing can be escaped. */
export function refused(where: string, remedy: string): ArgumentError {
  return new ArgumentError(`html: a value cannot stand ${where}, where nothing can be escaped. ${remedy}`)
}
