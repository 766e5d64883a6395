// On the request path: input with a TypeBox schema. One coercion of text, one call of the validator.
import type { TSchema } from '@sinclair/typebox'
import { canGenerateCode, createValidator, type Validator } from './ajv.ts'
import { boundsOf, type Bounds } from './depth.ts'
import { checkDefaults } from './default-check.ts'
import { derive, layoutOf } from './derive.ts'
import { SchemaDocument } from './document.ts'
import { filterByWalk, type FilterSink } from './filter-walk.ts'
import {
  coercionContext,
  isMadeFresh,
  refuseValue,
  refusesRest,
  throwViolations,
  violationList,
  type InputParser,
  type InputSetup,
} from './input-contract.ts'
import type { JsonSchema } from './json-schema.ts'
import { OncePerSchema } from './once.ts'
import { checkSchema } from './schema-check.ts'
import { isOptional } from './schema-kind.ts'
import { textFieldsOf, type RawText } from './text-fields.ts'
import { createTextReader } from './text-reader.ts'

/** A compiled schema of text by name, used alone or beside Standard Schemas in one shape. */
export interface TextInput {
  /** Reads and coerces the declared keys. */
  readonly read: (raw: RawText) => Record<string, unknown>
  readonly validator: Validator
}

/** Makes the parser of a TypeBox schema. */
export function compileTypeBox(schema: TSchema, setup: InputSetup): InputParser {
  return setup.isText ? textParser(schema, setup) : bodyParser(schema, setup)
}

function textParser(schema: TSchema, setup: InputSetup): InputParser {
  const { read, validator } = compileText(schema, setup)
  const parse = (raw: unknown): unknown => {
    const value = read(raw as RawText)
    if (validator.check(value)) return value
    return refuse(validator, value, setup)
  }
  const missing = setup.place === 'body' ? missingBody(schema, setup) : undefined
  return {
    place: setup.place,
    jsonSchema: schema,
    boundsDepth: true,
    boundsNumbers: true,
    parse: missing === undefined ? parse : (raw) => (raw === undefined ? missing() : parse(raw)),
  }
}

const texts = new OncePerSchema<TextInput>()

/** Prepares a schema of text by name. */
export function compileText(schema: TSchema, setup: InputSetup): TextInput {
  const { place, unknown, problems, isTyped } = setup
  const input = texts.get(schema, `${place} ${unknown} ${isTyped}`, () => makeText(schema, setup))
  // Problems of other members, where this one was made before.
  problems.throwIfAny()
  return input
}

function makeText(schema: TSchema, setup: InputSetup): TextInput {
  const document = openDocument(schema, setup)
  const { place, problems } = setup
  // An invalid schema has no fields to read.
  if (problems.found.some(({ code }) => code === 'ERR_CORE_SCHEMA_INVALID')) problems.throwIfAny()
  const fields = textFieldsOf(coercionContext(document, setup, false))
  const isRefusing = refusesRest(setup, fields)
  problems.throwIfAny()
  return {
    read: createTextReader(fields.plan, {
      isFresh: isMadeFresh(place),
      isForm: place === 'body',
      canGenerate: canGenerateCode(),
      // Undeclared keys must reach the validator that refuses them, or the handler that gets them.
      takesAll: isRefusing || setup.unknown === 'pass',
    }),
    validator: createValidator(derive(document, isRefusing ? 'refuse' : 'ignore')),
  }
}

/** A compiled schema of a body. */
interface BodyInput {
  readonly validator: Validator
  readonly bounds: Bounds
  /** Removes undeclared properties, where they are ignored. */
  readonly strip: ((value: unknown) => unknown) | undefined
}

const bodies = new OncePerSchema<BodyInput>()

function makeBody(schema: TSchema, setup: InputSetup): BodyInput {
  const document = openDocument(schema, setup)
  setup.problems.throwIfAny()
  const { unknown } = setup
  const derived = derive(document, unknown === 'refuse' ? 'refuse' : 'ignore')
  return {
    validator: createValidator(derived),
    bounds: boundsOf(derived.schema as JsonSchema),
    strip: unknown === 'ignore' ? stripper(document) : undefined,
  }
}

function bodyParser(schema: TSchema, setup: InputSetup): InputParser {
  const { validator, bounds, strip } = bodies.get(schema, String(setup.unknown), () =>
    makeBody(schema, setup),
  )
  const missing = missingBody(schema, setup)
  const check = (raw: unknown): unknown => {
    // Before the validator, which would accept a missing value where the schema accepts anything.
    const value = raw === undefined ? missing() : raw
    return value === undefined || validator.check(value) ? value : refuse(validator, value, setup)
  }
  return {
    place: setup.place,
    jsonSchema: schema,
    boundsDepth: bounds.depth,
    // The schema does not see the properties that are removed before.
    boundsNumbers: bounds.numbers && strip === undefined,
    parse: strip === undefined ? check : (raw) => check(strip(raw)),
  }
}

/** Makes the value for a missing body. */
function missingBody(schema: TSchema, setup: InputSetup): () => unknown {
  const { default: value } = schema as { readonly default?: unknown }
  if (value !== undefined) return () => structuredClone(value)
  return isOptional(schema) ? () => undefined : () => refuseValue(setup, 'is required', 'required')
}

/** Removes undeclared properties; a value that has no place in the schema stays, for the validator to refuse. */
function stripper(document: SchemaDocument): (value: unknown) => unknown {
  const layout = layoutOf(document)
  return (value) => filterByWalk(layout, value, SILENT)
}

const SILENT: FilterSink = { undeclared: () => {}, misfit: () => {} }

function openDocument(schema: TSchema, setup: InputSetup): SchemaDocument {
  const document = new SchemaDocument(schema)
  checkSchema(document, setup.problems)
  const { problems } = setup
  if (problems.found.length === 0) checkDefaults(document, problems, true)
  if (!canGenerateCode()) {
    problems.add('', {
      code: 'ERR_CORE_SCHEMA_CODE_GENERATION',
      message: 'The validator of TypeBox schemas generates code, which is not allowed here.',
      remedy: 'Allow it (no --disallow-code-generation-from-strings), or use a Standard Schema.',
    })
  }
  return document
}

function refuse(validator: Validator, value: unknown, setup: InputSetup): never {
  const { errors, isCut } = validator.explain(value)
  const list = violationList(setup)
  list.addErrors(errors, value)
  return throwViolations(list, setup, isCut)
}
