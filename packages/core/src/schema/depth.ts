import { SAME_AS } from './ajv.ts'
import { isRecord, keywordOrder, typesOf, type JsonSchema, type JsonSchemaObject } from './json-schema.ts'
import { holdersOf, subschemasOf, type Subschema } from './subschema.ts'

/**
 * Whether a derived schema (see `derive`) accepts only values of bounded nesting, so that a JSON text need not be scanned
 * for its depth: no recursion, and no place where anything may stand.
 */
export function boundsDepth(root: JsonSchema): boolean {
  if (typeof root === 'boolean') return !root
  const definitions = (root['$defs'] ?? {}) as JsonSchemaObject
  return new DepthCheck(definitions).isBounded(root, false)
}

const MEMBERS = holdersOf('member')
// What a condition names counts as declared where it holds, so that `unevaluatedProperties` lets it through.
const PARTS = keywordOrder([...holdersOf('part', 'branch').keys(), 'if'])
const LITERALS = ['const', 'enum', SAME_AS]

class DepthCheck {
  readonly #definitions: JsonSchemaObject
  /** Definitions that are being looked at: to meet one again is recursion. */
  readonly #open = new Set<string>()

  constructor(definitions: JsonSchemaObject) {
    this.#definitions = definitions
  }

  /** @param isPart - whether an intersection around it refuses what is not declared */
  isBounded(schema: JsonSchema, isPart: boolean): boolean {
    if (typeof schema === 'boolean') return !schema
    if (LITERALS.some((keyword) => schema[keyword] !== undefined)) return true
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

function isClosedHere(schema: JsonSchemaObject): boolean {
  return schema['additionalProperties'] === false || schema['unevaluatedProperties'] === false
}

/** A union or reference says what the value may be, and is bounded itself when this is asked. */
function isBoundedByPart(schema: JsonSchemaObject): boolean {
  return schema['anyOf'] !== undefined || schema['oneOf'] !== undefined || schema['$ref'] !== undefined
}
