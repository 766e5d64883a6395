import type { BodyAlternative } from '@keelson/core'
import {
  isBodyFormat,
  isContent,
  isOptional,
  isRecord,
  isStandardSchema,
  isTypeBoxSchema,
  type JsonSchemaObject,
} from '@keelson/core/spi'

/** Longest text of a schema; a longer one is cut. */
const MAX_LENGTH = 400
const MAX_DEPTH = 4

/**
 * Writes a schema on one line, for people: `{ id: string (uuid), limit?: integer 1..100 = 20 }`.
 *
 * @param schema - what a route takes: a schema, or a plain object of schemas
 */
export function describeSchema(schema: unknown): string {
  const text = isBodyFormat(schema)
    ? schema.alternatives.map(formatText).join(' | ')
    : isShape(schema)
      ? membersText(schema, undefined, 0)
      : nodeText(schema, 0)
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}

function isShape(schema: unknown): schema is JsonSchemaObject {
  return isRecord(schema) && !isTypeBoxSchema(schema) && !isStandardSchema(schema)
}

function nodeText(schema: unknown, depth: number): string {
  if (isContent(schema)) return schema.mediaTypes.join(' | ')
  if (isStandardSchema(schema) && !isTypeBoxSchema(schema)) return `schema of ${schema['~standard'].vendor}`
  if (schema === true) return 'anything'
  if (!isRecord(schema)) return 'nothing'
  if (typeof schema['$id'] === 'string' && depth > 0) return schema['$id']
  if (typeof schema['$ref'] === 'string') return schema['$ref']
  if (schema['const'] !== undefined) return JSON.stringify(schema['const'])
  if (Array.isArray(schema['enum'])) return schema['enum'].map((one) => JSON.stringify(one)).join(' | ')
  return joinedText(schema, depth) ?? typedText(schema, depth)
}

/** `form { name: string }`. A schema alone means JSON. */
function formatText({ kind, mediaTypes, schema }: BodyAlternative): string {
  const name = kind === 'bodyFormat' ? mediaTypes.join(', ') : kind
  return schema === undefined ? name : `${name} ${nodeText(schema, 0)}`
}

/** Of a union or an intersection. */
function joinedText(schema: JsonSchemaObject, depth: number): string | undefined {
  const one = (member: unknown): string => nodeText(member, depth + 1)
  const members = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(members)) return members.map(one).join(' | ')
  return Array.isArray(schema['allOf']) ? schema['allOf'].map(one).join(' & ') : undefined
}

function typedText(schema: JsonSchemaObject, depth: number): string {
  const { type } = schema
  const name = typeof schema['$id'] === 'string' ? `${schema['$id']} ` : ''
  if (isRecord(schema['properties'])) {
    if (depth >= MAX_DEPTH) return `${name}{ … }`
    return name + membersText(schema['properties'], schema['required'], depth)
  }
  if (type === 'array')
    return `list of ${nodeText(schema['items'] ?? true, depth + 1)}${bounds(schema, 'minItems', 'maxItems')}`
  const words = [Array.isArray(type) ? type.join(' | ') : typeof type === 'string' ? type : 'anything']
  if (typeof schema['format'] === 'string') words.push(`(${schema['format']})`)
  if (typeof schema['pattern'] === 'string') words.push(`/${schema['pattern']}/`)
  const range = bounds(schema, 'minimum', 'maximum') + bounds(schema, 'minLength', 'maxLength')
  const fallback = schema['default'] === undefined ? '' : ` = ${JSON.stringify(schema['default'])}`
  return words.join(' ') + range + fallback
}

function membersText(members: JsonSchemaObject, required: unknown, depth: number): string {
  const list = Object.entries(members).map(([name, member]) => {
    const mayMiss = Array.isArray(required) ? !required.includes(name) : isOptional(member)
    return `${name}${mayMiss ? '?' : ''}: ${nodeText(member, depth + 1)}`
  })
  return list.length === 0 ? '{}' : `{ ${list.join(', ')} }`
}

function bounds(schema: JsonSchemaObject, low: string, high: string): string {
  const [from = '', to = ''] = [schema[low], schema[high]] as readonly (string | number | undefined)[]
  if (from === '' && to === '') return ''
  const unit = low === 'minLength' ? ' characters' : ''
  return ` ${from}..${to}${unit}`
}
