// On the request path: what a handler returns is filtered, and in development and test checked, by the schema of its status.
import type { TSchema } from '@sinclair/typebox'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ignore, isPromise, ResponseValidationError, type PlaceText } from '../errors/index.ts'
import { canGenerateCode, createValidator, type Validator } from './ajv.ts'
import { checkDefaults } from './default-check.ts'
import { derive, responseLayoutOf } from './derive.ts'
import { SchemaDocument } from './document.ts'
import { generateFilter, type Filter } from './filter-code.ts'
import { filterByWalk, MisfitError } from './filter-walk.ts'
import type { SchemaLike } from './infer.ts'
import type { JsonSchemaObject } from './json-schema.ts'
import { holdsFree, isFree, needsValidator, type Layout } from './layout.ts'
import { isNothing } from './nothing.ts'
import { OncePerSchema } from './once.ts'
import { checkForeign, checkSchema } from './schema-check.ts'
import { isStandardSchema, isTypeBoxSchema, standardJsonSchema } from './schema-kind.ts'
import { Problems } from './setup-problem.ts'
import { toPlain } from './to-plain.ts'
import { notASchema } from './unmade-schema.ts'
import { MAX_VIOLATIONS, ViolationList } from './violation.ts'

/** Options of {@link compileResponse}. */
export interface ResponseOptions {
  /** What the schema belongs to, for messages: `route orders.show (GET /orders/:id), 200`. */
  readonly where?: PlaceText | undefined
  /** Told by {@link ResponseGuard.check} which properties and members of tuples it took out, by JSON Pointer; not called when there are none. */
  readonly onUndeclared?: ((pointers: readonly string[]) => void) | undefined
}

/**
 * Keeps a response to its schema. Both ways give the same value for the wire; neither changes the value it is given.
 *
 * A Standard Schema is run in both ways, since it may transform, and its result is what is sent.
 */
export interface ResponseGuard {
  /** JSON Schema of what goes out, as declared, when it is known. */
  readonly jsonSchema: JsonSchemaObject | undefined
  /** Whether all that it lets pass is what JSON holds: numbers, texts, lists and objects, nothing that only JSON makes that of. */
  readonly isPlain: boolean
  /**
   * For development and test: filters, and checks all that the schema says.
   *
   * @throws {ResponseValidationError} 500, not exposed, with all violations up to the limit
   */
  check(value: unknown): unknown
  /**
   * For production: the value itself when it has declared properties only, else a copy of those, at every depth. `toJSON`
   * is called first. Of a union the branch counts that the value matches.
   *
   * @throws {ResponseValidationError} 500, where the schema has no place for an object or array that the value has
   */
  filter(value: unknown): unknown
}

/**
 * Makes the guard of a response from its schema. Mistakes in the schema are found here.
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

/** What is the same of a schema wherever it stands. */
interface Prepared {
  readonly layout: Layout
  readonly validator: Validator
  /** Makes the filter as code, at the first call. */
  readonly generate: () => Filter
}

const prepared = new OncePerSchema<Prepared>()

function prepare(schema: TSchema, problems: Problems): Prepared {
  const document = new SchemaDocument(schema)
  checkSchema(document, problems)
  if (problems.found.length === 0) checkDefaults(document, problems, false)
  problems.throwIfAny()
  const layout = responseLayoutOf(document)
  requireCode(layout, problems)
  return {
    layout,
    validator: createValidator(derive(document, 'response')),
    generate: generateOnce(layout),
  }
}

function typeBoxGuard(schema: TSchema, problems: Problems, { onUndeclared }: ResponseOptions): ResponseGuard {
  const made = prepared.get(schema, '', () => prepare(schema, problems))
  const { layout, validator } = made
  return {
    jsonSchema: schema,
    isPlain: !holdsFree(layout),
    check(value) {
      const list = violationList()
      const filtered = checkLayout(layout, value, { list, onUndeclared })
      if (!validator.check(filtered)) {
        // Says more than that a value has no place there, which is so for each of these.
        const explained = violationList()
        explained.addErrors(validator.explain(filtered).errors, filtered)
        throwIfAny(explained)
      }
      throwIfAny(list)
      return filtered
    },
    filter: createFilter(made),
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
  checkForeign(document, problems)
  problems.throwIfAny()
  const layout = responseLayoutOf(document)
  requireCode(layout, problems)
  const strip = createFilter({ layout, generate: generateOnce(layout) })
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

/** The schema may want a `Date`, or the text that is written for one: what the handler returned is tried first. */
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
  // Nobody waits for it, and what it rejects with must not end the process.
  result.then(undefined, ignore)
  return refuse('async', 'has an asynchronous schema; give one without asynchronous checks')
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
  /** Gets the places where the schema has no place for an object or array. */
  readonly list: ViolationList
}

/** Filters as {@link ResponseGuard.filter} does, and tells what it took out. Misfits stay. */
function checkLayout(layout: Layout, value: unknown, { list, onUndeclared }: CheckContext): unknown {
  const pointers: string[] = []
  const promised = violationList()
  const filtered = filterByWalk(layout, value, {
    undeclared: (pointer) => pointers.push(pointer),
    misfit: (pointer) => list.add(pointer, 'is not what the schema declares', 'type'),
    promise: (pointer) => promised.add(pointer, 'is a promise: await it', 'type'),
  })
  // Whatever else is wrong with them is wrong with what they promise.
  throwIfAny(promised)
  if (pointers.length > 0) onUndeclared?.(pointers)
  return filtered
}

function throwIfAny(list: ViolationList): void {
  const { violations } = list.found()
  if (violations.length > 0) throw new ResponseValidationError(violations)
}

/** The way is chosen by the schema and by what the host allows; the code is made when the first value comes. */
function createFilter({ layout, generate }: Pick<Prepared, 'layout' | 'generate'>): Filter {
  if (isFree(layout)) return (value) => value
  let filter: Filter | undefined = canGenerateCode() ? undefined : (value) => filterByWalk(layout, value)
  return (value) => {
    filter ??= generate()
    try {
      return filter(value)
    } catch (error) {
      throw error instanceof MisfitError ? explainMisfit(layout, value) : error
    }
  }
}

function generateOnce(layout: Layout): () => Filter {
  let filter: Filter | undefined
  return () => (filter ??= generateFilter(layout))
}

/** Goes through the value again to say where the schema has no place for it. */
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
    message: 'To filter this union needs generated code, which is forbidden here.',
    remedy: 'Tell its members apart by a literal (kind: t.Literal(…)).',
  })
}
