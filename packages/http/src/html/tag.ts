// Reads what a tag of a template holds, state by state as browsers do (WHATWG HTML §13.2.5.6 to §13.2.5.39).

/** An attribute of a tag. */
export interface Attribute {
  /** In lower case. */
  readonly name: string
  /** With `\0` for each hole. */
  readonly value: string
}

/** An attribute whose value a quote opens. */
export interface OpenedAttribute {
  /** In lower case. */
  readonly name: string
  /** How long it is up to the quote. */
  readonly length: number
  /** How many blanks are in front of it. */
  readonly blanks: number
}

const NAME = /^<(\/?[^\t\n\f\r />]*)/
/** What is skipped, the blanks in front, a name, and a value without quotes. Quotes may be part of names, and slashes of values. */
const ATTRIBUTE =
  /((?:[\t\n\f\r ]*\/)*)([\t\n\f\r ]*)([^\t\n\f\r /][^\t\n\f\r /=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*([^\t\n\f\r ]*))?/gy

/** A tag as far as it is read. */
export class Tag {
  #element: string | undefined
  readonly #attributes: Attribute[] = []
  /** What was read since the last value in quotes. */
  #text = ''

  read(text: string): void {
    this.#text += text
  }

  /** Its name in lower case: that of an end tag begins with `/`. */
  get element(): string {
    this.#element ??= this.#readName()
    return this.#element
  }

  /** Takes a quote: the attribute whose value it opens, or nothing where it is part of something else. */
  openValue(): OpenedAttribute | undefined {
    const last = this.#takeAttributes().at(-1)
    if (last?.[4] !== '') return undefined
    const [whole, skipped = '', { length: blanks } = '', name = ''] = last
    this.#attributes.pop()
    return { name: name.toLowerCase(), length: whole.length - skipped.length - blanks, blanks }
  }

  /** Takes the quote that ends a value. */
  closeValue(attribute: Attribute): void {
    this.#attributes.push(attribute)
  }

  /** The attributes, of which the first of a name counts. */
  attributes(): readonly Attribute[] {
    this.#takeAttributes()
    return this.#attributes
  }

  #readName(): string {
    const [begin = '', name = ''] = NAME.exec(this.#text) ?? []
    this.#text = this.#text.slice(begin.length)
    return name.toLowerCase()
  }

  #takeAttributes(): RegExpExecArray[] {
    // The name comes first.
    void this.element
    const found = [...this.#text.matchAll(ATTRIBUTE)]
    for (const [, , , name = '', value = ''] of found)
      this.#attributes.push({ name: name.toLowerCase(), value })
    this.#text = ''
    return found
  }
}
