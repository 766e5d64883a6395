// What a factory knows: a table, and what is said of each of its rows.
import type { TableFacts } from '../table/index.ts'
import { addValues, nextNumber } from './make-values.ts'

/** What is said of a row, by property; another factory stands for a row that it makes. */
export type Said = Readonly<Record<string, unknown>>

/** A row that is made, before those that it refers to. */
export interface MadeRow {
  /** Its number among the rows of its table. */
  readonly number: number
  readonly values: Record<string, unknown>
}

/** What is said of each row. */
export type Defaults = Said | ((at: number) => Said)

/** Makes rows of a table. */
export class Recipe {
  readonly facts: TableFacts
  readonly #defaults: readonly Defaults[]

  /** @param defaults - later ones go before earlier ones */
  constructor(facts: TableFacts, defaults: readonly Defaults[] = []) {
    this.facts = facts
    this.#defaults = defaults
  }

  with(defaults: Defaults): Recipe {
    return new Recipe(this.facts, [...this.#defaults, defaults])
  }

  /** A row with all but its references. @throws {FactoryError} for a value that cannot be made */
  make(said: Said): MadeRow {
    const number = nextNumber(this.facts)
    const values: Record<string, unknown> = {}
    for (const one of [...this.#defaults, said])
      for (const [property, value] of Object.entries(typeof one === 'function' ? one(number) : one))
        if (value !== undefined) values[property] = value
    addValues(values, this.facts, number)
    return { number, values }
  }
}

/** The recipe of a factory; undefined for any other value. */
export function recipeOf(value: unknown): Recipe | undefined {
  if (typeof value !== 'object' || value === null || !('~internal' in value)) return undefined
  return value['~internal'] instanceof Recipe ? value['~internal'] : undefined
}
