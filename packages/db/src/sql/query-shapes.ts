// On the request path: what queries of Kysely have in common that differ in their values alone, and so have one text.
import type { OperationNode } from 'kysely'
import { ParameterSlot } from './encode-input.ts'

/** How many parts all known queries have: a usual one has about a hundred. */
const MOST_PARTS = 100_000
/** Of queries with more values none is kept. */
const MOST_VALUES = 1000

const NONE: unknown[] = []
const VALUE = Symbol('value')
const OBJECT = Symbol('object')
const LIST = Symbol('list')
const END = Symbol('end')

/** A part of a query: what came until then is the same. Most are followed by one other alone. */
interface Part<T> {
  /** What follows. */
  token: unknown
  next: Part<T> | undefined
  others: Map<unknown, Part<T>> | undefined
  /** What is kept for the query that ends here. */
  kept: T | undefined
}

/** Where something is kept for a query. */
export type Place<T> = Pick<Part<T>, 'kept'>

/**
 * Keeps something for each shape of queries. They are compared part by part from their beginning, so that one that is known costs no memory,
 * and a third of writing it anew. With too many it starts anew.
 */
export class QueryShapes<T> {
  #start = newPart<T>()
  /** Parts of all queries. */
  #known = 0
  /** Parts of this query, with its values. */
  #length = 0
  #isNew = false
  /** Undefined where no two are compared. */
  #at: Part<T> | undefined
  #values = NONE

  /**
   * The place of a query.
   *
   * @param values - gets its values, in the order of the slots of {@link withSlots}
   */
  placeOf(query: OperationNode, values: unknown[]): Place<T> {
    this.#at = this.#start
    this.#length = 0
    this.#isNew = false
    this.#values = values
    this.#read(query)
    const place = values.length > MOST_VALUES ? undefined : this.#at
    if (this.#isNew) this.#addKnown(this.#length)
    this.#values = NONE
    return place ?? newPart()
  }

  /** The place of a query is its own when it is forgotten at once. */
  #addKnown(length: number): void {
    this.#known += length
    if (this.#known <= MOST_PARTS) return
    this.#start = newPart()
    this.#known = 0
  }

  #read(node: unknown): void {
    if (typeof node !== 'object' || node === null) this.#step(node)
    else if (Array.isArray(node)) this.#readList(node)
    else if (isPlain(node)) this.#readObject(node)
    // What it says is not known.
    else this.#at = undefined
  }

  #readList(list: readonly unknown[]): void {
    this.#step(LIST)
    for (const one of list) this.#read(one)
    this.#step(END)
  }

  #readObject(node: Parts): void {
    if (isValue(node)) return this.#add(node.value)
    this.#step(OBJECT)
    this.#step(node.kind)
    if (isValueList(node)) return this.#addAll(node.values)
    for (const name in node) {
      if (name === 'kind') continue
      this.#step(name)
      this.#read(node[name])
    }
    this.#step(END)
  }

  #add(value: unknown): void {
    this.#step(VALUE)
    this.#values.push(value)
  }

  #addAll(values: readonly unknown[]): void {
    this.#step(values.length)
    this.#length += values.length
    for (const value of values) this.#values.push(value)
  }

  #step(token: unknown): void {
    const at = this.#at
    if (at === undefined) return
    this.#length++
    this.#at =
      at.token === token && at.next !== undefined ? at.next : (at.others?.get(token) ?? this.#grow(at, token))
  }

  #grow(at: Part<T>, token: unknown): Part<T> {
    const part = newPart<T>()
    this.#isNew = true
    if (at.next === undefined) {
      at.token = token
      at.next = part
    } else (at.others ??= new Map()).set(token, part)
    return part
  }
}

function newPart<T>(): Part<T> {
  return { token: undefined, next: undefined, others: undefined, kept: undefined }
}

/** The query with a slot for each value, numbered from 0. */
export function withSlots<N extends OperationNode>(query: N): N {
  let count = 0
  const slot = (): ParameterSlot => new ParameterSlot(count++)
  const copy = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(copy)
    if (typeof node !== 'object' || node === null || !isPlain(node)) return node
    if (isValue(node)) return { ...node, value: slot() }
    if (isValueList(node)) return { ...node, values: node.values.map(slot) }
    return Object.fromEntries(Object.entries(node).map(([name, part]) => [name, copy(part)]))
  }
  return copy(query) as N
}

/** The parts of a node, and of what is like one. */
interface Parts {
  readonly [name: string]: unknown
}

/** What has no members but those that it shows. */
function isPlain(node: object): node is Parts {
  return node.constructor === Object
}

/** A value that is sent apart from the text. */
function isValue({ kind, immediate }: Parts): boolean {
  return kind === 'ValueNode' && immediate !== true
}

function isValueList(node: Parts): node is Parts & { readonly values: readonly unknown[] } {
  return node.kind === 'PrimitiveValueListNode'
}
