import { ArgumentError } from '@keelson/core'

/** Where a value stands in a template. */
export type HoleContext = 'text' | 'attribute' | 'boolean' | 'url' | 'part of a URL' | 'json'

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
const LOADS_CODE = /^<(?:base|embed|link|object|script)(?=[\s/])/i

/** Attributes that hold code or several URLs, or that SVG animates others with. */
const CODE_ATTRIBUTES = /^(?:on.*|style|srcdoc|srcset|imagesrcset|ping|attributionsrc|to|from|by|values)$/
/** An attribute of a tag, its value in quotes or not. */
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g

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

/** Where the reader is: in text, within a tag, in the value of an attribute, in a comment, in an element of raw text. */
type Place = 'text' | 'tag' | 'value' | 'comment' | 'raw'

class TemplateReader {
  #place: Place = 'text'
  /** What was read of the tag, from `<` on. */
  #tag = ''
  /** Of the attribute whose value is read: its name, quote, and what was read of its value. */
  #attribute = { name: '', quote: '', value: '' }
  /** The element of raw text, and whether it holds JSON. */
  #raw = { name: '', isJson: false }

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
        if (this.#raw.isJson) return 'json'
        throw refused(
          `in <${this.#raw.name}>`,
          'Put it into an attribute, or into <script type="application/json">.',
        )
      case 'comment':
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
        return this.#skipTo(rest, '-->', 'text')
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
    const found = /<!--|<\/?(?:[a-z]|$)/i.exec(rest)
    if (found === null) return ''
    this.#place = found[0] === '<!--' ? 'comment' : 'tag'
    this.#tag = found[0]
    return rest.slice(found.index + found[0].length)
  }

  #skipTo(rest: string, end: string, next: Place): string {
    const at = rest.indexOf(end)
    if (at === -1) return ''
    this.#place = next
    return rest.slice(at + end.length)
  }

  #skipRaw(rest: string): string {
    const found = new RegExp(`</${this.#raw.name}(?=[\\s/>])`, 'i').exec(rest)
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
    const [, name] = /([^\s"'<>/=]+)\s*=\s*$/.exec(this.#tag) ?? []
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
    const [, name] = /^<(script|style)\b/i.exec(this.#tag) ?? []
    this.#place = name === undefined ? 'text' : 'raw'
    if (name !== undefined)
      this.#raw = { name: name.toLowerCase(), isJson: /^script$/i.test(name) && holdsJson(this.#tag) }
  }

  #valueHole(next: string): HoleContext {
    const { name, value, quote } = this.#attribute
    // What is filled in is part of the value: a second hole in a URL does not stand at its beginning.
    this.#attribute.value += '\0'
    this.#tag += '\0'
    if (CODE_ATTRIBUTES.test(name))
      throw refused(`in the attribute ${name}, which holds code or several URLs`, 'Write it out.')
    if (BOOLEAN_ATTRIBUTES.has(name)) {
      if (value === '' && next.startsWith(quote)) return 'boolean'
      throw refused(`within the boolean attribute ${name}`, `Write ${name}="\${isOn}".`)
    }
    if (!URL_ATTRIBUTES.has(name)) return 'attribute'
    if (value === '' && LOADS_CODE.test(this.#tag))
      throw refused(
        `at the beginning of the ${name} of an element that loads code`,
        'Write the URL out, or its beginning.',
      )
    if (value === '') return 'url'
    if (/^[\s\0]*(?:javascript|vbscript|data):/i.test(value))
      throw refused(`in a URL that begins with ${value}`, 'Write a link.')
    return 'part of a URL'
  }
}

/** Whether a script is data: by its first `type`, the one that browsers read. Import maps and rules of speculation are code. */
function holdsJson(tag: string): boolean {
  const attributes = tag.replace(/^<script/i, '').matchAll(ATTRIBUTE)
  const type = [...attributes].find(([, name]) => name?.toLowerCase() === 'type')
  const value = type?.[2] ?? type?.[3] ?? type?.[4] ?? ''
  return /^\s*application\/(?:ld\+)?json\s*$/i.test(value)
}

const END_OF: Readonly<Record<Exclude<Place, 'text'>, string>> = {
  tag: 'a tag',
  value: 'the value of an attribute',
  comment: 'a comment',
  raw: 'a script or a style',
}

function refused(where: string, remedy: string): ArgumentError {
  return new ArgumentError(`html: a value cannot stand ${where}, where nothing can be escaped. ${remedy}`)
}
