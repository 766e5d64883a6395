import { TypePrinter } from './print-type.ts'
import type { NamedType, TypeNode } from './type-node.ts'

/** A type before it is read. */
export interface NamedTypeRequest extends Omit<NamedType, 'body'> {
  /** Equal for equal schemas. */
  readonly key: string
  readonly read: () => TypeNode
}

/** Collects the named types. Equal types share a name, whether they are sent or received. */
export class NamedTypes {
  readonly #types = new Map<string, NamedType>()

  /** A type, read now unless it was, or is being read. */
  reference({ key, read, ...rest }: NamedTypeRequest): TypeNode {
    const id = `${rest.wanted} ${rest.isInput} ${key}`
    let type = this.#types.get(id)
    if (type === undefined) {
      type = { ...rest, body: undefined }
      this.#types.set(id, type)
      type.body = read()
    }
    return { kind: 'named', type }
  }

  /**
   * Gives all types their names.
   *
   * @param taken - names that must not be given
   * @returns the name of each, and the declarations by name in order
   */
  finish(taken: ReadonlySet<string>): {
    readonly nameOf: (type: NamedType) => string
    readonly declarations: readonly (readonly [name: string, body: TypeNode])[]
  } {
    const types = [...this.#types.values()].sort((a, b) => orderOf(a) - orderOf(b))
    const classes = classesOf(types)
    const names = new Map<number, string>()
    const all = new Set(taken)
    const outputs = new Set(types.filter(({ isInput }) => !isInput).map(({ wanted }) => wanted))
    const declarations: [string, TypeNode][] = []
    for (const type of types) {
      const group = classes.get(type) as number
      if (names.has(group)) continue
      const suffix = type.isInput && outputs.has(type.wanted) ? 'Input' : ''
      const name = freeName(`${toIdentifier(type.wanted)}${suffix}`, all)
      all.add(name)
      names.set(group, name)
      declarations.push([name, type.body as TypeNode])
    }
    return {
      nameOf: (type) => names.get(classes.get(type) as number) as string,
      declarations: declarations.sort(([a], [b]) => (a < b ? -1 : 1)),
    }
  }
}

/** Names that users chose come first, and among them those of received types. */
function orderOf({ isMadeUp, isInput }: NamedType): number {
  return Number(isMadeUp) * 2 + Number(isInput)
}

/** A number for each type; equal for equal types, references included. */
function classesOf(types: readonly NamedType[]): ReadonlyMap<NamedType, number> {
  let classes: ReadonlyMap<NamedType, number> = new Map(types.map((one) => [one, 0]))
  for (let count = 0; ;) {
    const numbers = new Map<string, number>()
    const next = new Map<NamedType, number>()
    const known = classes
    const printer = new TypePrinter((type) => `#${known.get(type)}`)
    for (const one of types) {
      const text = `${one.isMadeUp ? '' : one.wanted} ${printer.print(one.body as TypeNode)}`
      if (!numbers.has(text)) numbers.set(text, numbers.size)
      next.set(one, numbers.get(text) as number)
    }
    classes = next
    if (numbers.size === count) return classes
    count = numbers.size
  }
}

/** `https://example.com/order-line.json` to `order_line`. */
function toIdentifier(wanted: string): string {
  const isUrl = /^[a-z][a-z\d+.-]*:/i.test(wanted)
  const last = isUrl ? (wanted.split(/[/#:]/).findLast((part) => part !== '') ?? wanted) : wanted
  const name = last.replace(/(?:\.schema)?\.json$/, '').replaceAll(/[^\w$]+/g, '_')
  return /^[A-Za-z_$]/.test(name) ? name : `_${name}`
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let count = 2; ; count++) if (!taken.has(`${name}_${count}`)) return `${name}_${count}`
}
