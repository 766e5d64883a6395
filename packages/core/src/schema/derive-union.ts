import type { SchemaDocument } from './document.ts'
import {
  isOfType,
  isRecord,
  literalsIn,
  typesOf,
  type JsonSchema,
  type JsonSchemaObject,
} from './json-schema.ts'
import { TYPED_KEYWORDS } from './schema-keywords.ts'
import { PATTERN_BOUND } from './text-keywords.ts'

/** A union for a derived schema. */
export interface Union {
  readonly keyword: 'anyOf' | 'oneOf'
  /** The members, already copied. */
  readonly members: readonly JsonSchema[]
  /** Property whose value tells the members apart, from {@link findTag}. */
  readonly tag: string | undefined
  /** Whether `oneOf` may refuse a value that matches two members. */
  readonly isExclusive: boolean
}

/**
 * Adds a union to a schema in the form with the best errors: literals as one `enum`, a nullable schema as a type that
 * allows null, objects with a tag as a choice by that tag. The meaning stays the same.
 */
export function addUnion(copy: Record<string, unknown>, union: Union): void {
  const keyword = union.isExclusive ? union.keyword : 'anyOf'
  const values = literalsOf(union.members)
  if (values !== undefined && copy['enum'] === undefined) {
    copy['enum'] = values
    return
  }
  const nullable = nullableOf(union.members)
  if (nullable !== undefined && Object.keys(nullable).every((key) => copy[key] === undefined)) {
    Object.assign(copy, nullable)
    return
  }
  if (union.tag !== undefined && copy['oneOf'] === undefined && copy['anyOf'] === undefined) {
    copy['type'] = 'object'
    copy['discriminator'] = { propertyName: union.tag }
    copy['oneOf'] = union.members
    return
  }
  addAlternatives(copy, keyword, union.members)
}

function addAlternatives(
  copy: Record<string, unknown>,
  keyword: 'anyOf' | 'oneOf',
  members: readonly JsonSchema[],
): void {
  // The keyword may be taken, by another union or by a choice by tag.
  if (copy[keyword] === undefined && (keyword === 'anyOf' || copy['discriminator'] === undefined)) {
    copy[keyword] = members
  } else {
    copy['allOf'] = [...((copy['allOf'] as JsonSchema[] | undefined) ?? []), { [keyword]: members }]
  }
}

/**
 * The property that tells the members of a union of objects apart: required in each, with other literal strings in each.
 */
export function findTag(document: SchemaDocument, members: readonly JsonSchema[]): string | undefined {
  if (members.length < 2) return undefined
  const objects: JsonSchemaObject[] = []
  for (const member of members) {
    const target = document.target(member)
    if (!isRecord(target) || target['type'] !== 'object' || !isRecord(target['properties'])) return undefined
    // The validator follows neither a reference with other keywords beside it nor a chain of two.
    if (isRecord(member) && member['$ref'] !== undefined && document.resolve(member) !== target)
      return undefined
    objects.push(target)
  }
  const names = Object.keys(objects[0]!['properties'] as object)
  return names.find((name) => isTag(name, objects))
}

/**
 * Whether it is certain which member of a union a value is for, even if the value is invalid: by a tag, or because the
 * other member is null. Only then are defaults in the members filled in.
 */
export function isCertain(
  document: SchemaDocument,
  node: JsonSchemaObject,
  members: readonly JsonSchema[],
): boolean {
  return (
    findTag(document, members) !== undefined || (onlyKey(node, 'anyOf') && nullableOf(members) !== undefined)
  )
}

function isTag(name: string, objects: readonly JsonSchemaObject[]): boolean {
  // The validator would find inherited names and values in its table.
  if (name in Object.prototype) return false
  const seen = new Set<string>()
  for (const object of objects) {
    const { required } = object
    const values = tagValuesOf((object['properties'] as JsonSchemaObject)[name])
    if (values === undefined || !Array.isArray(required) || !required.includes(name)) return false
    for (const value of values) {
      if (seen.has(value)) return false
      seen.add(value)
    }
  }
  return true
}

/** The strings that the schema of a tag allows, or `undefined` when it is not a tag. */
export function tagValuesOf(schema: unknown): readonly string[] | undefined {
  if (!isRecord(schema)) return undefined
  const { anyOf } = schema
  const values = literalsOf(
    Array.isArray(anyOf) && onlyKey(schema, 'anyOf') ? (anyOf as JsonSchema[]) : [schema],
  )
  if (values === undefined || values.length === 0) return undefined
  const isUsable = (value: unknown): value is string =>
    typeof value === 'string' && value !== '' && !(value in Object.prototype)
  return values.every(isUsable) ? values : undefined
}

const ANNOTATIONS = new Set(['$id', 'title', 'description', 'default', 'examples', 'deprecated', '$comment'])

function onlyKey(schema: JsonSchemaObject, key: string): boolean {
  return Object.keys(schema).every((other) => other === key || ANNOTATIONS.has(other))
}

/** The values of a union of literals, or `undefined` when a member is not a literal. `null` counts as a literal. */
function literalsOf(members: readonly JsonSchema[]): unknown[] | undefined {
  const values: unknown[] = []
  for (const member of members) {
    if (typeof member === 'boolean') return undefined
    const own = literalOf(member)
    if (own === undefined) return undefined
    for (const value of own) if (!values.includes(value)) values.push(value)
  }
  return values
}

function literalOf(schema: JsonSchemaObject): readonly unknown[] | undefined {
  const rest = Object.keys(schema).filter((key) => key !== 'type' && !ANNOTATIONS.has(key))
  if (rest.length === 0 && schema['type'] === 'null') return [null]
  const isLiteral = rest.length === 1 && (rest[0] === 'const' || rest[0] === 'enum')
  if (!isLiteral || (schema['type'] !== undefined && !isTypedLiteral(schema))) return undefined
  const values = literalsIn(schema) ?? []
  return values.some(isStructure) ? undefined : values
}

/** Whether a schema has literals, which make its type redundant. */
export function isTypedLiteral(schema: JsonSchemaObject): boolean {
  const types = typesOf(schema)
  const values = literalsIn(schema) ?? []
  const isTyped = (value: unknown): boolean =>
    !isStructure(value) && types?.some((type) => isOfType(value, type)) === true
  return values.length > 0 && values.every(isTyped)
}

function isStructure(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Keywords that do not apply to null, and so may stand beside a type that allows it. */
const SILENT_ON_NULL = new Set([...TYPED_KEYWORDS, PATTERN_BOUND])

/** `X | null` as one schema, where X is simple enough. */
function nullableOf(members: readonly JsonSchema[]): JsonSchemaObject | undefined {
  if (members.length !== 2) return undefined
  const others = members.filter((member) => !isNull(member))
  const other = others[0]
  if (others.length !== 1 || !isRecord(other) || typeof other['type'] !== 'string') return undefined
  const rest = Object.entries(other).filter(([key]) => key !== 'type' && !ANNOTATIONS.has(key))
  if (!rest.every(([key]) => SILENT_ON_NULL.has(key))) return undefined
  return { ...Object.fromEntries(rest), type: [other['type'], 'null'] }
}

function isNull(schema: JsonSchema): boolean {
  return isRecord(schema) && schema['type'] === 'null' && onlyKey(schema, 'type')
}
