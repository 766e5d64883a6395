// Collations and enum types that come with tables: made before them, and dropped after them where the way back has them no more.
import type { ChangeEnds, Dialect, OtherObject } from '../adapter/index.ts'

/** What tables bring themselves; extensions, domains and functions are left to migrations by hand. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['collation', 'collation'],
  ['enum type', 'type'],
])

/** The statements that make collations; enum types have more to change. They stand before all others. */
export function makeCollations({ from, to }: ChangeEnds): string[] {
  return onlyIn(to, from).flatMap(({ kind, text }) =>
    // One that is there already was made by createTables.
    kind === 'collation' && text !== undefined
      ? [text.replace(/^create collation /, 'create collation if not exists ')]
      : [],
  )
}

/** The statements that drop what is to be there no more. They stand after all others. */
export function dropTypes({ from, to }: ChangeEnds, { quote }: Dialect): string[] {
  return onlyIn(from, to).flatMap(({ kind, name }) => {
    const word = KINDS.get(kind)
    return word === undefined ? [] : [`drop ${word} ${quote(name)}`]
  })
}

function onlyIn(one: ChangeEnds['from'], other: ChangeEnds['from']): OtherObject[] {
  const has = ({ kind, name }: OtherObject): boolean =>
    other.others.some((there) => there.kind === kind && there.name === name)
  return one.others.filter((object) => !has(object))
}
