import { ArgumentError } from '@keelson/core'
import { describeValue } from '@keelson/core/options'
import { encodeInUrl, encodeSegment, escapeText, toJson, toOwnUrl, toSafeUrl } from './escape.ts'
import type { HoleContext } from './sinks.ts'
import { contextsOf } from './template.ts'

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

/** A boolean attribute up to its value. */
const ATTRIBUTE_BEGIN = /[\t\n\f\r ]*[^\t\n\f\r "'<>/=]+[\t\n\f\r ]*=[\t\n\f\r ]*["']$/

const contexts = new WeakMap<TemplateStringsArray, readonly HoleContext[]>()

/**
 * Makes HTML of a template. It takes text and numbers, HTML, and lists of these; `null`, `undefined`, `true` and `false` show nothing. What is
 * put in is escaped for the place where it stands:
 *
 * - in text and in quoted attributes, what would be markup is shown as it is written;
 * - at the beginning of a URL (`href`, `src` …), a scheme that runs code, as `javascript:`, makes it `about:invalid`; later in
 *   it, everything is percent-encoded as one part;
 * - of a form (`action`, `formaction`) and of a frame, a URL that may name another server does so as well: write that one's beginning out;
 * - a boolean attribute (`checked="${isOn}"`, `disabled`, `selected` …) is there for `true` and omitted for `false`;
 * - in `<script type="application/json">`, any value becomes JSON.
 *
 * Nothing can be put into other scripts, styles, comments, names of tags and attributes, attributes without quotes, those that hold code
 * (`onclick`, `style`, `srcdoc`, `hx-on`), `<meta http-equiv>`, and where a script, a style or a plugin is loaded from: that is an error, at the
 * first use of the template.
 *
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a template as above, one with an open tag or quote, and a value that HTML cannot show
 * @example
 * const name = '<b>Ada</b>'
 * String(html`<p title="${name}">${name}</p>`) // => '<p title="&lt;b&gt;Ada&lt;/b&gt;">&lt;b&gt;Ada&lt;/b&gt;</p>'
 */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  let places = contexts.get(strings)
  if (places === undefined) contexts.set(strings, (places = contextsOf(strings)))
  let text = strings[0] as string
  for (const [at, place] of places.entries()) {
    const next = strings[at + 1] as string
    if (place === 'boolean' && !isOn(values[at])) text = text.replace(ATTRIBUTE_BEGIN, '') + next.slice(1)
    else text += write(place, values[at], next) + next
  }
  return new Html(text)
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

/** Whether a boolean attribute is there. */
function isOn(value: unknown): boolean {
  if (value === true) return true
  if (value === false || value === null || value === undefined) return false
  throw new ArgumentError(`html: ${describeValue(value)} stands in a boolean attribute. Give true or false.`)
}

function write(place: HoleContext, value: unknown, next: string): string {
  if (place === 'json') return toJson(value)
  if (value === null || value === undefined || typeof value === 'boolean') return ''
  if (Array.isArray(value) && place === 'text') return value.map((one) => write(place, one, next)).join('')
  if (value instanceof Html && place === 'text') return value.toString()
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
    throw new ArgumentError(
      `html: ${describeValue(value)} cannot be shown in ${NAMES[place]}. Give text or a number.`,
    )
  return escapeText(FITTING[place](String(value), next))
}

const asItIs = (text: string): string => text
const FITTING: Readonly<Record<Exclude<HoleContext, 'json'>, (text: string, next: string) => string>> = {
  text: asItIs,
  attribute: asItIs,
  boolean: () => '',
  url: toSafeUrl,
  'own url': toOwnUrl,
  'first segment': encodeSegment,
  'part of a URL': encodeInUrl,
}

const NAMES: Readonly<Record<HoleContext, string>> = {
  text: 'HTML',
  attribute: 'an attribute',
  boolean: 'a boolean attribute',
  url: 'a URL',
  'own url': 'a URL',
  'first segment': 'a URL',
  'part of a URL': 'a URL',
  json: 'JSON',
}
