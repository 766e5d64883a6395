import { createValidator, derive, type JsonSchemaObject } from '../schema/index.ts'
import type { SchemaSource } from './schema-source.ts'

/** What is wrong with an example. */
export interface WrongExample {
  readonly message: string
  readonly remedy: string
}

/** Holds the examples of a schema, and its default, to the schema itself; undeclared members are wrong too. */
export function findWrongExamples(
  node: JsonSchemaObject,
  { document, isStandard }: SchemaSource,
): WrongExample[] {
  const { example, examples } = node
  // Of other libraries it is often of the type that the handler gets.
  const initial = isStandard ? undefined : node['default']
  if (example === undefined && examples === undefined && initial === undefined) return []
  if (examples !== undefined && !Array.isArray(examples)) {
    return [{ message: "'examples' is no list.", remedy: 'Write examples: [value].' }]
  }
  const all = [
    ...((examples as unknown[] | undefined) ?? []).map((value) => ({ what: 'example', value })),
    ...(example === undefined ? [] : [{ what: 'example', value: example }]),
    ...(initial === undefined ? [] : [{ what: 'default', value: initial }]),
  ]
  const validator = createValidator(derive(document, 'refuse', node))
  return all.flatMap(({ what, value }) => {
    // Checking sets defaults, and the example is the user's.
    const copy = structuredClone(value)
    if (validator.check(copy)) return []
    const first = validator.explain(copy).errors[0]
    const where = first === undefined || first.instancePath === '' ? '' : ` at ${first.instancePath}`
    const why = first === undefined ? 'does not match' : `${first.message ?? 'does not match'}${where}`
    return [
      {
        message: `The ${what} ${shorten(JSON.stringify(value) ?? 'undefined')} does not match its schema: ${why}.`,
        remedy: `Correct the ${what}, or the schema.`,
      },
    ]
  })
}

const MAX_SHOWN = 80

function shorten(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`
}
