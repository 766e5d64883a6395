// Reads a template as browsers read a page (WHATWG HTML §13.2.5).
import { ArgumentError } from '@keelson/core'
import { refused, type Hole, type HoleContext } from './hole.ts'
import { contextInAttribute } from './sinks.ts'
import { Tag, type Attribute } from './tag.ts'

/** What is raw to browsers: code, and text whose tags are none (WHATWG HTML §13.2.5.2, §13.2.5.3). */
const RAW = new Set([
  'script',
  'style',
  'title',
  'textarea',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
  'plaintext',
])
/** Those in which character references count, so that a value can be shown. */
const SHOWS_TEXT = new Set(['title', 'textarea'])

/**
 * Says of each hole of a template where it stands, by reading what is around it as a browser does (WHATWG HTML §13.2.5).
 *
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a hole where nothing can be escaped, and for a template that ends within a tag
 */
export function holesOf(strings: readonly string[]): Hole[] {
  if (!Array.isArray(strings)) throw new ArgumentError('html: it is a tag, not a function. Write html`…`.')
  const reader = new TemplateReader()
  const holes: Hole[] = []
  for (const [at, part] of strings.entries()) {
    reader.read(part)
    if (at < strings.length - 1) holes.push(reader.hole(strings, at + 1))
  }
  reader.end()
  return holes
}

/** Where the reader is: in text, within a tag, in the value of an attribute, in a comment, in what is read as one, in an element of raw text. */
type Place = 'text' | 'tag' | 'value' | 'comment' | 'declaration' | 'raw'

class TemplateReader {
  #place: Place = 'text'
  #tag = new Tag()
  /** The attribute whose value is read, its quote, and what was read of its value. */
  #attribute = { name: '', length: 0, blanks: 0, quote: '', value: '' }
  /** The element of raw text, what its values become, and whether a tag was read in it. */
  #raw: { readonly name: string; readonly holds: HoleContext | undefined; readonly hasTag: boolean } = {
    name: '',
    holds: undefined,
    hasTag: false,
  }
  /** Whether a value stands in the content of a meta element, where no URL was begun. */
  #hasContent = false

  read(part: string): void {
    for (let rest = part; rest !== '';) rest = this.#step(rest)
  }

  /** @param next - where the part after the hole is among the parts of the template */
  hole(parts: readonly string[], next: number): Hole {
    switch (this.#place) {
      case 'text':
        return { context: 'text' }
      case 'value':
        return this.#valueHole(parts, next)
      case 'raw':
        return { context: this.#rawHole() }
      case 'comment':
      case 'declaration':
        throw refused('in a comment', 'Put it elsewhere.')
      case 'tag':
        throw refused('in a tag, outside of a quoted value', `Quote it: name="\${value}".`)
    }
  }

  end(): void {
    if (this.#place !== 'text')
      throw new ArgumentError(`html: the template ends within ${END_OF[this.#place]}. Close it.`)
  }

  /** Reads up to where the place changes; gives what is left. */
  #step(rest: string): string {
    switch (this.#place) {
      case 'text':
        return this.#stepInText(rest)
      case 'comment':
        return this.#skipTo(rest, /--!?>/)
      case 'declaration':
        return this.#skipTo(rest, />/)
      case 'raw':
        return this.#skipRaw(rest)
      case 'value':
        return this.#stepInValue(rest)
      case 'tag':
        return this.#stepInTag(rest)
    }
  }

  #stepInText(rest: string): string {
    // A `<` at the end begins a tag by what is put in after it.
    const found = /<!--|<[!?]|<\/?(?:[a-z]|$)|<\/[^>]/i.exec(rest)
    if (found === null) return ''
    const [begin] = found
    const left = rest.slice(found.index + begin.length)
    if (begin === '<!--') return this.#openComment(left)
    if (/^<!\[CDATA\[/i.test(rest.slice(found.index)))
      throw new ArgumentError('html: <![CDATA[ is text in SVG and a comment elsewhere. Write the text out.')
    this.#place = /^<\/?[a-z]?$/i.test(begin) ? 'tag' : 'declaration'
    this.#openTag(begin)
    return left
  }

  /** `<!-->` and `<!--->` are whole comments (WHATWG HTML §13.2.5.43, §13.2.5.44). */
  #openComment(left: string): string {
    const [whole] = /^-?>/.exec(left) ?? []
    if (whole === undefined) this.#place = 'comment'
    return left.slice(whole?.length ?? 0)
  }

  #skipTo(rest: string, end: RegExp): string {
    const found = end.exec(rest)
    if (found === null) return ''
    this.#place = 'text'
    return rest.slice(found.index + found[0].length)
  }

  #skipRaw(rest: string): string {
    const found = new RegExp(`</${this.#raw.name}(?=[\\t\\n\\f\\r />])`, 'i').exec(rest)
    const text = rest.slice(0, found?.index)
    if (text.includes('<')) this.#raw = { ...this.#raw, hasTag: true }
    if (found === null) return ''
    this.#place = 'tag'
    this.#openTag(found[0])
    return rest.slice(found.index + found[0].length)
  }

  #openTag(begin: string): void {
    this.#tag = new Tag()
    this.#tag.read(begin)
  }

  #stepInTag(rest: string): string {
    const at = rest.search(/[>"']/)
    this.#tag.read(at === -1 ? rest : rest.slice(0, at))
    if (at === -1) return ''
    const char = rest[at] as string
    if (char === '>') this.#closeTag()
    else this.#openValue(char)
    return rest.slice(at + 1)
  }

  #openValue(quote: string): void {
    const opened = this.#tag.openValue()
    if (opened === undefined)
      throw new ArgumentError(
        `html: a quote stands where an attribute is expected, in <${this.#tag.element}>. Quote all of a value, and put a blank in front of an attribute.`,
      )
    this.#attribute = { ...opened, quote, value: '' }
    this.#place = 'value'
  }

  #stepInValue(rest: string): string {
    const { name, quote } = this.#attribute
    const at = rest.indexOf(quote)
    this.#attribute.value += at === -1 ? rest : rest.slice(0, at)
    if (at === -1) return ''
    this.#tag.closeValue({ name, value: this.#attribute.value })
    this.#place = 'tag'
    return rest.slice(at + 1)
  }

  #closeTag(): void {
    const { element: name } = this.#tag
    const attributes = this.#tag.attributes()
    this.#place = RAW.has(name) ? 'raw' : 'text'
    if (RAW.has(name)) this.#raw = { name, holds: holdsIn(name, attributes), hasTag: false }
    if (this.#hasContent && attributes.some((one) => one.name === 'http-equiv'))
      throw refused(
        'in the content of <meta http-equiv>',
        'Write it out; of a refresh, its time and the beginning of its URL.',
      )
    this.#hasContent = false
  }

  #rawHole(): HoleContext {
    const { name, holds, hasTag } = this.#raw
    // In SVG a title holds elements.
    if (holds !== undefined && !(holds === 'text' && hasTag)) return holds
    throw refused(`in <${name}>`, 'Put it into an attribute, or into <script type="application/json">.')
  }

  #valueHole(parts: readonly string[], at: number): Hole {
    const { name, length, blanks, quote, value } = this.#attribute
    const { element } = this.#tag
    const after = restOfValue(parts, at, quote)
    const context = contextInAttribute({ element, attribute: name, before: value, after })
    if (element === 'meta' && name === 'content' && context === 'attribute') this.#hasContent = true
    // What is filled in is part of the value: a second hole in a URL does not stand at its beginning.
    this.#attribute.value += '\0'
    const [next = ''] = after.split('\0')
    // What is in front of an attribute that is omitted stays, unless it would not be missed: names must not join.
    const endsWell = /^.[\t\n\f\r >]/s.test(parts[at] ?? '')
    return { context, next, omits: length + 1 + (endsWell ? blanks : 0) }
  }
}

/** What stands of a value after a hole, with `\0` for further holes. */
function restOfValue(parts: readonly string[], from: number, quote: string): string {
  const rest: string[] = []
  for (let at = from; at < parts.length; at++) {
    const part = parts[at] as string
    const end = part.indexOf(quote)
    rest.push(end === -1 ? part : part.slice(0, end))
    if (end !== -1) break
  }
  return rest.join('\0')
}

/** What a value in an element of raw text becomes. */
function holdsIn(name: string, attributes: readonly Attribute[]): HoleContext | undefined {
  if (SHOWS_TEXT.has(name)) return 'text'
  return name === 'script' && holdsJson(attributes) ? 'json' : undefined
}

/** Whether a script is data: by its first `type`, the one that browsers read. Import maps and rules of speculation are code. */
function holdsJson(attributes: readonly Attribute[]): boolean {
  const type = attributes.find(({ name }) => name === 'type')
  return /^\s*application\/(?:ld\+)?json\s*$/i.test(type?.value ?? '')
}

const END_OF: Readonly<Record<Exclude<Place, 'text'>, string>> = {
  tag: 'a tag',
  value: 'the value of an attribute',
  comment: 'a comment',
  declaration: 'a declaration',
  raw: 'an element of raw text, such as a script',
}
