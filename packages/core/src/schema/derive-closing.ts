import { allPartsOf, partsOf, type SchemaDocument } from './document.ts'
import { filterByWalk } from './filter-walk.ts'
import {
  isRecord,
  keywordOrder,
  keywordsOf,
  othersOf,
  type JsonSchema,
  type JsonSchemaObject,
} from './json-schema.ts'
import type { Layout } from './layout.ts'
import { holdersOf } from './subschema.ts'

/** Keywords of schemas for the same value. */
const PARTS = keywordOrder([...holdersOf('part', 'branch').keys(), '$ref'])
/** Keywords that, if they are the only part, fully describe the value. */
const ALONE = new Set([...holdersOf('branch').keys(), '$ref'])
/** How undeclared properties of a schema are refused. */
export interface Closing {
  /** The keyword to set to `false`, if any. */
  readonly keyword: 'additionalProperties' | 'unevaluatedProperties' | undefined
  /** How the parts for the same value are copied, if not like the whole schema. */
  readonly parts: 'open' | undefined
}
/** Nothing is added. */
export const NOT_CLOSED: Closing = { keyword: undefined, parts: undefined }
const CLOSED_BY_USER: Closing = { keyword: undefined, parts: 'open' }
const CLOSED_OBJECT: Closing = { keyword: 'additionalProperties', parts: undefined }
/** Several parts describe one member: only their merged layout says what is undeclared. */
export const CLOSED_BY_LAYOUT: Closing = { keyword: undefined, parts: undefined }
const CLOSED_WHOLE: Closing = { keyword: 'unevaluatedProperties', parts: 'open' }

/** Decides how a schema that is not a part of another one refuses undeclared properties. */
export function closingOf(document: SchemaDocument, schema: JsonSchemaObject): Closing {
  if (othersOf(schema).rest !== undefined || schema['unevaluatedProperties'] !== undefined) {
    return CLOSED_BY_USER
  }
  const isObject = schema['properties'] !== undefined || schema['patternProperties'] !== undefined
  const parts = keywordsOf(schema, PARTS)
  if (parts.length === 0) return isObject ? CLOSED_OBJECT : NOT_CLOSED
  // Each member of a plain union, and the target of a plain reference, is closed by itself.
  const isPlain = parts.length === 1 && !isObject && ALONE.has(parts[0]!)
  if (isPlain) return NOT_CLOSED
  const declared = declarationsOf(document, schema)
  if (!declared.isObject) return NOT_CLOSED
  return declared.isOverlapping ? CLOSED_BY_LAYOUT : CLOSED_WHOLE
}

/** What a schema and its parts declare for the same value. */
interface Declarations {
  readonly names: ReadonlySet<string>
  readonly isObject: boolean
  /** Whether two parts describe the inside of the same member. */
  readonly isOverlapping: boolean
}

/** Reads what a schema and its parts declare. */
export function declarationsOf(document: SchemaDocument, schema: JsonSchemaObject): Declarations {
  const names = new Set<string>()
  const withMembers = new Map<string, unknown>()
  let isObject = false
  let isOverlapping = false
  let others = 0
  const note = (name: string, member: JsonSchema): void => {
    names.add(name)
    if (!mayHaveMembers(document, member)) return
    if ((withMembers.get(name) ?? member) !== member) isOverlapping = true
    withMembers.set(name, member)
  }
  for (const part of allPartsOf(document, schema)) {
    const { properties, patternProperties } = part
    if (properties !== undefined || patternProperties !== undefined) isObject = true
    for (const [name, member] of Object.entries((properties ?? {}) as object))
      note(name, member as JsonSchema)
    const { patterns = {}, rest } = othersOf(part)
    others += [...Object.values(patterns), rest].filter((s) =>
      mayHaveMembers(document, s as JsonSchema),
    ).length
  }
  if (others > 1 || (others === 1 && withMembers.size > 0)) isOverlapping = true
  return { names, isObject, isOverlapping }
}

/** Whether a schema describes the inside of an object or array. */
function mayHaveMembers(document: SchemaDocument, schema: JsonSchema | undefined): boolean {
  const target = schema === undefined ? undefined : document.target(schema)
  if (!isRecord(target)) return false
  return keywordsOf(target, MEMBERS).length > 0 || partsOf(document, target).length > 0
}

const MEMBERS = holdersOf('member')

/** Makes a function that lists the undeclared properties of a value, by JSON Pointer. */
export function findUndeclared(layout: Layout): (value: unknown) => string[] {
  return (value) => {
    const pointers: string[] = []
    const undeclared = (pointer: string): void => void pointers.push(pointer)
    filterByWalk(layout, value, { undeclared, misfit: () => {} })
    return pointers
  }
}
