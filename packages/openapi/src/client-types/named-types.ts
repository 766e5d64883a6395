import { equalClasses } from '../equal-classes.ts'
import { freeName, lastPartOf } from '../names.ts'
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
  return equalClasses(types, (one, classes) => {
    const printer = new TypePrinter((type) => `#${classes.get(type)}`)
    return `${one.isMadeUp ? '' : one.wanted} ${printer.print(one.body as TypeNode)}`
  })
}

/** `https://example.com/order-line.json` to `order_line`. */
function toIdentifier(wanted: string): string {
  const name = lastPartOf(wanted)
    .replace(/(?:\.schema)?\.json$/, '')
    .replaceAll(/[^\w$]+/g, '_')
  return /^[A-Za-z_$]/.test(name) ? name : `_${name}`
}
