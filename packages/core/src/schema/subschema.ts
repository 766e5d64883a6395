import {
  isRecord,
  itemsOf,
  keywordOrder,
  keywordsOf,
  othersOf,
  type JsonSchema,
  type JsonSchemaObject,
  type KeywordOrder,
} from './json-schema.ts'

/**
 * The relation of a schema to the schema that holds it.
 *
 * - `part`: it restricts the same value, always or on a condition
 * - `branch`: it restricts the same value, as one of several alternatives
 * - `condition`: it asks about the same value
 * - `memberCondition`: it asks about an item, or the name of a property
 * - `member`: it restricts a property or an item
 * - `content`: it describes the content of a text, which Keelson does not read
 * - `definition`: it has no effect until a reference uses it
 */
export type Relation =
  | 'part'
  | 'branch'
  | 'condition'
  | 'memberCondition'
  | 'member'
  | 'content'
  | 'definition'

/** The value of a keyword: a schema, a list of schemas, either of them, or an object of schemas by name. */
type Form = 'one' | 'list' | 'either' | 'record'

/** The keywords of JSON Schema 2020-12 and draft 7 that hold schemas, in the order in which they are visited. */
const HOLDERS: ReadonlyMap<string, readonly [Relation, Form]> = new Map<string, readonly [Relation, Form]>([
  ['allOf', ['part', 'list']],
  ['anyOf', ['branch', 'list']],
  ['oneOf', ['branch', 'list']],
  ['then', ['part', 'one']],
  ['else', ['part', 'one']],
  ['dependentSchemas', ['part', 'record']],
  ['not', ['condition', 'one']],
  ['if', ['condition', 'one']],
  ['contains', ['memberCondition', 'one']],
  ['propertyNames', ['memberCondition', 'one']],
  ['properties', ['member', 'record']],
  ['patternProperties', ['member', 'record']],
  ['additionalProperties', ['member', 'one']],
  ['unevaluatedProperties', ['member', 'one']],
  ['prefixItems', ['member', 'list']],
  // A list in tuples of TypeBox, which writes them in draft 7.
  ['items', ['member', 'either']],
  ['additionalItems', ['member', 'one']],
  ['unevaluatedItems', ['member', 'one']],
  ['contentSchema', ['content', 'one']],
  ['$defs', ['definition', 'record']],
  ['definitions', ['definition', 'record']],
])

/** The keywords whose schemas have one of these relations. */
export function holdersOf(...relations: readonly Relation[]): KeywordOrder {
  const holders = [...HOLDERS].filter(([, [relation]]) => relations.includes(relation))
  return keywordOrder(holders.map(([keyword]) => keyword))
}

const ALL = keywordOrder([...HOLDERS.keys()])

/** Whether a schema neither holds schemas nor refers to one. */
export function isLeaf(node: JsonSchemaObject): boolean {
  for (const keyword in node)
    if ((ALL.has(keyword) || keyword === '$ref') && node[keyword] !== undefined) return false
  return true
}

/** The relation of the schemas of a keyword; `undefined` for a keyword without schemas. */
export function relationOf(keyword: string): Relation | undefined {
  return HOLDERS.get(keyword)?.[0]
}

/** A schema in a schema: the keyword that holds it, and its name or index there. */
export interface Subschema {
  readonly keyword: string
  readonly key: string | undefined
  readonly schema: unknown
}

/**
 * Lists the schemas directly in a schema. They may be invalid: the caller checks that.
 *
 * @param holders - the keywords to read, from {@link holdersOf}; default all
 */
export function subschemasOf(node: JsonSchemaObject, holders: KeywordOrder = ALL): Subschema[] {
  const found: Subschema[] = []
  for (const keyword of keywordsOf(node, holders)) {
    const value = node[keyword]
    const form = formOf(keyword, value)
    if (form === 'one') found.push({ keyword, key: undefined, schema: value })
    else if (form === 'list')
      (value as unknown[]).forEach((schema, i) => found.push({ keyword, key: String(i), schema }))
    else if (form === 'record')
      for (const [key, schema] of Object.entries(value as object)) found.push({ keyword, key, schema })
  }
  return found
}

/**
 * Copies the keywords of a schema that hold schemas. A value that does not have the form of its keyword is omitted.
 *
 * @param holders - the keywords to copy, from {@link holdersOf}
 * @param changeOf - returns the function that changes each schema of a keyword
 */
export function mapSubschemas(
  node: JsonSchemaObject,
  holders: KeywordOrder,
  changeOf: (keyword: string) => (schema: JsonSchema) => unknown,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const keyword of keywordsOf(node, holders)) {
    const value = node[keyword]
    const form = formOf(keyword, value)
    if (form === undefined) continue
    const change = changeOf(keyword) as (schema: unknown) => unknown
    if (form === 'one') copy[keyword] = change(value)
    else if (form === 'list') copy[keyword] = (value as unknown[]).map((schema) => change(schema))
    else copy[keyword] = mapValues(value as JsonSchemaObject, change)
  }
  return copy
}

/** The form of the value of a keyword; `undefined` where the keyword does not allow it. */
function formOf(keyword: string, value: unknown): 'one' | 'list' | 'record' | undefined {
  const form = HOLDERS.get(keyword)?.[1]
  if (form === 'record') return isRecord(value) ? 'record' : undefined
  if (Array.isArray(value)) return form === 'one' ? undefined : 'list'
  return form === 'list' ? undefined : 'one'
}

function mapValues(record: JsonSchemaObject, change: (schema: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, schema]) => [name, change(schema)]))
}

/** The keywords of a schema that hold members, as in 2020-12: see `itemsOf` and {@link othersOf}. */
export function membersOf(node: JsonSchemaObject): JsonSchemaObject {
  const { properties, unevaluatedProperties, unevaluatedItems } = node
  const { patterns: patternProperties, rest: additionalProperties } = othersOf(node)
  const { prefix: prefixItems, rest: items } = itemsOf(node)
  return {
    properties,
    patternProperties,
    additionalProperties,
    unevaluatedProperties,
    prefixItems,
    items,
    unevaluatedItems,
  }
}

/** Visits a schema and all schemas in it, each once and before those in it. Does not follow references. */
export function* schemasWithin(root: unknown): Generator<Visited> {
  const seen = new Set<JsonSchemaObject>()
  const open = [{ node: root, path: '' }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, path } = next
    if (!isRecord(node) || seen.has(node)) continue
    seen.add(node)
    yield { node, path }
    for (const sub of subschemasOf(node).reverse()) open.push({ node: sub.schema, path: pathTo(sub, path) })
  }
}

/** A visited schema. */
interface Visited {
  readonly node: JsonSchemaObject
  /** The path of its values in those of the root: `lines[].sku`. */
  readonly path: string
}

/** The path of the values of a schema, from the path of those of the schema that holds it. */
export function pathTo({ keyword, key }: Omit<Subschema, 'schema'>, parent: string): string {
  if (keyword === 'properties') return parent === '' ? key! : `${parent}.${key!}`
  if (keyword === 'items' || keyword === 'prefixItems') return `${parent}[${key ?? ''}]`
  return parent
}
