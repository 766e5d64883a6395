import type { Place, SqlColumn } from './condition-table.ts'

/**
 * Texts that begin alike stand side by side in the order of code points: a range, which an index finds, and which knows neither the
 * wildcards nor the cases of LIKE.
 */
export function startsWith(column: SqlColumn, prefix: string, { table, out }: Place): string {
  if (column.facts.isCaseInsensitive) return foldedStart(column, prefix, { table, out })
  const from = `${column.name} >= ${out.put(column, prefix)}`
  const end = behind(prefix)
  return end === undefined ? from : `(${from} and ${column.name} < ${out.put(column, end)})`
}

/** Without case there is no such range: `[`, the next after `Z` by code points, comes before all letters. */
function foldedStart(column: SqlColumn, prefix: string, { table, out }: Place): string {
  const start = `substr(${column.name}, 1, ${out.add(Array.from(prefix).length)})`
  // A part of a text has the collation of its column, but not on SQLite.
  const collation = table.dialect.system === 'sqlite' ? ' collate nocase' : ''
  return `${start} = ${out.put(column, prefix)}${collation}`
}

/** The first text after all those that begin with this one; undefined where there is none. */
function behind(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0)
  while (points.at(-1) === 0x10ffff) points.pop()
  const last = points.pop()
  if (last === undefined) return undefined
  // Surrogates stand for no character of their own.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
}
