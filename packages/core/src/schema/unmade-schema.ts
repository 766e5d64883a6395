import { Hint, Kind, OptionalKind, ReadonlyKind } from '@sinclair/typebox'
import { isPlain, type SetupProblem } from '../errors/index.ts'
import { isRecord, type JsonSchemaObject } from './json-schema.ts'
import { isOptional, isTypeBoxSchema } from './schema-kind.ts'
import type { Subschema } from './subschema.ts'

/** Keywords whose schemas the builder was given as members; others are written as options, in JSON Schema if one likes. */
const MEMBERS = new Set([
  'properties',
  'patternProperties',
  'items',
  'prefixItems',
  'anyOf',
  'oneOf',
  'allOf',
])

/**
 * Whether what stands where a schema must be was never made one. To the validator nearly any object is a schema, one that
 * takes and lets out everything.
 */
export function isUnmade(node: JsonSchemaObject, { keyword, schema }: Subschema): boolean {
  if (typeof schema === 'boolean') return false
  if (!isRecord(schema) || !isPlain(schema)) return true
  if (isTypeBoxSchema(schema)) return false
  if (isMarked(schema)) return true
  const isBuilt = isTypeBoxSchema(node) && node[Kind] !== 'Unsafe'
  return isBuilt && (MEMBERS.has(keyword) || !isPlainJsonSchema(schema))
}

/** What the builder was given as its one member, where that is undefined: nothing then stands in the schema. */
export function unmadeMember(node: JsonSchemaObject): Subschema | undefined {
  const keyword = isTypeBoxSchema(node) ? ONLY_MEMBER[node[Kind]] : undefined
  if (keyword === undefined || node[keyword] !== undefined) return undefined
  return { keyword, key: undefined, schema: undefined }
}

const ONLY_MEMBER: Readonly<Record<string, string | undefined>> = { Array: 'items', Not: 'not', Ref: '$ref' }

const CIRCLE = 'It was not yet defined when this schema was made: break the import circle, or mend its name.'

/** What is wrong with a value that stands where a schema must. */
export function notASchema(value: unknown): Omit<SetupProblem, 'place'> {
  return {
    code: 'ERR_CORE_SCHEMA_INVALID',
    message: 'The value is no schema.',
    remedy: remedyForUnmade(value),
  }
}

/** What to do about a value that is not a schema. */
export function remedyForUnmade(schema: unknown): string {
  if (schema === undefined) return CIRCLE
  if (!isRecord(schema) || !isPlain(schema)) return 'Give a schema, like t.String().'
  if (Object.keys(schema).length > 0)
    return 'Wrap it in t.Object({ … }); a JSON Schema of your own, in t.Unsafe({ … }).'
  // The builder makes an empty object of undefined.
  return isMarked(schema) ? CIRCLE : `Write t.Unknown() for anything. If it was a name: ${CIRCLE}`
}

/** Whether it was only marked as optional or read-only. */
function isMarked(schema: object): boolean {
  return !isTypeBoxSchema(schema) && (OptionalKind in schema || ReadonlyKind in schema)
}

function isPlainJsonSchema(schema: JsonSchemaObject): boolean {
  const { type, $ref, anyOf, oneOf, allOf, enum: values } = schema
  if (Object.keys(schema).length === 0) return true
  return (
    typeof type === 'string' ||
    typeof $ref === 'string' ||
    [type, anyOf, oneOf, allOf, values].some(Array.isArray)
  )
}

/** Whether no value can match, by a schema that was given no members, where a value must be. */
export function isEmpty(
  schema: JsonSchemaObject,
  within?: { readonly node: JsonSchemaObject; readonly sub: Subschema },
): boolean {
  if (!isTypeBoxSchema(schema) || schema[Kind] !== 'Never') return false
  if (within === undefined || schema[Hint] === 'Enum') return true
  const { keyword } = within.sub
  return keyword === 'items' || keyword === 'allOf' || (keyword === 'properties' && !isOptional(schema))
}
