import { mismatchOf, showValue, type JsonSchemaObject } from '@keelson/core/spi'
import type { SchemaSource } from './schema-source.ts'

/** The problem of an example. */
export interface WrongExample {
  readonly message: string
  readonly remedy: string
}

/** Checks the examples of a schema by the schema; undeclared members are invalid as well. Defaults are checked at start. */
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
