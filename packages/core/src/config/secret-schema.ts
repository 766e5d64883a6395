import { SetupError, checkOptions, ignore, isPromise, optionTable, text } from '../errors/index.ts'
import {
  isStandardSchema,
  isTypeBoxSchema,
  mayBeMissing,
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

/** Options of {@link secret}. */
export interface SecretOptions {
  /**
   * The text of the variable where it is not set, in development and test alone: everybody can read it in the code. In production, which
   * every other `NODE_ENV` is, the variable is missing then, and the start fails.
   */
  readonly development?: string | undefined
}

const SECRET_OPTIONS = optionTable<SecretOptions>({
  development: text('The text of the variable where it is not set, in development and test alone.'),
})

type StandardResult = StandardSchemaV1.Result<unknown>

/** A Standard Schema whose configured value is a {@link Secret}. */
export interface SecretStandardSchema<TInput = unknown, TValue = unknown> extends StandardSchemaV1<
  TInput,
  Secret<TValue>
> {}

/**
 * Marks a variable of `loadConfig` as secret: its schema validates it, its value is a {@link Secret}, no message holds it,
 * and it may come from a file that `<NAME>_FILE` names. It has no default: one that is in the code is known to everybody.
 *
 * @param schema - TypeBox or any Standard Schema; default: a string. For a variable that may be missing: `t.Optional(secret(…))`
 * @throws {SetupError} `ERR_CORE_CONFIG_SCHEMA` for a value that is not a schema, for an optional schema and for one with a default;
 *   `ERR_CORE_OPTION` for an invalid option
 * @example
 * const config = loadConfig({
 *   DB_PASSWORD: secret(t.String({ minLength: 12 })),
 *   APP_SECRET: secret(t.String(), { development: 'known to all who have read this line' }),
 * })
 * connect({ password: config.DB_PASSWORD.reveal() })
 */
export function secret<TInner extends TSchema>(
  schema: TInner,
  options?: SecretOptions,
): SecretSchema<OutputOf<TInner>>
export function secret<TInner extends StandardSchemaV1>(
  schema: TInner,
  options?: SecretOptions,
): SecretStandardSchema<InputOf<TInner>, OutputOf<TInner>>
export function secret(): SecretSchema
export function secret(
  schema: SchemaLike = t.String(),
  options: SecretOptions = {},
): SecretSchema<unknown> | SecretStandardSchema {
  checkOptions(SECRET_OPTIONS, options, { name: 'secret', below: secret as never })
  if (isTypeBoxSchema(schema)) {
    const isOptional = t.Object({ schema }).required === undefined
    if (isOptional) refuse('secret() was given an optional schema.', 'Write t.Optional(secret(…)).')
    if (mayBeMissing(schema)) refuseDefault()
    // A copy: elsewhere the schema is not one of a secret.
    const marked = { ...schema, [kSecretSchema]: options }
    // Its type is that of the value that loadConfig makes.
    return marked as unknown as SecretSchema<unknown>
  }
  if (isStandardSchema(schema)) return wrapStandard(schema, options)
  return refuse(
    'The argument of secret() is not a schema.',
    'Give one, like t.String(), or omit it for a string.',
  )
}

/** Whether a schema was marked by {@link secret}. */
export function isSecretSchema(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && kSecretSchema in schema
}

/** The text of a secret in development and test, where it has one. */
export function developmentTextOf(schema: unknown): string | undefined {
  return isSecretSchema(schema)
    ? (schema as { readonly [kSecretSchema]: SecretOptions })[kSecretSchema].development
    : undefined
}

/** Whether a schema has a mark below its root, where it has no effect. */
export function holdsSecretSchema(schema: unknown, seen: Set<unknown> = new Set()): boolean {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return false
  seen.add(schema)
  return Object.values(schema).some((part) => isSecretSchema(part) || holdsSecretSchema(part, seen))
}

/** Makes a schema that validates like another and then wraps the value. */
function wrapStandard(schema: StandardSchemaV1, options: SecretOptions): SecretStandardSchema {
  const { '~standard': inner } = schema
  if (hasDefault(inner.validate(undefined))) refuseDefault()
  const wrap = (result: StandardResult): StandardResult =>
    // A missing value stays missing: that is not a secret.
    result.issues || result.value === undefined ? result : { value: new Secret(result.value) }
  const validate = (value: unknown): StandardResult | PromiseLike<StandardResult> => {
    const result = inner.validate(value)
    return isPromise(result) ? result.then(wrap) : wrap(result)
  }
  // All else, such as its JSON Schema, stays the same.
  const wrapped = { '~standard': { ...inner, validate }, [kSecretSchema]: options }
  return wrapped as unknown as SecretStandardSchema
}

/** Whether a schema makes a value of nothing. One that is asynchronous is refused by loadConfig. */
function hasDefault(result: StandardResult | PromiseLike<StandardResult>): boolean {
  if (!isPromise(result)) return !result.issues && result.value !== undefined
  result.then(undefined, ignore)
  return false
}

function refuseDefault(): never {
  return refuse(
    'secret() was given a schema with a default, which everybody can read in the code.',
    "Omit it. A value for development and test alone is an option: secret(schema, { development: '…' }).",
  )
}

function refuse(message: string, remedy: string): never {
  throw new SetupError([{ code: 'ERR_CORE_CONFIG_SCHEMA', place: 'loadConfig', message, remedy }])
}
