// On the request path: pieces of SQL as one text with its values.
import type { Dialect, DriverValue } from '../adapter/index.ts'
import { aliasedTable, conditionSql, Parameters } from '../condition/index.ts'
import { InvalidValueError, QueryError } from '../errors.ts'
import type { ColumnFacts } from '../table/index.ts'
import type { ConditionPart } from './condition-part.ts'
import type { Readings } from './decode.ts'
import { encodeValue } from './encode-input.ts'
import type { SqlPart } from './fragment.ts'
import { toSafeNumber } from './whole-numbers.ts'

/** A text with its values. */
export interface Compiled {
  readonly text: string
  readonly values: readonly DriverValue[]
  /** Whether its text is the same for other values: one with a list is as long as that. */
  readonly isStable: boolean
  /** How values of the result are read, by name. */
  readonly readings: Readings | undefined
}

/** What a list that stands there without values means: no row is in it, and every row is not in it. */
const EMPTY = 'select null from (select 1) t where 1 = 0'

/** @throws {QueryError} for a list where none can stand, and more values than a statement can have */
export function compile(parts: readonly SqlPart[], dialect: Dialect): Compiled {
  const writer = new Writer(dialect)
  writer.write(parts)
  return writer.end()
}

class Writer {
  readonly #dialect: Dialect
  readonly #out: Parameters
  readonly #readings = new Map<string, ((value: unknown) => unknown) | undefined>()
  #text = ''
  #isStable = true
  /** Whether a list has just been written, which a parenthesis closes. */
  #isAfterList = false

  constructor(dialect: Dialect) {
    this.#dialect = dialect
    this.#out = new Parameters(dialect)
  }

  write(parts: readonly SqlPart[]): void {
    for (const part of parts) {
      if (this.#isAfterList && part.kind !== 'text') throw misplacedList()
      this.#writePart(part)
    }
  }

  end(): Compiled {
    if (this.#isAfterList) throw misplacedList()
    const { maxParameters, system } = this.#dialect
    const { values } = this.#out
    if (values.length > maxParameters)
      throw new QueryError({
        message: `sql: the statement has ${values.length} values; ${system} takes ${maxParameters}. Split the list.`,
      })
    return {
      text: this.#text,
      values,
      isStable: this.#isStable,
      readings: this.#readings.size === 0 ? undefined : this.#readings,
    }
  }

  #writePart(part: SqlPart): void {
    switch (part.kind) {
      case 'text':
        return this.#writeText(part.text)
      case 'name':
        this.#text += part.names.map((name) => this.#dialect.quote(name)).join('.')
        return
      case 'as':
        this.#text += ` as ${this.#dialect.quote(part.name)}`
        this.#readings.set(part.name, this.#readingOf(part.column))
        return
      case 'condition':
        return this.#writeCondition(part)
      case 'value':
        return this.#writeValue(part)
      case 'list':
        return this.#writeList(part.parts)
    }
  }

  /** A sum of integers is a decimal on MySQL, and on PostgreSQL where they have 64 bits. */
  #readingOf(column: ColumnFacts): ((value: unknown) => unknown) | undefined {
    return column.kind === 'integer' ? toSafeNumber : this.#dialect.codecOf(column).decode
  }

  #writeText(text: string): void {
    if (this.#isAfterList && text !== '') {
      if (!/^\s*[),]/.test(text)) throw misplacedList()
      this.#isAfterList = false
    }
    this.#text += text
  }

  #writeValue({ value, column }: SqlPart & { readonly kind: 'value' }): void {
    const encoded =
      column === undefined
        ? asDriverValue(value, this.#out.values.length)
        : encodeValue(value, column, this.#dialect)
    this.#text += this.#out.add(encoded, column)
  }

  /** Whatever it stands beside. */
  #writeCondition({ condition, table, alias }: ConditionPart): void {
    const place = { table: aliasedTable(table, this.#dialect, alias), out: this.#out }
    this.#text += `(${conditionSql(condition, place)})`
  }

  #writeList(parts: readonly (readonly SqlPart[])[]): void {
    if (!/[(,]\s*$/.test(this.#text)) throw misplacedList()
    this.#isStable = false
    if (parts.length === 0) this.#writeEmptyList()
    for (const [at, part] of parts.entries()) {
      if (at > 0) this.#text += ', '
      this.write(part)
    }
    this.#isAfterList = true
  }

  /** PostgreSQL compares the types of a subquery; its empty array has every type. */
  #writeEmptyList(): void {
    const place = /\b(not\s+)?in\s*\(\s*$/i.exec(this.#text)
    if (place === null)
      throw new QueryError({
        message: 'sql: an empty list stands where it means nothing; it may stand in `in (${list})`.',
      })
    if (this.#dialect.system !== 'postgresql') {
      this.#text += EMPTY
      return
    }
    this.#text = `${this.#text.slice(0, place.index)}${place[1] === undefined ? '= any (' : '<> all ('}'{}'`
  }
}

function misplacedList(): Error {
  return new QueryError({ message: 'sql: a list stands in parentheses, as in `in (${list})`.' })
}

/** @throws {InvalidValueError} 400, for a text that no column holds */
function asDriverValue(value: unknown, at: number): DriverValue {
  if (typeof value === 'string' && /\0|\p{Surrogate}/u.test(value))
    throw new InvalidValueError({
      details: { property: `value ${at + 1}`, expected: 'well-formed text without NUL' },
    })
  return value as DriverValue
}
