// On the request path: filters what a handler returns by the schema of its status, and checks it in development and test.
import type { TSchema } from '@sinclair/typebox'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ignore, isPromise, ResponseValidationError, type PlaceText } from '../errors/index.ts'
import { canGenerateCode, createValidator, type Validator } from './ajv.ts'
import { checkDefaults } from './default-check.ts'
import { derive, layoutOf } from './derive.ts'
import { SchemaDocument } from './document.ts'
import { generateFilter, type Filter } from './filter-code.ts'
import { filterByWalk, MisfitError } from './filter-walk.ts'
import type { SchemaLike } from './schema-like.ts'
import type { JsonSchemaObject } from './json-schema.ts'
import { holdsFree, isFree, needsValidator, type Layout } from './layout.ts'
import { isNothing } from './nothing.ts'
import { OncePerSchema } from './once.ts'
import { checkStandard, checkSchema } from './schema-check.ts'
import { isStandardSchema, isTypeBoxSchema, standardJsonSchema } from './schema-kind.ts'
import { Problems } from './setup-problem.ts'
import { toPlain } from './to-plain.ts'
import { notASchema } from './unmade-schema.ts'
import { MAX_VIOLATIONS, ViolationList } from './violation.ts'

/** Options of {@link compileResponse}. */
export interface ResponseOptions {
  /** What the schema belongs to, for messages: `route orders.show (GET /orders/:id), 200`. */
  readonly where?: PlaceText | undefined
  /** Called by {@link ResponseGuard.check} with the JSON Pointers of removed properties and members of tuples, if there are any. */
  readonly onUndeclared?: ((pointers: readonly string[]) => void) | undefined
}

/**
 * Makes a response match its schema. Both functions return the same value for the wire; neither changes its argument.
 *
 * Both run a Standard Schema, because it may transform, and send its result.
 */
export interface ResponseGuard {
  /** JSON Schema of the response, as declared, when it is known. */
  readonly jsonSchema: JsonSchemaObject | undefined
  /** Whether it lets only JSON values pass: none that `JSON.stringify` would have to convert. */
  readonly isPlain: boolean
  /**
   * For development and test: filters the value, and validates it against the whole schema.
   *
   * @throws {ResponseValidationError} 500, not exposed, with all violations up to the limit
   */
  check(value: unknown): unknown
  /**
   * For production: returns the value itself when all its properties are declared, otherwise a copy of the declared ones, at
   * every depth. Calls `toJSON` first. Of a union the branch counts that the value matches.
   *
   * @throws {ResponseValidationError} 500, where the schema has no place for an object or array that the value has
   */
  filter(value: unknown): unknown
}

/**
 * Makes the guard of a response from its schema. Problems of the schema are found here.
 *
 * @throws {SetupError} `ERR_CORE_SETUP`, with all problems of the schema
 * @example
 * const guard = compileResponse(t.Object({ id: t.String() }))
 * guard.filter({ id: 'a', passwordHash: 'x' }) // { id: 'a' }
 */
export function compileResponse(schema: SchemaLike, options: ResponseOptions = {}): ResponseGuard {
  const problems = new Problems(options.where ?? 'response')
  if (isTypeBoxSchema(schema)) {
    return isNothing(schema) ? nothingGuard(schema) : typeBoxGuard(schema, problems, options)
  }
  if (isStandardSchema(schema)) return standardGuard(schema, problems, options)
  return problems.refuse('', notASchema(schema))
}

/** What all places of a schema share. */
interface Prepared {
  readonly layout: Layout
  readonly validator: Validator
  readonly filter: Filter
}

const prepared = new OncePerSchema<Prepared>()

function prepare(schema: TSchema, problems: Problems): Prepared {
  const document = new SchemaDocument(schema)
  checkSchema(document, problems)
  if (problems.found.length === 0) checkDefaults(document, problems, false)
  problems.throwIfAny()
  const layout = layoutOf(document, document.root, true)
  requireCode(layout, problems)
  return {
    layout,
    validator: createValidator(derive(document, 'response')),
    filter: createFilter(layout),
  }
}

function typeBoxGuard(schema: TSchema, problems: Problems, { onUndeclared }: ResponseOptions): ResponseGuard {
  const { layout, validator, filter } = prepared.get(schema, '', () => prepare(schema, problems))
  return {
    jsonSchema: schema,
    isPlain: !holdsFree(layout),
    check(value) {
      const list = violationList()
      const filtered = checkLayout(layout, value, { list, onUndeclared })
      if (!validator.check(filtered)) {
        // It explains more than the list, which says only that a value has no place there.
        const explained = violationList()
        explained.addErrors(validator.explain(filtered).errors, filtered)
        throwIfAny(explained)
      }
      throwIfAny(list)
      return filtered
    },
    filter,
  }
}

function standardGuard(
  schema: StandardSchemaV1,
  problems: Problems,
  { onUndeclared }: ResponseOptions,
): ResponseGuard {
  const jsonSchema = standardJsonSchema(schema, 'output')
  const run = (value: unknown): unknown => runStandard(schema, value)
  if (jsonSchema === undefined) return { jsonSchema, isPlain: false, check: run, filter: run }
  const document = new SchemaDocument(jsonSchema)
  checkStandard(document, problems)
  problems.throwIfAny()
  const layout = layoutOf(document, document.root, true)
  requireCode(layout, problems)
  const strip = createFilter(layout)
  return {
    jsonSchema,
    isPlain: false,
    check(value) {
      const list = violationList()
      const filtered = checkLayout(layout, run(value), { list, onUndeclared })
      throwIfAny(list)
      return filtered
    },
    filter: (value) => strip(run(value)),
  }
}

/** The schema may declare a `Date`, or its text: the value of the handler is tried first. */
function runStandard(schema: StandardSchemaV1, value: unknown): unknown {
  const result = validateNow(schema, value)
  if (!result.issues) return result.value
  const plain = toPlain(value)
  const second = plain === value ? result : validateNow(schema, plain)
  if (!second.issues) return second.value
  const list = violationList()
  list.addIssues(second.issues)
  throw new ResponseValidationError(list.found().violations)
}

function validateNow(schema: StandardSchemaV1, value: unknown): StandardSchemaV1.Result<unknown> {
  const result = schema['~standard'].validate(value)
  if (!isPromise(result)) return result
  // Nobody awaits it, and a rejection must not end the process.
  result.then(undefined, ignore)
  return refuse('async', 'has an asynchronous schema; use one without asynchronous checks')
}

/** `t.Void()` and `t.Undefined()`: a response without a body. */
function nothingGuard(schema: TSchema): ResponseGuard {
  return {
    jsonSchema: schema,
    isPlain: true,
    check: (value) => (value === undefined ? undefined : refuse('type', 'must be undefined')),
    filter: () => undefined,
  }
}

function refuse(code: string, message: string): never {
  throw new ResponseValidationError([{ in: 'response', pointer: '', message, code }])
}

interface CheckContext extends Pick<ResponseOptions, 'onUndeclared'> {
  /** Receives the objects and arrays that the schema has no place for. */
  readonly list: ViolationList
}

/** Filters like {@link ResponseGuard.filter}, and reports what it removed. Misfits stay. */
function checkLayout(layout: Layout, value: unknown, { list, onUndeclared }: CheckContext): unknown {
  const pointers: string[] = []
  const promised = violationList()
  const filtered = filterByWalk(layout, value, {
    undeclared: (pointer) => pointers.push(pointer),
    misfit: (pointer) => list.add(pointer, 'is not what the schema declares', 'type'),
    promise: (pointer) => promised.add(pointer, 'is a promise: await it', 'type'),
  })
  // Their other violations would be those of the promised value.
  throwIfAny(promised)
  if (pointers.length > 0) onUndeclared?.(pointers)
  return filtered
}

function throwIfAny(list: ViolationList): void {
  const { violations } = list.found()
  if (violations.length > 0) throw new ResponseValidationError(violations)
}

/** Uses generated code where the host allows it; the code is made for the first value. */
function createFilter(layout: Layout): Filter {
  if (isFree(layout)) return (value) => value
  let filter: Filter | undefined = canGenerateCode() ? undefined : (value) => filterByWalk(layout, value)
  return (value) => {
    filter ??= generateFilter(layout)
    try {
      return filter(value)
    } catch (error) {
      throw error instanceof MisfitError ? explainMisfit(layout, value) : error
    }
  }
}

/** Filters the value again to find where the schema has no place for it. */
function explainMisfit(layout: Layout, value: unknown): ResponseValidationError {
  const list = violationList()
  checkLayout(layout, value, { list })
  return new ResponseValidationError(list.found().violations)
}

function violationList(): ViolationList {
  return new ViolationList({ place: 'response', max: MAX_VIOLATIONS, isText: false })
}

function requireCode(layout: Layout, problems: Problems): void {
  if (!needsValidator(layout) || canGenerateCode()) return
  problems.refuse('', {
    code: 'ERR_CORE_SCHEMA_CODE_GENERATION',
    message: 'This union is filtered by generated code, which is not allowed here.',
    remedy: 'Tell its members apart by a literal (kind: t.Literal(…)).',
  })
}
