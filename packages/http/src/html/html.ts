import { ArgumentError } from '@keelson/core'
import { describeValue } from '@keelson/core/options'
import { encodeInUrl, escapeText, toJson, toSafeUrl } from './escape.ts'
import { contextsOf, type HoleContext } from './template.ts'

/** HTML that is safe to send: made by {@link html} or {@link trustedHtml}. `String(value)` is its text. */
export class Html {
  readonly #text: string

  /** @internal */
  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** What {@link html} takes: text and numbers, HTML, lists of these. `null`, `undefined`, `true` and `false` show nothing. */
export type HtmlValue = string | number | bigint | boolean | null | undefined | Html | readonly HtmlValue[]

const contexts = new WeakMap<TemplateStringsArray, readonly HoleContext[]>()

/**
 * Makes HTML of a template. What is put in is escaped for the place where it stands:
 *
 * - in text and in quoted attributes, what would be markup is shown as it is written;
 * - at the beginning of a URL (`href`, `src`, `action` …), a scheme that runs code, as `javascript:`, makes it `about:invalid`; later in
 *   it, everything is percent-encoded as one part;
 * - in `<script type="application/json">`, any value becomes JSON.
 *
 * Nothing can be put into other scripts, styles, comments, names of tags and attributes, attributes without quotes, and those that hold code
 * (`onclick`, `style`, `srcdoc`): that is an error, at the first use of the template.
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
  for (const [at, place] of places.entries()) text += write(place, values[at]) + (strings[at + 1] as string)
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

function write(place: HoleContext, value: unknown): string {
  if (place === 'json') return toJson(value)
  if (value === null || value === undefined || typeof value === 'boolean') return ''
  if (Array.isArray(value) && place === 'text') return value.map((one) => write(place, one)).join('')
  if (value instanceof Html && place === 'text') return value.toString()
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
    throw new ArgumentError(
      `html: ${describeValue(value)} cannot be shown in ${NAMES[place]}. Give text or a number.`,
    )
  return escapeText(FITTING[place](String(value)))
}

const asItIs = (text: string): string => text
const FITTING: Readonly<Record<Exclude<HoleContext, 'json'>, (text: string) => string>> = {
  text: asItIs,
  attribute: asItIs,
  url: toSafeUrl,
  'part of a URL': encodeInUrl,
}

const NAMES: Readonly<Record<HoleContext, string>> = {
  text: 'HTML',
  attribute: 'an attribute',
  url: 'a URL',
  'part of a URL': 'a URL',
  json: 'JSON',
}
