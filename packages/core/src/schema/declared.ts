import { isRecord, othersOf, type JsonSchema, type JsonSchemaObject } from './json-schema.ts'

/** The properties that schemas of the same value declare. */
export class Declared {
  readonly properties = new Map<string, JsonSchema[]>()
  readonly patterns = new Map<string, JsonSchema[]>()
  /** For all other names. */
  readonly rest: JsonSchema[] = []
  /** Whether one of them declares properties; without that, anything is allowed. */
  isListed = false
  /** Whether one of them refuses undeclared properties. */
  isClosed = false

  constructor(nodes: Iterable<JsonSchemaObject>) {
    for (const node of nodes) this.#add(node)
  }

  #add(node: JsonSchemaObject): void {
    const { patterns, rest } = othersOf(node)
    this.#collect(node['properties'], this.properties)
    this.#collect(patterns, this.patterns)
    for (const other of [rest, node['unevaluatedProperties'] as JsonSchema | undefined]) {
      if (other === undefined) continue
      this.isListed = true
      if (other === false) this.isClosed = true
      else this.rest.push(other)
    }
  }

  #collect(record: unknown, into: Map<string, JsonSchema[]>): void {
    if (!isRecord(record)) return
    this.isListed = true
    for (const [name, schema] of Object.entries(record))
      into.set(name, [...(into.get(name) ?? []), schema as JsonSchema])
  }
}
