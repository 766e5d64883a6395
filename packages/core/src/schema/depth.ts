import { SAME_AS } from './ajv.ts'
import { isRecord, keywordOrder, typesOf, type JsonSchema, type JsonSchemaObject } from './json-schema.ts'
import { holdersOf, subschemasOf, type Subschema } from './subschema.ts'

/** What a schema sees to, so that a JSON text need not be scanned for it. */
export interface Bounds {
  /** Whether it accepts only values of bounded nesting: no recursion, and no place where anything may stand. */
  readonly depth: boolean
  /**
   * Whether it refuses every number beyond a double, which `JSON.parse` makes an infinity of: besides the above, each place
   * has a type, of which infinity is none to the validator (`strictNumbers`), or is one of several that have.
   */
  readonly numbers: boolean
}

/** Finds what a derived schema (see `derive`) bounds. */
export function boundsOf(root: JsonSchema): Bounds {
  if (typeof root === 'boolean') return { depth: !root, numbers: !root }
  const definitions = (root['$defs'] ?? {}) as JsonSchemaObject
  const check = new BoundsCheck(definitions)
  const depth = check.isBounded(root, false)
  // All places were looked at only if it is.
  return { depth, numbers: depth && check.isTyped }
}

const MEMBERS = holdersOf('member')
// What a condition names counts as declared where it holds, so that `unevaluatedProperties` lets it through.
const PARTS = keywordOrder([...holdersOf('part', 'branch').keys(), 'if'])
const LITERALS = ['const', 'enum', SAME_AS]

class BoundsCheck {
  /** Whether each place so far has a type. */
  isTyped = true
  readonly #definitions: JsonSchemaObject
  /** Definitions that are being looked at: to meet one again is recursion. */
  readonly #open = new Set<string>()

  constructor(definitions: JsonSchemaObject) {
    this.#definitions = definitions
  }

  /** @param isPart - whether an intersection around it refuses what is not declared */
  isBounded(schema: JsonSchema, isPart: boolean): boolean {
    if (typeof schema === 'boolean') return !schema
    const literals = LITERALS.map((keyword) => schema[keyword]).filter((value) => value !== undefined)
    if (literals.length > 0) {
      this.isTyped &&= areFinite(literals)
      return true
    }
    this.isTyped &&= typesOf(schema) !== undefined || isBoundedByPart(schema)
    const isClosed = isPart || isClosedHere(schema)
    if (!this.#areMembersBounded(schema) || !this.#arePartsBounded(schema, isClosed)) return false
    // The members and parts that are there are bounded; now something must rule out all others.
    return this.#limitsObjects(schema, isClosed) && this.#limitsArrays(schema)
  }

  #areMembersBounded(schema: JsonSchemaObject): boolean {
    return this.#areBounded(subschemasOf(schema, MEMBERS), false)
  }

  /** All members of a union must be bounded; of an intersection, too, for the sake of simplicity. */
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

  #limitsObjects(schema: JsonSchemaObject, isClosed: boolean): boolean {
    const types = typesOf(schema)
    if (types !== undefined && !types.includes('object')) return true
    return (
      isClosed ||
      isBoundedByPart(schema) ||
      isRecord(schema['additionalProperties']) ||
      isRecord(schema['unevaluatedProperties'])
    )
  }

  #limitsArrays(schema: JsonSchemaObject): boolean {
    const types = typesOf(schema)
    if (types !== undefined && !types.includes('array')) return true
    return schema['items'] !== undefined || isBoundedByPart(schema)
  }
}

/** Whether literals hold no number that a text of JSON cannot write. */
function areFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(areFinite)
}

function isClosedHere(schema: JsonSchemaObject): boolean {
  return schema['additionalProperties'] === false || schema['unevaluatedProperties'] === false
}

/** A union or reference says what the value may be, and is bounded itself when this is asked. */
function isBoundedByPart(schema: JsonSchemaObject): boolean {
  return schema['anyOf'] !== undefined || schema['oneOf'] !== undefined || schema['$ref'] !== undefined
}
