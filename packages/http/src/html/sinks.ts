// What may be put into an attribute, by what browsers do with it.
import { refused, type AttributeHole, type HoleContext } from './hole.ts'
import { contextInUrl, fixesServer, laterInUrl } from './url-hole.ts'

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
  'disablepictureinpicture',
  'disableremoteplayback',
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
  'shadowrootclonable',
  'shadowrootdelegatesfocus',
  'shadowrootserializable',
])
/** Attributes that are on by being there, and may hold a text as well. */
const BOOLEAN_OR_TEXT = new Set(['download', 'hidden'])
/** Attributes whose texts are `true` and `false` (WHATWG HTML §2.3.3, WAI-ARIA §6). */
const TRUE_OR_FALSE =
  /^(?:aria-.*|contenteditable|draggable|focusable|spellcheck|writingsuggestions|(?:data-)?hx-(?:boost|history))$/
/** Elements whose URL loads code or styles, or moves all other URLs of the page. */
const LOADS_CODE = new Set(['applet', 'base', 'embed', 'link', 'object', 'script', 'use'])
/** Elements whose URL puts another document into the page. */
const LOADS_PAGE = new Set(['fencedframe', 'frame', 'iframe', 'portal'])
/** Where forms go with what is typed into them; what htmx puts into the page. */
const SENDS = /^(?:form)?action$|^(?:data-)?hx-(?:get|post|put|patch|delete)$/

/** Handlers, styles and documents as text; several URLs; what SVG animates others with; what moves URLs, or takes a fence away. */
const CODE_ATTRIBUTES =
  /^(?:on.*|style|srcdoc|srcset|imagesrcset|ping|attributionsrc|to|from|by|values|attributename|xml:base|codebase|classid|sandbox|http-equiv)$/
/** Attributes that libraries run, or connect by: htmx, Alpine, Vue, Angular, AngularJS, Livewire, hyperscript; Knockout and Datastar. */
const RUN_BY_LIBRARIES =
  /^(?:(?:data-)?(?:hx-(?:on.*|vals|vars|headers|trigger|request|sse|ws)|(?:sse|ws)-connect)|[xv]-.*|(?:x-|data[-:_])?ng[-:_].*|bind-.*|wire:.*|[.@:#*([].*|_|(?:data-)?script)$/
const RUN_FROM_DATA =
  /^data-(?:star-)?(?:(?:attr|bind|class|computed|on|signals|style)(?:[-:_].*)?|(?:effect|init|show|text)(?:__.*)?)$/

/**
 * Says what a value in an attribute becomes.
 *
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` where nothing can be escaped
 */
export function contextInAttribute(hole: AttributeHole): HoleContext {
  const { element, attribute } = hole
  checkTakesValues(element, attribute)
  if (BOOLEAN_ATTRIBUTES.has(attribute)) return contextInBoolean(hole)
  if (element === 'meta' && attribute === 'content') return contextInMeta(hole)
  const sends = SENDS.test(attribute)
  if (!sends && !URL_ATTRIBUTES.has(attribute)) return contextInText(hole)
  const loadsCode = LOADS_CODE.has(element)
  return contextInUrl(hole, { loadsCode, isOwn: loadsCode || sends || LOADS_PAGE.has(element) })
}

function checkTakesValues(element: string, attribute: string): void {
  if (CODE_ATTRIBUTES.test(attribute) || RUN_BY_LIBRARIES.test(attribute) || RUN_FROM_DATA.test(attribute))
    throw refused(
      `in the attribute ${attribute}, which holds code, several URLs or a rule of safety`,
      'Write it out, or put the value into another attribute data-….',
    )
  if (element === 'link' && attribute === 'rel')
    throw refused('in the rel of a link, which says whether it loads code', 'Write it out.')
}

function contextInBoolean({ attribute, before, after }: AttributeHole): HoleContext {
  if (before === '' && after === '') return 'boolean'
  throw refused(`within the boolean attribute ${attribute}`, `Write ${attribute}="\${isOn}".`)
}

function contextInText({ attribute, before, after }: AttributeHole): HoleContext {
  if (before !== '' || after !== '') return 'attribute'
  if (BOOLEAN_OR_TEXT.has(attribute)) return 'boolean or text'
  return TRUE_OR_FALSE.test(attribute) ? 'true or false' : 'attribute'
}

/** The content of a refresh up to its URL (WHATWG HTML, shared declarative refresh steps). */
const REFRESH = /^[\t\n\f\r ]*\d[\d.]*[\t\n\f\r ;,]+(?:url[\t\n\f\r ]*=)?[\t\n\f\r ]*['"]?/i

function contextInMeta(hole: AttributeHole): HoleContext {
  const [head = ''] = REFRESH.exec(hole.before) ?? []
  const before = hole.before.slice(head.length)
  return head !== '' && fixesServer(before) ? laterInUrl({ ...hole, before }, true) : 'attribute'
}
