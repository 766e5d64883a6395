import { checkOptions, optionTable, text } from '../errors/index.ts'
import type { FieldSchemas, JsonSchemaObject, SchemaLike } from '../schema/index.ts'
import { compileConfig, type ConfigField } from './config-field.ts'

/** One variable, for documents and `.env.example` files. */
export interface ConfigVariable {
  readonly name: string
  /** The type in words: `integer`, `"debug" | "info"`, `list of string`. */
  readonly type: string
  readonly isRequired: boolean
  readonly isSecret: boolean
  /** `undefined` when there is none, and for secrets. */
  readonly default: unknown
  readonly description: string | undefined
}

/** Options of {@link describeConfig}. */
export interface DescribeConfigOptions {
  /** Put before each name of the schema, as by `loadConfig`; default `''`. */
  readonly prefix?: string | undefined
}

/**
 * Lists the variables that `loadConfig` would read, in the order of the schema, without reading them.
 *
 * @returns an empty list for a Standard Schema that has no JSON Schema
 * @throws {SetupError} when the schema or an option is invalid
 */
export function describeConfig(
  schema: SchemaLike | FieldSchemas,
  options: DescribeConfigOptions = {},
): readonly ConfigVariable[] {
  checkOptions(DESCRIBE_OPTIONS, options, { name: 'describeConfig', below: describeConfig })
  const { fields = [] } = compileConfig(schema)
  return fields.map((field) => toVariable(field, options.prefix ?? ''))
}

const DESCRIBE_OPTIONS = optionTable<DescribeConfigOptions>({
  prefix: text('Beginning of the names.', { default: '' }),
})

function toVariable({ key, node, isRequired, isSecret }: ConfigField, prefix: string): ConfigVariable {
  const { description, default: fallback } = node
  return {
    name: prefix + key,
    type: typeOf(node),
    isRequired,
    isSecret,
    default: isSecret ? undefined : fallback,
    description: typeof description === 'string' ? description : undefined,
  }
}

function typeOf(node: JsonSchemaObject): string {
  if (node['const'] !== undefined) return JSON.stringify(node['const'])
  if (Array.isArray(node['enum'])) return node['enum'].map((value) => JSON.stringify(value)).join(' | ')
  const members = node['anyOf'] ?? node['oneOf']
  if (Array.isArray(members)) return [...new Set(members.map(typeOf))].join(' | ')
  if (node['type'] === 'array') return `list of ${typeOf((node['items'] ?? {}) as JsonSchemaObject)}`
  const type = typeof node['type'] === 'string' ? node['type'] : 'text'
  return typeof node['format'] === 'string' ? `${type} (${node['format']})` : type
}
