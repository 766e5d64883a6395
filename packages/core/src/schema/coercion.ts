import {
  toBoolean,
  toEither,
  toFilled,
  toFilledList,
  toHeaderList,
  toList,
  toNull,
  toNullableBoolean,
  toNullableNumber,
  toNumber,
  toTicked,
  toTuple,
  type Coerce,
} from './coerce-value.ts'
import type { SchemaDocument } from './document.ts'
import {
  isRecord,
  itemsOf,
  literalsIn,
  typeOf,
  typesOf,
  type JsonSchema,
  type JsonSchemaObject,
} from './json-schema.ts'
import type { Problems } from './setup-problem.ts'

/** A kind of values that a schema allows; `any` when it does not say. */
export type Kind = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object' | 'any'

/** What a schema says about its values, as far as coercion needs it. */
interface Facts {
  readonly kinds: ReadonlySet<Kind>
  /** Schemas of array members, at any position. */
  readonly items: readonly JsonSchema[]
  /** The schema of a tuple, if there is exactly one array. */
  readonly tuple: JsonSchemaObject | undefined
}

/** What a coercion depends on besides the schema. */
export interface CoercionContext {
  readonly document: SchemaDocument
  readonly problems: Problems
  /** Whether the library of the schema handles nested objects: for Standard Schemas. */
  readonly isLenient: boolean
  /** Whether a list may be one text with commas, as in header fields (RFC 9110 §5.6.1). */
  readonly isHeader: boolean
  /** Whether it is an HTML form, which has its own texts for a ticked checkbox and an empty field. */
  readonly isForm: boolean
  /** Whether values come with their types, so that no text is coerced. */
  readonly isTyped: boolean
}

/**
 * Chooses how the text of one key becomes the type that its schema declares; `null` when it stays text. The type decides,
 * never the text: a schema that allows several kinds of scalars is a problem.
 *
 * @param at - name of the key, for the problem
 */
export function coercionOf(schema: JsonSchema, at: string, context: CoercionContext): Coerce | null {
  const coerce = chooseCoercion(schema, at, context)
  return context.isTyped ? null : coerce
}

function chooseCoercion(schema: JsonSchema, at: string, context: CoercionContext): Coerce | null {
  const facts = factsOf(schema, context.document, new Set())
  const { kinds } = facts
  if (kinds.has('any') || kinds.size === 0) return null
  if (kinds.has('object')) {
    if (!context.isLenient) addNested(at, context)
    return null
  }
  const scalars = SCALARS.filter((kind) => kinds.has(kind))
  if (scalars.length > 1) {
    addUnion(at, scalars, context.problems)
    return null
  }
  const scalar = context.isForm ? formScalarOf(kinds) : scalarOf(kinds)
  if (!kinds.has('array')) return scalar
  const list = listOf(facts, at, context)
  return scalars.length === 1 ? eitherOf(scalar, list, { at, context }) : list.coerce
}

const SCALARS = ['string', 'number', 'boolean'] as const

function scalarOf(kinds: ReadonlySet<Kind>): Coerce | null {
  const isNullable = kinds.has('null')
  if (kinds.has('number')) return isNullable ? toNullableNumber : toNumber
  if (kinds.has('boolean')) return isNullable ? toNullableBoolean : toBoolean
  // Where strings are allowed the text "null" may be a name.
  return isNullable && kinds.size === 1 ? toNull : null
}

function formScalarOf(kinds: ReadonlySet<Kind>): Coerce | null {
  const coerce = scalarOf(kinds)
  if (kinds.has('string') || coerce === null) return coerce
  return toFilled(kinds.has('boolean') ? toTicked(coerce) : coerce)
}

interface ListCoercion {
  readonly coerce: Coerce
  readonly member: Coerce | null
}

function listOf(facts: Facts, at: string, context: CoercionContext): ListCoercion {
  const inner = `${at}[]`
  const { tuple } = facts
  if (tuple !== undefined) {
    const { prefix = [], rest } = itemsOf(tuple)
    const members = prefix.map((item) => memberOf(item, inner, context))
    const others = rest === undefined ? null : memberOf(rest, inner, context)
    const coerce = toTuple(members, others)
    return { coerce: context.isHeader ? toHeaderList(coerce) : coerce, member: coerce }
  }
  const member = facts.items.length === 0 ? null : memberOf({ anyOf: facts.items }, inner, context)
  const all = toList(member)
  const coerce = context.isForm && member !== null ? toFilledList(all) : all
  return { coerce: context.isHeader ? toHeaderList(coerce) : coerce, member }
}

function memberOf(schema: JsonSchema, at: string, context: CoercionContext): Coerce | null {
  const { kinds } = factsOf(schema, context.document, new Set())
  if (kinds.has('array')) {
    if (!context.isLenient) addNested(at, context)
    return null
  }
  return coercionOf(schema, at, context)
}

/** A value or a list of values: both of one kind, otherwise the text would decide. */
function eitherOf(
  scalar: Coerce | null,
  list: ListCoercion,
  { at, context }: { readonly at: string; readonly context: CoercionContext },
): Coerce | null {
  if (scalar !== list.member) {
    addUnion(at, ['a value', 'a list of other values'], context.problems)
    return null
  }
  return scalar === null ? null : toEither(scalar)
}

function addUnion(at: string, kinds: readonly string[], problems: Problems): void {
  problems.add(at, {
    code: 'ERR_CORE_SCHEMA_UNION',
    message: `It may be ${kinds.join(' or ')}, and the text of a request does not tell which.`,
    remedy: 'Declare one type here, or take a string and convert it in the handler.',
  })
}

function addNested(at: string, { problems }: CoercionContext): void {
  problems.add(at, {
    code: 'ERR_CORE_SCHEMA_NESTED',
    message: 'The text of one key cannot hold nested objects or lists.',
    remedy: 'Give each member a key of its own, or send the value in a JSON body.',
  })
}

/** The kinds of values that a schema allows. */
export function kindsOf(schema: JsonSchema, document: SchemaDocument): ReadonlySet<Kind> {
  return factsOf(schema, document, new Set()).kinds
}

/** One schema for all members of the lists that a schema allows; `undefined` where it does not describe them. */
export function memberSchemaOf(schema: JsonSchema, document: SchemaDocument): JsonSchema | undefined {
  const { items } = factsOf(schema, document, new Set())
  return items.length === 0 ? undefined : { anyOf: items }
}

function factsOf(schema: JsonSchema, document: SchemaDocument, seen: Set<JsonSchemaObject>): Facts {
  const target = document.target(schema)
  if (!isRecord(target) || seen.has(target)) return NOTHING
  const inner = new Set(seen).add(target)
  let facts = ownFacts(target)
  for (const part of (target['allOf'] ?? []) as JsonSchema[])
    facts = both(facts, factsOf(part, document, inner))
  for (const keyword of ['anyOf', 'oneOf']) {
    const members = target[keyword] as readonly JsonSchema[] | undefined
    if (members !== undefined)
      facts = both(facts, members.map((m) => factsOf(m, document, inner)).reduce(either))
  }
  return facts
}

const NOTHING: Facts = { kinds: new Set(['any']), items: [], tuple: undefined }

function ownFacts(schema: JsonSchemaObject): Facts {
  const { prefix, rest } = itemsOf(schema)
  return {
    kinds: ownKinds(schema),
    items: [...(prefix ?? []), ...(rest === undefined ? [] : [rest])],
    tuple: prefix === undefined ? undefined : schema,
  }
}

function ownKinds(schema: JsonSchemaObject): Set<Kind> {
  const literals = literalsIn(schema)
  if (literals !== undefined) return new Set(literals.map((value) => typeOf(value) as Kind))
  if (schema['type'] === 'RegExp') return new Set(['string'])
  const types = typesOf(schema)
  if (types === undefined) return new Set([schema['properties'] === undefined ? 'any' : 'object'])
  return new Set(types.map((type) => (type === 'integer' ? 'number' : (type as Kind))))
}

/** The facts where both schemas hold. */
function both(left: Facts, right: Facts): Facts {
  if (left.kinds.has('any')) return right
  if (right.kinds.has('any')) return left
  return join(left, right, new Set([...left.kinds].filter((kind) => right.kinds.has(kind))))
}

/** The facts where one of the schemas holds. */
function either(left: Facts, right: Facts): Facts {
  return join(left, right, new Set([...left.kinds, ...right.kinds]))
}

function join(left: Facts, right: Facts, kinds: ReadonlySet<Kind>): Facts {
  const isOneArray = left.items.length === 0 || right.items.length === 0
  return {
    kinds,
    items: [...left.items, ...right.items],
    tuple: isOneArray ? (left.tuple ?? right.tuple) : undefined,
  }
}
