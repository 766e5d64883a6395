import type { JsonSchema, JsonSchemaObject } from '@keelson/core/spi'
import type { OpenApiDocument } from '../contract.ts'
import { namesOf, recordOf } from '../json-values.ts'
import { branchesOf, isNothing, isUnion, resolveSchema, typesOfBoth } from './resolved-schema.ts'

/** Whether a value can match two schemas: none can, some may, some do. */
export type Overlap = 'none' | 'maybe' | 'sure'

/** A schema, with the document of its references. */
export interface Located {
  readonly document: OpenApiDocument
  readonly schema: JsonSchema
}

/** Keywords such as patterns: whether two different values overlap is not known. */
const UNKNOWN = ['pattern', 'format', 'multipleOf', 'not', 'contains', 'propertyNames', 'if', 'uniqueItems']

const RANGES = [
  { types: ['number', 'integer'], least: 'minimum', most: 'maximum' },
  { types: ['string'], least: 'minLength', most: 'maxLength' },
  { types: ['array'], least: 'minItems', most: 'maxItems' },
  { types: ['object'], least: 'minProperties', most: 'maxProperties' },
] as const

/** Finds out whether two schemas share a value. */
export class Overlaps {
  /** By pair; a pair within itself counts as overlapping. */
  readonly #known = new Map<string, Overlap>()

  of(a: Located, b: Located): Overlap {
    const key = `${JSON.stringify(a.schema)} ${JSON.stringify(b.schema)} ${a.document === b.document}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, 'sure')
    const found = this.#find(
      resolveSchema(a.document, a.schema),
      resolveSchema(b.document, b.schema),
      (one, other) => this.of({ document: a.document, schema: one }, { document: b.document, schema: other }),
    )
    this.#known.set(key, found)
    return found
  }

  #find(a: JsonSchemaObject, b: JsonSchemaObject, inner: Inner): Overlap {
    if (isNothing(a) || isNothing(b)) return 'none'
    if (isUnion(a) || isUnion(b))
      return best(branchesOf(a).flatMap((one) => branchesOf(b).map((other) => inner(one, other))))
    if (Array.isArray(a['enum'])) return overlapOfValues(a['enum'], b)
    if (Array.isArray(b['enum'])) return overlapOfValues(b['enum'], a)
    const types = commonTypes(a, b)
    if (types === undefined) return least([...unknowns(a, b), ...objects(a, b, inner)])
    return best(types.map((type) => overlapOfType(type, [a, b], inner)))
  }
}

type Inner = (a: JsonSchema, b: JsonSchema) => Overlap

const ORDER: readonly Overlap[] = ['none', 'maybe', 'sure']

function best(all: readonly Overlap[]): Overlap {
  return ORDER[Math.max(0, ...all.map((one) => ORDER.indexOf(one)))]!
}

function least(all: readonly Overlap[]): Overlap {
  return ORDER[Math.min(2, ...all.map((one) => ORDER.indexOf(one)))]!
}

function unknowns(a: JsonSchemaObject, b: JsonSchemaObject): Overlap[] {
  const isUnknown = (keyword: string): boolean =>
    a[keyword] !== undefined &&
    b[keyword] !== undefined &&
    JSON.stringify(a[keyword]) !== JSON.stringify(b[keyword])
  return UNKNOWN.some(isUnknown) || a['not'] !== undefined || b['not'] !== undefined ? ['maybe'] : []
}

function overlapOfType(
  type: string,
  [a, b]: readonly [JsonSchemaObject, JsonSchemaObject],
  inner: Inner,
): Overlap {
  const parts = unknowns(a, b)
  for (const { types, least: low, most } of RANGES) {
    if ((types as readonly string[]).includes(type) && areApart(a, b, [low, most])) return 'none'
  }
  if (type === 'object') parts.push(...objects(a, b, inner))
  if (type === 'array') parts.push(...arrays(a, b, inner))
  return least(parts)
}

function areApart(a: JsonSchemaObject, b: JsonSchemaObject, [low, high]: readonly [string, string]): boolean {
  const lows = [a, b].map((one) => numberOf(one[low], -Infinity))
  const highs = [a, b].map((one) => numberOf(one[high], Infinity))
  return Math.max(...lows) > Math.min(...highs)
}

function numberOf(value: unknown, none: number): number {
  return typeof value === 'number' ? value : none
}

/** A member that one of them requires must match both. */
function objects(a: JsonSchemaObject, b: JsonSchemaObject, inner: Inner): Overlap[] {
  const names = new Set([...namesOf(a['required']), ...namesOf(b['required'])])
  return [...names].map((name) => inner(memberOf(a, name), memberOf(b, name)))
}

function arrays(a: JsonSchemaObject, b: JsonSchemaObject, inner: Inner): Overlap[] {
  const count = Math.max(...[a, b].map((one) => numberOf(one['minItems'], 0)))
  const itemOf = (one: JsonSchemaObject, i: number): JsonSchema =>
    ((one['prefixItems'] as JsonSchema[] | undefined)?.[i] ?? one['items'] ?? true) as JsonSchema
  // After the items with schemas of their own, all are the same.
  return Array.from({ length: Math.min(count, MAX_PLACES) }, (_, i) => inner(itemOf(a, i), itemOf(b, i)))
}

const MAX_PLACES = 50

/** The schema of a member, declared or not. */
function memberOf(schema: JsonSchemaObject, name: string): JsonSchema {
  const properties = recordOf(schema['properties'])
  if (Object.hasOwn(properties, name)) return properties[name]!
  return patternOf(schema, name) ?? openness(schema)
}

/** The schema of the pattern that matches a name. */
export function patternOf(schema: JsonSchemaObject, name: string): JsonSchema | undefined {
  for (const [pattern, one] of Object.entries(recordOf(schema['patternProperties']))) {
    try {
      if (new RegExp(pattern, 'u').test(name)) return one
    } catch {
      // Not an expression of this language.
    }
  }
  return undefined
}

/** The schema of members that are not declared. */
export function openness(schema: JsonSchemaObject): JsonSchema {
  return (schema['additionalProperties'] ?? schema['unevaluatedProperties'] ?? true) as JsonSchema
}

function overlapOfValues(values: readonly unknown[], schema: JsonSchemaObject): Overlap {
  const others = Array.isArray(schema['enum']) ? schema['enum'].map((one) => JSON.stringify(one)) : undefined
  if (others !== undefined)
    return values.some((one) => others.includes(JSON.stringify(one))) ? 'sure' : 'none'
  const fitting = values.filter((one) => isOfType(one, schema['type']))
  if (fitting.length === 0) return 'none'
  return Object.keys(schema).every((key) => key === 'type') ? 'sure' : 'maybe'
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === undefined) return true
  const own =
    value === null
      ? ['null']
      : Array.isArray(value)
        ? ['array']
        : Number.isInteger(value)
          ? ['integer', 'number']
          : [typeof value]
  return [type].flat().some((one) => own.includes(one as string))
}

/** The types that both accept; `undefined` if both accept any. */
function commonTypes({ type: a }: JsonSchemaObject, { type: b }: JsonSchemaObject): string[] | undefined {
  if (a === undefined || b === undefined) {
    const known = a ?? b
    return known === undefined ? undefined : ([known].flat() as string[])
  }
  return typesOfBoth(a, b)
}
