import { isKnownFormat } from './ajv.ts'
import { contradictionsOf } from './contradiction.ts'
import { discriminatorFault } from './discriminator.ts'
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
 * Finds in a schema what would make the validator fail, or do nothing, when the first request comes. The validator is
 * compiled only then, but a mistake must stop the start.
 */
export function checkSchema(document: SchemaDocument, problems: Problems): void {
  new Checker(document, problems).checkRoot()
}

/** Of a schema of another library, what that library did not look at: what its JSON Schema promises to others. */
export function checkForeign(document: SchemaDocument, problems: Problems): void {
  for (const node of document.schemas()) {
    const fault = discriminatorFault(document, node)
    if (fault !== undefined) problems.add('', { code: 'ERR_CORE_SCHEMA_INVALID', ...fault })
  }
}

/** Keywords whose schemas are asked about the very same value. */
const OF_SAME_VALUE = keywordOrder([...holdersOf('part', 'branch', 'condition').keys(), '$ref'])
const CONDITIONS = holdersOf('condition')

/** What to write for a type that only JavaScript has. */
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
  /** Whether what a schema says of one value is known to come to an end; `false` while that is looked at. */
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
    for (const { message, remedy } of contradictionsOf(node)) this.#invalid(at, message, remedy)
    const fault = isEmpty(node) ? undefined : discriminatorFault(this.#document, node)
    if (fault !== undefined) this.#invalid(at, fault.message, fault.remedy)
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
      this.#invalid(at, `The value of "${sub.keyword}" is no schema.`, remedyForUnmade(sub.schema))
    } else if (isRecord(sub.schema)) {
      if (isEmpty(sub.schema, { node, sub })) this.#empty(at)
      this.#visit(sub.schema, at)
    }
  }

  #empty(at: string): void {
    const message = 'No value can match it: t.Never(), or t.Union or t.Enum without members.'
    this.#invalid(
      at,
      message,
      'Give it members; for a property that must be missing, put t.Optional around it.',
    )
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

  /** A schema that asks itself about the very same value would never have an answer. */
  #checkCircle(node: JsonSchemaObject, at: string): void {
    if (keywordsOf(node, OF_SAME_VALUE).length === 0 || this.#ends.get(node) === true) return
    if (this.#document.target(node) === undefined) return
    if (this.#ends.get(node) === false) {
      const remedy = 'Refer to it from a property or an item, which a value may have or not.'
      this.#invalid(at, 'It refers to itself for the same value, which has no end.', remedy)
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
    this.#invalid(at, `The format ${JSON.stringify(format)} is not known.`, remedy)
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
      if (!isPattern(pattern)) this.#invalid(at, `"${pattern}" is no regular expression.`, 'Correct it.')
    }
  }

  #invalid(at: string, message: string, remedy: string): void {
    this.#problems.add(at, { code: 'ERR_CORE_SCHEMA_INVALID', message, remedy })
  }
}

const SCALARS = new Set<unknown>(['string', 'number', 'integer', 'boolean', 'null'])

/** Whether a schema says that a value is a scalar of one type, and no more: most schemas of an app are such. */
function isBareScalar(node: JsonSchemaObject): boolean {
  for (const keyword in node) if (keyword !== 'type') return false
  return SCALARS.has(node['type'])
}

/** Of a type that JSON does not have, the keywords say no more. */
function hasJsonType(node: JsonSchemaObject): boolean {
  return isPlainRegExp(node) || (typesOf(node) ?? []).every(isJsonType)
}
