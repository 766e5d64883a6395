// On the request path of calls whose middleware sets headers before there is an answer.
import { InternalError, isFramingHeader } from '../errors/index.ts'
import { holdsHeader, ResponseHeaders, setHeader, toKey, varyLine } from './response-headers.ts'

/** One thing that was said of headers. */
type Said =
  | readonly [does: 'set' | 'append', name: string, value: string | number]
  | readonly [does: 'delete', name: string]
  | readonly [does: 'vary', ...names: string[]]

/**
 * Headers for an answer that is not made yet. What was set gives way to a header of the same name that the answer brings;
 * what was appended, cookies among it, stands besides; `vary` is joined.
 */
export class LaidHeaders extends ResponseHeaders {
  /** Whether something was said since they were laid. */
  isChanged = false
  /** All that was said, in order; `undefined` while `flat` tells it: each name was set, and once. */
  #said: Said[] | undefined = undefined
  /** Names that were appended to: their lines stand besides those of the answer, as those of cookies do. */
  #appended: Set<string> | undefined = undefined

  /** All that was said, in order. */
  get said(): Said[] {
    return (this.#said ??= setsOf(this.flat))
  }

  override set(name: string, value: string | number): this {
    const key = ofAnswers(name)
    const said = this.#said ?? (holdsHeader(this.flat, key) ? this.said : undefined)
    this.#appended?.delete(key)
    this.isChanged = true
    setHeader(this.flat, key, value)
    said?.push(['set', key, value])
    return this
  }

  override append(name: string, value: string | number): this {
    const key = ofAnswers(name)
    const { said } = this
    ;(this.#appended ??= new Set()).add(key)
    this.isChanged = true
    super.append(key, value)
    said.push(['append', key, value])
    return this
  }

  override delete(name: string): boolean {
    this.isChanged = true
    this.said.push(['delete', name])
    return super.delete(name)
  }

  override vary(...names: readonly string[]): this {
    const { said } = this
    const { length } = said
    super.vary(...names)
    // In place of the line, which is made anew of what there is.
    said.splice(length, Infinity, ['vary', ...names])
    return this
  }

  /** Forgets what was said, in place, and says this. */
  say(all: readonly Said[]): void {
    this.flat.length = 0
    this.#said = []
    this.#appended = undefined
    this.isChanged = true
    for (const one of all) {
      if (one[0] === 'set') this.set(one[1], one[2])
      else if (one[0] === 'append') this.append(one[1], one[2])
      else if (one[0] === 'delete') this.delete(one[1])
      else this.vary(...(one.slice(1) as string[]))
    }
  }

  /** Lays them under an answer's, in place. To do so twice changes nothing. */
  layUnder(headers: ResponseHeaders): void {
    this.isChanged = false
    const { flat } = headers
    for (let i = 0; i < this.flat.length; i += 2) {
      const name = this.flat[i] as string
      const value = this.flat[i + 1] as string
      if (name === 'vary') headers.vary(...namesOf(value))
      else if (!holdsHeader(flat, name)) flat.push(name, value)
      else if (this.#isBeside(name) && !holdsLine(flat, name, value)) flat.push(name, value)
    }
  }

  /**
   * The lines that stand beside those of an answer, by name, joined with what it has.
   *
   * @param linesOf - the lines that the answer has of a name
   */
  *beside(linesOf: (name: string) => readonly string[]): IterableIterator<[name: string, lines: string[]]> {
    const names = new Set(this.flat.filter((name, at) => at % 2 === 0 && this.#isBeside(name)))
    for (const name of names) {
      const own = linesOf(name)
      const lines = [...this].flatMap(([other, value]) => (other === name ? value : []))
      if (name === 'vary') yield [name, [varyLine([...own, ...lines], [])]]
      else yield [name, [...own, ...lines.filter((line) => !own.includes(line))]]
    }
  }

  #isBeside(name: string): boolean {
    return name === 'set-cookie' || name === 'vary' || this.#appended?.has(name) === true
  }
}

function setsOf(flat: readonly string[]): Said[] {
  const sets: Said[] = []
  for (let i = 0; i < flat.length; i += 2) sets.push(['set', flat[i] as string, flat[i + 1] as string])
  return sets
}

function ofAnswers(name: string): string {
  const key = toKey(name)
  if (isFramingHeader(key))
    throw new InternalError(
      `ctx.responseHeaders cannot hold '${key}', which is about one message: set it on the answer itself.`,
    )
  return key
}

function namesOf(vary: string): string[] {
  return vary
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function holdsLine(flat: readonly string[], name: string, value: string): boolean {
  for (let i = 0; i < flat.length; i += 2) if (flat[i] === name && flat[i + 1] === value) return true
  return false
}
