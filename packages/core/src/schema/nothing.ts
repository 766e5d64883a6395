import type { TSchema } from '@sinclair/typebox'
import { ignore, isPromise } from '../errors/index.ts'
import type { SchemaLike } from './schema-like.ts'
import { isRecord, type JsonSchemaObject } from './json-schema.ts'
import { isOptional, isStandardSchema, isTypeBoxSchema, kindOf } from './schema-kind.ts'

/** Whether a schema declares a response without a body: `t.Void()`, `t.Undefined()`. */
export function isNothing(schema: SchemaLike): schema is TSchema {
  return isTypeBoxSchema(schema) && ['Void', 'Undefined'].includes(kindOf(schema))
}

/** Whether a response of this schema may have no body: `t.Unknown()`, `z.string().optional()`. */
export function mayBeNothing(schema: SchemaLike): boolean {
  if (isTypeBoxSchema(schema)) return isNothing(schema) || admitsNothing(schema)
  const made = madeOfNothing(schema)
  return made !== undefined && made.value === undefined
}

/** What a Standard Schema makes of `undefined`; `undefined` where it refuses it. */
function madeOfNothing(schema: SchemaLike): { readonly value: unknown } | undefined {
  if (!isStandardSchema(schema)) return undefined
  try {
    const result = schema['~standard'].validate(undefined)
    if (!isPromise(result)) return result.issues ? undefined : result
    // A rejection must not end the process. For responses the start refuses asynchronous schemas.
    result.then(undefined, ignore)
  } catch {
    // A library that throws for a missing value does not accept it.
  }
  return undefined
}

/** Whether a validator of JSON Schema lets `undefined` pass: nothing in the schema restricts the value. */
function admitsNothing(node: unknown): boolean {
  if (!isRecord(node)) return node === true
  if (['type', 'const', 'enum', '$ref'].some((keyword) => Object.hasOwn(node, keyword))) return false
  const listed = (keyword: string): readonly unknown[] =>
    (node as JsonSchemaObject)[keyword] as readonly unknown[]
  return (
    ['anyOf', 'oneOf'].every((keyword) => listed(keyword)?.some(admitsNothing) ?? true) &&
    (listed('allOf')?.every(admitsNothing) ?? true)
  )
}

/** Whether the body of a request may be missing where it has this schema: `t.Optional`, a default, `z.….optional()`. */
export function mayBeMissing(schema: SchemaLike): boolean {
  if (isTypeBoxSchema(schema)) return isOptional(schema) || schema['default'] !== undefined
  return madeOfNothing(schema) !== undefined
}
