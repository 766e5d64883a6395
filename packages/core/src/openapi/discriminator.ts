import { isRecord, type JsonSchemaObject, type SchemaDocument } from '../schema/index.ts'
import { mergeLiterals } from './literal-union.ts'

type Written = Record<string, unknown>

/**
 * Completes a `discriminator` with what each value stands for. Without it a value means the component of that name
 * (OpenAPI 3.1 §4.8.25.2), and generated clients would look for a component `cat` where it is called `Cat`.
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

/** Value to reference; `undefined` where a branch has no name, or does not say its values. */
function mappingOf(name: string, { node, written, document }: Union): Record<string, string> | undefined {
  const keyword = Array.isArray(node['oneOf']) ? 'oneOf' : 'anyOf'
  const branches = node[keyword]
  const references = written[keyword]
  if (!Array.isArray(branches) || !Array.isArray(references)) return undefined
  const mapping = new Map<string, string>()
  for (const [i, branch] of (branches as unknown[]).entries()) {
    const reference = referenceOf(references[i])
    const values = valuesOf(branch, name, document)
    if (reference === undefined || values === undefined || values.some((one) => mapping.has(one)))
      return undefined
    for (const value of values) mapping.set(value, reference)
  }
  return Object.fromEntries(mapping)
}

function referenceOf(schema: unknown): string | undefined {
  const reference = isRecord(schema) ? schema['$ref'] : undefined
  return typeof reference === 'string' ? reference : undefined
}

/** The texts that a member of a branch may be. */
function valuesOf(branch: unknown, name: string, document: SchemaDocument): string[] | undefined {
  const target = isRecord(branch) ? document.target(branch) : undefined
  const properties = isRecord(target) ? target['properties'] : undefined
  const member = isRecord(properties) ? properties[name] : undefined
  if (!isRecord(member)) return undefined
  const { enum: list, const: value } = mergeLiterals(member)
  const values: unknown[] = Array.isArray(list) ? list : [value]
  return values.every((one) => typeof one === 'string') ? values : undefined
}
