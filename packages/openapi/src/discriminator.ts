import {
  branchesOf,
  isRecord,
  type JsonSchema,
  type JsonSchemaObject,
  type SchemaDocument,
} from '@keelson/core/spi'

type Written = Record<string, unknown>

/**
 * Completes a `discriminator` with the branch of each value. Without it a value means the component of that name
 * (OpenAPI 3.1 §4.8.25.2), and generated clients would look for a component `cat` that is called `Cat`.
 */
export function completeDiscriminator(
  node: JsonSchemaObject,
  written: Written,
  document: SchemaDocument,
): Written {
  const { discriminator } = written
  if (!isRecord(discriminator) || typeof discriminator['propertyName'] !== 'string') return written
  const mapping = mappingOf(discriminator['propertyName'], { node, written, document })
  return mapping === undefined ? written : { ...written, discriminator: { ...discriminator, mapping } }
}

interface Union {
  readonly node: JsonSchemaObject
  readonly written: Written
  readonly document: SchemaDocument
}

/** Value to reference; `undefined` if a branch has no name. */
function mappingOf(name: string, { node, written, document }: Union): Record<string, string> | undefined {
  const keyword = Array.isArray(node['oneOf']) ? 'oneOf' : 'anyOf'
  const branches = node[keyword]
  const references = written[keyword]
  if (!Array.isArray(branches) || !Array.isArray(references)) return undefined
  const mapping = new Map<string, string>()
  for (const { index, tag } of branchesOf(document, branches as JsonSchema[], name)) {
    const reference = referenceOf(references[index])
    if (reference === undefined || tag.values === undefined) return undefined
    for (const value of tag.values) mapping.set(String(value), reference)
  }
  return Object.fromEntries(mapping)
}

function referenceOf(schema: unknown): string | undefined {
  const reference = isRecord(schema) ? schema['$ref'] : undefined
  return typeof reference === 'string' ? reference : undefined
}
