import type { ViolationParameters } from '../errors/index.ts'
import { escapePointer, isRecord } from './json-schema.ts'

/**
 * An error of the validator, as far as it is read here. Not ajv's own type, so that editors that read our declarations need
 * not read ajv's.
 */
export interface ValidatorError {
  /** JSON Pointer to the invalid value. */
  readonly instancePath: string
  readonly keyword: string
  readonly params: object
  /** Set when the name of a property is invalid. */
  readonly propertyName?: string
  readonly message?: string
  /** The value of the keyword and its schema; only from an explaining validator. */
  readonly schema?: unknown
  readonly parentSchema?: { readonly [keyword: string]: unknown }
}

/** Where a violation is, and what the schema requires there. */
export interface DescribedViolation {
  readonly pointer: string
  readonly message: string
  readonly code: string
  readonly parameters: ViolationParameters
}

const NO_FORM = 'must match one of the declared forms'

type Params = Readonly<Record<string, unknown>>
type Describe = (params: Params, error: ValidatorError) => { readonly at?: unknown; readonly message: string }

/** Better messages than those of ajv; `at` names the invalid member, which ajv names only in its message. */
const DESCRIPTIONS: Readonly<Record<string, Describe>> = {
  required: ({ missingProperty }) => ({ at: missingProperty, message: 'is required' }),
  dependentRequired: ({ missingProperty, property }) => ({
    at: missingProperty,
    message: `is required beside "${String(property)}"`,
  }),
  additionalProperties: ({ additionalProperty }) => ({ at: additionalProperty, message: 'is not declared' }),
  // Without a name it comes from `onlyDeclared`, whose errors are at the property itself.
  unevaluatedProperties: ({ unevaluatedProperty }) => ({
    at: unevaluatedProperty,
    message: 'is not declared',
  }),
  enum: ({ allowedValues }) => ({ message: oneOf(allowedValues as readonly unknown[]) }),
  const: ({ allowedValue }) => ({ message: `must be ${show(allowedValue)}` }),
  type: ({ type }) => ({ message: `must be ${String(type).replaceAll(',', ' or ')}` }),
  discriminator: ({ tag, tagValue }, error) => ({
    at: tag,
    message: tagValue === undefined ? 'is required' : oneOf(tagsOf(error, String(tag))),
  }),
  anyOf: () => ({ message: NO_FORM }),
  oneOf: ({ passingSchemas }) => ({
    message: passingSchemas === null ? NO_FORM : 'must match only one of the declared forms',
  }),
  not: (_, { schema }) => together(schema),
  'false schema': () => ({ message: 'is not allowed' }),
  multipleOf: (_, { schema }) => ({
    message: `must be a multiple of ${schema === undefined ? 'the declared number' : show(schema)}`,
  }),
  uniqueItems: () => ({ message: 'must not have equal members' }),
  storable: () => ({ message: 'must be well-formed text without NUL' }),
}

/** `not: { required: ['after', 'before'] }`: the last of them, which the others exclude. */
function together(schema: unknown): ReturnType<Describe> {
  const { required, ...rest } = (schema ?? {}) as { readonly required?: unknown }
  const isAlone = Array.isArray(required) && Object.keys(rest).length === 0
  if (!isAlone || required.length === 0) return { message: 'is not allowed' }
  const [last, ...others] = (required as string[]).toReversed()
  if (others.length === 0) return { at: last, message: 'is not allowed' }
  return {
    at: last,
    message: `is not allowed beside ${others
      .toReversed()
      .map((name) => `"${name}"`)
      .join(', ')}`,
  }
}

/** Describes an error of the validator in terms of the API: without schema paths and sent values. */
export function describeError(error: ValidatorError): DescribedViolation {
  const { instancePath, propertyName, keyword } = error
  if (propertyName !== undefined && keyword === 'not') {
    // The guard that `derive` sets beside unevaluatedProperties.
    return {
      pointer: at(instancePath, propertyName),
      message: 'is not declared',
      code: 'unevaluatedProperties',
      parameters: {},
    }
  }
  const pointer = propertyName === undefined ? instancePath : at(instancePath, propertyName)
  const parameters = parametersOf(error)
  const describe = Object.hasOwn(DESCRIPTIONS, keyword) ? DESCRIPTIONS[keyword] : undefined
  if (describe === undefined)
    return { pointer, message: error.message ?? 'is not valid', code: keyword, parameters }
  const { at: member, message } = describe(error.params as Params, error)
  return { pointer: member === undefined ? pointer : at(pointer, member), message, code: keyword, parameters }
}

const READ: Readonly<Record<string, (params: Params, error: ValidatorError) => ViolationParameters>> = {
  type: ({ type }) => {
    const types = String(type).split(',')
    return { type: types.length === 1 ? (types[0] as string) : types }
  },
  format: ({ format }) => ({ format: String(format) }),
  pattern: ({ pattern }) => ({ pattern: String(pattern) }),
  enum: ({ allowedValues }) => ({ allowed: (allowedValues as readonly unknown[]).slice(0, MAX_SHOWN) }),
  const: ({ allowedValue }) => ({ allowed: [allowedValue] }),
  discriminator: ({ tag }, error) => ({ allowed: tagsOf(error, String(tag)).slice(0, MAX_SHOWN) }),
  multipleOf: (_, { schema }) => (typeof schema === 'number' ? { multipleOf: schema } : {}),
  dependentRequired: ({ property }) => ({ property: String(property) }),
  contains: ({ minContains }) => (typeof minContains === 'number' ? { limit: minContains } : {}),
}

/** What the schema requires there. All bounds are called `limit`. */
function parametersOf(error: ValidatorError): ViolationParameters {
  const { keyword } = error
  const params = error.params as Params
  if (Object.hasOwn(READ, keyword)) return (READ[keyword] as (typeof READ)[string])(params, error)
  const { limit } = params
  return typeof limit === 'number' ? { limit } : {}
}

function at(pointer: string, name: unknown): string {
  return `${pointer}/${escapePointer(String(name))}`
}

const MAX_SHOWN = 20

function oneOf(values: readonly unknown[]): string {
  if (values.length === 0) return NO_FORM
  if (values.length === 1) return `must be ${show(values[0])}`
  const shown = values.slice(0, MAX_SHOWN).map(show)
  if (values.length > MAX_SHOWN) shown.push('…')
  return `must be one of ${shown.join(', ')}`
}

/** A value of the schema, not of the request. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

/** The values of the tag, which only errors of an explaining validator hold (`verbose`). */
function tagsOf(error: ValidatorError, tag: string): unknown[] {
  const members = error.parentSchema?.['oneOf']
  if (!Array.isArray(members)) return []
  return members.flatMap((member: unknown) => {
    const properties = isRecord(member) ? member['properties'] : undefined
    const schema = isRecord(properties) ? properties[tag] : undefined
    if (!isRecord(schema)) return []
    return (schema['enum'] as unknown[] | undefined) ?? [schema['const']]
  })
}
