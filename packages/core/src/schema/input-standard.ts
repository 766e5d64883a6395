// On the request path: input with a Standard Schema. Its library validates; its JSON Schema, if it has one, says how text is
// coerced and which properties are declared.
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isPromise } from '../errors/index.ts'
import { canGenerateCode } from './ajv.ts'
import { coercionOf } from './coercion.ts'
import type { Coerce } from './coerce-value.ts'
import { layoutOf } from './derive.ts'
import { SchemaDocument } from './document.ts'
import { filterByWalk } from './filter-walk.ts'
import {
  coercionContext,
  isMadeFresh,
  refusesRest,
  throwViolations,
  violationList,
  type InputParser,
  type InputSetup,
} from './input-contract.ts'
import { escapePointer } from './json-schema.ts'
import { needsValidator } from './layout.ts'
import { checkStandard } from './schema-check.ts'
import { standardJsonSchema } from './schema-kind.ts'
import { textFieldsOf, type RawText } from './text-fields.ts'
import { typeCheckOf, type TypeCheck } from './text-type.ts'
import { createTextReader, takenBy } from './text-reader.ts'
import type { ViolationList } from './violation.ts'

/** Makes the parser of a Standard Schema. */
export function compileStandard(schema: StandardSchemaV1, setup: InputSetup): InputParser {
  const { place } = setup
  const jsonSchema = standardJsonSchema(schema, 'input')
  const document = jsonSchema === undefined ? undefined : new SchemaDocument(jsonSchema)
  if (document !== undefined) checkStandard(document, setup.problems)
  const prepare =
    document === undefined ? asItIs : setup.isText ? textStep(document, setup) : bodyStep(document, setup)
  setup.problems.throwIfAny()
  const validate = schema['~standard'].validate
  return {
    place,
    jsonSchema,
    boundsDepth: false,
    boundsNumbers: false,
    parse(raw) {
      const prepared = prepare(raw)
      const result = validate(prepared.value)
      return isPromise(result)
        ? Promise.resolve(result).then((settled) => finish(settled, prepared, setup))
        : finish(result, prepared, setup)
    },
  }
}

/** A Standard Schema for one key of a shape. */
export interface MemberInput {
  readonly name: string
  readonly coerce: Coerce | null
  readonly checkType: TypeCheck | undefined
  readonly schema: StandardSchemaV1
}

/** Prepares a Standard Schema for one key of a shape. */
export function compileMember(name: string, schema: StandardSchemaV1, setup: InputSetup): MemberInput {
  const jsonSchema = standardJsonSchema(schema, 'input')
  if (jsonSchema === undefined) return { name, coerce: null, checkType: undefined, schema }
  const document = new SchemaDocument(jsonSchema)
  checkStandard(document, setup.problems)
  const coerce = coercionOf(jsonSchema, name, coercionContext(document, setup, true))
  return { name, coerce, checkType: typeCheckOf(jsonSchema, document), schema }
}

interface Prepared {
  readonly value: unknown
  /** Violations found before the library of the schema validates; made only when there is one. */
  readonly list: ViolationList | undefined
  /** Keys whose violations are already listed. */
  readonly refused?: ReadonlySet<PropertyKey> | undefined
}
type Prepare = (raw: unknown) => Prepared

function asItIs(raw: unknown): Prepared {
  return { value: raw, list: undefined }
}

function finish(
  result: StandardSchemaV1.Result<unknown>,
  { list: found, refused }: Prepared,
  setup: InputSetup,
): unknown {
  const { issues } = result
  if (issues === undefined || issues === null) {
    if (found === undefined) return (result as StandardSchemaV1.SuccessResult<unknown>).value
    return throwViolations(found, setup)
  }
  const list = found ?? violationList(setup)
  list.addIssues(refused === undefined ? issues : issues.filter((issue) => !refused.has(firstKey(issue))))
  return throwViolations(list, setup)
}

function firstKey({ path }: StandardSchemaV1.Issue): PropertyKey {
  const [first = ''] = path ?? []
  return typeof first === 'object' ? first.key : first
}

function textStep(document: SchemaDocument, setup: InputSetup): Prepare {
  const { place } = setup
  const fields = textFieldsOf(coercionContext(document, setup, true))
  const { plan, schemas } = fields
  const checks = [...schemas].flatMap(([name, schema]) => {
    const check = typeCheckOf(schema, document)
    return check === undefined ? [] : [{ name, pointer: `/${escapePointer(name)}`, check }]
  })
  const read = createTextReader(plan, {
    isFresh: isMadeFresh(place),
    isForm: place === 'body',
    canGenerate: canGenerateCode(),
    takesAll: setup.unknown === 'pass',
  })
  const isDeclared = refusesRest(setup, fields) ? takenBy(plan) : undefined
  return (raw) => {
    // A missing body.
    if (raw === undefined) return asItIs(raw)
    let list: ViolationList | undefined
    const open = (): ViolationList => (list ??= violationList(setup))
    if (isDeclared !== undefined) addUndeclared(raw as RawText, isDeclared, open)
    const value = read(raw as RawText)
    let refused: Set<PropertyKey> | undefined
    for (const { name, pointer, check } of checks) {
      const member = value[name]
      if (member !== undefined && check(member, pointer, open)) (refused ??= new Set()).add(name)
    }
    return { value, list, refused }
  }
}

function addUndeclared(raw: RawText, isDeclared: (name: string) => boolean, open: () => ViolationList): void {
  for (const key of Object.keys(raw)) {
    if (!isDeclared(key)) open().add(`/${escapePointer(key)}`, 'is not declared', 'additionalProperties')
  }
}

function bodyStep(document: SchemaDocument, setup: InputSetup): Prepare {
  const { unknown, problems } = setup
  if (unknown === 'pass') return asItIs
  const layout = layoutOf(document)
  if (!canGenerateCode() && needsValidator(layout)) {
    problems.add('', {
      code: 'ERR_CORE_SCHEMA_CODE_GENERATION',
      message: 'Undeclared properties of this union are found by generated code, which is not allowed here.',
      remedy: "Tell its members apart by a literal, or set unknown: 'pass'.",
    })
  }
  return (raw) => {
    let list: ViolationList | undefined
    const value = filterByWalk(layout, raw, {
      undeclared(pointer) {
        if (unknown === 'ignore') return
        list ??= violationList(setup)
        list.add(pointer, 'is not declared', 'additionalProperties')
      },
      // The library of the schema refuses it.
      misfit: () => {},
    })
    return { value, list }
  }
}
