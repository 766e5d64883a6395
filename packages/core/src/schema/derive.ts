import { createValidator, ONLY_DECLARED, type ValidatorSchema } from './ajv.ts'
import { addUnion, findTag, isTypedLiteral } from './derive-union.ts'
import { partsOf, type SchemaDocument } from './document.ts'
import { filterByWalk } from './filter-walk.ts'
import {
  isRecord,
  itemsOf,
  othersOf,
  typesOf,
  type JsonSchema,
  type JsonSchemaObject,
} from './json-schema.ts'
import { readLayout, type Layout } from './layout.ts'
import { isPlainRegExp } from './schema-check.ts'

/**
 * What a derived schema is for.
 *
 * - `refuse`: input; a property that no schema declares is a violation, wherever the schema does not say otherwise
 * - `ignore`: input; undeclared properties are let through
 * - `response`: output, already filtered; undeclared properties are not looked at, and defaults not set
 */
export type Purpose = 'refuse' | 'ignore' | 'response'

/**
 * How one schema is copied.
 *
 * - `closed`: undeclared properties are refused here
 * - `open`: they are refused by the intersection that this is a part of
 * - `plain`, `response`: they are not refused
 * - `verbatim`: nothing is added, for conditions, whose meaning closing would turn around
 */
type Mode = 'closed' | 'open' | 'plain' | 'response' | 'verbatim'

/** How a copy is made; `defaults` says whether they are kept. */
interface CopyContext {
  readonly mode: Mode
  readonly defaults: boolean
}

const MODES: Readonly<Record<Purpose, Mode>> = { refuse: 'closed', ignore: 'plain', response: 'response' }

/**
 * Derives from a user's schema, which it leaves alone, the schema that the validator gets: self-contained (references
 * become `#/$defs/…`, so that no `$id` meets another one), with the properties that nobody declared refused
 * (`additionalProperties: false`, and `unevaluatedProperties: false` at the root of an intersection), integers kept within
 * what a double can count, tuples of draft 7 translated, and unions put so that their errors are to the point.
 */
export function derive(
  document: SchemaDocument,
  purpose: Purpose,
  schema: JsonSchema = document.root,
): ValidatorSchema {
  const deriver = new Deriver(document)
  const root = deriver.copy(schema, { mode: MODES[purpose], defaults: purpose !== 'response' })
  if (typeof root === 'boolean') return { schema: root, hasInheritedNames: false }
  return { schema: { ...root, $defs: deriver.definitions }, hasInheritedNames: deriver.hasInheritedNames }
}

/** The layout of a schema: which members a value may have. */
export function layoutOf(document: SchemaDocument, schema: JsonSchemaObject = document.root): Layout {
  return readLayout(document, schema, (member) => createValidator(derive(document, 'response', member)))
}

/** Keywords that are copied as they stand. All others than these and the subschemas' are annotations, and left out. */
const COPIED = [
  'type',
  'const',
  'enum',
  'required',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minContains',
  'maxContains',
  'minProperties',
  'maxProperties',
  'dependentRequired',
]
/** Schemas of members: closed on their own. */
const MEMBER_SCHEMAS = ['unevaluatedProperties', 'unevaluatedItems']
/** Conditions on the value. */
const CONDITIONS = ['not', 'if', 'contains', 'propertyNames']
/** Schemas that hold for the same value. */
const PARTS = ['allOf', 'anyOf', 'oneOf', '$ref', 'then', 'else', 'dependentSchemas']
/** Parts that, with nothing beside them, say all that is said about the value. */
const ALONE = new Set(['anyOf', 'oneOf', '$ref'])
const UNIONS = ['anyOf', 'oneOf'] as const

const INHERITED = Object.getOwnPropertyNames(Object.prototype)

type Copy = Record<string, unknown>

class Deriver {
  readonly definitions: Record<string, JsonSchema> = {}
  hasInheritedNames = false
  readonly #document: SchemaDocument
  readonly #names = new Map<JsonSchemaObject, Map<string, string>>()

  constructor(document: SchemaDocument) {
    this.#document = document
  }

  copy(schema: JsonSchema, context: CopyContext): JsonSchema {
    if (typeof schema === 'boolean') return schema
    if (isPlainRegExp(schema)) return { type: 'string', pattern: schema['source'] }
    const closing = context.mode === 'closed' ? closingOf(this.#document, schema) : NOT_CLOSED
    if (closing === CLOSED_BY_LAYOUT) return this.#closeByLayout(schema, context)
    const copy = copyKeywords(schema, context)
    if (hasInheritedName(schema)) this.hasInheritedNames = true
    this.#copyMembers(schema, copy, context)
    this.#copyItems(schema, copy, context)
    this.#copyConditions(schema, copy)
    this.#copyParts(schema, copy, { ...context, mode: closing.parts ?? context.mode })
    if (closing.keyword !== undefined) copy[closing.keyword] = false
    if (context.mode === 'response') reopen(copy)
    else if (context.mode !== 'verbatim') this.#tighten(schema, copy)
    return copy
  }

  /**
   * Several parts of an intersection say what one member holds: to close each by itself would refuse what the others
   * declare. So nothing below is closed, and the layout, in which the parts are merged, tells what is undeclared.
   */
  #closeByLayout(schema: JsonSchemaObject, context: CopyContext): JsonSchema {
    const copy = this.copy(schema, { ...context, mode: 'plain' }) as Copy
    copy[ONLY_DECLARED] = findUndeclared(layoutOf(this.#document, schema))
    return copy
  }

  #copyMembers(schema: JsonSchemaObject, copy: Copy, context: CopyContext): void {
    const inner = membersContext(context)
    for (const keyword of MEMBER_SCHEMAS) {
      const member = schema[keyword]
      if (member !== undefined) copy[keyword] = this.copy(member as JsonSchema, inner)
    }
    const { patterns, rest } = othersOf(schema)
    const { properties } = schema
    if (properties !== undefined) copy['properties'] = this.#copyRecord(properties as JsonSchemaObject, inner)
    if (patterns !== undefined) copy['patternProperties'] = this.#copyRecord(patterns, inner)
    if (rest !== undefined) copy['additionalProperties'] = this.copy(rest, inner)
  }

  #copyRecord(record: JsonSchemaObject, context: CopyContext): Copy {
    const copy: Copy = {}
    for (const [key, schema] of Object.entries(record)) copy[key] = this.copy(schema as JsonSchema, context)
    return copy
  }

  #copyItems(schema: JsonSchemaObject, copy: Copy, context: CopyContext): void {
    const inner = membersContext(context)
    const { prefix, rest } = itemsOf(schema)
    if (prefix !== undefined) copy['prefixItems'] = prefix.map((item) => this.copy(item, inner))
    if (rest !== undefined) copy['items'] = this.copy(rest, inner)
  }

  #copyConditions(schema: JsonSchemaObject, copy: Copy): void {
    for (const keyword of CONDITIONS) {
      const condition = schema[keyword]
      if (condition === undefined) continue
      copy[keyword] = this.copy(condition as JsonSchema, { mode: 'verbatim', defaults: false })
    }
  }

  #copyParts(schema: JsonSchemaObject, copy: Copy, context: CopyContext): void {
    if (schema['$ref'] !== undefined) copy['$ref'] = this.#reference(schema, context)
    for (const keyword of ['then', 'else']) {
      const part = schema[keyword]
      if (part !== undefined) copy[keyword] = this.copy(part as JsonSchema, context)
    }
    const { allOf, dependentSchemas } = schema
    if (allOf !== undefined) {
      copy['allOf'] = (allOf as readonly JsonSchema[]).map((part) => this.copy(part, context))
    }
    if (dependentSchemas !== undefined) {
      copy['dependentSchemas'] = this.#copyRecord(dependentSchemas as JsonSchemaObject, context)
    }
    for (const keyword of UNIONS) {
      const members = schema[keyword] as readonly JsonSchema[] | undefined
      if (members === undefined) continue
      // A default is set only where it is certain that this member is meant: where a tag says so.
      const tag = findTag(this.#document, members)
      const inner = tag === undefined ? { ...context, defaults: false } : context
      const copies = members.map((member) => this.copy(member, inner))
      addUnion(copy, { keyword, members: copies, tag, isExclusive: context.mode !== 'response' })
    }
  }

  /** One definition for each schema and way to copy it; named before it is copied, for it may refer to itself. */
  #reference(from: JsonSchemaObject, context: CopyContext): string {
    const target = this.#document.resolve(from)
    if (target === undefined) throw new Error(`Unresolved reference ${JSON.stringify(from['$ref'])}`)
    const node = typeof target === 'boolean' ? { allOf: [target] } : target
    const names = this.#names.get(node) ?? new Map<string, string>()
    this.#names.set(node, names)
    const key = `${context.mode} ${context.defaults}`
    let name = names.get(key)
    if (name === undefined) {
      name = `d${Object.keys(this.definitions).length}`
      names.set(key, name)
      this.definitions[name] = true
      this.definitions[name] = this.copy(node, context)
    }
    return `#/$defs/${name}`
  }

  /** What input must hold to besides its schema. */
  #tighten(schema: JsonSchemaObject, copy: Copy): void {
    if (isInteger(schema)) {
      // JSON.parse rounds 9007199254740993 to its neighbour: a double counts up to here only.
      copy['minimum'] ??= Number.MIN_SAFE_INTEGER
      if (Number(copy['maximum'] ?? Infinity) > Number.MAX_SAFE_INTEGER) {
        copy['maximum'] = Number.MAX_SAFE_INTEGER
      }
    }
    if (copy['unevaluatedProperties'] !== false) return
    // The validator looks evaluated names up in an object that inherits these, and would take them for declared.
    const { names } = declarationsOf(this.#document, schema)
    const guard = { not: { enum: INHERITED.filter((name) => !names.has(name)) } }
    const own = copy['propertyNames']
    copy['propertyNames'] = own === undefined ? guard : { allOf: [own, guard] }
  }
}

function copyKeywords(schema: JsonSchemaObject, { defaults }: CopyContext): Copy {
  const copy: Copy = {}
  for (const keyword of COPIED) if (schema[keyword] !== undefined) copy[keyword] = schema[keyword]
  if (defaults && schema['default'] !== undefined) copy['default'] = schema['default']
  // A literal says its type; a value of another one would be a violation twice.
  if (isTypedLiteral(copy)) delete copy['type']
  return copy
}

/** Values of members stand on their own, so within an open part they are closed again. */
function membersContext(context: CopyContext): CopyContext {
  return context.mode === 'open' ? { ...context, mode: 'closed' } : context
}

/** How undeclared properties of a schema are refused. */
interface Closing {
  /** The keyword to set to `false`, if any. */
  readonly keyword: 'additionalProperties' | 'unevaluatedProperties' | undefined
  /** How the parts are copied that hold for the same value, if not like the whole. */
  readonly parts: 'open' | undefined
}
const NOT_CLOSED: Closing = { keyword: undefined, parts: undefined }
const CLOSED_BY_USER: Closing = { keyword: undefined, parts: 'open' }
const CLOSED_OBJECT: Closing = { keyword: 'additionalProperties', parts: undefined }
const CLOSED_BY_LAYOUT: Closing = { keyword: undefined, parts: undefined }
const CLOSED_WHOLE: Closing = { keyword: 'unevaluatedProperties', parts: 'open' }

function closingOf(document: SchemaDocument, schema: JsonSchemaObject): Closing {
  if (othersOf(schema).rest !== undefined || schema['unevaluatedProperties'] !== undefined) {
    return CLOSED_BY_USER
  }
  const isObject = schema['properties'] !== undefined || schema['patternProperties'] !== undefined
  const parts = PARTS.filter((keyword) => schema[keyword] !== undefined)
  if (parts.length === 0) return isObject ? CLOSED_OBJECT : NOT_CLOSED
  // Each member of a plain union, and the target of a plain reference, is closed by itself.
  const isPlain = parts.length === 1 && !isObject && ALONE.has(parts[0]!)
  if (isPlain) return NOT_CLOSED
  const declared = declarationsOf(document, schema)
  if (!declared.isObject) return NOT_CLOSED
  return declared.isOverlapping ? CLOSED_BY_LAYOUT : CLOSED_WHOLE
}

/** What a schema and its parts declare, for one and the same value. */
interface Declarations {
  readonly names: ReadonlySet<string>
  readonly isObject: boolean
  /** Whether two parts say what is within the same member. */
  readonly isOverlapping: boolean
}

function declarationsOf(document: SchemaDocument, schema: JsonSchemaObject): Declarations {
  const names = new Set<string>()
  const withMembers = new Map<string, unknown>()
  const seen = new Set<JsonSchemaObject>()
  let isObject = false
  let isOverlapping = false
  let others = 0
  const note = (name: string, member: JsonSchema): void => {
    names.add(name)
    if (!mayHaveMembers(document, member)) return
    if ((withMembers.get(name) ?? member) !== member) isOverlapping = true
    withMembers.set(name, member)
  }
  const visit = (part: JsonSchema | undefined): void => {
    if (!isRecord(part) || seen.has(part)) return
    seen.add(part)
    const { properties, patternProperties } = part
    if (properties !== undefined || patternProperties !== undefined) isObject = true
    for (const [name, member] of Object.entries((properties ?? {}) as object))
      note(name, member as JsonSchema)
    const { patterns = {}, rest } = othersOf(part)
    others += [...Object.values(patterns), rest].filter((s) =>
      mayHaveMembers(document, s as JsonSchema),
    ).length
    for (const inner of partsOf(document, part)) visit(inner)
  }
  visit(schema)
  if (others > 1 || (others === 1 && withMembers.size > 0)) isOverlapping = true
  return { names, isObject, isOverlapping }
}

/** Whether a schema says what is within an object or array. */
function mayHaveMembers(document: SchemaDocument, schema: JsonSchema | undefined): boolean {
  const target = schema === undefined ? undefined : document.target(schema)
  if (!isRecord(target)) return false
  if (SAYS_MEMBERS.some((keyword) => target[keyword] !== undefined)) return true
  return partsOf(document, target).length > 0
}

const SAYS_MEMBERS = ['properties', 'patternProperties', 'additionalProperties', 'items', 'prefixItems']

/** Makes a function that lists the undeclared properties of a value, by JSON Pointer. */
function findUndeclared(layout: Layout): (value: unknown) => string[] {
  return (value) => {
    const pointers: string[] = []
    const undeclared = (pointer: string): void => void pointers.push(pointer)
    filterByWalk(layout, value, { undeclared, misfit: () => {} })
    return pointers
  }
}

/** Whether a schema declares or requires what every object inherits. */
function hasInheritedName(schema: JsonSchemaObject): boolean {
  const { properties, required } = schema
  const declared = isRecord(properties) ? Object.keys(properties) : []
  return [...declared, ...((required as string[] | undefined) ?? [])].some((name) => name in Object.prototype)
}

function isInteger(schema: JsonSchemaObject): boolean {
  const types = typesOf(schema)
  return types?.includes('integer') === true && !types.includes('number')
}

/** The filter takes undeclared properties out, so they are no violation of a response. */
function reopen(copy: Copy): void {
  if (copy['additionalProperties'] === false) delete copy['additionalProperties']
  if (copy['unevaluatedProperties'] === false) delete copy['unevaluatedProperties']
}
