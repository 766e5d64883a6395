import { isKnownFormat } from './ajv.ts'
import { contradictionsOf } from './contradiction.ts'
import { discriminatorProblem } from './discriminator.ts'
import { partsOf, type SchemaDocument } from './document.ts'
import {
  isJsonType,
  isRecord,
  keywordOrder,
  keywordsOf,
  typesOf,
  type JsonSchemaObject,
} from './json-schema.ts'
import { isPattern } from './pattern.ts'
import { isStandardSchema } from './schema-kind.ts'
import { expectedOf, isPlainRegExp, remedyForIgnored } from './schema-keywords.ts'
import type { Problems } from './setup-problem.ts'
import { holdersOf, pathTo, subschemasOf, type Subschema } from './subschema.ts'
import { isEmpty, isUnmade, remedyForUnmade, unmadeMember } from './unmade-schema.ts'

/**
 * Finds what would make the validator of a schema fail, or check nothing. The validator is compiled at the first request, but
 * a problem must stop the start.
 */
export function checkSchema(document: SchemaDocument, problems: Problems): void {
  new Checker(document, problems).checkRoot()
}

/** Checks in the JSON Schema of another library what that library does not check. */
export function checkStandard(document: SchemaDocument, problems: Problems): void {
  for (const node of document.schemas()) {
    const problem = discriminatorProblem(document, node)
    if (problem !== undefined) problems.add('', problem)
  }
}

/** Keywords whose schemas check the same value. */
const OF_SAME_VALUE = keywordOrder([...holdersOf('part', 'branch', 'condition').keys(), '$ref'])
const CONDITIONS = holdersOf('condition')

/** What to write instead of a type that only JavaScript has. */
const INSTEAD: Readonly<Record<string, string>> = {
  Date: "Use t.String({ format: 'date-time' }).",
  bigint: 'Use t.Integer(), or t.String() for numbers beyond 2^53.',
  Uint8Array: 'Use t.String() with base64 text.',
  RegExp: 'Use t.String({ pattern }); flags cannot be said in JSON Schema.',
  undefined: 'Put t.Optional(…) around the property.',
  void: 'Put t.Optional(…) around the property, or declare a status without a body by null.',
}

class Checker {
  readonly #document: SchemaDocument
  readonly #problems: Problems
  readonly #seen = new Set<JsonSchemaObject>()
  /** Whether the check of one value by a schema is known to end; `false` while it is visited. */
  readonly #ends = new Map<JsonSchemaObject, boolean>()

  constructor(document: SchemaDocument, problems: Problems) {
    this.#document = document
    this.#problems = problems
  }

  checkRoot(): void {
    const { root } = this.#document
    if (isEmpty(root)) this.#empty('')
    this.#visit(root, '')
  }

  #visit(node: JsonSchemaObject, at: string): void {
    if (this.#seen.has(node)) return
    this.#seen.add(node)
    if (isBareScalar(node)) return
    this.#checkType(node, at)
    this.#checkReference(node, at)
    this.#checkCircle(node, at)
    this.#checkFormat(node, at)
    for (const keyword of Object.keys(node)) this.#checkKeyword(node, keyword, at)
    this.#checkPropertyNames(node, at)
    for (const problem of contradictionsOf(node)) this.#problems.add(at, problem)
    const problem = isEmpty(node) ? undefined : discriminatorProblem(this.#document, node)
    if (problem !== undefined) this.#problems.add(at, problem)
    const unmade = unmadeMember(node)
    if (unmade !== undefined) this.#checkSubschema(node, unmade, at)
    for (const sub of subschemasOf(node)) this.#checkSubschema(node, sub, at)
  }

  #checkSubschema(node: JsonSchemaObject, sub: Subschema, parent: string): void {
    const at = pathTo(sub, parent)
    if (isStandardSchema(sub.schema)) {
      const remedy = 'Write the whole schema with one library.'
      this.#invalid(at, 'A Standard Schema cannot stand inside another schema.', remedy)
    } else if (isUnmade(node, sub)) {
      this.#invalid(at, `The value of "${sub.keyword}" is not a schema.`, remedyForUnmade(sub.schema))
    } else if (isRecord(sub.schema)) {
      if (isEmpty(sub.schema, { node, sub })) this.#empty(at)
      this.#visit(sub.schema, at)
    }
  }

  #empty(at: string): void {
    const remedy = 'Give it members; for a property that must be missing, put t.Optional around it.'
    this.#invalid(at, 'No value can match it: t.Never(), or t.Union or t.Enum without members.', remedy)
  }

  #checkType(node: JsonSchemaObject, at: string): void {
    if (node['type'] === undefined || isPlainRegExp(node)) return
    const types = typesOf(node)
    const wrong = types?.find((type) => !isJsonType(type))
    if (types !== undefined && types.length > 0 && wrong === undefined) return
    this.#problems.add(at, {
      code: 'ERR_CORE_SCHEMA_TYPE',
      message: `The type ${wrong ?? JSON.stringify(node['type'])} has no form in JSON.`,
      remedy: INSTEAD[wrong ?? ''] ?? 'Use a type that JSON has.',
    })
  }

  #checkReference(node: JsonSchemaObject, at: string): void {
    if (node['$dynamicRef'] !== undefined) this.#invalid(at, '$dynamicRef is not supported.', 'Use $ref.')
    if (node['$ref'] === undefined) return
    const target = this.#document.target(node)
    if (isRecord(target)) this.#visit(target, at)
    if (target !== undefined) return
    this.#problems.add(at, {
      code: 'ERR_CORE_SCHEMA_REF',
      message: `The reference ${JSON.stringify(node['$ref'])} leads to no schema.`,
      remedy: 'Put the schema itself there, or declare both in one t.Module.',
    })
  }

  /** A schema that refers to itself for the same value would check it for ever. */
  #checkCircle(node: JsonSchemaObject, at: string): void {
    if (keywordsOf(node, OF_SAME_VALUE).length === 0 || this.#ends.get(node) === true) return
    if (this.#document.target(node) === undefined) return
    if (this.#ends.get(node) === false) {
      const remedy = 'Refer to it from a property or an item, which a value may omit.'
      this.#invalid(at, 'It refers to itself for the same value, which is endless.', remedy)
      return
    }
    this.#ends.set(node, false)
    const asked = subschemasOf(node, CONDITIONS).map(({ schema }) => schema)
    for (const part of [...partsOf(this.#document, node), ...asked])
      if (isRecord(part)) this.#checkCircle(part, at)
    this.#ends.set(node, true)
  }

  #checkFormat(node: JsonSchemaObject, at: string): void {
    const { format } = node
    if (typeof format !== 'string' || isKnownFormat(format)) return
    const remedy = 'Use a format of JSON Schema (date-time, uuid, email, uri…), or a pattern.'
    this.#invalid(at, `The format ${JSON.stringify(format)} is unknown.`, remedy)
  }

  #checkKeyword(node: JsonSchemaObject, keyword: string, at: string): void {
    const expected = expectedOf(keyword)
    if (expected === undefined) {
      const remedy = hasJsonType(node) ? remedyForIgnored(node, keyword) : undefined
      if (remedy !== undefined) this.#invalid(at, `The keyword "${keyword}" would be ignored.`, remedy)
    } else if (node[keyword] !== undefined && !expected.test(node[keyword])) {
      this.#invalid(at, `The value of "${keyword}" must be ${expected.what}.`, 'Correct it.')
    }
  }

  #checkPropertyNames(node: JsonSchemaObject, at: string): void {
    const { properties, patternProperties } = node
    if (isRecord(properties) && Object.hasOwn(properties, '__proto__')) {
      this.#invalid(at, 'A property cannot be named __proto__.', 'Give it another name.')
    }
    if (!isRecord(patternProperties)) return
    for (const pattern of Object.keys(patternProperties)) {
      if (!isPattern(pattern)) this.#invalid(at, `"${pattern}" is not a regular expression.`, 'Correct it.')
    }
  }

  #invalid(at: string, message: string, remedy: string): void {
    this.#problems.add(at, { message, remedy })
  }
}

const SCALARS = new Set<unknown>(['string', 'number', 'integer', 'boolean', 'null'])

/** Whether a schema only says that a value is a scalar of one type, like most schemas of an app. */
function isBareScalar(node: JsonSchemaObject): boolean {
  for (const keyword in node) if (keyword !== 'type') return false
  return SCALARS.has(node['type'])
}

/** Whether the keywords can be checked: not for a type that JSON does not have. */
function hasJsonType(node: JsonSchemaObject): boolean {
  return isPlainRegExp(node) || (typesOf(node) ?? []).every(isJsonType)
}
