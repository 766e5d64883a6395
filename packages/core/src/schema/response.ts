// On the request path: what a handler returns is filtered, and in development and test checked, by the schema of its status.
import type { TSchema } from '@sinclair/typebox'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isPromise, ResponseValidationError, type PlaceText } from '../errors/index.ts'
import { canGenerateCode, createValidator, knownFormats, type Validator } from './ajv.ts'
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
import { remedyForUnmade } from './unmade-schema.ts'
import { MAX_VIOLATIONS, ViolationList } from './violation.ts'

/** Options of {@link compileResponse}. */
export interface ResponseOptions {
  /** What the schema belongs to, for messages: `route orders.show (GET /orders/:id), 200`. */
  readonly where?: PlaceText | undefined
  /** Violations that are listed at most; default 50. */
  readonly maxViolations?: number | undefined
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
 * @throws {StartError} `ERR_CORE_START`, with all problems of the schema
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
  problems.add('', {
    code: 'ERR_CORE_SCHEMA_INVALID',
    message: 'The value is no schema.',
    remedy: remedyForUnmade(schema),
  })
  problems.throwIfAny()
  throw new Error('unreachable')
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
  checkSchema(document, problems, { formats: knownFormats })
  if (problems.found.length === 0)
    checkDefaults(document, problems, { canGenerate: canGenerateCode(), isFilled: false })
  problems.throwIfAny()
  const layout = responseLayoutOf(document)
  requireCode(layout, problems)
  return {
    layout,
    validator: createValidator(derive(document, 'response')),
    generate: generateOnce(layout),
  }
}

function typeBoxGuard(schema: TSchema, problems: Problems, options: ResponseOptions): ResponseGuard {
  const made = prepared.get(schema, '', () => prepare(schema, problems))
  const { layout, validator } = made
  const filter = createFilter(made, options)
  return {
    jsonSchema: schema,
    isPlain: !holdsFree(layout),
    check(value) {
      const list = violationList(options)
      const filtered = checkLayout(layout, value, { list, options })
      if (!validator.check(filtered)) {
        // Says more than that a value has no place there, which is so for each of these.
        const explained = violationList(options)
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
  options: ResponseOptions,
): ResponseGuard {
  const jsonSchema = standardJsonSchema(schema, 'output')
  const document = jsonSchema === undefined ? undefined : new SchemaDocument(jsonSchema)
  if (document !== undefined) checkForeign(document, problems)
  problems.throwIfAny()
  const layout = document === undefined ? undefined : responseLayoutOf(document)
  if (layout !== undefined) requireCode(layout, problems)
  const strip =
    layout === undefined ? undefined : createFilter({ layout, generate: generateOnce(layout) }, options)
  const run = (value: unknown): unknown => runStandard(schema, value, options)
  const filter: Filter = strip === undefined ? run : (value) => strip(run(value))
  return {
    jsonSchema,
    isPlain: false,
    check:
      layout === undefined
        ? run
        : (value) => {
            const list = violationList(options)
            const filtered = checkLayout(layout, run(value), { list, options })
            throwIfAny(list)
            return filtered
          },
    filter,
  }
}

/** The schema may want a `Date`, or the text that is written for one: what the handler returned is tried first. */
function runStandard(schema: StandardSchemaV1, value: unknown, options: ResponseOptions): unknown {
  const result = validateNow(schema, value)
  if (!result.issues) return result.value
  const plain = toPlain(value)
  const second = plain === value ? result : validateNow(schema, plain)
  if (!second.issues) return second.value
  const list = violationList(options)
  list.addIssues(second.issues)
  throw new ResponseValidationError(list.found().violations)
}

function validateNow(schema: StandardSchemaV1, value: unknown): StandardSchemaV1.Result<unknown> {
  const result = schema['~standard'].validate(value)
  if (!isPromise(result)) return result
  // Nobody waits for it, and what it rejects with must not end the process.
  result.then(undefined, () => {})
  throw new ResponseValidationError([
    {
      in: 'response',
      pointer: '',
      message: 'has an asynchronous schema; give one without asynchronous checks',
      code: 'async',
    },
  ])
}

/** `t.Void()` and `t.Undefined()`: a response without a body. */
function nothingGuard(schema: TSchema): ResponseGuard {
  const filter: Filter = () => undefined
  return {
    jsonSchema: schema,
    isPlain: true,
    check(value) {
      if (value === undefined) return undefined
      throw new ResponseValidationError([
        { in: 'response', pointer: '', message: 'must be undefined', code: 'type' },
      ])
    },
    filter,
  }
}

interface CheckContext {
  /** Gets the places where the schema has no place for an object or array. */
  readonly list: ViolationList
  readonly options: ResponseOptions
}

/** Filters as {@link ResponseGuard.filter} does, and tells what it took out. Misfits stay. */
function checkLayout(layout: Layout, value: unknown, { list, options }: CheckContext): unknown {
  const pointers: string[] = []
  const promised = violationList(options)
  const filtered = filterByWalk(layout, value, {
    undeclared: (pointer) => pointers.push(pointer),
    misfit: (pointer) => list.add(pointer, 'is not what the schema declares', 'type'),
    promise: (pointer) => promised.add(pointer, 'is a promise: await it', 'type'),
  })
  // Whatever else is wrong with them is wrong with what they promise.
  throwIfAny(promised)
  if (pointers.length > 0) options.onUndeclared?.(pointers)
  return filtered
}

function throwIfAny(list: ViolationList): void {
  const { violations } = list.found()
  if (violations.length > 0) throw new ResponseValidationError(violations)
}

/** The way is chosen by the schema and by what the host allows; the code is made when the first value comes. */
function createFilter(
  { layout, generate }: Pick<Prepared, 'layout' | 'generate'>,
  options: ResponseOptions,
): Filter {
  if (isFree(layout)) return (value) => value
  let filter: Filter | undefined = canGenerateCode() ? undefined : (value) => filterByWalk(layout, value)
  return (value) => {
    filter ??= generate()
    try {
      return filter(value)
    } catch (error) {
      throw error instanceof MisfitError ? explainMisfit(layout, value, options) : error
    }
  }
}

function generateOnce(layout: Layout): () => Filter {
  let filter: Filter | undefined
  return () => (filter ??= generateFilter(layout))
}

/** Goes through the value again to say where the schema has no place for it. */
function explainMisfit(layout: Layout, value: unknown, options: ResponseOptions): ResponseValidationError {
  const list = violationList(options)
  checkLayout(layout, value, { list, options: {} })
  return new ResponseValidationError(list.found().violations)
}

function violationList({ maxViolations = MAX_VIOLATIONS }: ResponseOptions): ViolationList {
  return new ViolationList({ place: 'response', max: maxViolations, isText: false })
}

function requireCode(layout: Layout, problems: Problems): void {
  if (!needsValidator(layout) || canGenerateCode()) return
  problems.add('', {
    code: 'ERR_CORE_SCHEMA_CODE_GENERATION',
    message: 'To filter this union needs generated code, which is forbidden here.',
    remedy: 'Tell its members apart by a literal (kind: t.Literal(…)).',
  })
  problems.throwIfAny()
}
