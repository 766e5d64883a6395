import {
  ArgumentError,
  checkOptions,
  flag,
  ignorePromise,
  isPromise,
  laterPlaceOf,
  oneOf,
  optionTable,
  ValidationError,
  type Violation,
} from '../errors/index.ts'
import type { OutputOf } from './infer.ts'
import type { SchemaLike } from './schema-like.ts'
import {
  inputSetup,
  refuseValue,
  throwViolations,
  violationList,
  type InputSetup,
  type UnknownRule,
} from './input-contract.ts'
import { compileInput } from './input.ts'
import { escapePointer, isRecord } from './json-schema.ts'
import { isSameValue } from './same-value.ts'

/** Options of {@link validator}. */
export interface ValidatorOptions {
  /**
   * Whether values come as text by name, as in a query: `{ page: '2' }`. Each is then coerced by its declared type.
   * Default `false`: nothing is.
   */
  readonly coerce?: boolean | undefined
  /** What happens to members that the schema does not declare; default `refuse`. */
  readonly unknown?: UnknownRule | undefined
}

/** Checks values against a schema; made by {@link validator}. */
export interface SchemaValidator<T> {
  /** The violations of a value, at most 50; an empty list for a valid one. Their `in` is `value`. */
  check(value: unknown): readonly Violation[]
  /**
   * The value with defaults, coerced with `coerce`, and transformed by the library of a Standard Schema. The given value is
   * never changed; it is returned when there is nothing to change.
   *
   * @throws {ValidationError} `ERR_CORE_VALIDATION`, with all violations. A handler that does not catch it answers 400: catch
   *   it when the value does not come from the caller.
   */
  parse(value: unknown): T
  /** Whether {@link SchemaValidator.parse} would return an equal value: no default is missing, and nothing is coerced. */
  is(value: unknown): value is T
}

const VALIDATOR_OPTIONS = optionTable<ValidatorOptions>({
  coerce: flag('Whether values come as text by name.', { default: false }),
  unknown: oneOf(['refuse', 'ignore', 'pass'], 'What happens to undeclared members.', { default: 'refuse' }),
})

/**
 * Checks values outside of requests against a schema: messages of a queue, rows of a file, answers of other services. Make it
 * once, at set-up; the code of a TypeBox schema is generated at the first use.
 *
 * @param schema - TypeBox, or any Standard Schema that validates synchronously
 * @throws {SetupError} for an invalid schema, as for routes, and `ERR_CORE_OPTION` for invalid options
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` from the functions of the result, where a Standard Schema validates asynchronously
 * @example
 * const message = validator(t.Object({ id: t.Integer(), note: t.String({ default: '' }) }))
 * message.parse({ id: 1 }) // => { id: 1, note: '' }
 * message.check({ id: '1' }).map((one) => one.pointer) // => ['/id']
 */
export function validator<const S extends SchemaLike>(
  schema: S,
  options: ValidatorOptions = {},
): SchemaValidator<OutputOf<S>> {
  checkOptions(VALIDATOR_OPTIONS, options, { name: 'validator', below: validator as never })
  const { coerce = false, unknown = 'refuse' } = options
  const settings = { where: laterPlaceOf('validator', validator as never), unknown, isText: coerce }
  const { parse: read, jsonSchema } = compileInput(schema, 'value', settings)
  const setup = inputSetup('value', settings)
  const changes = !coerce && mayChange(jsonSchema)
  const parse = (value: unknown): OutputOf<S> => {
    if (coerce) assertText(value, setup)
    const result = read(changes ? copyOf(value, setup) : value)
    if (!isPromise(result)) return result as OutputOf<S>
    ignorePromise(result)
    throw new ArgumentError('The schema of this validator validates asynchronously: use its own library.')
  }
  const tried = (value: unknown): ValidationError | { readonly result: OutputOf<S> } => {
    try {
      return { result: parse(value) }
    } catch (error) {
      if (ValidationError.is(error)) return error
      throw error
    }
  }
  const check = (value: unknown): readonly Violation[] => {
    const one = tried(value)
    return 'result' in one ? [] : one.violations
  }
  const is = (value: unknown): value is OutputOf<S> => {
    const one = tried(value)
    return 'result' in one && (Object.is(one.result, value) || isSameValue(one.result, value))
  }
  return Object.freeze({ check, parse, is })
}

/** Whether the validator may write to a value: when the schema has defaults. Members of that name count too. */
function mayChange(schema: object | undefined): boolean {
  return schema !== undefined && JSON.stringify(schema).includes('"default"')
}

function copyOf(value: unknown, setup: InputSetup): unknown {
  try {
    return structuredClone(value)
  } catch {
    return refuseValue(setup, 'must be a JSON value', 'type')
  }
}

/** Only texts and lists of texts by name can be coerced. */
function assertText(value: unknown, setup: InputSetup): void {
  if (!isRecord(value)) refuseValue(setup, 'must be object', 'type')
  const list = violationList(setup)
  for (const [name, one] of Object.entries(value))
    if (one !== undefined && !isText(one)) list.add(`/${escapePointer(name)}`, 'must be a text', 'type')
  if (list.found().violations.length > 0) throwViolations(list, setup)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'))
}
