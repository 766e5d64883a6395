import { isRecord, type JsonSchemaObject } from '../schema/index.ts'

type Json = Record<string, unknown>

/** Keywords that 3.0 does not know, and whose absence makes a schema only wider. */
const DROPPED = new Set([
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
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'examples',
  'const',
  'type',
  'prefixItems',
  'items',
  'exclusiveMinimum',
  'exclusiveMaximum',
])
const LISTS = new Set(['allOf', 'anyOf', 'oneOf'])

/** Rewrites one schema. */
export function toOldSchema(schema: unknown): unknown {
  if (typeof schema === 'boolean') return schema ? {} : { not: {} }
  if (!isRecord(schema)) return schema
  const { $ref, ...siblings } = schema
  if ($ref === undefined) return toOldKeywords(schema)
  // A reference stands alone in 3.0; what stands beside it would be ignored.
  if (Object.keys(siblings).length === 0) return { $ref }
  return toOldSchema({ ...siblings, allOf: [...listOf(siblings['allOf']), { $ref }] })
}

function toOldKeywords(schema: JsonSchemaObject): Json {
  const old: Json = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (!DROPPED.has(keyword)) old[keyword] = toOldKeyword(keyword, value)
  }
  writeType(schema, old)
  writeLimits(schema, old)
  writeItems(schema, old)
  const { examples, patternProperties } = schema
  if (Array.isArray(examples) && examples.length > 0) old['example'] = examples[0]
  // Members by pattern would be refused.
  if (patternProperties !== undefined && old['additionalProperties'] === false)
    delete old['additionalProperties']
  return nullable(old)
}

function toOldKeyword(keyword: string, value: unknown): unknown {
  if (LISTS.has(keyword)) return listOf(value).map(toOldSchema)
  if (keyword === 'properties') return writeRecord(value as Json)
  if (keyword === 'not' || (keyword === 'additionalProperties' && isRecord(value))) return toOldSchema(value)
  return value
}

function writeRecord(record: Json): Json {
  return Object.fromEntries(Object.entries(record).map(([key, one]) => [key, toOldSchema(one)]))
}

function writeType(schema: JsonSchemaObject, old: Json): void {
  const all = schema['type'] === undefined ? [] : [schema['type']].flat()
  const types = all.filter((one) => one !== 'null')
  if (types.length === 1) old['type'] = types[0]
  else if (types.length > 1) old['anyOf'] = types.map((one) => ({ type: one }))
  if (schema['const'] !== undefined) old['enum'] = [schema['const']]
  if (types.length === all.length) return
  old['nullable'] = true
  if (types.length === 0) Object.assign(old, { type: 'string', enum: [null] })
  const { enum: values } = old
  if (Array.isArray(values) && !values.includes(null)) old['enum'] = [...(values as unknown[]), null]
}

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

/** The schema of members that a closed tuple does not have. */
const NOTHING = JSON.stringify({ not: {} })

/** Tuples become arrays of any of their members. */
function writeItems({ type, prefixItems, items }: JsonSchemaObject, old: Json): void {
  const isArray = [type].flat().includes('array')
  if (prefixItems === undefined && items === undefined) {
    // Mandatory for arrays in 3.0.
    if (isArray) old['items'] = {}
    return
  }
  const isOpen = items !== undefined && JSON.stringify(items) !== NOTHING
  const members = [...listOf(prefixItems), ...(isOpen ? [items] : [])].map(toOldSchema)
  const distinct = [...new Map(members.map((one) => [JSON.stringify(one), one])).values()]
  old['items'] = distinct.length === 1 ? distinct[0] : { anyOf: distinct }
}

/** `anyOf: [X, null]` is X that may be null. */
function nullable(old: Json): Json {
  for (const keyword of ['anyOf', 'oneOf']) {
    const members = old[keyword]
    if (!Array.isArray(members) || !members.some(isNull)) continue
    const { [keyword]: _members, ...rest } = old
    const others = (members as unknown[]).filter((one) => !isNull(one))
    const only = others[0]
    if (others.length === 1 && isRecord(only) && only['$ref'] === undefined)
      return { ...only, ...rest, nullable: true }
    // Beside a reference `nullable` has no type to act on (OpenAPI 3.0.4 §4.7.24.3), so null is one of the members.
    return { ...rest, [keyword]: [...others, { nullable: true, enum: [null], type: 'string' }] }
  }
  return old
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

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}
