import { createValidator, derive, type JsonSchemaObject, type SchemaDocument } from '../schema/index.ts'

/** What is wrong with an example. */
export interface WrongExample {
  readonly message: string
  readonly remedy: string
}

/** Holds the examples of a schema to the schema itself; undeclared members are wrong too. */
export function findWrongExamples(node: JsonSchemaObject, document: SchemaDocument): WrongExample[] {
  const { example, examples } = node
  if (example === undefined && examples === undefined) return []
  if (examples !== undefined && !Array.isArray(examples)) {
    return [{ message: "'examples' is no list.", remedy: 'Write examples: [value].' }]
  }
  const all = [...((examples as unknown[] | undefined) ?? []), ...(example === undefined ? [] : [example])]
  const validator = createValidator(derive(document, 'refuse', node))
  return all.flatMap((value) => {
    // Checking sets defaults, and the example is the user's.
    const copy = structuredClone(value)
    if (validator.check(copy)) return []
    const first = validator.explain(copy).errors[0]
    const where = first === undefined || first.instancePath === '' ? '' : ` at ${first.instancePath}`
    const why = first === undefined ? 'does not match' : `${first.message ?? 'does not match'}${where}`
    return [
      {
        message: `The example ${shorten(JSON.stringify(value) ?? 'undefined')} does not match its schema: ${why}.`,
        remedy: 'Correct the example, or the schema.',
      },
    ]
  })
}

const MAX_SHOWN = 80

function shorten(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`
}
