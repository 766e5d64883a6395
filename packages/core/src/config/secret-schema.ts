import { SetupError, isPromise } from '../errors/index.ts'
import {
  isStandardSchema,
  isTypeBoxSchema,
  t,
  type InputOf,
  type OutputOf,
  type SchemaLike,
  type StandardSchemaV1,
  type TSchema,
} from '../schema/index.ts'
import { Secret } from './secret.ts'

const kSecretSchema = Symbol.for('keelson.secretSchema')

/** A TypeBox schema whose configured value is a {@link Secret}. */
export interface SecretSchema<TValue = string> extends TSchema {
  static: Secret<TValue>
}

type StandardResult = StandardSchemaV1.Result<unknown>

/** A Standard Schema whose configured value is a {@link Secret}. */
export interface SecretStandardSchema<TInput = unknown, TValue = unknown> extends StandardSchemaV1<
  TInput,
  Secret<TValue>
> {}

/**
 * Marks a variable of `loadConfig` as secret: its schema validates it, its value is a {@link Secret}, no message holds it,
 * and it may come from a file that `<NAME>_FILE` names.
 *
 * @param schema - TypeBox or any Standard Schema; default: a string. For a variable that may be missing: `t.Optional(secret(…))`
 * @throws {SetupError} `ERR_CORE_CONFIG_SCHEMA` for a value that is not a schema, and for an optional schema
 * @example
 * const config = loadConfig({ DB_PASSWORD: secret(t.String({ minLength: 12 })) })
 * connect({ password: config.DB_PASSWORD.reveal() })
 */
export function secret<TInner extends TSchema>(schema: TInner): SecretSchema<OutputOf<TInner>>
export function secret<TInner extends StandardSchemaV1>(
  schema: TInner,
): SecretStandardSchema<InputOf<TInner>, OutputOf<TInner>>
export function secret(): SecretSchema
export function secret(schema: SchemaLike = t.String()): SecretSchema<unknown> | SecretStandardSchema {
  if (isTypeBoxSchema(schema)) {
    const isOptional = t.Object({ schema }).required === undefined
    if (isOptional) refuse('secret() was given an optional schema.', 'Write t.Optional(secret(…)).')
    // A copy: elsewhere the schema is not one of a secret.
    const marked = { ...schema, [kSecretSchema]: true }
    // Its type is that of the value that loadConfig makes.
    return marked as unknown as SecretSchema<unknown>
  }
  if (isStandardSchema(schema)) return wrapStandard(schema)
  return refuse(
    'The argument of secret() is not a schema.',
    'Give one, like t.String(), or omit it for a string.',
  )
}

/** Whether a schema was marked by {@link secret}. */
export function isSecretSchema(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && kSecretSchema in schema
}

/** Whether a schema has a mark below its root, where it has no effect. */
export function holdsSecretSchema(schema: unknown, seen: Set<unknown> = new Set()): boolean {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return false
  seen.add(schema)
  return Object.values(schema).some((part) => isSecretSchema(part) || holdsSecretSchema(part, seen))
}

/** Makes a schema that validates like another and then wraps the value. */
function wrapStandard(schema: StandardSchemaV1): SecretStandardSchema {
  const { '~standard': inner } = schema
  const wrap = (result: StandardResult): StandardResult =>
    // A missing value stays missing: that is not a secret.
    result.issues || result.value === undefined ? result : { value: new Secret(result.value) }
  const validate = (value: unknown): StandardResult | PromiseLike<StandardResult> => {
    const result = inner.validate(value)
    return isPromise(result) ? result.then(wrap) : wrap(result)
  }
  // All else, such as its JSON Schema, stays the same.
  const wrapped = { '~standard': { ...inner, validate }, [kSecretSchema]: true }
  return wrapped as unknown as SecretStandardSchema
}

function refuse(message: string, remedy: string): never {
  throw new SetupError([{ code: 'ERR_CORE_CONFIG_SCHEMA', place: 'loadConfig', message, remedy }])
}
