import { isRecord, type JsonSchema, type JsonSchemaObject } from '../../schema/index.ts'
import type { OpenApiDocument } from '../contract.ts'

const PREFIX = '#/components/schemas/'

/** Follows a reference of a document, and merges what stands beside it. */
export function resolveSchema(document: OpenApiDocument, schema: JsonSchema | undefined): JsonSchemaObject {
  if (schema === undefined || schema === true) return {}
  if (schema === false) return { not: {} }
  const { $ref, allOf, ...own } = schema
  const parts: JsonSchemaObject[] = []
  if (typeof $ref === 'string')
    parts.push(resolveSchema(document, document.components.schemas?.[$ref.slice(PREFIX.length)]))
  if (Array.isArray(allOf)) for (const part of allOf) parts.push(resolveSchema(document, part as JsonSchema))
  return [...parts, own].reduce(merge, {})
}

/** Members of both; a constraint that both have is that of the second, which refines the first. */
function merge(a: JsonSchemaObject, b: JsonSchemaObject): JsonSchemaObject {
  const properties = {
    ...(a['properties'] as object | undefined),
    ...(b['properties'] as object | undefined),
  }
  const required = [...new Set([...namesOf(a['required']), ...namesOf(b['required'])])]
  return {
    ...a,
    ...b,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
  }
}

/** A list of names, or none. */
export function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : []
}

/** Schemas by name, or none. */
export function recordOf(value: unknown): { readonly [name: string]: JsonSchema } {
  return isRecord(value) ? (value as { readonly [name: string]: JsonSchema }) : {}
}

/** The branches of a union; a schema that is none is its only one. */
export function branchesOf(schema: JsonSchema | undefined): readonly JsonSchema[] {
  const list = isRecord(schema) ? (schema['anyOf'] ?? schema['oneOf']) : undefined
  return Array.isArray(list) ? (list as JsonSchema[]) : [schema ?? true]
}

/** Whether a schema is a union. */
export function isUnion(schema: JsonSchemaObject): boolean {
  return Array.isArray(schema['anyOf']) || Array.isArray(schema['oneOf'])
}
