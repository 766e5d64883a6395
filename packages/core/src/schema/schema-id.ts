import type { JsonSchemaObject } from './json-schema.ts'
import { schemasWithin } from './subschema.ts'

/** One `$id` that two schemas claim. */
export interface IdClash {
  readonly id: string
  /** The different schemas that have it, at least two. */
  readonly schemas: readonly JsonSchemaObject[]
}

/**
 * Finds the `$id`s that different schemas share: an API document can give a name to one of them only. The same object used
 * many times is no clash, nor are equal copies of it, nor the numbered ids that `t.Recursive` makes up.
 *
 * @param schemas - values of any kind; what is no TypeBox or JSON schema has no ids
 */
export function findClashingIds(schemas: Iterable<unknown>): IdClash[] {
  const byId = new Map<string, JsonSchemaObject[]>()
  for (const { node } of schemasWithin(schemas)) {
    const id = node['$id']
    if (typeof id === 'string' && !MADE_UP.test(id)) note(byId, id, node)
  }
  return [...byId].filter(([, found]) => found.length > 1).map(([id, found]) => ({ id, schemas: found }))
}

/** `t.Recursive` without `$id` counts its schemas: T0, T1. */
const MADE_UP = /^T\d+$/

function note(byId: Map<string, JsonSchemaObject[]>, id: string, schema: JsonSchemaObject): void {
  const found = byId.get(id) ?? []
  byId.set(id, found)
  const text = JSON.stringify(schema)
  // Wrappers like t.Optional copy what they wrap.
  if (!found.some((other) => JSON.stringify(other) === text)) found.push(schema)
}
