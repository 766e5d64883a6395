import { SetupError } from '../errors/index.ts'
import {
  compileInput,
  isStandardSchema,
  isTypeBoxSchema,
  mayBeMissing,
  type InputParser,
  type JsonSchemaObject,
  type SchemaLike,
  type FieldSchemas,
} from '../schema/index.ts'
import { developmentTextOf, holdsSecretSchema, isSecretSchema } from './secret-schema.ts'

/** A declared variable, as its schema describes it. */
export interface ConfigField {
  /** Name in the schema and in the result: without the prefix. */
  readonly key: string
  /** JSON Schema of the value, as far as it is known. */
  readonly node: JsonSchemaObject
  readonly isSecret: boolean
  /** Its text where it is not set, in development and test alone. */
  readonly development: string | undefined
  readonly isRequired: boolean
  /** Written with commas. */
  readonly isList: boolean
  /** Whether another library validates it, whose messages may repeat the value. */
  readonly isStandard: boolean
}

/** A compiled schema of the configuration. */
export interface CompiledConfig {
  readonly parser: InputParser
  /** `undefined` when they are unknown: for a Standard Schema without JSON Schema. */
  readonly fields: readonly ConfigField[] | undefined
}

/** @throws {SetupError} when the schema is invalid */
export function compileConfig(schema: SchemaLike | FieldSchemas): CompiledConfig {
  const parser = compileInput(schema, 'config', { where: 'loadConfig', maxViolations: 200 })
  const fields = fieldsOf(schema, parser)
  const misplaced = fields?.filter(({ key }) => holdsSecretSchema(memberOf(schema, key))) ?? []
  if (misplaced.length > 0) {
    throw new SetupError(
      misplaced.map(({ key }) => ({
        code: 'ERR_CORE_CONFIG_SCHEMA',
        place: `loadConfig, ${key}`,
        message: 'secret() is inside the schema of the variable, where it has no effect.',
        remedy: 'Put it around the whole schema: secret(t.Array(t.String())).',
      })),
    )
  }
  return { parser, fields }
}

function fieldsOf(schema: SchemaLike | FieldSchemas, parser: InputParser): ConfigField[] | undefined {
  const properties = new Map<string, JsonSchemaObject>()
  const required = new Set<unknown>()
  collect(parser.jsonSchema, properties, required)
  // A plain object names its members, even those without a JSON Schema.
  if (!isTypeBoxSchema(schema) && !isStandardSchema(schema)) {
    for (const key of Object.keys(schema)) if (!properties.has(key)) properties.set(key, {})
  }
  if (properties.size === 0) return undefined
  return [...properties].map(([key, node]) => {
    const member = memberOf(schema, key)
    return {
      key,
      node,
      isSecret: isSecretSchema(member),
      development: developmentTextOf(member),
      isRequired: isStandardSchema(member)
        ? !mayBeMissing(member)
        : required.has(key) && node['default'] === undefined,
      isList: node['type'] === 'array',
      isStandard: isStandardSchema(schema) || isStandardSchema(member),
    }
  })
}

/** Collects the properties of an object, those of its `allOf` included. */
function collect(
  node: JsonSchemaObject | undefined,
  properties: Map<string, JsonSchemaObject>,
  required: Set<unknown>,
): void {
  if (node === undefined) return
  for (const [key, member] of Object.entries((node['properties'] ?? {}) as Record<string, JsonSchemaObject>))
    properties.set(key, member)
  for (const key of (node['required'] ?? []) as unknown[]) required.add(key)
  for (const part of (node['allOf'] ?? []) as JsonSchemaObject[]) collect(part, properties, required)
}

/** The user's schema of one variable, with its marks. */
function memberOf(schema: SchemaLike | FieldSchemas, key: string): unknown {
  if (isStandardSchema(schema)) return undefined
  if (!isTypeBoxSchema(schema)) return (schema as FieldSchemas)[key]
  const members = new Map<string, JsonSchemaObject>()
  collect(schema, members, new Set())
  return members.get(key)
}
