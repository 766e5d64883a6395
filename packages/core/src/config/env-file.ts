/** One variable of a file. */
export interface EnvFileEntry {
  readonly value: string
  /** First line of the assignment, from 1. */
  readonly line: number
}

/** Something in a file that is not in the grammar. Never holds what stands there: it may be a secret. */
export interface EnvFileProblem {
  readonly line: number
  readonly message: string
  readonly remedy: string
}

/** What a file holds. */
export interface EnvFile {
  readonly entries: ReadonlyMap<string, EnvFileEntry>
  readonly problems: readonly EnvFileProblem[]
}

/**
 * Reads the text of a `.env` file. The grammar is small and strict, and documented in the configuration guide:
 *
 * - `NAME=value`, one a line; `export` before it, and blanks around `=`, are allowed; empty lines and `# comments` too
 * - unquoted values end at the line's end or at a `#` after a blank, and are trimmed
 * - `'single quotes'`: as it stands, within one line
 * - `"double quotes"`: may span lines; `\n`, `\r`, `\t`, `\"`, `\$` and `\\` are escapes, others are refused
 * - nothing is substituted: `$HOME` stays `$HOME`
 */
export function parseEnvFile(text: string): EnvFile {
  return new EnvFileReader(text).read()
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const EXPORT = /export[ \t]+/y
const BLANKS = /[ \t]*/y
const TAIL = /(?:[ \t]+#[^\n]*|[ \t]*)(?=\n|$)/y
const UNQUOTED = /(?:[^\n#]|(?<![ \t])#)*/y
const REST_OF_LINE = /[^\n]*/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', $: '$', '\\': '\\' }

class EnvFileReader {
  readonly #text: string
  readonly #entries = new Map<string, EnvFileEntry>()
  readonly #problems: EnvFileProblem[] = []
  #at = 0
  #line = 1

  constructor(text: string) {
    // A byte order mark, and the line ends of Windows.
    this.#text = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')
  }

  read(): EnvFile {
    while (this.#at < this.#text.length) {
      this.#readLine()
      this.#take(REST_OF_LINE)
      if (this.#text[this.#at] === '\n') this.#line++
      this.#at++
    }
    return { entries: this.#entries, problems: this.#problems }
  }

  #readLine(): void {
    this.#take(BLANKS)
    if (this.#isAtEnd()) return
    this.#take(EXPORT)
    const line = this.#line
    const name = this.#take(NAME)
    this.#take(BLANKS)
    if (name === '' || this.#text[this.#at] !== '=') {
      this.#fail(
        line,
        'This is not an assignment.',
        'Write NAME=value, the name in letters, digits and _; comments begin with #.',
      )
      return
    }
    this.#at++
    this.#take(BLANKS)
    const value = this.#readValue(line)
    if (value === undefined) return
    const earlier = this.#entries.get(name)
    if (earlier === undefined) this.#entries.set(name, { value, line })
    else
      this.#fail(line, `${name} is set a second time, first on line ${earlier.line}.`, 'Remove one of them.')
  }

  #readValue(line: number): string | undefined {
    switch (this.#text[this.#at]) {
      case '"':
        return this.#readQuoted(line, () => this.#readDouble(line))
      case "'":
        return this.#readQuoted(line, () => this.#readSingle(line))
      case '`':
        this.#fail(line, 'Values in backticks are not supported.', 'Use single or double quotes.')
        return undefined
      default:
        return this.#take(UNQUOTED).trimEnd()
    }
  }

  /** A quoted value must be the last thing on its line but for a comment. */
  #readQuoted(line: number, read: () => string | undefined): string | undefined {
    this.#at++
    const value = read()
    if (value === undefined) return undefined
    TAIL.lastIndex = this.#at
    if (TAIL.test(this.#text)) return value
    this.#fail(
      line,
      'Something follows the closing quote.',
      'Put the whole value into quotes, or write \\" for a quote within.',
    )
    return undefined
  }

  #readSingle(line: number): string | undefined {
    const value = this.#take(/[^'\n]*/y)
    if (this.#text[this.#at] === "'") {
      this.#at++
      return value
    }
    this.#fail(
      line,
      'The closing single quote is missing.',
      'Close it on the same line; only double quotes may span lines.',
    )
    return undefined
  }

  #readDouble(line: number): string | undefined {
    let value = ''
    let isSound = true
    for (let char = this.#text[this.#at]; char !== '"'; char = this.#text[this.#at]) {
      if (char === undefined) {
        this.#fail(line, 'The closing double quote is missing.', 'Add it at the end of the value.')
        return undefined
      }
      if (char === '\n') this.#line++
      if (char !== '\\') {
        value += char
        this.#at++
        continue
      }
      const escaped = ESCAPES[this.#text[this.#at + 1] ?? '']
      if (escaped === undefined) {
        this.#fail(
          this.#line,
          'A backslash is followed by what is not an escape.',
          'Write \\\\ for a backslash, or use single quotes.',
        )
        isSound = false
      }
      value += escaped ?? ''
      this.#at += this.#text[this.#at + 1] === '\n' ? 1 : 2
    }
    this.#at++
    return isSound ? value : undefined
  }

  #isAtEnd(): boolean {
    const char = this.#text[this.#at]
    return char === undefined || char === '\n' || char === '#'
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #fail(line: number, message: string, remedy: string): void {
    this.#problems.push({ line, message, remedy })
  }
}
