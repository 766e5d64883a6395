// On the request path: makes rows of one shape.
import type { DriverRow, ResultColumn } from '../adapter/index.ts'
import { parserOf, type ValueParser } from './value-parsers.ts'
import { hasOrigin } from './column-origins.ts'
import type { WireField } from './wire.ts'

/** The columns of a result, and how rows are made of their texts. */
export class RowShape {
  readonly fields: readonly WireField[]
  /** Where the columns come from, once that was asked. */
  origins: readonly ResultColumn[] | undefined
  readonly #names: readonly string[]
  readonly #parsers: readonly (ValueParser | undefined)[]
  readonly #isOdd: boolean
  /** A row of nulls. A copy of it has room for every column at once, where one that grows is moved each few columns. */
  readonly #empty: Readonly<Record<string, unknown>>

  #wholeNumbers: readonly string[] | undefined

  constructor(fields: readonly WireField[]) {
    this.fields = fields
    this.#names = fields.map(({ name }) => name)
    this.#parsers = fields.map(({ dataTypeID }) => parserOf(dataTypeID))
    // Set like another member, it would be the prototype of the row.
    this.#isOdd = this.#names.includes('__proto__')
    this.#empty = Object.fromEntries(this.#names.map((name) => [name, null]))
  }

  /** Names of expressions of 64 bits; of columns with one name a row has the last. */
  get wholeNumbers(): readonly string[] {
    return (this.#wholeNumbers ??= this.fields
      .filter((field, at) => this.#names.lastIndexOf(field.name) === at && isWholeNumber(field))
      .map(({ name }) => name))
  }

  toRow(texts: readonly (string | null)[]): DriverRow {
    if (this.#isOdd)
      return Object.fromEntries(texts.map((text, at) => [this.#names[at], this.#toValue(text, at)]))
    const row = { ...this.#empty }
    for (let at = 0; at < texts.length; at++) row[this.#names[at]!] = this.#toValue(texts[at]!, at)
    return row
  }

  #toValue(text: string | null, at: number): unknown {
    if (text === null) return null
    const parser = this.#parsers[at]
    return parser === undefined ? text : parser(text)
  }
}

const INT8 = 20

function isWholeNumber(field: WireField): boolean {
  return field.dataTypeID === INT8 && !hasOrigin(field)
}
