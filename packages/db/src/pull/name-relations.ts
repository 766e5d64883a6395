// Names of relations, where those that follow from the rule are taken: by a column, or by another relation of the table.
import type { ReferenceDescription } from '../adapter/index.ts'
import { UniqueNames, upperFirst } from './names.ts'

/** A reference between two tables of code. */
export interface NamedReference {
  readonly reference: ReferenceDescription
  /** The column in code. */
  readonly property: string
  /** Keys of `defineTables`: the table that refers, and the one that it refers to. */
  readonly from: string
  readonly to: string
}

/** What a reference says of its relations, where it has to. */
export interface RelationNames {
  readonly as?: string
  readonly inverse?: string
}

/**
 * Names the relations of all references, so that none has a name twice.
 *
 * @param properties - columns in code, by the key of their table
 */
export function nameRelations(
  references: readonly NamedReference[],
  properties: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<ReferenceDescription, RelationNames> {
  const taken = new Map([...properties].map(([key, names]) => [key, new UniqueNames(names)]))
  const take = (key: string, name: string): string => taken.get(key)?.take(name) ?? name
  const ones = references.map(({ from, property }) => {
    const usual = property.replace(/(.)Id$/, '$1')
    return taken.get(from)?.has(usual) === true ? take(from, `${usual}Row`) : take(from, usual)
  })
  // Those that keep the name of their table come first.
  const isPlain = ({ from, to }: NamedReference): boolean =>
    from !== to &&
    references.filter((other) => other.from === from && other.to === to).length === 1 &&
    taken.get(to)?.has(from) !== true
  const plain = new Set(references.filter(isPlain))
  for (const { from, to } of plain) take(to, from)
  return new Map(
    references.map((one, at) => {
      const { reference, property, from, to } = one
      const [usual, as] = [property.replace(/(.)Id$/, '$1'), ones[at] ?? property]
      return [
        reference,
        {
          ...(as !== usual && { as }),
          ...(!plain.has(one) && { inverse: take(to, `${from}By${upperFirst(property)}`) }),
        },
      ]
    }),
  )
}
