import { holdersOf, isRecord, mapSubschemas, subschemasOf, type JsonSchemaObject } from '@keelson/core/spi'
import { listOf } from './json-values.ts'
import { WRITTEN } from './keywords.ts'

type Json = Record<string, unknown>

/** Keywords that 3.0 does not have. Without them a schema is wider. */
const LOST = new Set([
  'patternProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
  'propertyNames',
  'dependentSchemas',
  'dependentRequired',
  'contains',
  'minContains',
  'maxContains',
  'if',
  'then',
  'else',
  'prefixItems',
])

/** Those, and keywords that are written in another way. */
const DROPPED = new Set([
  ...LOST,
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'examples',
  'const',
  'type',
  'items',
  'exclusiveMinimum',
  'exclusiveMaximum',
])
/** Keywords with schemas that 3.0 has. */
const KEPT = holdersOf('part', 'branch', 'condition', 'member')

/** Keywords whose outer value counts. */
const NOTES = new Set(['title', 'description', 'default', 'example', 'deprecated'])

const AFTER: { readonly [keyword: string]: readonly string[] } = { type: ['nullable'], default: ['example'] }

/** As in 3.1, with the keywords of 3.0 after those that they belong to. */
const ORDER = WRITTEN.flatMap((keyword) => [keyword, ...(AFTER[keyword] ?? [])])

/** Rewrites one schema. */
export function toOldSchema(schema: unknown): unknown {
  if (typeof schema === 'boolean') return schema ? {} : { not: {} }
  if (!isRecord(schema)) return schema
  const { $ref, ...siblings } = schema
  if ($ref === undefined) return toOldKeywords(schema)
  // In 3.0, keywords beside a reference are ignored.
  if (Object.keys(siblings).length === 0) return { $ref }
  return toOldSchema({ ...siblings, allOf: [...listOf(siblings['allOf']), { $ref }] })
}

function toOldKeywords(schema: JsonSchemaObject): Json {
  const kept = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !DROPPED.has(keyword)))
  const old: Json = { ...kept, ...mapSubschemas(kept, KEPT, () => toOldSchema) }
  // The only keyword that may be a boolean in 3.0 as well.
  if (typeof schema['additionalProperties'] === 'boolean')
    old['additionalProperties'] = schema['additionalProperties']
  keepWide(schema, old)
  writeType(schema, old)
  writeLimits(schema, old)
  writeItems(schema, old)
  const { examples, patternProperties } = schema
  if (Array.isArray(examples) && examples.length > 0) old['example'] = examples[0]
  // Members by pattern would be refused.
  if (patternProperties !== undefined && old['additionalProperties'] === false)
    delete old['additionalProperties']
  return inOrder(nullable(old))
}

function inOrder(old: Json): Json {
  const rank = (keyword: string): number => (ORDER.indexOf(keyword) + ORDER.length) % ORDER.length
  return Object.fromEntries(Object.entries(old).sort(([a], [b]) => rank(a) - rank(b)))
}

/** Removes keywords in which a wider part makes the whole narrower: `not`, and `oneOf`. */
function keepWide({ not, oneOf }: JsonSchemaObject, old: Json): void {
  if (!isExact(not)) delete old['not']
  if (listOf(oneOf).every(isExact)) return
  delete old['oneOf']
  constrain(old, listOf(oneOf).map(toOldSchema))
}

/** Whether 3.0 expresses all of a schema; targets of references are not checked. */
function isExact(schema: unknown): boolean {
  if (!isRecord(schema)) return true
  if (Object.keys(schema).some((keyword) => LOST.has(keyword))) return false
  return subschemasOf(schema).every((one) => isExact(one.schema))
}

/** Requires one of several schemas, besides the other requirements. */
function constrain(old: Json, anyOf: readonly unknown[]): void {
  if (old['anyOf'] === undefined) old['anyOf'] = anyOf
  else old['allOf'] = [...listOf(old['allOf']), { anyOf }]
}

function writeType(schema: JsonSchemaObject, old: Json): void {
  const all = schema['type'] === undefined ? [] : [schema['type']].flat()
  const types = all.filter((one) => one !== 'null')
  if (schema['const'] !== undefined) old['enum'] = [schema['const']]
  // An enum without null refuses it, whatever the type says.
  const isNullable = all.length > types.length && !(Array.isArray(old['enum']) && !old['enum'].includes(null))
  if (types.length === 1) Object.assign(old, { type: types[0], ...(isNullable ? { nullable: true } : {}) })
  else if (types.length > 1)
    constrain(old, [...types.map((type) => ({ type })), ...(isNullable ? [NULL] : [])])
  else if (isNullable) Object.assign(old, NULL)
}

/** Only null. `nullable` needs a type beside it (OpenAPI 3.0.4 §4.7.24.3). */
const NULL = { type: 'string', nullable: true, enum: [null] }

function writeLimits(
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum, contentEncoding }: JsonSchemaObject,
  old: Json,
): void {
  if (typeof exclusiveMinimum === 'number' && !(typeof minimum === 'number' && minimum > exclusiveMinimum)) {
    Object.assign(old, { minimum: exclusiveMinimum, exclusiveMinimum: true })
  }
  if (typeof exclusiveMaximum === 'number' && !(typeof maximum === 'number' && maximum < exclusiveMaximum)) {
    Object.assign(old, { maximum: exclusiveMaximum, exclusiveMaximum: true })
  }
  if (contentEncoding === 'base64') old['format'] ??= 'byte'
}

/** Tuples become arrays of any of their members. */
function writeItems({ type, prefixItems, items }: JsonSchemaObject, old: Json): void {
  const isArray = [type].flat().includes('array')
  if (prefixItems === undefined && items === undefined) {
    // Mandatory for arrays in 3.0.
    if (isArray) old['items'] = {}
    return
  }
  const isOpen = items !== undefined && items !== false
  const members = [...listOf(prefixItems), ...(isOpen ? [items] : [])].map(toOldSchema)
  const distinct = [...new Map(members.map((one) => [JSON.stringify(one), one])).values()]
  old['items'] = distinct.length === 1 ? distinct[0] : { anyOf: distinct }
}

/** `anyOf: [X, null]` becomes X with `nullable`, if X has a type. */
function nullable(old: Json): Json {
  for (const keyword of ['anyOf', 'oneOf']) {
    const members = old[keyword]
    if (!Array.isArray(members) || members.length < 2 || !members.some(isNull)) continue
    const { [keyword]: _members, ...rest } = old
    const others = (members as unknown[]).filter((one) => !isNull(one))
    const only = others[0]
    if (others.length === 1 && isRecord(only) && canFold(only, rest)) return fold(only, rest)
    return { ...rest, [keyword]: [...others, NULL] }
  }
  return old
}

function canFold(only: Json, rest: Json): boolean {
  return (
    typeof only['type'] === 'string' && Object.keys(only).every((key) => !(key in rest) || NOTES.has(key))
  )
}

/** An enum must contain null as well. */
function fold(only: Json, rest: Json): Json {
  const values = only['enum']
  const withNull =
    Array.isArray(values) && !values.includes(null) ? { enum: [...(values as unknown[]), null] } : {}
  return { ...only, ...rest, ...withNull, nullable: true }
}

function isNull(schema: unknown): boolean {
  return (
    isRecord(schema) &&
    schema['nullable'] === true &&
    Array.isArray(schema['enum']) &&
    schema['enum'].length === 1 &&
    schema['enum'][0] === null
  )
}
