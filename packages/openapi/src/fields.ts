import { isRecord, othersOf, type JsonSchemaObject, type SchemaDocument } from '@keelson/core/spi'
import { listOf, namesOf, recordOf } from './json-values.ts'

/** One member of an object. */
export interface Field {
  readonly schema: unknown
  readonly isRequired: boolean
}

/** The members of an object schema, found through references, intersections and unions. */
export interface Fields {
  readonly byName: ReadonlyMap<string, Field>
  /** Schema of members without a declared name, if such are allowed. */
  readonly rest: JsonSchemaObject | undefined
}

/** Splits an object schema into members, so that each can be a parameter. */
export function fieldsOf(document: SchemaDocument, schema: unknown): Fields {
  const byName = new Map<string, Field>()
  const node = isRecord(schema) ? document.target(schema) : undefined
  if (!isRecord(node)) return { byName, rest: undefined }
  const { properties, required } = node
  const names = new Set(namesOf(required))
  for (const [name, member] of Object.entries(recordOf(properties))) {
    byName.set(name, { schema: member, isRequired: false })
  }
  const parts = listOf(node['allOf']).map((part) => fieldsOf(document, part))
  const unions = [listOf(node['anyOf']), listOf(node['oneOf'])].map((list) =>
    mergeBranches(list.map((one) => fieldsOf(document, one))),
  )
  for (const found of [...parts.map((part) => part.byName), ...unions]) {
    for (const [name, field] of found) byName.set(name, field)
  }
  for (const name of names) {
    const field = byName.get(name)
    if (field !== undefined) byName.set(name, { ...field, isRequired: true })
  }
  return { byName, rest: restOf(node) ?? parts.find((part) => part.rest !== undefined)?.rest }
}

/** A member is required if every branch requires it; its schema is any of theirs. */
function mergeBranches(branches: readonly Fields[]): Map<string, Field> {
  const names = new Set(branches.flatMap((branch) => [...branch.byName.keys()]))
  return new Map(
    [...names].map((name) => {
      const found = branches.flatMap((branch) => branch.byName.get(name) ?? [])
      const distinct = [
        ...new Map(found.map((field) => [JSON.stringify(field.schema), field.schema])).values(),
      ]
      const isRequired = found.length === branches.length && found.every((field) => field.isRequired)
      return [name, { schema: distinct.length === 1 ? distinct[0] : { anyOf: distinct }, isRequired }]
    }),
  )
}

function restOf(node: JsonSchemaObject): JsonSchemaObject | undefined {
  const { patterns, rest } = othersOf(node)
  if (isRecord(rest)) return rest
  return patterns === undefined ? undefined : { anyOf: Object.values(patterns) }
}
