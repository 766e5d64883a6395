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
 * What a schema is to the schema that holds it.
 *
 * - `part`: it says something of the same value, always or on a condition
 * - `branch`: it says something of the same value, as one of several that may hold
 * - `condition`: it asks about the same value
 * - `memberCondition`: it asks about an item, or the name of a property
 * - `member`: it says something of a property or an item
 * - `content`: it says what the text of the value holds, which is read by nobody here
 * - `definition`: it says nothing until a reference names it
 */
export type Relation =
  | 'part'
  | 'branch'
  | 'condition'
  | 'memberCondition'
  | 'member'
  | 'content'
  | 'definition'

/** What the value of a keyword is: a schema, a list of them, either of both, or an object of them by name. */
type Form = 'one' | 'list' | 'either' | 'record'

/** The keywords of JSON Schema 2020-12 and draft 7 that hold schemas, in the order in which they are walked. */
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
  // A list in TypeBox's tuples, which are of draft 7.
  ['items', ['member', 'either']],
  ['additionalItems', ['member', 'one']],
  ['unevaluatedItems', ['member', 'one']],
  ['contentSchema', ['content', 'one']],
  ['$defs', ['definition', 'record']],
  ['definitions', ['definition', 'record']],
])

/** The keywords whose schemas stand in one of these relations. */
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

/** What the schemas of a keyword are to the one that has it; `undefined` for a keyword that holds none. */
export function relationOf(keyword: string): Relation | undefined {
  return HOLDERS.get(keyword)?.[0]
}

/** A schema within a schema: which keyword holds it, and under which name or index. */
export interface Subschema {
  readonly keyword: string
  readonly key: string | undefined
  readonly schema: unknown
}

/**
 * Lists the schemas directly within a schema; whether they are schemas at all is for the caller to see.
 *
 * @param holders - the keywords that are looked at, from {@link holdersOf}; default all
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
 * Copies keywords of a schema that hold schemas. What does not have the form of its keyword is left out.
 *
 * @param holders - the keywords that are copied, from {@link holdersOf}
 * @param changeOf - makes what changes each schema of a keyword
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

/** The form that the value of a keyword has; `undefined` where it is none of the keyword's. */
function formOf(keyword: string, value: unknown): 'one' | 'list' | 'record' | undefined {
  const form = HOLDERS.get(keyword)?.[1]
  if (form === 'record') return isRecord(value) ? 'record' : undefined
  if (Array.isArray(value)) return form === 'one' ? undefined : 'list'
  return form === 'list' ? undefined : 'one'
}

function mapValues(record: JsonSchemaObject, change: (schema: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, schema]) => [name, change(schema)]))
}

/** The keywords of a schema that hold members, as 2020-12 has them: see `itemsOf` and {@link othersOf}. */
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

/** Walks a schema and all within it, each once and before what it holds. References are not followed. */
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

/** A schema that a walk came to. */
interface Visited {
  readonly node: JsonSchemaObject
  /** Where its values are in those of the root: `lines[].sku`. */
  readonly path: string
}

/** Where the values of a schema are, from where those of the schema that holds it are. */
export function pathTo({ keyword, key }: Omit<Subschema, 'schema'>, parent: string): string {
  if (keyword === 'properties') return parent === '' ? key! : `${parent}.${key!}`
  if (keyword === 'items' || keyword === 'prefixItems') return `${parent}[${key ?? ''}]`
  return parent
}
