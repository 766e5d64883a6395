import { createValidator, ONLY_DECLARED, SAME_AS, STORABLE, type ValidatorSchema } from './ajv.ts'
import { addUnion, findTag, isCertain, isTypedLiteral } from './derive-union.ts'
import { CLOSED_BY_LAYOUT, closingOf, declarationsOf, findUndeclared, NOT_CLOSED } from './derive-closing.ts'
import type { SchemaDocument } from './document.ts'
import {
  isRecord,
  keywordOrder,
  keywordsOf,
  literalsIn,
  typesOf,
  type JsonSchema,
  type JsonSchemaObject,
} from './json-schema.ts'
import type { Layout } from './layout.ts'
import { readLayout } from './layout-reader.ts'
import { isPlainRegExp, TYPED_KEYWORDS } from './schema-keywords.ts'
import { holdsStorable } from './schema-marks.ts'
import { holdersOf, isLeaf, mapSubschemas, membersOf, relationOf } from './subschema.ts'
import { PATTERN_BOUND, type PatternBound } from './text-keywords.ts'

/**
 * The purpose of a derived schema.
 *
 * - `refuse`: input; an undeclared property is a violation, wherever the schema does not say otherwise
 * - `ignore`: input; undeclared properties pass
 * - `response`: output, already filtered; undeclared properties are not checked, and defaults not set
 */
export type Purpose = 'refuse' | 'ignore' | 'response'

/**
 * How one schema is copied.
 *
 * - `closed`: it refuses undeclared properties
 * - `open`: the intersection around it refuses them
 * - `plain`, `response`: they are not refused
 * - `verbatim`: nothing is added; for conditions, whose meaning that would change
 */
type Mode = 'closed' | 'open' | 'plain' | 'response' | 'verbatim'

/** How a copy is made; `defaults` says whether they are kept. */
interface CopyContext {
  readonly mode: Mode
  readonly defaults: boolean
  /** Longest text that the schemas around this one allow for the same value. */
  readonly maxLength?: number | undefined
  /** Whether the schema asks about the value (`not`, `if`) instead of restricting it. */
  readonly isCondition?: boolean | undefined
}

const MODES: Readonly<Record<Purpose, Mode>> = { refuse: 'closed', ignore: 'plain', response: 'response' }

/**
 * Derives the schema for the validator from that of a user, which it does not change. It is self-contained (references become
 * `#/$defs/…`, so that no `$id` clashes), refuses undeclared properties (`additionalProperties: false`, and
 * `unevaluatedProperties: false` at the root of an intersection), keeps integers in the range that a double counts,
 * translates tuples of draft 7, and writes unions so that their errors are precise.
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

/**
 * The layout of a schema: which properties a value may have.
 *
 * @param cutsTuples - whether further members of tuples are undeclared: for output
 */
export function layoutOf(
  document: SchemaDocument,
  schema: JsonSchemaObject = document.root,
  cutsTuples = false,
): Layout {
  const validatorOf = (member: JsonSchema) => createValidator(derive(document, 'response', member))
  return readLayout(document, schema, { validatorOf, cutsTuples })
}

/** Keywords that are copied unchanged. All others, except those of subschemas, are annotations and omitted. */
const COPIED = keywordOrder([
  'type',
  'const',
  'enum',
  ...TYPED_KEYWORDS.filter((keyword) => relationOf(keyword) === undefined),
])
/** Keywords of the schemas of members, which are closed on their own. */
const MEMBERS = holdersOf('member')
const CONDITIONS = holdersOf('condition', 'memberCondition')
const PARTS = holdersOf('part')
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
    if (isLeaf(schema)) return this.#copyLeaf(schema, context)
    const inner = { ...context, maxLength: longestText(this.#document, schema, context.maxLength) }
    if (isPlainRegExp(schema)) return withBound({ type: 'string', pattern: schema['source'] }, inner)
    const closing = context.mode === 'closed' ? closingOf(this.#document, schema) : NOT_CLOSED
    if (closing === CLOSED_BY_LAYOUT) return this.#closeByLayout(schema, context)
    const copy = withBound(copyKeywords(schema, context), inner)
    if (hasInheritedName(schema)) this.hasInheritedNames = true
    this.#copyMembers(schema, copy, context)
    this.#copyConditions(schema, copy, inner)
    this.#copyParts(schema, copy, { ...inner, mode: closing.parts ?? context.mode })
    if (closing.keyword !== undefined) copy[closing.keyword] = false
    if (context.mode === 'response') reopen(copy)
    else if (context.mode !== 'verbatim') this.#tighten(schema, copy)
    return copy
  }

  /** {@link copy} for a schema without subschemas and references, like most. */
  #copyLeaf(schema: JsonSchemaObject, context: CopyContext): JsonSchema {
    const isRegExp = isPlainRegExp(schema)
    const copy: Copy = isRegExp
      ? { type: 'string', pattern: schema['source'] }
      : copyKeywords(schema, context)
    if (copy['pattern'] !== undefined)
      withBound(copy, { ...context, maxLength: longestText(this.#document, schema, context.maxLength) })
    if (isRegExp) return copy
    if (hasInheritedName(schema)) this.hasInheritedNames = true
    if (context.mode !== 'response' && context.mode !== 'verbatim') this.#tighten(schema, copy)
    return copy
  }

  /**
   * Several parts of an intersection describe one member: to close each by itself would refuse what the others declare. So
   * nothing below is closed, and the merged layout says what is undeclared.
   */
  #closeByLayout(schema: JsonSchemaObject, context: CopyContext): JsonSchema {
    const copy = this.copy(schema, { ...context, mode: 'plain' }) as Copy
    copy[ONLY_DECLARED] = findUndeclared(layoutOf(this.#document, schema))
    return copy
  }

  #copyMembers(schema: JsonSchemaObject, copy: Copy, context: CopyContext): void {
    const inner = membersContext(context)
    const copyMember = (member: JsonSchema): JsonSchema => this.copy(member, inner)
    Object.assign(
      copy,
      mapSubschemas(membersOf(schema), MEMBERS, () => copyMember),
    )
  }

  #copyConditions(schema: JsonSchemaObject, copy: Copy, { maxLength }: CopyContext): void {
    const changeOf = (keyword: string) => {
      const asked = relationOf(keyword) === 'condition' ? { maxLength, isCondition: true } : {}
      return (condition: JsonSchema) => this.copy(condition, { mode: 'verbatim', defaults: false, ...asked })
    }
    Object.assign(copy, mapSubschemas(schema, CONDITIONS, changeOf))
  }

  #copyParts(schema: JsonSchemaObject, copy: Copy, context: CopyContext): void {
    if (schema['$ref'] !== undefined) copy['$ref'] = this.#reference(schema, context)
    const copyPart = (part: JsonSchema): JsonSchema => this.copy(part, context)
    Object.assign(
      copy,
      mapSubschemas(schema, PARTS, () => copyPart),
    )
    for (const keyword of UNIONS) {
      const members = schema[keyword] as readonly JsonSchema[] | undefined
      if (members === undefined) continue
      const tag = findTag(this.#document, members)
      const inner = isCertain(this.#document, schema, members) ? context : { ...context, defaults: false }
      const copies = members.map((member) => this.copy(member, inner))
      addUnion(copy, { keyword, members: copies, tag, isExclusive: context.mode !== 'response' })
    }
  }

  /** One definition for each schema and way to copy it; named before it is copied, because it may refer to itself. */
  #reference(from: JsonSchemaObject, context: CopyContext): string {
    const target = this.#document.resolve(from)
    if (target === undefined) throw new Error(`Unresolved reference ${JSON.stringify(from['$ref'])}`)
    const node = typeof target === 'boolean' ? { allOf: [target] } : target
    const names = this.#names.get(node) ?? new Map<string, string>()
    this.#names.set(node, names)
    const { mode, defaults, maxLength, isCondition } = context
    const key = `${mode} ${defaults} ${maxLength} ${isCondition}`
    let name = names.get(key)
    if (name === undefined) {
      name = `d${Object.keys(this.definitions).length}`
      names.set(key, name)
      this.definitions[name] = true
      this.definitions[name] = this.copy(node, context)
    }
    return `#/$defs/${name}`
  }

  /** Adds what input must match besides its schema. */
  #tighten(schema: JsonSchemaObject, copy: Copy): void {
    if (holdsStorable(schema)) copy[STORABLE] = true
    if (isInteger(schema)) {
      // JSON.parse rounds 9007199254740993 to its neighbour: a double counts only up to here.
      copy['minimum'] ??= Number.MIN_SAFE_INTEGER
      if (Number(copy['maximum'] ?? Infinity) > Number.MAX_SAFE_INTEGER) {
        copy['maximum'] = Number.MAX_SAFE_INTEGER
      }
    }
    if (copy['unevaluatedProperties'] !== false) return
    // The validator looks names up in an object that inherits these, and would take them for declared.
    const { names } = declarationsOf(this.#document, schema)
    const guard = { not: { enum: INHERITED.filter((name) => !names.has(name)) } }
    const own = copy['propertyNames']
    copy['propertyNames'] = own === undefined ? guard : { allOf: [own, guard] }
  }
}

function copyKeywords(schema: JsonSchemaObject, { defaults }: CopyContext): Copy {
  const copy: Copy = {}
  for (const keyword of keywordsOf(schema, COPIED)) copy[keyword] = schema[keyword]
  if (defaults && schema['default'] !== undefined) copy['default'] = schema['default']
  // A literal implies its type; a value of another type would be two violations.
  if (isTypedLiteral(copy)) delete copy['type']
  const values = literalsIn(copy)
  if (values?.some((value) => typeof value === 'object' && value !== null) === true) {
    delete copy['const']
    delete copy['enum']
    copy[SAME_AS] = values
  }
  return copy
}

/** Members are closed on their own, also in an open part. */
function membersContext({ mode, defaults }: CopyContext): CopyContext {
  return { mode: mode === 'open' ? 'closed' : mode, defaults }
}

/** A text that is too long is refused for that, without the cost of its pattern. */
function withBound(copy: Copy, { maxLength, isCondition = false }: CopyContext): Copy {
  if (copy['pattern'] !== undefined && maxLength !== undefined)
    copy[PATTERN_BOUND] = { maxLength, isCondition } satisfies PatternBound
  return copy
}

/** Longest text that a schema allows, by itself or by a part that always holds. */
function longestText(
  document: SchemaDocument,
  schema: JsonSchemaObject,
  around: number | undefined,
): number | undefined {
  const { maxLength, allOf, $ref } = schema
  let longest = Math.min(around ?? Infinity, typeof maxLength === 'number' ? maxLength : Infinity)
  const parts = Array.isArray(allOf) ? (allOf as unknown[]) : []
  const target = $ref === undefined ? undefined : document.resolve(schema)
  for (const part of [...parts, target])
    if (isRecord(part)) longest = longestText(document, part, longest) ?? Infinity
  return longest === Infinity ? undefined : longest
}

/** Whether a schema declares or requires a name that every object inherits. */
function hasInheritedName(schema: JsonSchemaObject): boolean {
  const { properties, required } = schema
  if (properties === undefined && required === undefined) return false
  const declared = isRecord(properties) ? Object.keys(properties) : []
  return [...declared, ...((required as string[] | undefined) ?? [])].some((name) => name in Object.prototype)
}

function isInteger(schema: JsonSchemaObject): boolean {
  const types = typesOf(schema)
  return types?.includes('integer') === true && !types.includes('number')
}

/** The filter removes undeclared properties, so they are not a violation of a response. */
function reopen(copy: Copy): void {
  if (copy['additionalProperties'] === false) delete copy['additionalProperties']
  if (copy['unevaluatedProperties'] === false) delete copy['unevaluatedProperties']
}
