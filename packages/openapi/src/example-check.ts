import { mismatchOf, showValue, type JsonSchemaObject } from '@keelson/core/spi'
import type { SchemaSource } from './schema-source.ts'

/** What is wrong with an example. */
export interface WrongExample {
  readonly message: string
  readonly remedy: string
}

/** Holds the examples of a schema to the schema itself; undeclared members are wrong too. Defaults are checked at start. */
export function findWrongExamples(node: JsonSchemaObject, { document }: SchemaSource): WrongExample[] {
  const { example, examples } = node
  if (example === undefined && examples === undefined) return []
  if (examples !== undefined && !Array.isArray(examples)) {
    return [{ message: "'examples' is not a list.", remedy: 'Write examples: [value].' }]
  }
  const all = [...((examples as unknown[] | undefined) ?? []), ...(example === undefined ? [] : [example])]
  return all.flatMap((value) => {
    const why = mismatchOf(document, node, value)
    if (why === undefined) return []
    const message = `The example ${showValue(value)} does not match its schema: ${why}.`
    return [{ message, remedy: 'Correct the example, or the schema.' }]
  })
}
