import { isRecord, type JsonSchema, type JsonSchemaObject } from '@keelson/core/spi'
import type { OpenApiDocument } from '../contract.ts'
import { namesOf, recordOf } from '../json-values.ts'
import { targetOf } from './reference.ts'

/** Ends a circle of references; schemas are not as deep. */
const MAX_DEPTH = 50

/**
 * Follows a reference of a document, merges the keywords beside it, and normalises keywords: those of OpenAPI 3.0 to JSON
 * Schema, `const` to `enum`, a union of values to their list, a union with null to a type.
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
  return closeTuple(withoutTruths(joinUnion(nullable === true ? orNull(merged) : merged, resolve)))
}

/** The schema that accepts no value. */
const NOTHING: JsonSchemaObject = { enum: [] }

/** Whether a resolved schema accepts no value. */
export function isNothing({ enum: values }: JsonSchemaObject): boolean {
  return Array.isArray(values) && values.length === 0
}

/** Writes the end of a tuple as its length. */
function closeTuple(node: JsonSchemaObject): JsonSchemaObject {
  const { items, ...rest } = node
  if (items !== false && !(isRecord(items) && JSON.stringify(items) === '{"not":{}}')) return node
  const count = Array.isArray(node['prefixItems']) ? node['prefixItems'].length : 0
  const { maxItems } = node
  return { ...rest, maxItems: typeof maxItems === 'number' ? Math.min(maxItems, count) : count }
}

/** Rewrites keywords of OpenAPI 3.0 as those of JSON Schema. */
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
  const keyword = Array.isArray(anyOf) ? 'anyOf' : 'oneOf'
  const choices = anyOf ?? oneOf
  return {
    ...node,
    ...(type === undefined ? {} : { type: [...new Set([type, 'null'].flat())] }),
    ...(Array.isArray(values) ? { enum: [...new Set([...(values as unknown[]), null])] } : {}),
    ...(Array.isArray(choices) ? { [keyword]: [...(choices as unknown[]), { type: 'null' }] } : {}),
  }
}

type Resolve = (schema: unknown) => JsonSchemaObject

/** Writes a union as a list of values or as a schema that may be null, if it means only that. */
function joinUnion(node: JsonSchemaObject, resolve: Resolve): JsonSchemaObject {
  const choices = node['anyOf'] ?? node['oneOf']
  if (!Array.isArray(choices)) return node
  const { [keywordOf(node)]: _, ...rest } = node
  const branches = (choices as unknown[]).map((one) => ({ one, target: resolve(one) }))
  const others = branches.filter(({ target }) => !isNull(target))
  if (others.length === 1) {
    const only = merge(rest, others[0]?.target ?? {})
    return others.length === branches.length ? only : orNull(only)
  }
  if (!branches.every(({ target }) => Array.isArray(target['enum']) || isNull(target))) return node
  const values = branches.flatMap(({ target }) => (isNull(target) ? [null] : (target['enum'] as unknown[])))
  // With `oneOf`, a value of two branches is refused.
  const isExclusive = isExclusiveUnion(node)
  const isRight = (value: unknown): boolean =>
    !isExclusive || values.indexOf(value) === values.lastIndexOf(value)
  return merge(rest, { enum: [...new Set(values.filter(isRight))] })
}

/** Writes an enum of both booleans as the type. */
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

/** Joins two schemas: members of both, the tighter limits, the common values; for other keywords, those of the second. */
function merge(a: JsonSchemaObject, b: JsonSchemaObject): JsonSchemaObject {
  const both: Record<string, unknown> = { ...a, ...b }
  if (a['type'] !== undefined && b['type'] !== undefined)
    Object.assign(both, commonType(a['type'], b['type']))
  mergeMembers(a, b, both)
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

function mergeMembers(a: JsonSchemaObject, b: JsonSchemaObject, both: Record<string, unknown>): void {
  const [inA, inB] = [recordOf(a['properties']), recordOf(b['properties'])]
  const properties = { ...inA, ...inB }
  for (const name of Object.keys(inA)) {
    if (Object.hasOwn(inB, name) && JSON.stringify(inA[name]) !== JSON.stringify(inB[name]))
      properties[name] = { allOf: [inA[name] as JsonSchema, inB[name] as JsonSchema] }
  }
  const required = [...new Set([...namesOf(a['required']), ...namesOf(b['required'])])]
  if (a['additionalProperties'] === false) both['additionalProperties'] = false
  if (Object.keys(properties).length > 0) both['properties'] = properties
  if (required.length > 0) both['required'] = required
}

/** The common types, as a keyword; without one, no value is valid. */
function commonType(a: unknown, b: unknown): JsonSchemaObject {
  const types = typesOfBoth(a, b)
  return types.length === 0 ? NOTHING : { type: types.length === 1 ? types[0] : types }
}

/** The types that both accept: an integer is a number. */
export function typesOfBoth(a: unknown, b: unknown): string[] {
  const [one, other] = [a, b].map((type) => [type].flat() as string[]) as [string[], string[]]
  const takes = (types: readonly string[], type: string): boolean =>
    types.includes(type) || (type === 'integer' && types.includes('number'))
  return [
    ...new Set([...one.filter((type) => takes(other, type)), ...other.filter((type) => takes(one, type))]),
  ]
}

/** Keywords that do not restrict values. */
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

/** Keywords that restrict only one type. */
const OF_TYPE: Readonly<Record<string, RegExp>> = {
  string: /^(pattern|contentEncoding|contentMediaType|minLength|maxLength)$/,
  number: /^(minimum|maximum|exclusiveMinimum|exclusiveMaximum|multipleOf)$/,
  array: /^(items|prefixItems|contains|minContains|maxContains|minItems|maxItems|uniqueItems)$/,
  object:
    /^(properties|patternProperties|additionalProperties|unevaluatedProperties|propertyNames|required|dependentRequired|dependentSchemas|minProperties|maxProperties)$/,
}

/** The branches of a union, each with the keywords beside it; of another schema, one for each type. */
export function branchesOf(schema: JsonSchemaObject): readonly JsonSchema[] {
  const { [keywordOf(schema)]: list, ...rest } = schema
  if (!Array.isArray(list)) return branchesByType(schema)
  const isBare = Object.keys(rest).every((key) => TEXTS.includes(key) || rest[key] === undefined)
  return (list as JsonSchema[]).map((one) => (isBare ? one : { allOf: [one, rest as JsonSchemaObject] }))
}

function branchesByType(schema: JsonSchemaObject): readonly JsonSchema[] {
  const { type: types, enum: values, ...rest } = schema
  if (!Array.isArray(types) || types.length < 2 || values !== undefined) return [schema]
  return (types as string[]).map((type) => {
    const own = OF_TYPE[type === 'integer' ? 'number' : type]
    const others = Object.values(OF_TYPE).filter((one) => one !== own)
    const said = Object.entries(rest).filter(
      ([key]) => !TEXTS.includes(key) && !others.some((one) => one.test(key)),
    )
    return { ...Object.fromEntries(said), type }
  })
}

function keywordOf(schema: JsonSchemaObject): 'anyOf' | 'oneOf' {
  return Array.isArray(schema['anyOf']) ? 'anyOf' : 'oneOf'
}

/** Whether a schema is a union. */
export function isUnion(schema: JsonSchemaObject): boolean {
  return Array.isArray(schema[keywordOf(schema)])
}

/** Whether a schema is a union of which exactly one branch must match (JSON Schema 2020-12 §10.2.1.3). */
export function isExclusiveUnion(schema: JsonSchemaObject): boolean {
  return isUnion(schema) && keywordOf(schema) === 'oneOf'
}
