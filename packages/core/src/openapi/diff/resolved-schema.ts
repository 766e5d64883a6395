import { isRecord, type JsonSchema, type JsonSchemaObject } from '../../schema/index.ts'
import type { OpenApiDocument } from '../contract.ts'
import { targetOf } from './reference.ts'

/** Deeper than schemas refer; a reference that comes back to itself ends here. */
const MAX_DEPTH = 50

/**
 * Follows a reference of a document, merges what stands beside it, and writes what can be said in several ways in one:
 * the words of OpenAPI 3.0 in those of JSON Schema, `const` as `enum`, a union of values as their list, a union with null
 * as a type.
 */
export function resolveSchema(
  document: OpenApiDocument,
  schema: JsonSchema | undefined,
  depth = 0,
): JsonSchemaObject {
  if (schema === undefined || schema === true || depth > MAX_DEPTH) return {}
  if (schema === false) return NOTHING
  if (Object.keys(schema).join() === 'not' && JSON.stringify(schema['not']) === '{}') return NOTHING
  const { $ref, allOf, nullable, ...own } = schema
  const parts: JsonSchemaObject[] = []
  const resolve = (one: unknown): JsonSchemaObject => resolveSchema(document, one as JsonSchema, depth + 1)
  if (typeof $ref === 'string') parts.push(resolve(targetOf(document, $ref)))
  if (Array.isArray(allOf)) parts.push(...(allOf as unknown[]).map(resolve))
  const merged = [...parts, modern(own)].reduce(merge, {})
  return withoutTruths(joinUnion(nullable === true ? orNull(merged) : merged, resolve))
}

/** What no value fits. */
const NOTHING: JsonSchemaObject = { enum: [] }

/** Says in words of JSON Schema what OpenAPI 3.0 says in its own. */
function modern({ const: only, ...schema }: JsonSchemaObject): JsonSchemaObject {
  const node: Record<string, unknown> = only === undefined ? schema : { ...schema, enum: [only] }
  for (const [open, closed] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof node[open] !== 'boolean') continue
    if (node[open] && typeof node[closed] === 'number') node[open] = node[closed]
    else delete node[open]
  }
  return node
}

function orNull(node: JsonSchemaObject): JsonSchemaObject {
  const { type, enum: values, anyOf, oneOf } = node
  const choices = anyOf ?? oneOf
  return {
    ...node,
    ...(type === undefined ? {} : { type: [...new Set([type, 'null'].flat())] }),
    ...(Array.isArray(values) ? { enum: [...new Set([...(values as unknown[]), null])] } : {}),
    ...(Array.isArray(choices)
      ? { oneOf: undefined, anyOf: [...(choices as unknown[]), { type: 'null' }] }
      : {}),
  }
}

type Resolve = (schema: unknown) => JsonSchemaObject

/** A union that says no more than a list of values, or a schema that may be null, is written as that. */
function joinUnion(node: JsonSchemaObject, resolve: Resolve): JsonSchemaObject {
  const choices = node['anyOf'] ?? node['oneOf']
  if (!Array.isArray(choices)) return node
  const { anyOf: _, oneOf: _one, ...rest } = node
  const branches = (choices as unknown[]).map((one) => ({ one, target: resolve(one) }))
  const others = branches.filter(({ target }) => !isNull(target))
  if (others.length === 1) {
    const only = merge(rest, others[0]?.target ?? {})
    return others.length === branches.length ? only : orNull(only)
  }
  if (!branches.every(({ target }) => Array.isArray(target['enum']) || isNull(target))) return node
  const values = branches.flatMap(({ target }) => (isNull(target) ? [null] : (target['enum'] as unknown[])))
  return merge(rest, { enum: [...new Set(values)] })
}

/** Both truth values are the type, without a list. */
function withoutTruths({ enum: values, ...node }: JsonSchemaObject): JsonSchemaObject {
  const isBoth =
    Array.isArray(values) && values.length === 2 && [true, false].every((one) => values.includes(one))
  return isBoth ? { ...node, type: 'boolean' } : values === undefined ? node : { ...node, enum: values }
}

function isNull({ type, enum: values }: JsonSchemaObject): boolean {
  return (
    [type].flat().join() === 'null' ||
    (Array.isArray(values) && values.length > 0 && values.every((one) => one === null))
  )
}

const GREATEST = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']
const LEAST = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']

/** What both take: members of both, the tighter limits, the common values; of anything else what the second says. */
function merge(a: JsonSchemaObject, b: JsonSchemaObject): JsonSchemaObject {
  const both: Record<string, unknown> = { ...a, ...b }
  const [inA, inB] = [recordOf(a['properties']), recordOf(b['properties'])]
  const properties = { ...inA, ...inB }
  for (const name of Object.keys(inA)) {
    if (Object.hasOwn(inB, name) && JSON.stringify(inA[name]) !== JSON.stringify(inB[name]))
      properties[name] = { allOf: [inA[name] as JsonSchema, inB[name] as JsonSchema] }
  }
  const required = [...new Set([...namesOf(a['required']), ...namesOf(b['required'])])]
  if (Object.keys(properties).length > 0) both['properties'] = properties
  if (required.length > 0) both['required'] = required
  for (const [names, pick] of [
    [GREATEST, Math.max],
    [LEAST, Math.min],
  ] as const) {
    for (const name of names) {
      if (typeof a[name] === 'number' && typeof b[name] === 'number') both[name] = pick(a[name], b[name])
    }
  }
  if (Array.isArray(a['enum']) && Array.isArray(b['enum'])) {
    const other = b['enum'].map((one) => JSON.stringify(one))
    both['enum'] = a['enum'].filter((one) => other.includes(JSON.stringify(one)))
  }
  return both
}

/** A list of names, or none. */
export function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : []
}

/** Schemas by name, or none. */
export function recordOf(value: unknown): { [name: string]: JsonSchema } {
  return isRecord(value) ? (value as { [name: string]: JsonSchema }) : {}
}

/** Keywords that say nothing of the values. */
const TEXTS = [
  'title',
  'description',
  'example',
  'examples',
  'deprecated',
  'default',
  'discriminator',
  '$id',
  '$comment',
]

/** The branches of a union, each with what stands beside it; a schema that is none is its only one. */
export function branchesOf(schema: JsonSchemaObject): readonly JsonSchema[] {
  const { anyOf, oneOf, ...rest } = schema
  const list = anyOf ?? oneOf
  if (!Array.isArray(list)) return [schema]
  const isBare = Object.keys(rest).every((key) => TEXTS.includes(key) || rest[key] === undefined)
  return (list as JsonSchema[]).map((one) => (isBare ? one : { allOf: [one, rest as JsonSchemaObject] }))
}

/** Whether a schema is a union. */
export function isUnion(schema: JsonSchemaObject): boolean {
  return Array.isArray(schema['anyOf']) || Array.isArray(schema['oneOf'])
}
