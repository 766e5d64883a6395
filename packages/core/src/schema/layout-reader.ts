import { findTag, tagValuesOf } from './derive-union.ts'
import type { SchemaDocument } from './document.ts'
import { Declared } from './declared.ts'
import {
  isOfType,
  isRecord,
  itemsOf,
  literalsIn,
  typesOf,
  type JsonSchema,
  type JsonSchemaObject,
} from './json-schema.ts'
import {
  FREE,
  SCALAR,
  type ArrayLayout,
  type Items,
  type Layout,
  type Members,
  type ObjectLayout,
  type Tagged,
} from './layout.ts'
import type { Validator } from './ajv.ts'
import { toRegExp } from './pattern.ts'
import { holdersOf, subschemasOf } from './subschema.ts'

/** How a layout is read. */
export interface LayoutOptions {
  /** Makes the validator of a member of a union, which decides whether a value is for that member. */
  readonly validatorOf: (member: JsonSchema) => Validator
  /** Whether further members of a tuple are undeclared, and cut; otherwise they stay, for the validator to refuse. */
  readonly cutsTuples: boolean
}

/** Reads the layout of a schema, which depends only on the schema. */
export function readLayout(
  document: SchemaDocument,
  schema: JsonSchemaObject,
  options: LayoutOptions,
): Layout {
  return new LayoutReader(document, options).read([whole(schema)])
}

/** A schema that holds for a value; `isBare` ignores its branches and references. */
interface Part {
  readonly node: JsonSchemaObject
  readonly isBare: boolean
}

/** Schemas that hold for one value: those that describe it, and unions that still need a choice. */
interface Expanded {
  readonly nodes: readonly JsonSchemaObject[]
  readonly unions: readonly JsonSchemaObject[]
}

const PARTS = holdersOf('part')

class LayoutReader {
  readonly #document: SchemaDocument
  readonly #options: LayoutOptions
  readonly #ids = new Map<JsonSchemaObject, number>()
  readonly #unions = new Map<JsonSchemaObject, readonly JsonSchemaObject[]>()
  readonly #layouts = new Map<string, Layout>()

  constructor(document: SchemaDocument, options: LayoutOptions) {
    this.#document = document
    this.#options = options
  }

  /** The layout of a value for which all parts hold. */
  read(parts: readonly Part[]): Layout {
    const key = parts.map((part) => `${this.#idOf(part.node)}${part.isBare ? 'b' : ''}`).join()
    const known = this.#layouts.get(key)
    if (known !== undefined) return known
    const layout: Layout = { object: 'none', array: 'none' }
    // Set before it is filled, because a schema may hold itself.
    this.#layouts.set(key, layout)
    const expanded = this.#expand(parts)
    const [union, ...others] = expanded.unions
    if (union === undefined) Object.assign(layout, this.#readNodes(expanded.nodes))
    else Object.assign(layout, this.#readUnion(union, [...bare(expanded.nodes), ...others.map(whole)]))
    return layout
  }

  /** The layout of a value for which all schemas hold; `undefined` when one of them allows nothing. */
  #readSchemas(schemas: readonly JsonSchema[]): Layout {
    if (schemas.includes(false)) return SCALAR
    const nodes = schemas.filter(isRecord)
    return nodes.length === 0 ? FREE : this.read(nodes.map(whole))
  }

  #expand(parts: readonly Part[]): Expanded {
    const nodes = new Set<JsonSchemaObject>()
    const unions = new Set<JsonSchemaObject>()
    const visit = (schema: unknown): void => {
      if (!isRecord(schema) || nodes.has(schema)) return
      nodes.add(schema)
      for (const union of this.#unionsOf(schema)) unions.add(union)
      // What they declare is declared, whether or not they hold.
      for (const part of subschemasOf(schema, PARTS)) visit(part.schema)
      if (schema['$ref'] !== undefined) visit(this.#document.resolve(schema))
    }
    for (const { node, isBare } of parts) {
      if (isBare) nodes.add(node)
      else if (this.#isUnion(node)) unions.add(node)
      else visit(node)
    }
    return { nodes: [...nodes], unions: [...unions] }
  }

  /** The unions of a schema, each as a schema of its own. */
  #unionsOf(schema: JsonSchemaObject): readonly JsonSchemaObject[] {
    let unions = this.#unions.get(schema)
    if (unions === undefined) {
      unions = [schema['anyOf'], schema['oneOf']].filter(Array.isArray).map((anyOf) => ({ anyOf }))
      for (const union of unions) this.#unions.set(union, [union])
      this.#unions.set(schema, unions)
    }
    return unions
  }

  #isUnion(node: JsonSchemaObject): boolean {
    return this.#unions.get(node)?.[0] === node
  }

  #readUnion(union: JsonSchemaObject, rest: readonly Part[]): Layout {
    const members = union['anyOf'] as readonly JsonSchema[]
    const choices = members.map((member) => ({ member, layout: this.#readChoice(rest, [member]) }))
    const merge = (chosen: readonly JsonSchema[]): Layout => this.#readChoice(rest, chosen)
    return {
      object: this.#chooseAmong('object', choices, merge) as Layout['object'],
      array: this.#chooseAmong('array', choices, merge) as Layout['array'],
    }
  }

  #readChoice(rest: readonly Part[], members: readonly JsonSchema[]): Layout {
    if (members.includes(false)) return SCALAR
    return this.read([...rest, ...members.filter(isRecord).map(whole)])
  }

  /** The layout of objects (or arrays) of a union. */
  #chooseAmong(
    form: 'object' | 'array',
    choices: readonly { readonly member: JsonSchema; readonly layout: Layout }[],
    merge: (chosen: readonly JsonSchema[]) => Layout,
  ): ObjectLayout | ArrayLayout | 'free' | 'none' {
    const able = choices.filter(({ layout }) => layout[form] !== 'none')
    const first = able[0]
    if (first === undefined) return 'none'
    if (able.every(({ layout }) => isSame(layout[form], first.layout[form]))) return first.layout[form]
    const members = able.map(({ member }) => member)
    const tag = form === 'object' ? findTag(this.#document, members) : undefined
    if (tag !== undefined) return this.#readTagged(tag, able)
    return {
      kind: 'branches',
      branches: able.map(({ member, layout }) => ({ validator: this.#options.validatorOf(member), layout })),
      merge: (indexes) => merge(indexes.map((i) => members[i]!)),
    }
  }

  #readTagged(
    tag: string,
    choices: readonly { readonly member: JsonSchema; readonly layout: Layout }[],
  ): Tagged {
    const cases = new Map<unknown, Layout>()
    for (const { member, layout } of choices) {
      const { properties } = this.#document.target(member) as JsonSchemaObject
      for (const value of tagValuesOf((properties as JsonSchemaObject)[tag]) ?? []) cases.set(value, layout)
    }
    return { kind: 'tagged', tag, cases }
  }

  #readNodes(nodes: readonly JsonSchemaObject[]): Layout {
    return {
      object: nodes.every((node) => allows(node, 'object')) ? this.#readMembers(nodes) : 'none',
      array: nodes.every((node) => allows(node, 'array')) ? this.#readItems(nodes) : 'none',
    }
  }

  #readMembers(nodes: readonly JsonSchemaObject[]): Members | 'free' {
    const { properties, patterns, rest, isListed } = new Declared(nodes)
    if (!isListed) return 'free'
    // An object can have it only from a JSON text, where it is refused.
    properties.delete('__proto__')
    return {
      kind: 'members',
      properties: new Map([...properties].map(([name, schemas]) => [name, this.#readSchemas(schemas)])),
      patterns: [...patterns].map(([source, schemas]) => ({
        pattern: toRegExp(source),
        layout: this.#readSchemas(schemas),
      })),
      rest: rest.length === 0 ? undefined : this.#readSchemas(rest),
    }
  }

  #readItems(nodes: readonly JsonSchemaObject[]): Items | 'free' {
    const lists = nodes
      .map(closedItemsOf)
      .filter(({ prefix, rest }) => prefix !== undefined || rest !== undefined)
    if (lists.length === 0) return 'free'
    const length = Math.max(...lists.map(({ prefix }) => prefix?.length ?? 0))
    const at = (i: number): Layout | undefined => {
      const schemas = lists.map(({ prefix, rest }) => prefix?.[i] ?? rest ?? true)
      if (!this.#options.cutsTuples) return this.#readSchemas(schemas)
      // As for properties, a member that one of them declares is declared.
      const declared = schemas.filter((schema) => schema !== false)
      return declared.length === 0 ? undefined : this.#readSchemas(declared)
    }
    const prefix = Array.from({ length }, (_, i) => at(i) ?? SCALAR)
    return { kind: 'items', prefix, rest: at(length) }
  }

  #idOf(node: JsonSchemaObject): number {
    let id = this.#ids.get(node)
    if (id === undefined) {
      id = this.#ids.size
      this.#ids.set(node, id)
    }
    return id
  }
}

/** What a schema says about the members of an array. TypeBox writes a tuple without members as `maxItems: 0`. */
function closedItemsOf(node: JsonSchemaObject): ReturnType<typeof itemsOf> {
  const { prefix, rest } = itemsOf(node)
  const isClosed = node['unevaluatedItems'] === false || (prefix === undefined && node['maxItems'] === 0)
  return { prefix, rest: rest ?? (isClosed ? false : undefined) }
}

/** Whether two members of a union have the same layout, so that there is nothing to choose. */
function isSame(left: Layout['object' | 'array'], right: Layout['object' | 'array']): boolean {
  if (left === right) return true
  if (typeof left === 'string' || typeof right === 'string') return false
  if (left.kind !== 'members' || right.kind !== 'members') return false
  return (
    left.rest === right.rest &&
    left.patterns.length + right.patterns.length === 0 &&
    left.properties.size === right.properties.size &&
    [...left.properties].every(([name, layout]) => right.properties.get(name) === layout)
  )
}

function bare(nodes: readonly JsonSchemaObject[]): Part[] {
  return nodes.map((node) => ({ node, isBare: true }))
}

function whole(node: JsonSchemaObject): Part {
  return { node, isBare: false }
}

function allows(node: JsonSchemaObject, form: 'object' | 'array'): boolean {
  const literals = literalsIn(node)
  if (literals !== undefined) return literals.some((value) => isOfType(value, form))
  // `RegExp` is a string with a pattern.
  return typesOf(node)?.includes(form) ?? true
}
