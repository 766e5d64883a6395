import { SAME_AS } from './ajv.ts'
import { isRecord, keywordOrder, typesOf, type JsonSchema, type JsonSchemaObject } from './json-schema.ts'
import { holdersOf, subschemasOf, type Subschema } from './subschema.ts'

/** What a schema already refuses, so that a JSON text need not be scanned for it. */
export interface Bounds {
  /** Whether it accepts only values of bounded nesting: no recursion, and no place for any value. */
  readonly depth: boolean
  /**
   * Whether it refuses every number beyond a double, which `JSON.parse` turns into an infinity: nesting is bounded, and each
   * place, or each of its alternatives, has a type, which an infinity does not match (`strictNumbers`).
   */
  readonly numbers: boolean
}

/** Finds what a derived schema (see `derive`) bounds. */
export function boundsOf(root: JsonSchema): Bounds {
  if (typeof root === 'boolean') return { depth: !root, numbers: !root }
  const definitions = (root['$defs'] ?? {}) as JsonSchemaObject
  const check = new BoundsCheck(definitions)
  const depth = check.isBounded(root, false)
  // All places were visited only if it is true.
  return { depth, numbers: depth && check.isTyped }
}

const MEMBERS = holdersOf('member')
// What a condition names counts as declared where it holds, so that `unevaluatedProperties` lets it pass.
const PARTS = keywordOrder([...holdersOf('part', 'branch').keys(), 'if'])
const LITERALS = ['const', 'enum', SAME_AS]

class BoundsCheck {
  /** Whether each place so far has a type. */
  isTyped = true
  readonly #definitions: JsonSchemaObject
  /** Definitions that are being visited: to meet one again is recursion. */
  readonly #open = new Set<string>()

  constructor(definitions: JsonSchemaObject) {
    this.#definitions = definitions
  }

  /** @param isPart - whether an intersection around it refuses undeclared members */
  isBounded(schema: JsonSchema, isPart: boolean): boolean {
    if (typeof schema === 'boolean') return !schema
    const literals = LITERALS.map((keyword) => schema[keyword]).filter((value) => value !== undefined)
    if (literals.length > 0) {
      this.isTyped &&= areFinite(literals)
      return true
    }
    this.isTyped &&= typesOf(schema) !== undefined || isBoundedByPart(schema)
    const isClosed = isPart || isClosedHere(schema)
    const areMembersBounded = this.#areBounded(subschemasOf(schema, MEMBERS), false)
    if (!areMembersBounded || !this.#arePartsBounded(schema, isClosed)) return false
    // The declared members and parts are bounded; now something must refuse all others.
    return isBoundedByPart(schema) || (limitsObjects(schema, isClosed) && limitsArrays(schema))
  }

  /** All members of a union must be bounded; those of an intersection too, for simplicity. */
  #arePartsBounded(schema: JsonSchemaObject, isClosed: boolean): boolean {
    if (!this.#areBounded(subschemasOf(schema, PARTS), isClosed)) return false
    const ref = schema['$ref'] as string | undefined
    if (ref === undefined) return true
    if (this.#open.has(ref)) return false
    this.#open.add(ref)
    const isBounded = this.isBounded(this.#definitions[ref.slice('#/$defs/'.length)] as JsonSchema, isClosed)
    this.#open.delete(ref)
    return isBounded
  }

  #areBounded(subschemas: readonly Subschema[], isPart: boolean): boolean {
    return subschemas.every(({ schema }) => this.isBounded(schema as JsonSchema, isPart))
  }
}

function limitsObjects(schema: JsonSchemaObject, isClosed: boolean): boolean {
  if (isClosed || typesOf(schema)?.includes('object') === false) return true
  return isRecord(schema['additionalProperties']) || isRecord(schema['unevaluatedProperties'])
}

function limitsArrays(schema: JsonSchemaObject): boolean {
  return schema['items'] !== undefined || typesOf(schema)?.includes('array') === false
}

/** Whether JSON can write all numbers of literals. */
function areFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(areFinite)
}

function isClosedHere(schema: JsonSchemaObject): boolean {
  return schema['additionalProperties'] === false || schema['unevaluatedProperties'] === false
}

/** A union or reference restricts the value, and was checked before. */
function isBoundedByPart(schema: JsonSchemaObject): boolean {
  return schema['anyOf'] !== undefined || schema['oneOf'] !== undefined || schema['$ref'] !== undefined
}
