import { Hint, Kind, OptionalKind, ReadonlyKind } from '@sinclair/typebox'
import { isPlain } from '../errors/index.ts'
import { isRecord, type JsonSchemaObject } from './json-schema.ts'
import { isOptional, isTypeBoxSchema } from './schema-kind.ts'
import type { SchemaProblem } from './setup-problem.ts'
import type { Subschema } from './subschema.ts'

/** Keywords whose schemas are members for the builder; others are options, which may be JSON Schema. */
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
 * Whether a value in the place of a schema is not a schema. For the validator nearly any object is one, which accepts
 * anything.
 */
export function isUnmade(node: JsonSchemaObject, { keyword, schema }: Subschema): boolean {
  if (typeof schema === 'boolean') return false
  if (!isRecord(schema) || !isPlain(schema)) return true
  if (isTypeBoxSchema(schema)) return false
  if (isMarked(schema)) return true
  const isBuilt = isTypeBoxSchema(node) && node[Kind] !== 'Unsafe'
  return isBuilt && (MEMBERS.has(keyword) || !isPlainJsonSchema(schema))
}

/** The one member of a schema that was made with `undefined`, which the schema then does not have. */
export function unmadeMember(node: JsonSchemaObject): Subschema | undefined {
  const keyword = isTypeBoxSchema(node) ? ONLY_MEMBER[node[Kind]] : undefined
  if (keyword === undefined || node[keyword] !== undefined) return undefined
  return { keyword, key: undefined, schema: undefined }
}

const ONLY_MEMBER: Readonly<Record<string, string | undefined>> = { Array: 'items', Not: 'not', Ref: '$ref' }

const CIRCLE = 'It was undefined when this schema was made: break the import circle, or correct its name.'

/** The problem of a value in the place of a schema. */
export function notASchema(value: unknown): SchemaProblem {
  return { message: 'The value is not a schema.', remedy: remedyForUnmade(value) }
}

/** With a text below it, what other packages make says what it is, and what to write where it stands in the place of a schema. */
const kSchemaRemedy = Symbol.for('keelson.schemaRemedy')

/** The remedy for a value that is not a schema. */
export function remedyForUnmade(schema: unknown): string {
  if (schema === undefined) return CIRCLE
  const told = isRecord(schema)
    ? (schema as { readonly [kSchemaRemedy]?: unknown })[kSchemaRemedy]
    : undefined
  if (typeof told === 'string') return told
  if (!isRecord(schema) || !isPlain(schema)) return 'Give a schema, like t.String().'
  if (Object.keys(schema).length > 0)
    return 'Wrap it in t.Object({ … }); a JSON Schema of your own, in t.Unsafe({ … }).'
  // The builder turns undefined into an empty object.
  return isMarked(schema) ? CIRCLE : `Write t.Unknown() for anything. If it was a name: ${CIRCLE}`
}

/** Whether a value was only marked as optional or read-only. */
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

/** Whether no value can match a schema that was made without members, where a value is required. */
export function isEmpty(
  schema: JsonSchemaObject,
  within?: { readonly node: JsonSchemaObject; readonly sub: Subschema },
): boolean {
  if (!isTypeBoxSchema(schema) || schema[Kind] !== 'Never') return false
  if (within === undefined || schema[Hint] === 'Enum') return true
  const { keyword } = within.sub
  return keyword === 'items' || keyword === 'allOf' || (keyword === 'properties' && !isOptional(schema))
}
