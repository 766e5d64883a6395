/** A JSON Schema object of draft 2020-12, or from TypeBox and other builders. */
export interface JsonSchemaObject {
  readonly [keyword: string]: unknown
}

/** A JSON Schema: an object, or `true` for anything and `false` for nothing. */
export type JsonSchema = JsonSchemaObject | boolean

/** Keywords with their positions in an order that does not depend on how a schema was written. */
export type KeywordOrder = ReadonlyMap<string, number>

/** Makes an order of keywords. */
export function keywordOrder(keywords: readonly string[]): KeywordOrder {
  return new Map(keywords.map((keyword, at) => [keyword, at]))
}

const NO_KEYWORDS: readonly string[] = []

/**
 * The keywords of an order that a schema has. A schema has few of them: to look up each one would take most of the start of
 * an app.
 */
export function keywordsOf(node: JsonSchemaObject, order: KeywordOrder): readonly string[] {
  let found: string[] | undefined
  for (const keyword in node) {
    if (!order.has(keyword) || node[keyword] === undefined) continue
    if (found === undefined) found = [keyword]
    else found.push(keyword)
  }
  if (found === undefined) return NO_KEYWORDS
  return found.length === 1 ? found : found.sort((a, b) => order.get(a)! - order.get(b)!)
}

/** Whether a value is an object, but not an array. */
export function isRecord(value: unknown): value is JsonSchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value can be a JSON Schema. */
export function isJsonSchema(value: unknown): value is JsonSchema {
  return typeof value === 'boolean' || isRecord(value)
}

/** The types in the `type` of a schema, or `undefined` without one. */
export function typesOf(node: JsonSchemaObject): readonly string[] | undefined {
  const { type } = node
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? type.filter((t) => typeof t === 'string') : undefined
}

const JSON_TYPES = new Set(['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'])

/** Whether JSON has a type of this name. */
export function isJsonType(type: string): boolean {
  return JSON_TYPES.has(type)
}

/** The literals in the `const` or `enum` of a schema, or `undefined` without them. */
export function literalsIn(node: JsonSchemaObject): readonly unknown[] | undefined {
  const values = node['const'] === undefined ? node['enum'] : [node['const']]
  return Array.isArray(values) ? (values as readonly unknown[]) : undefined
}

/** The type of a JSON value; `number` for integers. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** Whether a JSON value is of a type of JSON Schema. */
export function isOfType(value: unknown, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type
}

/**
 * What a schema says about the members of an array: those at fixed positions, and the rest. TypeBox writes tuples in draft
 * 7, with a list in `items` and the rest in `additionalItems`.
 */
export function itemsOf(node: JsonSchemaObject): {
  readonly prefix: readonly JsonSchema[] | undefined
  readonly rest: JsonSchema | undefined
} {
  const { items, additionalItems, prefixItems } = node
  return Array.isArray(items)
    ? { prefix: items as JsonSchema[], rest: additionalItems as JsonSchema | undefined }
    : { prefix: prefixItems as JsonSchema[] | undefined, rest: items as JsonSchema | undefined }
}

/** What TypeBox writes for all names in `t.Record(t.String(), …)`; the dot does not match names with a line break. */
const ALL_NAMES = '^(.*)$'

/**
 * What a schema says about properties that it does not name: by pattern, and for the rest. A pattern for all names counts as
 * the rest.
 */
export function othersOf(node: JsonSchemaObject): {
  readonly patterns: JsonSchemaObject | undefined
  readonly rest: JsonSchema | undefined
} {
  const { patternProperties, additionalProperties, properties } = node
  const rest = additionalProperties as JsonSchema | undefined
  if (!isRecord(patternProperties)) return { patterns: undefined, rest }
  const all = patternProperties[ALL_NAMES] as JsonSchema | undefined
  if (all === undefined || properties !== undefined || Object.keys(patternProperties).length > 1) {
    return { patterns: patternProperties, rest }
  }
  return { patterns: undefined, rest: all }
}

/** Joins keys to a JSON Pointer, RFC 6901 §3. */
export function toPointer(keys: readonly PropertyKey[]): string {
  let pointer = ''
  for (const key of keys) pointer += `/${escapePointer(String(key))}`
  return pointer
}

/** Reads one reference token of a JSON Pointer, RFC 6901 §4. */
export function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** Escapes one reference token of a JSON Pointer, RFC 6901 §3. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
