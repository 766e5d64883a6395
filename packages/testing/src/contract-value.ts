import type { Arbitrary } from 'fast-check'
import {
  holdsStorable,
  isRecord,
  MAX_JSON_DEPTH,
  SchemaDocument,
  type JsonSchema,
  type JsonSchemaObject,
} from '@keelson/core/spi'
import type { FastCheck } from './contract-fast-check.ts'
import { numberOf, textOf, toStorable } from './contract-scalar.ts'

/** From here on values are as small as their schema allows, so that recursive schemas end. */
const SMALL_FROM = 3
const MAX_DEPTH = 10
const MAX_ITEMS = 5
/** Levels of a deep value; in a body it is one more. The reader of JSON refuses deeper ones. */
const DEEP = MAX_JSON_DEPTH - 2
/** Levels of a deep value of a recursive schema. */
const DEEP_CHAIN = 30
/** Items of a long list, where the schema has no smaller limit. */
const LONG_LIST = 200
const COMBINING = ['allOf', 'anyOf', 'oneOf']

/** Makes arbitraries of values from JSON Schema. It ignores keywords that it cannot express (`not`, `if`), so that a value may be refused. */
export class ValueMaker {
  readonly #fc: FastCheck
  readonly #document: SchemaDocument
  readonly #edge: number | undefined

  /** @param edge - index of the edge for every value; without it, values are random and sometimes at an edge */
  constructor(fc: FastCheck, document: SchemaDocument, edge?: number) {
    this.#fc = fc
    this.#document = document
    this.#edge = edge
  }

  /** Values that match a schema. */
  valid(schema: JsonSchema, depth = 0): Arbitrary<unknown> {
    const node = this.#document.target(schema)
    if (depth > MAX_DEPTH) return this.#fc.constant(null)
    if (!isRecord(node)) return this.#anything()
    const values = this.#matching(node, depth)
    return holdsStorable(node) ? values.map(toStorable) : values
  }

  #matching(node: JsonSchemaObject, depth: number): Arbitrary<unknown> {
    if ('const' in node) return this.#fc.constant(node['const'])
    if (Array.isArray(node['enum'])) return this.#fc.constantFrom(...this.#atEdge(node['enum'] as unknown[]))
    const combined = this.#combined(node, depth)
    if (combined !== undefined) return combined
    const types = this.#typesOf(node)
    return this.#fc.oneof(...types.map((type) => this.#ofType(type, node, depth)))
  }

  /** Values that resemble the schema, most of them invalid in one place. */
  broken(schema: JsonSchema, depth = 0): Arbitrary<unknown> {
    const node = this.#document.target(schema)
    const junk = this.#fc.constantFrom<unknown>(null, true, -1, 1.5, '', 'x', [], {})
    if (!isRecord(node) || depth > SMALL_FROM) return junk
    const options = [junk]
    if (isRecord(node['properties'])) options.push(...this.#brokenMembers(node, depth))
    if (isRecord(node['items'])) {
      options.push(this.#fc.array(this.broken(node['items'], depth + 1), { minLength: 1, maxLength: 1 }))
    }
    options.push(...outOfBounds(node).map((value) => this.#fc.constant(value)))
    return this.#fc.oneof(...options)
  }

  #brokenMembers(node: JsonSchemaObject, depth: number): Arbitrary<unknown>[] {
    const whole = this.valid(node, depth).map((value) => (isRecord(value) ? value : {}))
    const without = (this.#required(node) as readonly string[]).map((name) =>
      whole.map((value) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))),
    )
    const wrong = Object.entries(node['properties'] as Record<string, JsonSchema>).map(([name, member]) =>
      this.#fc
        .tuple(whole, this.broken(member, depth + 1))
        .map(([value, bad]) => ({ ...value, [name]: bad })),
    )
    return [...without, ...wrong, whole.map((value) => ({ ...value, undeclared: 1 }))]
  }

  #combined(node: JsonSchemaObject, depth: number): Arbitrary<unknown> | undefined {
    const { allOf, anyOf, oneOf } = node
    const choices = (anyOf ?? oneOf) as readonly JsonSchema[] | undefined
    if (!Array.isArray(allOf) && !Array.isArray(choices)) return undefined
    const rest = Object.fromEntries(Object.entries(node).filter(([key]) => !COMBINING.includes(key)))
    const parts: Arbitrary<unknown>[] = []
    if ('type' in rest || 'properties' in rest) parts.push(this.valid(rest, depth))
    if (Array.isArray(allOf))
      parts.push(...(allOf as JsonSchema[]).map((part) => this.valid(part, depth + 1)))
    if (Array.isArray(choices)) parts.push(this.#oneOf(choices as readonly JsonSchema[], depth))
    return parts.length === 1
      ? (parts[0] as Arbitrary<unknown>)
      : this.#fc
          .tuple(...parts)
          .map((values) => (values.every(isRecord) ? Object.assign({}, ...values) : values.at(-1)))
  }

  #oneOf(choices: readonly JsonSchema[], depth: number): Arbitrary<unknown> {
    const leaves = choices.filter(
      (one) => isRecord(one) && !['$ref', 'properties', 'items'].some((key) => key in one),
    )
    const usable = depth >= SMALL_FROM && leaves.length > 0 ? leaves : choices
    const tried = this.#atEdge(usable).map((one) => this.valid(one, depth + 1))
    return this.#fc.oneof({ withCrossShrink: true }, ...tried)
  }

  /** At an edge one of them in turn, else all. */
  #atEdge<T>(choices: readonly T[]): readonly T[] {
    return this.#edge === undefined ? choices : [choices[this.#edge % choices.length] as T]
  }

  #typesOf(node: JsonSchemaObject): readonly string[] {
    const { type } = node
    if (typeof type === 'string') return [type]
    if (Array.isArray(type) && type.length > 0) return type as readonly string[]
    if ('properties' in node) return ['object']
    if ('items' in node) return ['array']
    return ['any']
  }

  #ofType(type: string, node: JsonSchemaObject, depth: number): Arbitrary<unknown> {
    if (type === 'object') return this.#object(node, depth)
    if (type === 'array') return this.#array(node, depth)
    if (type === 'string') return textOf(this.#fc, node, this.#edge)
    if (type === 'integer' || type === 'number') return numberOf(this.#fc, { ...node, type }, this.#edge)
    if (type === 'boolean') return this.#fc.boolean()
    return type === 'null' ? this.#fc.constant(null) : this.#anything()
  }

  /** Values without a schema: small ones, and sometimes one as deep as the framework reads. */
  #anything(): Arbitrary<unknown> {
    const deep = (wrap: (inner: unknown) => unknown): unknown => {
      let value: unknown = 0
      for (let level = 0; level < DEEP; level++) value = wrap(value)
      return value
    }
    const [lists, records] = [deep((inner) => [inner]), deep((inner) => ({ a: inner }))]
    if (this.#edge !== undefined)
      return this.#fc.constantFrom(...this.#atEdge([lists, records, null, '', 0, [], {}]))
    return this.#fc.oneof(
      { weight: 6, arbitrary: this.#fc.jsonValue({ maxDepth: 1 }) },
      { weight: 1, arbitrary: this.#fc.constantFrom(lists, records) },
    )
  }

  #required(node: JsonSchemaObject): readonly string[] {
    return Array.isArray(node['required']) ? (node['required'] as string[]) : []
  }

  #object(node: JsonSchemaObject, depth: number): Arbitrary<unknown> {
    const required = this.#required(node)
    const declared = Object.entries((node['properties'] ?? {}) as Record<string, JsonSchema>).filter(
      ([name]) => depth < SMALL_FROM || required.includes(name),
    )
    const members = Object.fromEntries(
      declared.map(([name, schema]) => [name, this.valid(schema, depth + 1)]),
    )
    // At an edge all members are there, or only the required ones.
    const isFull = this.#edge !== undefined && this.#edge % 5 !== 4
    const requiredKeys = declared.map(([name]) => name).filter((name) => isFull || required.includes(name))
    const own = this.#fc.record(members, { requiredKeys, noNullPrototype: true }) as Arbitrary<object>
    const free = depth < SMALL_FROM ? this.#free(node, depth) : undefined
    if (free !== undefined) return this.#fc.tuple(free, own).map(([a, b]) => ({ ...a, ...b }))
    const link = depth < SMALL_FROM ? this.#linkOf(node) : undefined
    if (link === undefined) return own
    const chain = this.#object(node, SMALL_FROM).map((one) => {
      let value = one
      for (let level = 0; level < DEEP_CHAIN; level++)
        value = { ...(one as object), [link.name]: link.wrap(value) }
      return value
    })
    return this.#fc.oneof(
      { withCrossShrink: true },
      { weight: 7, arbitrary: own },
      { weight: 1, arbitrary: chain },
    )
  }

  /** The member of a recursive schema that contains the schema itself, alone or in a list. */
  #linkOf(node: JsonSchemaObject): { readonly name: string; wrap(inner: unknown): unknown } | undefined {
    for (const [name, schema] of Object.entries((node['properties'] ?? {}) as Record<string, JsonSchema>)) {
      const member = this.#document.target(schema)
      if (!isRecord(member)) continue
      const choices = [member, ...(Array.isArray(member['anyOf']) ? (member['anyOf'] as JsonSchema[]) : [])]
      if (choices.some((one) => this.#document.target(one) === node)) return { name, wrap: (inner) => inner }
      const { items } = member
      if (isRecord(items) && this.#document.target(items) === node) return { name, wrap: (inner) => [inner] }
    }
    return undefined
  }

  /** Members with any names, as records have them. */
  #free(node: JsonSchemaObject, depth: number): Arbitrary<object> | undefined {
    const { patternProperties, additionalProperties } = node
    const limits = { maxKeys: MAX_ITEMS, noNullPrototype: true }
    if (isRecord(patternProperties)) {
      const [pattern, schema] = Object.entries(patternProperties)[0] ?? []
      if (pattern === undefined) return undefined
      const key = textOf(this.#fc, pattern === '^(.*)$' ? {} : { pattern })
      return this.#fc.dictionary(key, this.valid(schema as JsonSchema, depth + 1), limits)
    }
    if (!isRecord(additionalProperties)) return undefined
    return this.#fc.dictionary(textOf(this.#fc, {}), this.valid(additionalProperties, depth + 1), limits)
  }

  #array(node: JsonSchemaObject, depth: number): Arbitrary<unknown> {
    const { items, prefixItems, uniqueItems } = node
    const minLength = asNumber(node['minItems']) ?? 0
    const fixed = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : undefined
    if (fixed !== undefined)
      return this.#fc.tuple(...(fixed as JsonSchema[]).map((item) => this.valid(item, depth + 1)))
    if (depth >= SMALL_FROM && minLength === 0) return this.#fc.constant([])
    const most = depth >= SMALL_FROM ? minLength : Math.max(minLength, MAX_ITEMS)
    const limits = { minLength, maxLength: Math.min(asNumber(node['maxItems']) ?? most, most) }
    const item = this.valid(schemaOf(items), depth + 1)
    return uniqueItems === true
      ? this.#fc.uniqueArray(item, { ...limits, selector: (one) => JSON.stringify(one) })
      : this.#anyList(this.#fc.array(item, limits), this.#longList(node, schemaOf(items), depth))
  }

  #anyList(usual: Arbitrary<unknown>, long: Arbitrary<unknown> | undefined): Arbitrary<unknown> {
    if (long === undefined) return usual
    if (this.#edge !== undefined) return this.#edge % 6 === 1 ? long : usual
    return this.#fc.oneof(
      { withCrossShrink: true },
      { weight: 7, arbitrary: usual },
      { weight: 1, arbitrary: long },
    )
  }

  /** A list of the greatest length, of small items. */
  #longList(node: JsonSchemaObject, items: JsonSchema, depth: number): Arbitrary<unknown> | undefined {
    const length = Math.min(asNumber(node['maxItems']) ?? LONG_LIST, LONG_LIST)
    if (depth > 1 || length <= MAX_ITEMS) return undefined
    return this.valid(items, SMALL_FROM).map((one) => Array.from({ length }, () => one))
  }
}

function schemaOf(items: unknown): JsonSchema {
  return (items ?? true) as JsonSchema
}

/** Longest text and list that are made only to be refused. */
const MAX_EXCESS = 2000

/** Values just beyond the limits of a schema. */
function outOfBounds(node: JsonSchemaObject): unknown[] {
  const { minimum, maximum, minLength, maxLength, minItems } = node
  const values: unknown[] = []
  if (typeof minimum === 'number') values.push(minimum - 1)
  if (typeof maximum === 'number') values.push(maximum + 1)
  if (typeof minLength === 'number' && minLength > 0)
    values.push('x'.repeat(Math.min(minLength - 1, MAX_EXCESS)))
  if (typeof maxLength === 'number' && maxLength < MAX_EXCESS) values.push('x'.repeat(maxLength + 1))
  if (typeof minItems === 'number' && minItems > 0) values.push([])
  return values
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
