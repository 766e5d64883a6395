// On the request path: text by name whose shape mixes TypeBox and Standard Schemas, each validating its own keys.
import { Type, type TSchema } from '@sinclair/typebox'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isPromise } from '../errors/index.ts'
import type { RawValue } from './coerce-value.ts'
import type { FieldSchemas } from './schema-like.ts'
import { throwViolations, violationList, type InputParser, type InputSetup } from './input-contract.ts'
import { compileMember, type MemberInput } from './input-standard.ts'
import { compileText, compileTypeBox, type TextInput } from './input-typebox.ts'
import { escapePointer, type JsonSchemaObject } from './json-schema.ts'
import { isStandardSchema, isTypeBoxSchema, standardJsonSchema } from './schema-kind.ts'
import type { RawText } from './text-fields.ts'
import { notASchema } from './unmade-schema.ts'
import type { ViolationList } from './violation.ts'

/** Makes the parser of a plain object of schemas, which is short for `t.Object` of them. */
export function compileShape(shape: FieldSchemas, setup: InputSetup): InputParser {
  const own: Record<string, TSchema> = {}
  const standard: Record<string, StandardSchemaV1> = {}
  for (const [name, schema] of Object.entries(shape)) {
    if (isTypeBoxSchema(schema)) own[name] = schema
    else if (isStandardSchema(schema)) standard[name] = schema
    else setup.problems.add(name, notASchema(schema))
  }
  setup.problems.throwIfAny()
  if (Object.keys(standard).length === 0) return compileTypeBox(objectOf(shape, own), setup)
  return compileMixed(own, standard, setup)
}

const objects = new WeakMap<FieldSchemas, TSchema>()

/** `t.Object` of the members of a shape: the same one each time, so that it is compiled once. */
function objectOf(shape: FieldSchemas, members: Readonly<Record<string, TSchema>>): TSchema {
  const known = objects.get(shape)
  if (known !== undefined && hasMembers(known['properties'] as object, members)) return known
  const made = Type.Object(members)
  objects.set(shape, made)
  return made
}

function hasMembers(object: object, members: Readonly<Record<string, TSchema>>): boolean {
  const all = Object.entries(object)
  return all.length === Object.keys(members).length && all.every(([name, member]) => members[name] === member)
}

function compileMixed(
  own: Readonly<Record<string, TSchema>>,
  standard: Readonly<Record<string, StandardSchemaV1>>,
  setup: InputSetup,
): InputParser {
  const members = Object.entries(standard).map(([name, schema]) => compileMember(name, schema, setup))
  // For the validator the other keys are declared, and may be anything.
  const others = Object.fromEntries(members.map(({ name }) => [name, Type.Optional(Type.Unknown())]))
  const input = compileText(Type.Object({ ...own, ...others }), setup)
  return {
    place: setup.place,
    jsonSchema: jsonSchemaOf(own, standard),
    boundsDepth: true,
    boundsNumbers: true,
    parse: (raw) => parseMixed(raw as RawText, { input, members, setup }),
  }
}

interface MixedInput {
  readonly input: TextInput
  readonly members: readonly MemberInput[]
  readonly setup: InputSetup
}

type Result = StandardSchemaV1.Result<unknown>

/** The result of a member whose violation is already listed. */
const LISTED: Result = { issues: [] }

function parseMixed(raw: RawText, mixed: MixedInput): unknown {
  const { input, members } = mixed
  const values = { ...input.read(raw) }
  const results: (Result | PromiseLike<Result>)[] = []
  const list = violationList(mixed.setup)
  let isAsync = false
  for (const { name, coerce, checkType, schema } of members) {
    const text = values[name] as RawValue | undefined
    const value = text === undefined || coerce === null ? text : coerce(text)
    const isRefused =
      value !== undefined && checkType?.(value, `/${escapePointer(name)}`, () => list) === true
    const result = isRefused ? LISTED : schema['~standard'].validate(value)
    if (isPromise(result)) isAsync = true
    results.push(result)
  }
  if (!isAsync) return finishMixed(values, results as Result[], { ...mixed, list })
  return Promise.all(results.map((result) => Promise.resolve(result))).then((settled) =>
    finishMixed(values, settled, { ...mixed, list }),
  )
}

function finishMixed(
  values: Record<string, unknown>,
  results: readonly Result[],
  { input, members, setup, list }: MixedInput & { readonly list: ViolationList },
): unknown {
  if (!input.validator.check(values)) {
    const { errors } = input.validator.explain(values)
    list.addErrors(errors, values)
  }
  results.forEach((result, i) => {
    const { name } = members[i]!
    if (result.issues) list.addIssues(result.issues, [name])
    else if (result.value !== undefined) values[name] = result.value
  })
  if (list.found().violations.length > 0) throwViolations(list, setup)
  return values
}

/** For the API document. References in a Standard Schema are relative to its own part, which its `$schema` marks. */
function jsonSchemaOf(
  own: Readonly<Record<string, TSchema>>,
  standard: Readonly<Record<string, StandardSchemaV1>>,
): JsonSchemaObject {
  const object = Type.Object({ ...own }) as unknown as JsonSchemaObject
  const others = Object.entries(standard).map(([name, schema]) => {
    return [name, standardJsonSchema(schema, 'input') ?? {}] as const
  })
  return { ...object, properties: { ...(object['properties'] as object), ...Object.fromEntries(others) } }
}
