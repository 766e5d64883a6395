import { SetupError, ignore, isPromise } from '../errors/index.ts'
import {
  compileInput,
  isStandardSchema,
  isTypeBoxSchema,
  type InputParser,
  type SchemaLike,
  type FieldSchemas,
} from '../schema/index.ts'
import { holdsSecretSchema, isSecretSchema } from './secret-schema.ts'

/** What is known about one declared variable, from its schema. */
export interface ConfigField {
  /** Name in the schema, and so in the result: without the prefix. */
  readonly key: string
  /** JSON Schema of the value, as far as it is known. */
  readonly node: Readonly<Record<string, unknown>>
  readonly isSecret: boolean
  readonly isRequired: boolean
  /** Written with commas. */
  readonly isList: boolean
  /** Validated by a library whose messages may repeat the value. */
  readonly isForeign: boolean
}

/** A schema of the configuration, ready to be used. */
export interface CompiledConfig {
  readonly parser: InputParser
  /** `undefined` when the schema does not tell: a Standard Schema without JSON Schema. */
  readonly fields: readonly ConfigField[] | undefined
}

/** @throws {SetupError} when the schema itself cannot be */
export function compileConfig(schema: SchemaLike | FieldSchemas): CompiledConfig {
  const parser = compileInput(schema, 'config', { where: 'loadConfig', maxViolations: 200 })
  const fields = fieldsOf(schema, parser)
  const misplaced = fields?.filter(({ key }) => holdsSecretSchema(memberOf(schema, key))) ?? []
  if (misplaced.length > 0) {
    throw new SetupError(
      misplaced.map(({ key }) => ({
        code: 'ERR_CORE_CONFIG_SCHEMA',
        place: `loadConfig, ${key}`,
        message: 'secret() stands within the schema of the variable, where nothing comes of it.',
        remedy: 'Put it around the whole: secret(t.Array(t.String())).',
      })),
    )
  }
  return { parser, fields }
}

type Node = Readonly<Record<string, unknown>>

function fieldsOf(schema: SchemaLike | FieldSchemas, parser: InputParser): ConfigField[] | undefined {
  const properties = new Map<string, Node>()
  const required = new Set<unknown>()
  collect(parser.jsonSchema, properties, required)
  // A shape names its members, whether or not they tell what they are.
  if (!isTypeBoxSchema(schema) && !isStandardSchema(schema)) {
    for (const key of Object.keys(schema)) if (!properties.has(key)) properties.set(key, {})
  }
  if (properties.size === 0) return undefined
  return [...properties].map(([key, node]) => {
    const member = memberOf(schema, key)
    const isForeign = isStandardSchema(schema) || isStandardSchema(member)
    return {
      key,
      node,
      isSecret: isSecretSchema(member),
      isRequired: isStandardSchema(member)
        ? refusesNothing(member)
        : required.has(key) && node['default'] === undefined,
      isList: node['type'] === 'array',
      isForeign,
    }
  })
}

/** Properties of an object, also of one that `allOf` puts together. */
function collect(node: Node | undefined, properties: Map<string, Node>, required: Set<unknown>): void {
  if (node === undefined) return
  for (const [key, member] of Object.entries((node['properties'] ?? {}) as Record<string, Node>))
    properties.set(key, member)
  for (const key of (node['required'] ?? []) as unknown[]) required.add(key)
  for (const part of (node['allOf'] ?? []) as Node[]) collect(part, properties, required)
}

/** The user's own schema of one variable, which carries the marks. */
function memberOf(schema: SchemaLike | FieldSchemas, key: string): unknown {
  if (isStandardSchema(schema)) return undefined
  if (!isTypeBoxSchema(schema)) return (schema as FieldSchemas)[key]
  const members = new Map<string, Node>()
  collect(schema, members, new Set())
  return members.get(key)
}

/** Whether a Standard Schema refuses `undefined`, found by asking it. */
function refusesNothing(schema: {
  readonly '~standard': { readonly validate: (value: unknown) => unknown }
}): boolean {
  const result = schema['~standard'].validate(undefined)
  if (!isPromise(result)) return Boolean((result as { issues?: unknown }).issues)
  // Nobody waits for it; refused later, with a better message.
  result.then(undefined, ignore)
  return true
}
