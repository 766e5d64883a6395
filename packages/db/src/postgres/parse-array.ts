/** An array of PostgreSQL's text format: `{1,NULL,"a \"b\"",{2}}`. Bounds before it, `[2:3]={…}`, are skipped. */
export function parseArray(text: string, parser: ((entry: string) => unknown) | undefined): unknown[] {
  const reader = new ArrayReader(text, parser)
  return reader.read()
}

class ArrayReader {
  readonly #text: string
  readonly #parser: ((entry: string) => unknown) | undefined
  #at: number

  constructor(text: string, parser: ((entry: string) => unknown) | undefined) {
    this.#text = text
    this.#parser = parser
    this.#at = text.indexOf('{')
  }

  read(): unknown[] {
    const entries: unknown[] = []
    // The character at hand is a brace or a comma.
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const mark = this.#text[this.#at]
      if (mark === '}') break
      if (mark === '{') entries.push(this.read())
      else if (mark === '"') entries.push(this.#parse(this.#quoted()))
      else if (mark !== ',') entries.push(this.#bare())
    }
    return entries
  }

  /** Leaves the closing mark at hand. */
  #quoted(): string {
    let entry = ''
    for (this.#at++; this.#text[this.#at] !== '"' && this.#at < this.#text.length; this.#at++) {
      if (this.#text[this.#at] === '\\') this.#at++
      entry += this.#text[this.#at]
    }
    return entry
  }

  /** Leaves its last character at hand. */
  #bare(): unknown {
    const start = this.#at
    while (!/[,}]/.test(this.#text[this.#at + 1] ?? '}')) this.#at++
    const entry = this.#text.slice(start, this.#at + 1)
    return entry === 'NULL' ? null : this.#parse(entry)
  }

  #parse(entry: string): unknown {
    return this.#parser === undefined ? entry : this.#parser(entry)
  }
}
