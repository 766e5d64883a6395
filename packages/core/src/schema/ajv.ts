import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js'
import type { SchemaValidateFunction } from 'ajv/dist/types/index.js'
import ajvFormats from 'ajv-formats'
import type { ValidatorError } from './describe-error.ts'
import { isMultipleOf } from './multiple-of.ts'
import { toRegExp } from './pattern.ts'
import { isSameValue } from './same-value.ts'
import { replaceTextKeywords } from './text-keywords.ts'
import { hasUniqueItems } from './unique-items.ts'
import { unstorableIn } from './unstorable.ts'

/** A schema for the validator: self-contained, without `$id`. See `derive`. */
export interface ValidatorSchema {
  readonly schema: object | boolean
  /** Whether it names properties that every object inherits (`constructor`, `toString`); then only own ones count. */
  readonly hasInheritedNames: boolean
}

/** The errors of a value that does not match. */
export interface Explanation {
  readonly errors: readonly ValidatorError[]
  /** Whether there may be more errors than are listed. */
  readonly isCut: boolean
}

/** A compiled check of one schema. The code is generated at the first use. */
export interface Validator {
  /** Whether the value matches. Sets the defaults of the schema in it. */
  check(value: unknown): boolean
  /** Lists the errors of a value that {@link check} refused. */
  explain(value: unknown): Explanation
}

/**
 * Of values with more nodes only the first error is found. To collect all errors of a body costs memory in proportion to
 * them: 1 MiB of `[0,0,0,…]` has half a million.
 */
const MAX_EXPLAINED_NODES = 10_000

/**
 * Makes a validator on the shared ajv instance (draft 2020-12, all formats of ajv-formats). On the request path it stops at
 * the first error, so that hostile input is cheap; only a small value that failed is checked again for all errors.
 */
export function createValidator(source: ValidatorSchema): Validator {
  let first: ValidateFunction | undefined
  let all: ValidateFunction | undefined
  const validator: Validator = {
    check(value) {
      first = compile(source, false)
      validator.check = first
      return first(value)
    },
    explain(value) {
      if (isLarge(value)) {
        first ??= compile(source, false)
        first(value)
        return { errors: first.errors ?? [], isCut: true }
      }
      all ??= compile(source, true)
      all(value)
      return { errors: all.errors ?? [], isCut: false }
    },
  }
  return validator
}

/** Whether validators check a format; any other is a problem of the schema. */
export function isKnownFormat(name: string): boolean {
  return instance(false, false).formats[name] !== undefined
}

let isCodeAllowed: boolean | undefined

/** Whether code may be generated from strings here; false under `--disallow-code-generation-from-strings` and on some hosts. */
export function canGenerateCode(): boolean {
  isCodeAllowed ??= tryCode()
  return isCodeAllowed
}

function tryCode(): boolean {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- finds out whether this throws
    return new Function('return true')() as boolean
  } catch {
    return false
  }
}

// Usually one instance; others are made when a value fails, or a schema has inherited names.
const instances = new Map<string, Ajv2020>()

function instance(allErrors: boolean, ownProperties: boolean): Ajv2020 {
  const key = `${allErrors} ${ownProperties}`
  let ajv = instances.get(key)
  if (ajv === undefined) {
    ajv = createAjv({ allErrors, ownProperties })
    instances.set(key, ajv)
  }
  return ajv
}

function createAjv(options: Options): Ajv2020 {
  const ajv = new Ajv2020({
    ...options,
    // checkSchema checks schemas at set-up; the check of ajv would compile the meta-schema, 50 ms.
    validateSchema: false,
    meta: false,
    strict: false,
    strictNumbers: true,
    discriminator: true,
    useDefaults: true,
    addUsedSchema: false,
    logger: false,
    // Errors then hold the tags of a union: see describe-error.ts.
    verbose: options.allErrors === true,
    code: {
      // Halves the time to compile (2 ms to 1 ms); the engine optimizes the code itself, and checks are no slower.
      optimize: false,
      regExp: Object.assign((pattern: string): RegExp => toRegExp(pattern), { code: 'toRegExp' }),
    },
  })
  ajvFormats.default(ajv)
  // That of the plugin also accepts `urn:uuid:…`, which is a URI and not a key of a database.
  ajv.addFormat('uuid', /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i)
  replaceTextKeywords(ajv)
  for (const definition of OWN_KEYWORDS) ajv.removeKeyword(definition.keyword).addKeyword(definition)
  ajv.addKeyword({ keyword: SAME_AS, validate: requireSame, errors: 'full' })
  ajv.addKeyword({ keyword: ONLY_DECLARED, validate: refuseUndeclared, errors: 'full' })
  ajv.addKeyword({ keyword: STORABLE, validate: refuseUnstorable, errors: 'full' })
  return ajv
}

/** Keywords that ajv's own would get wrong, or slow. */
const OWN_KEYWORDS = [
  {
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    validate: (divisor: number, value: number) => isMultipleOf(value, divisor),
    errors: false,
  },
  {
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (wanted: boolean, items: unknown[]) => !wanted || hasUniqueItems(items),
    errors: false,
  },
] as const

/** Keyword of derived schemas: `enum` with an object as a value, which `enum` of ajv would compare by its methods. */
export const SAME_AS = 'sameAs'

const requireSame: SchemaValidateFunction = (values: readonly unknown[], value: unknown, ...[, context]) => {
  const isSame = values.some((literal) => isSameValue(literal, value))
  requireSame.errors = isSame ? [] : [errorAt(context?.instancePath, 'enum', { allowedValues: values })]
  return isSame
}

/** Keyword of derived schemas; its value is a function that lists the undeclared properties of a value, by JSON Pointer. */
export const ONLY_DECLARED = 'onlyDeclared'

const refuseUndeclared: SchemaValidateFunction = (find, value, ...[, context]) => {
  const pointers = (find as (value: unknown) => string[])(value)
  // Ajv reads errors from the function that it called.
  refuseUndeclared.errors = pointers.map((pointer) =>
    errorAt(`${context?.instancePath ?? ''}${pointer}`, 'unevaluatedProperties', {}),
  )
  return pointers.length === 0
}

/** Keyword of derived schemas: every store keeps the texts of the value. */
export const STORABLE = 'storable'

const refuseUnstorable: SchemaValidateFunction = (_wanted, value, ...[, context]) => {
  const pointers = unstorableIn(value)
  if (pointers.length === 0) return true
  refuseUnstorable.errors = pointers.map((pointer) =>
    errorAt(`${context?.instancePath ?? ''}${pointer}`, STORABLE, {}),
  )
  return false
}

function errorAt(instancePath = '', keyword: string, params: object): Partial<ErrorObject> {
  return { instancePath, keyword, params, message: 'is not valid' }
}

function compile({ schema, hasInheritedNames }: ValidatorSchema, allErrors: boolean): ValidateFunction {
  const ajv = instance(allErrors, hasInheritedNames)
  const validate = ajv.compile(schema)
  // The compiled function needs it no more; the instance would keep each schema for ever.
  if (typeof schema === 'object') ajv.removeSchema(schema)
  return validate
}

/** Whether a value has more nodes than are explained. Iterative, because nesting may be of any depth. */
function isLarge(value: unknown): boolean {
  const rest: unknown[] = [value]
  let nodes = 0
  while (rest.length > 0) {
    const node = rest.pop()
    if (typeof node !== 'object' || node === null) continue
    const members = Array.isArray(node) ? (node as unknown[]) : Object.values(node)
    nodes += members.length
    if (nodes > MAX_EXPLAINED_NODES) return true
    for (const member of members) rest.push(member)
  }
  return false
}
