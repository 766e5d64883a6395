// Texts that a regular expression matches: of literals, classes, groups, choices and repetitions.
import { either, joined, listed, type Values } from './values.ts'

/** Texts, where each repetition without end is `extra` longer than it must be. */
type Shape = (extra: number) => Values<string>

const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const ANY = `${LOWER}${DIGITS}${UPPER}`
const WORD = `${ANY}_`
const CLASSES: Readonly<Record<string, string>> = {
  d: DIGITS,
  w: WORD,
  s: ' ',
  D: `${LOWER}-`,
  W: '-',
  S: ANY,
}
const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v' }
/** By the name in `\p{…}`. */
const PROPERTIES: Readonly<Record<string, string>> = {
  L: `${LOWER}${UPPER}`,
  Letter: `${LOWER}${UPPER}`,
  Alphabetic: `${LOWER}${UPPER}`,
  Ll: LOWER,
  Lowercase: LOWER,
  Lu: UPPER,
  Uppercase: UPPER,
  N: DIGITS,
  Nd: DIGITS,
}
const MOST_CHARACTERS = 1000
const MOST_REPEATS = 1000

/** The expression has what is not read here: a look to the side, a reference back. */
class TooHard extends Error {}

/**
 * Reads a regular expression.
 *
 * @param isFolded - whether texts that differ in case alone are one
 * @returns the texts by the length of what repeats without end; undefined for one that is too hard
 */
export function patternShape(pattern: string, isFolded: boolean): Shape | undefined {
  try {
    return new PatternReader(pattern, isFolded).read()
  } catch (error) {
    if (error instanceof TooHard) return undefined
    throw error
  }
}

class PatternReader {
  readonly #text: readonly string[]
  readonly #isFolded: boolean
  #at = 0

  constructor(pattern: string, isFolded: boolean) {
    this.#text = Array.from(pattern)
    this.#isFolded = isFolded
  }

  read(): Shape {
    const shape = this.#choice()
    if (this.#at < this.#text.length) throw new TooHard()
    return shape
  }

  #choice(): Shape {
    const choices = [this.#sequence()]
    while (this.#take('|')) choices.push(this.#sequence())
    return (extra) => either(choices.map((choice) => choice(extra)))
  }

  #sequence(): Shape {
    const parts: Shape[] = []
    while (this.#at < this.#text.length && this.#peek() !== '|' && this.#peek() !== ')')
      parts.push(this.#repeated(this.#atom()))
    return (extra) => joined(parts.map((part) => part(extra)))
  }

  #atom(): Shape {
    const sign = this.#next()
    if (sign === '^' || sign === '$') return () => listed([''])
    if (sign === '(') return this.#group()
    if (sign === '[') return this.#oneOf(this.#class())
    if (sign === '.') return this.#oneOf(ANY)
    if (sign === '\\') return this.#oneOf(this.#escape())
    if ('*+?{'.includes(sign)) throw new TooHard()
    return this.#oneOf(sign)
  }

  #group(): Shape {
    if (this.#take('?') && !this.#take(':')) {
      // A name, and no look behind.
      if (!this.#take('<') || this.#peek() === '=' || this.#peek() === '!') throw new TooHard()
      while (!this.#take('>')) this.#next()
    }
    const shape = this.#choice()
    if (!this.#take(')')) throw new TooHard()
    return shape
  }

  #repeated(shape: Shape): Shape {
    const [least, most] = this.#bounds() ?? [1, 1]
    if (least === 1 && most === 1) return shape
    this.#take('?')
    return (extra) => {
      const times = Math.min(least + extra, most)
      if (times > MOST_REPEATS) return listed<string>([])
      const one = shape(extra)
      return joined(Array.from({ length: times }, () => one))
    }
  }

  #bounds(): readonly [least: number, most: number] | undefined {
    if (this.#take('*')) return [0, Infinity]
    if (this.#take('+')) return [1, Infinity]
    if (this.#take('?')) return [0, 1]
    if (!this.#take('{')) return undefined
    const [least = '', most] = this.#until('}').split(',')
    return [Number(least), most === undefined ? Number(least) : most === '' ? Infinity : Number(most)]
  }

  #class(): string {
    const isNegated = this.#take('^')
    let characters = ''
    while (!this.#take(']')) {
      const first = this.#member()
      const isRange = this.#peek() === '-' && this.#text[this.#at + 1] !== ']'
      if (!isRange) {
        characters += first
        continue
      }
      this.#next()
      characters += rangeOf(first, this.#member())
    }
    return isNegated
      ? Array.from(`${ANY}-_. `)
          .filter((one) => !characters.includes(one))
          .join('')
      : characters
  }

  #member(): string {
    const sign = this.#next()
    return sign === '\\' ? this.#escape() : sign
  }

  /** The characters that an escape stands for. */
  #escape(): string {
    const sign = this.#next()
    if (sign === 'p' && this.#take('{')) return PROPERTIES[this.#until('}').replace(/^.*=/, '')] ?? hard()
    if (sign === 'u' && this.#take('{')) return String.fromCodePoint(Number.parseInt(this.#until('}'), 16))
    if (sign === 'u' || sign === 'x') {
      const digits = Array.from({ length: sign === 'u' ? 4 : 2 }, () => this.#next()).join('')
      return String.fromCodePoint(Number.parseInt(digits, 16))
    }
    if (/[bBkpPc0-9]/.test(sign)) throw new TooHard()
    return CLASSES[sign] ?? CONTROLS[sign] ?? sign
  }

  #oneOf(characters: string): Shape {
    const all = Array.from(characters, (one) => (this.#isFolded ? foldedIn(characters, one) : one))
    const values = listed([...new Set(all)])
    return () => values
  }

  #peek(): string | undefined {
    return this.#text[this.#at]
  }

  #next(): string {
    return this.#text[this.#at++] ?? hard()
  }

  #take(sign: string): boolean {
    if (this.#peek() !== sign) return false
    this.#at++
    return true
  }

  #until(sign: string): string {
    let text = ''
    while (!this.#take(sign)) text += this.#next()
    return text
  }
}

/** The first character that differs in case alone. */
function foldedIn(characters: string, one: string): string {
  return Array.from(characters).find((other) => other.toLowerCase() === one.toLowerCase()) ?? one
}

function rangeOf(first: string, last: string): string {
  const [from, to] = [first.codePointAt(0)!, last.codePointAt(0)!]
  const length = Math.min(to - from + 1, MOST_CHARACTERS)
  return String.fromCodePoint(...Array.from({ length }, (_, at) => from + at))
}

function hard(): never {
  throw new TooHard()
}
