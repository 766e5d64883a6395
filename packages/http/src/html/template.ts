// Reads a template as browsers read a page (WHATWG HTML §13.2.5).
import { ArgumentError } from '@keelson/core'
import { contextInAttribute, refused, type HoleContext } from './sinks.ts'

/** An attribute of a tag, its value in quotes or not. */
const ATTRIBUTE =
  /([^\t\n\f\r "'<>/=]+)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r "'>]+)))?/g
/** What is between an attribute and the quote that opens its value. Only these are blanks in HTML. */
const OPENS_VALUE = /[\t\n\f\r "'/]([^\t\n\f\r "'<>/=]+)[\t\n\f\r ]*=[\t\n\f\r ]*$/
/** What is raw to browsers: code, and text whose tags are none (WHATWG HTML §13.2.5.2, §13.2.5.3). */
const RAW = /^<(script|style|title|textarea|xmp|iframe|noembed|noframes|plaintext)(?=[\t\n\f\r />]|$)/i
/** Those in which character references count, so that a value can be shown. */
const SHOWS_TEXT = new Set(['title', 'textarea'])

/**
 * Says of each hole of a template where it stands, by reading what is around it as a browser does (WHATWG HTML §13.2.5).
 *
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a hole where nothing can be escaped, and for a template that ends within a tag
 */
export function contextsOf(strings: readonly string[]): HoleContext[] {
  if (!Array.isArray(strings)) throw new ArgumentError('html: it is a tag, not a function. Write html`…`.')
  const reader = new TemplateReader()
  const contexts: HoleContext[] = []
  for (const [at, part] of strings.entries()) {
    reader.read(part)
    if (at < strings.length - 1) contexts.push(reader.hole(strings[at + 1] as string))
  }
  reader.end()
  return contexts
}

/** Where the reader is: in text, within a tag, in the value of an attribute, in a comment, in what is read as one, in an element of raw text. */
type Place = 'text' | 'tag' | 'value' | 'comment' | 'declaration' | 'raw'

class TemplateReader {
  #place: Place = 'text'
  /** What was read of the tag, from `<` on. */
  #tag = ''
  /** Of the attribute whose value is read: its name, quote, and what was read of its value. */
  #attribute = { name: '', quote: '', value: '' }
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

  /** @param next - what stands after the hole */
  hole(next: string): HoleContext {
    switch (this.#place) {
      case 'text':
        return 'text'
      case 'value':
        return this.#valueHole(next)
      case 'raw':
        return this.#rawHole()
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
    this.#tag = begin
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
    this.#tag = found[0]
    return rest.slice(found.index + found[0].length)
  }

  #stepInTag(rest: string): string {
    const at = rest.search(/[>"']/)
    if (at === -1) {
      this.#tag += rest
      return ''
    }
    this.#tag += rest.slice(0, at)
    const char = rest[at] as string
    if (char === '>') this.#closeTag()
    else this.#openValue(char)
    return rest.slice(at + 1)
  }

  #openValue(quote: string): void {
    const [, name] = OPENS_VALUE.exec(this.#tag) ?? []
    if (name === undefined)
      throw new ArgumentError(`html: a quote stands where an attribute is expected, in ${this.#tag}.`)
    this.#attribute = { name: name.toLowerCase(), quote, value: '' }
    this.#tag += quote
    this.#place = 'value'
  }

  #stepInValue(rest: string): string {
    const { quote } = this.#attribute
    const at = rest.indexOf(quote)
    const value = at === -1 ? rest : rest.slice(0, at)
    this.#attribute.value += value
    this.#tag += value
    if (at === -1) return ''
    this.#tag += quote
    this.#place = 'tag'
    return rest.slice(at + 1)
  }

  #closeTag(): void {
    const [, raw] = RAW.exec(this.#tag) ?? []
    this.#place = raw === undefined ? 'text' : 'raw'
    if (raw !== undefined) {
      const name = raw.toLowerCase()
      this.#raw = { name, holds: holdsIn(name, this.#tag), hasTag: false }
    }
    if (this.#hasContent && attributesOf(this.#tag).some(([, name]) => name?.toLowerCase() === 'http-equiv'))
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

  #valueHole(next: string): HoleContext {
    const { name, value, quote } = this.#attribute
    const [, element = ''] = /^<([^\t\n\f\r />]*)/.exec(this.#tag) ?? []
    const hole = { element: element.toLowerCase(), attribute: name, before: value, next, quote }
    const context = contextInAttribute(hole)
    if (hole.element === 'meta' && name === 'content' && context === 'attribute') this.#hasContent = true
    // What is filled in is part of the value: a second hole in a URL does not stand at its beginning.
    this.#attribute.value += '\0'
    this.#tag += '\0'
    return context
  }
}

/** What a value in an element of raw text becomes. */
function holdsIn(name: string, tag: string): HoleContext | undefined {
  if (SHOWS_TEXT.has(name)) return 'text'
  return name === 'script' && holdsJson(tag) ? 'json' : undefined
}

function attributesOf(tag: string): RegExpExecArray[] {
  return [...tag.replace(/^<[^\t\n\f\r />]*/, '').matchAll(ATTRIBUTE)]
}

/** Whether a script is data: by its first `type`, the one that browsers read. Import maps and rules of speculation are code. */
function holdsJson(tag: string): boolean {
  const type = attributesOf(tag).find(([, name]) => name?.toLowerCase() === 'type')
  const value = type?.[2] ?? type?.[3] ?? type?.[4] ?? ''
  return /^\s*application\/(?:ld\+)?json\s*$/i.test(value)
}

const END_OF: Readonly<Record<Exclude<Place, 'text'>, string>> = {
  tag: 'a tag',
  value: 'the value of an attribute',
  comment: 'a comment',
  declaration: 'a declaration',
  raw: 'an element of raw text, such as a script',
}
