import { ArgumentError } from '@keelson/core'
import { describeValue } from '@keelson/core/options'
import {
  encodeFirstSegment,
  encodeInUrl,
  encodeSegment,
  escapeText,
  toJson,
  toOwnUrl,
  toSafeUrl,
} from './escape.ts'
import type { Hole, HoleContext } from './hole.ts'
import { holesOf } from './template.ts'

const kHtml: unique symbol = Symbol.for('keelson.http.html') as never

/** HTML that is safe to send: made by {@link html} or {@link trustedHtml}. `String(value)` is its text. */
export class Html {
  readonly [kHtml] = true
  readonly #text: string

  /** @internal */
  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }

  /** @throws {ArgumentError} `ERR_CORE_ARGUMENT`: a handler that returns HTML means a page, not JSON */
  toJSON(): never {
    throw new ArgumentError('HTML was to be sent as JSON. Return htmlReply(html`…`) from the handler.')
  }
}

/**
 * The text of HTML, of whatever copy of this package.
 *
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a text, which nobody has escaped
 */
export function textOf(page: unknown, where: string): string {
  if (page instanceof Html || (page as Partial<Record<symbol, unknown>> | null)?.[kHtml] === true)
    return String(page)
  throw new ArgumentError(
    `${where}: ${describeValue(page)} is not HTML. Give html\`…\`, or trustedHtml(text) for text that is.`,
  )
}

const templates = new WeakMap<TemplateStringsArray, readonly Hole[]>()

/**
 * Makes HTML of a template. It takes text and numbers, HTML, and lists of these; `null` and `undefined` show nothing, and so do `true` and
 * `false` in text. What is put in is escaped for the place where it stands:
 *
 * - in text and in quoted attributes, what would be markup is shown as it is written;
 * - at the beginning of a URL (`href`, `src` …), a scheme that runs code, as `javascript:`, makes it `about:invalid`; later in
 *   it, everything is percent-encoded as one part, and `.` and `..` as such are written as U+FFFD;
 * - of a form (`action`, `formaction`) and of a frame, a URL that may name another server does so as well: write that one's beginning out;
 * - a boolean attribute (`checked="${isOn}"`, `disabled`, `selected` …) is there for `true` and omitted for `false`; `hidden` and
 *   `download` take a text as well;
 * - `aria-…`, `draggable`, `contenteditable` and the like show `true` and `false`; other attributes take neither;
 * - in `<script type="application/json">`, any value becomes JSON.
 *
 * Nothing can be put into other scripts, styles, comments, names of tags and attributes, attributes without quotes, those that hold code
 * (`onclick`, `style`, `srcdoc`, `hx-on`), `<meta http-equiv>`, in front of a colon where a scheme could be made, and where a script, a style or a plugin is loaded from: that is an error, at the
 * first use of the template.
 *
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a template as above, one with an open tag or quote, and a value that HTML cannot show
 * @example
 * const name = '<b>Ada</b>'
 * String(html`<p title="${name}">${name}</p>`) // => '<p title="&lt;b&gt;Ada&lt;/b&gt;">&lt;b&gt;Ada&lt;/b&gt;</p>'
 */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  let holes = templates.get(strings)
  if (holes === undefined) templates.set(strings, (holes = holesOf(strings)))
  let text = ''
  let part = strings[0] as string
  for (const [at, hole] of holes.entries()) {
    const next = strings[at + 1] as string
    if (isOmitted(hole, values[at])) {
      text += part.slice(0, -(hole.omits ?? 0))
      part = next.slice(1)
    } else {
      text += part + write(hole, values[at])
      part = next
    }
  }
  return new Html(text + part)
}

/**
 * Takes a text for HTML as it is. Only for what you wrote or what was sanitised: what a user wrote runs as code.
 *
 * @example
 * const rule = trustedHtml('<hr>')
 * String(html`<p>${rule}</p>`) // => '<p><hr></p>'
 */
export function trustedHtml(text: string): Html {
  return new Html(text)
}

/** Whether the attribute of a hole is omitted. */
function isOmitted({ context }: Hole, value: unknown): boolean {
  if (context !== 'boolean' && context !== 'boolean or text') return false
  if (value === false || value === null || value === undefined) return true
  if (value === true || context === 'boolean or text') return false
  throw new ArgumentError(`html: ${describeValue(value)} stands in a boolean attribute. Give true or false.`)
}

function write(hole: Hole, value: unknown): string {
  const { context } = hole
  if (context === 'json') return toJson(value)
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return writeBoolean(context, value)
  if (Array.isArray(value) && context === 'text') return value.map((one) => write(hole, one)).join('')
  if (value instanceof Html && context === 'text') return value.toString()
  return escapeText(FITTING[context](toText(value, context), hole.next ?? ''))
}

function toText(value: unknown, context: HoleContext): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return String(value)
  throw new ArgumentError(
    `html: ${describeValue(value)} cannot be shown in ${NAMES[context]}. Give text or a number.`,
  )
}

function writeBoolean(context: HoleContext, value: boolean): string {
  if (context === 'text' || context === 'boolean' || context === 'boolean or text') return ''
  if (context === 'true or false') return String(value)
  throw new ArgumentError(
    `html: ${value} cannot be shown in ${NAMES[context]}. Give a text: isOn ? 'on' : 'off'.`,
  )
}

const asItIs = (text: string): string => text
const FITTING: Readonly<Record<Exclude<HoleContext, 'json'>, (text: string, next: string) => string>> = {
  text: asItIs,
  attribute: asItIs,
  boolean: () => '',
  'boolean or text': asItIs,
  'true or false': asItIs,
  url: toSafeUrl,
  'own url': toOwnUrl,
  segment: encodeSegment,
  'first segment': encodeFirstSegment,
  'part of a URL': encodeInUrl,
}

const NAMES: Readonly<Record<HoleContext, string>> = {
  text: 'HTML',
  attribute: 'an attribute',
  boolean: 'a boolean attribute',
  'boolean or text': 'an attribute',
  'true or false': 'an attribute',
  url: 'a URL',
  'own url': 'a URL',
  segment: 'a URL',
  'first segment': 'a URL',
  'part of a URL': 'a URL',
  json: 'JSON',
}
