import type { SchemaLike } from '@keelson/core'
import {
  isCertain,
  isPlainRegExp,
  isRecord,
  isTypeBoxSchema,
  kindOf,
  othersOf,
  suggestedNameOf,
  type JsonSchema,
  type JsonSchemaObject,
  type SchemaDocument,
} from '@keelson/core/spi'
import { vendorOf } from '../describer.ts'
import { listOf } from '../json-values.ts'
import { toSchemaSource } from '../schema-source.ts'
import { definitionName, MADE_UP, refersToRoot } from '../schema-writer.ts'
import { NamedTypes } from './named-types.ts'
import {
  intersectionOf,
  literalType,
  NEVER,
  textType,
  UNDEFINED,
  unionOf,
  UNKNOWN,
  unknownType,
  type Member,
  type ObjectType,
  type TypeNode,
} from './type-node.ts'

/** The place and use of a schema. */
export interface TypeSubject {
  /** Whether callers send the value (`in`) or receive it. */
  readonly side: 'in' | 'out'
  /** Whether the server fills in defaults, so that callers may omit them. */
  readonly isFilled: boolean
  /** For comments: `orders.create, body`. */
  readonly place: string
  /** Name for a recursive schema that has none: `OrdersCreateBody`. */
  readonly hint: string
}

interface Within extends TypeSubject {
  readonly document: SchemaDocument
  /** Whether it was converted from a Standard Schema. */
  readonly isStandard: boolean
  /** Name that the schema's maker suggests: `Orders` of a table. */
  readonly suggested?: string | undefined
  /** Whether the library accepts `undefined` for an omitted member. */
  readonly isLoose: boolean
}

/** Key of TypeBox for a schema that `t.Recursive` made. */
const HINT = Symbol.for('TypeBox.Hint')
/** What TypeBox writes for `t.Record(t.Integer(), …)`. */
const NUMBERS = '^(0|[1-9][0-9]*)$'

/**
 * Reads schemas as types: those of TypeBox as `Static` sees them, others as the JSON Schema that they are converted to.
 */
export class SchemaTypes {
  readonly named = new NamedTypes()
  /** Equal documents have one number. */
  readonly #numbers = new Map<string, number>()
  readonly #known = new WeakMap<object, number>()

  /** The type of a schema; `unknown` with a comment if its library does not give a JSON Schema. */
  typeOf(schema: SchemaLike, subject: TypeSubject): TypeNode {
    const source = toSchemaSource(schema, subject.side)
    const { place } = subject
    if (source === undefined)
      return unknownType(`${place}: its schema (${vendorOf(schema)}) does not give its JSON Schema`)
    const { document, isStandard, gaps } = source
    // The JSON Schema of other libraries itself says what may be omitted.
    const isFilled = subject.isFilled && !isStandard
    const isLoose = isStandard && vendorOf(schema) !== 'arktype'
    const type = this.#read(document.root, { ...subject, document, isStandard, isLoose, isFilled })
    if (gaps.length === 0) return type
    const missing = gaps.map(({ path, what }) => `${path === '' ? place : `${place}, ${path}`}: ${what}`)
    return { kind: 'noted', type, note: `Not known to JSON Schema: ${missing.join('; ')}` }
  }

  #read(node: unknown, within: Within): TypeNode {
    if (node === false) return NEVER
    if (!isRecord(node)) return UNKNOWN
    const id = node['$id']
    const isRecursive = (node as { [HINT]?: unknown })[HINT] === 'Recursive'
    // For the compiler a recursive type is that of its values.
    const inner = isRecursive ? { ...within, isFilled: false } : within
    if (typeof id === 'string') return this.#reference(node, MADE_UP.test(id) ? undefined : id, inner)
    if (node === within.document.root && refersToRoot(node)) return this.#reference(node, undefined, inner)
    const suggested = suggestedNameOf(node)
    if (suggested !== undefined) return this.#reference(node, undefined, { ...inner, suggested })
    return this.#readKeywords(node, inner)
  }

  #reference(node: JsonSchemaObject, name: string | undefined, within: Within): TypeNode {
    const text = JSON.stringify(node)
    // The meaning of a reference depends on its document.
    const around = text.includes('"$ref"') ? this.#numberOf(within.document.root) : ''
    return this.named.reference({
      key: `${text} ${around} ${within.isFilled} ${within.isLoose}`,
      wanted: name ?? within.suggested ?? within.hint,
      isMadeUp: name === undefined,
      isInput: within.side === 'in' && (within.isFilled || within.isStandard),
      read: () => this.#readKeywords(node, { ...within, suggested: undefined }),
    })
  }

  #numberOf(root: JsonSchemaObject): number {
    const known = this.#known.get(root)
    if (known !== undefined) return known
    const text = JSON.stringify(root)
    const number = this.#numbers.get(text) ?? this.#numbers.size
    this.#numbers.set(text, number)
    this.#known.set(root, number)
    return number
  }

  #readKeywords(node: JsonSchemaObject, within: Within): TypeNode {
    const all = listOf(node['allOf']).map((one) => this.#read(one, within))
    const unions = ['anyOf', 'oneOf'].flatMap((keyword) => {
      const branches = node[keyword]
      return Array.isArray(branches) ? [this.#readUnion(node, branches as JsonSchema[], within)] : []
    })
    const target = node['$ref'] === undefined ? [] : [this.#readTarget(node, within)]
    const parts = [...target, ...all, ...unions]
    const own = this.#readOwn(node, within, parts.length === 0)
    const whole = intersectionOf(own === undefined ? parts : [own, ...parts])
    return node['nullable'] === true ? unionOf([whole, textType('null')]) : whole
  }

  #readTarget(node: JsonSchemaObject, within: Within): TypeNode {
    const target = within.document.resolve(node)
    if (target === undefined)
      return unknownType(`${within.place}: ${String(node['$ref'])} does not lead to a schema`)
    // As for a recursive type.
    const inner = { ...within, isFilled: false }
    if (!isRecord(target)) return this.#read(target, inner)
    const id = target['$id']
    const name = typeof id === 'string' ? id : definitionName(String(node['$ref']))
    return this.#reference(target, name === undefined || MADE_UP.test(name) ? undefined : name, inner)
  }

  /** Defaults are filled in only if it is certain which branch of a union is meant. */
  #readUnion(node: JsonSchemaObject, branches: readonly JsonSchema[], within: Within): TypeNode {
    const isFilled = within.isFilled && isCertain(within.document, node, branches)
    return unionOf(branches.map((one) => this.#read(one, { ...within, isFilled })))
  }

  /** The type of a schema's own keywords; `undefined` if it has none. */
  #readOwn(node: JsonSchemaObject, within: Within, isAlone: boolean): TypeNode | undefined {
    if (node['const'] !== undefined) return literalType(node['const'])
    if (Array.isArray(node['enum'])) return unionOf(node['enum'].map(literalType))
    if (isPlainRegExp(node)) return textType('string')
    if (isRecord(node['not']) && Object.keys(node['not']).length === 0) return NEVER
    const types = typesOf(node)
    if (types.length === 0) return undefined
    return unionOf(types.flatMap((type) => this.#readType(type, node, { within, isAlone }) ?? []))
  }

  #readType(
    type: string,
    node: JsonSchemaObject,
    { within, isAlone }: { readonly within: Within; readonly isAlone: boolean },
  ): TypeNode | undefined {
    if (type === 'object') {
      const object = this.#readObject(node, within)
      return isAlone || object.members.length > 0 || object.index !== undefined ? object : UNKNOWN
    }
    if (type === 'array') return this.#readArray(node, within)
    const plain = PLAIN[type]
    return plain ?? unknownType(`${within.place}: the type ${type} has no form in JSON`)
  }

  #readObject(node: JsonSchemaObject, within: Within): ObjectType {
    const properties = isRecord(node['properties']) ? node['properties'] : {}
    const required = new Set(listOf(node['required']))
    const members = Object.entries(properties).map(([name, schema]): Member => {
      const isDefault = within.isFilled && isRecord(schema) && schema['default'] !== undefined
      const isOptional = !required.has(name) || isDefault
      const type = this.#read(schema, within)
      return {
        name,
        type: isOptional && within.isLoose ? unionOf([type, UNDEFINED]) : type,
        ...(isOptional ? { isOptional } : {}),
        ...docOf(schema),
      }
    })
    return this.#withOthers(node, members, within)
  }

  /** Adds members without declared names. For the compiler an object of TypeBox has none. */
  #withOthers(node: JsonSchemaObject, members: readonly Member[], within: Within): ObjectType {
    if (isTypeBoxSchema(node) && !['Record', 'Unsafe'].includes(kindOf(node)))
      return { kind: 'object', members }
    const { patterns, rest } = othersOf(node)
    const schemas = [
      ...Object.values(patterns ?? {}),
      ...(rest === undefined || rest === false ? [] : [rest]),
    ]
    if (schemas.length === 0) return { kind: 'object', members }
    const type = unionOf(schemas.map((one) => this.#read(one, within)))
    const names = isRecord(node['propertyNames']) ? node['propertyNames']['enum'] : undefined
    if (Array.isArray(names)) {
      const required = new Set(listOf(node['required']))
      const all = names.map((name): Member => ({
        name: String(name),
        type,
        ...(required.has(name) ? {} : { isOptional: true }),
      }))
      return { kind: 'object', members: all }
    }
    const isNumbered = Object.keys(patterns ?? {}).join() === NUMBERS
    // An index signature must include the types of the named members.
    return {
      kind: 'object',
      members,
      index: { key: isNumbered ? 'number' : 'string', type: members.length > 0 ? UNKNOWN : type },
    }
  }

  #readArray(node: JsonSchemaObject, within: Within): TypeNode {
    const { items, prefixItems, additionalItems } = node
    const prefix = [items, prefixItems].find(Array.isArray) as readonly unknown[] | undefined
    const rest = Array.isArray(items) ? additionalItems : items
    if (prefix === undefined && (rest !== undefined || node['maxItems'] !== 0))
      return { kind: 'list', item: this.#read(rest ?? true, within) }
    return {
      kind: 'tuple',
      items: (prefix ?? []).map((one) => this.#read(one, within)),
      rest: rest === undefined || rest === false ? undefined : this.#read(rest, within),
    }
  }
}

const PLAIN: Readonly<Record<string, TypeNode | undefined>> = {
  string: textType('string'),
  number: textType('number'),
  integer: textType('number'),
  boolean: textType('boolean'),
  null: textType('null'),
  undefined: UNDEFINED,
  void: textType('void'),
}

/** The types that a schema names, or that its keywords imply. */
function typesOf(node: JsonSchemaObject): readonly string[] {
  const { type } = node
  if (type !== undefined) return Array.isArray(type) ? (type as string[]) : [String(type as string)]
  if (['properties', 'patternProperties', 'required'].some((keyword) => keyword in node)) return ['object']
  if ('additionalProperties' in node && isRecord(node['additionalProperties'])) return ['object']
  return ['items', 'prefixItems'].some((keyword) => keyword in node) ? ['array'] : []
}

function docOf(schema: unknown): Pick<Member, 'doc'> {
  // The description of a named type is at its declaration.
  if (!isRecord(schema) || '$id' in schema) return {}
  const { description, deprecated } = schema
  const lines = [
    ...(typeof description === 'string' ? description.trim().split(/\r?\n/) : []),
    ...(deprecated === true ? ['@deprecated'] : []),
  ]
  return lines.length === 0 ? {} : { doc: lines }
}
