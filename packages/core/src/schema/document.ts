import {
  isJsonSchema,
  isRecord,
  unescapePointer,
  type JsonSchema,
  type JsonSchemaObject,
} from './json-schema.ts'
import { holdersOf, subschemasOf } from './subschema.ts'

/**
 * A JSON Schema that resolves its references. TypeBox's `$id` and `$ref` are names in a scope: of the schema itself
 * (`t.Recursive`), of the definitions of a module (`t.Module`), or of any part of the document.
 * So an `$id` needs no registry, and two schemas with one `$id` clash only where a reference would be ambiguous.
 */
export class SchemaDocument {
  readonly root: JsonSchemaObject
  #hasDefaults = false
  /** The schema around each schema; the first one found when there are several. */
  readonly #parents = new Map<JsonSchemaObject, JsonSchemaObject | undefined>()
  readonly #byId = new Map<string, JsonSchemaObject>()

  constructor(root: JsonSchemaObject) {
    this.root = root
    this.#add(root, undefined)
  }

  /** All schemas of the document. */
  schemas(): Iterable<JsonSchemaObject> {
    return this.#parents.keys()
  }

  /** Whether any of its schemas has a default. */
  get hasDefaults(): boolean {
    return this.#hasDefaults
  }

  /** The schema that a `$ref` of this document refers to; `undefined` when there is none. */
  resolve(from: JsonSchemaObject): JsonSchema | undefined {
    const ref = from['$ref']
    if (typeof ref !== 'string') return undefined
    const hash = ref.indexOf('#')
    const name = hash === -1 ? ref : ref.slice(0, hash)
    const path = hash === -1 ? '' : ref.slice(hash + 1)
    if (name === '') return this.#resolveLocal(from, path)
    const named = this.#resolveName(from, name)
    return named === undefined || path === '' ? named : this.#follow(named, path)
  }

  /** Follows references to a schema that is not one; `undefined` when they lead nowhere or in a circle. */
  target(schema: JsonSchema): JsonSchema | undefined {
    let node = schema
    for (let steps = 0; steps < 100; steps++) {
      if (typeof node === 'boolean' || node['$ref'] === undefined) return node
      const next = this.resolve(node)
      if (next === undefined) return undefined
      node = next
    }
    return undefined
  }

  #add(node: JsonSchemaObject, parent: JsonSchemaObject | undefined): void {
    if (this.#parents.has(node)) return
    this.#parents.set(node, parent)
    if (node['default'] !== undefined) this.#hasDefaults = true
    const id = node['$id']
    if (typeof id === 'string' && !this.#byId.has(id)) this.#byId.set(id, node)
    for (const { schema } of subschemasOf(node)) if (isRecord(schema)) this.#add(schema, node)
  }

  /** The innermost scope with the name wins. */
  #resolveName(from: JsonSchemaObject, name: string): JsonSchemaObject | undefined {
    for (let node: JsonSchemaObject | undefined = from; node !== undefined; node = this.#parents.get(node)) {
      if (node['$id'] === name) return node
      const definition = definitionOf(node, name)
      if (definition !== undefined) return definition
    }
    return this.#byId.get(name)
  }

  /** `#/$defs/X` is relative to the schema resource: here the nearest schema that has it. */
  #resolveLocal(from: JsonSchemaObject, path: string): JsonSchema | undefined {
    if (path === '') return this.#resource(from)
    for (let node: JsonSchemaObject | undefined = from; node !== undefined; node = this.#parents.get(node)) {
      if (!isResource(node, this.#parents.get(node))) continue
      const found = this.#follow(node, path)
      if (found !== undefined) return found
    }
    return undefined
  }

  #resource(from: JsonSchemaObject): JsonSchemaObject {
    let node = from
    for (;;) {
      const parent = this.#parents.get(node)
      if (parent === undefined || typeof node['$id'] === 'string') return node
      node = parent
    }
  }

  #follow(base: JsonSchemaObject, path: string): JsonSchema | undefined {
    if (!path.startsWith('/')) return undefined
    let at: unknown = base
    for (const token of path.slice(1).split('/')) {
      const key = decodeToken(token)
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
      at = (at as Readonly<Record<string, unknown>>)[key]
    }
    if (!isJsonSchema(at)) return undefined
    // A schema that no keyword holds (`#/components/X`) is first found here.
    if (isRecord(at)) this.#add(at, base)
    return at
  }
}

const PARTS = holdersOf('part', 'branch')

/** The schemas that may hold for the same value as a schema: branches, parts, and the target of its reference. */
export function partsOf(document: SchemaDocument, node: JsonSchemaObject): JsonSchema[] {
  const parts = subschemasOf(node, PARTS).map(({ schema }) => schema as JsonSchema)
  const target = node['$ref'] === undefined ? undefined : document.resolve(node)
  if (target !== undefined) parts.push(target)
  return parts
}

/** A schema and all that may hold for the same value, each once. */
export function allPartsOf(
  document: SchemaDocument,
  schema: JsonSchema,
  found = new Set<JsonSchemaObject>(),
): ReadonlySet<JsonSchemaObject> {
  if (!isRecord(schema) || found.has(schema)) return found
  found.add(schema)
  for (const part of partsOf(document, schema)) allPartsOf(document, part, found)
  return found
}

function isResource(node: JsonSchemaObject, parent: JsonSchemaObject | undefined): boolean {
  return parent === undefined || typeof node['$id'] === 'string' || isRecord(node['$defs'])
}

function definitionOf(node: JsonSchemaObject, name: string): JsonSchemaObject | undefined {
  const definitions = node['$defs']
  if (!isRecord(definitions) || !Object.hasOwn(definitions, name)) return undefined
  const definition = definitions[name]
  return isRecord(definition) ? definition : undefined
}

function decodeToken(token: string): string {
  let decoded = token
  try {
    decoded = decodeURIComponent(token)
  } catch {
    // Not percent-encoded: used as written.
  }
  return unescapePointer(decoded)
}
