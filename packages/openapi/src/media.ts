import { essenceOf, isJson } from '@keelson/contract'
import type { SchemaLike } from '@keelson/core'
import { isRecord, type JsonSchema } from '@keelson/core/spi'
import type { OpenApiMediaType } from './contract.ts'
import type { Describer, Subject } from './describer.ts'

/** Media types without a schema of the route. */
export function rawContent(types: readonly string[]): { [mediaType: string]: OpenApiMediaType } {
  return Object.fromEntries(types.map((type) => [type, { schema: rawSchema(type) }]))
}

/**
 * The schema of a media type alone. Bytes are `contentMediaType` in JSON Schema and `format: binary` in the registry of
 * OpenAPI: some tools know only one of them.
 */
export function rawSchema(type: string): JsonSchema {
  const essence = essenceOf(type)
  if (/^text\/|[/+](?:xml|yaml|(?:x-)?ndjson|jsonl|json-seq|javascript)$/.test(essence))
    return { type: 'string' }
  if (/^multipart\/|\/x-www-form-urlencoded$/.test(essence)) return { type: 'object' }
  if (isJson(essence)) return {}
  const media = essence.includes('*') ? {} : { contentMediaType: essence }
  return { type: 'string', format: 'binary', ...media }
}

/** The root of a schema, for its examples and its description. */
export function rootOf(schema: SchemaLike, subject: Subject, describer: Describer): unknown {
  const document = describer.source(schema, subject)?.document
  return document === undefined ? undefined : document.target(document.root)
}

/** A media type with its schema and the examples of the schema. */
export function toMedia(schema: JsonSchema, root: unknown): OpenApiMediaType {
  const examples = isRecord(root)
    ? ((root['examples'] ?? (root['example'] === undefined ? [] : [root['example']])) as unknown[])
    : []
  if (examples.length === 0) return { schema: toObject(schema) }
  if (examples.length === 1) return { schema: toObject(schema), example: examples[0] }
  return {
    schema: toObject(schema),
    examples: Object.fromEntries(examples.map((value, i) => [`example-${i + 1}`, { value }])),
  }
}

/** Tools expect an object, though a boolean is a schema as well. */
function toObject(schema: JsonSchema): JsonSchema {
  return schema === true ? {} : schema
}
