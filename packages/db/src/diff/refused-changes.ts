// Changes that a comparison does not write by itself: what loses data, and what rows that are there cannot hold.
import type { SetupProblem } from '@keelson/core'
import { isConvertible, type Change, type DatabaseDescription, type SchemaTools } from '../adapter/index.ts'

/** Finds what is dropped without being named by `--drop`, and names there that drop nothing. */
export function dropProblems(changes: readonly Change[], allowed: readonly string[]): SetupProblem[] {
  const drops = changes.flatMap((change) => dropOf(change))
  const missing = drops.filter(({ name }) => !allowed.includes(name))
  const idle = allowed.filter((name) => !drops.some((drop) => drop.name === name))
  return [
    ...missing.map(({ name, example }) => ({
      code: 'ERR_DB_MIGRATION',
      place: name,
      message: 'The migrations make it, and no table says it.',
      remedy: `If it has another name now, write ${example} there. If it is to go with its data, run the command with --drop ${name}.`,
    })),
    ...idle.map((name) => ({
      code: 'ERR_DB_MIGRATION',
      place: `--drop ${name}`,
      message: 'Nothing of this name would be dropped.',
      remedy: 'Name a table, or table.column, as the database has them.',
    })),
  ]
}

function dropOf(change: Change): { readonly name: string; readonly example: string }[] {
  if (change.kind === 'drop table') return [{ name: change.table, example: `{ was: '${change.table}' }` }]
  if (change.kind !== 'drop column') return []
  return [{ name: `${change.table}.${change.column}`, example: `.was('${change.column}')` }]
}

/** Finds columns that rows which are there could not have a value for: MariaDB would make one up. */
export function requiredProblems(changes: readonly Change[], from: DatabaseDescription): SetupProblem[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'add column' || !from.tables.has(change.table)) return []
    const { name, isNullable, default: initial, generated } = change.column
    if (isNullable || initial !== undefined || generated !== undefined) return []
    return [
      {
        code: 'ERR_DB_MIGRATION',
        place: `${change.table}.${name}`,
        message: 'It is required and has no default, so rows that are there would have no value for it.',
        remedy:
          'Either give it a .default(…); or let it be .nullable(); or make it nullable now, write a migration that fills it, and require it with the next.',
      },
    ]
  })
}

/** Finds unique keys over nothing but new columns with defaults: of the rows that are there, all would have the same. */
export function repeatedProblems(changes: readonly Change[], from: DatabaseDescription): SetupProblem[] {
  const filled = new Set(
    changes.flatMap((change) => {
      if (change.kind !== 'add column' || !from.tables.has(change.table)) return []
      const { name, default: initial, generated } = change.column
      return initial === undefined || generated !== undefined ? [] : [`${change.table}.${name}`]
    }),
  )
  return changes.flatMap((change) => {
    if (change.kind !== 'add index' || !change.index.isUnique) return []
    const places = change.index.columns.map(({ name }) => `${change.table}.${name}`)
    if (!places.every((place) => filled.has(place))) return []
    return [
      {
        code: 'ERR_DB_MIGRATION',
        place: places.join(', '),
        message: 'It is unique and has a default, which all rows that are there would share.',
        remedy:
          'Either let it be .nullable() without a default; or make it nullable now, write a migration that fills it, and require it with the next; or omit .unique().',
      },
    ]
  })
}

/** Finds columns whose values mean nothing in what they become: a server would make something up, or fail at the first row. */
export function conversionProblems(
  from: DatabaseDescription,
  to: DatabaseDescription,
  readingOf: SchemaTools['readingOf'],
): SetupProblem[] {
  return [...to.tables.values()].flatMap((table) => {
    const before = from.tables.get(table.name)
    return table.columns.flatMap((column) => {
      const old = before?.columns.find(({ name }) => name === column.name)
      const [was, now] = [old && readingOf(old, before), readingOf(column, table)]
      if (was === undefined || now === undefined || isConvertible(was.kind, now.kind)) return []
      return [
        {
          code: 'ERR_DB_MIGRATION',
          place: `${table.name}.${column.name}`,
          message: `It is ${was.kind} and is to be ${now.kind}, and what becomes of its values is not known.`,
          remedy:
            'Either write this migration by hand; or add a column of another name that is nullable, write a migration that fills it from this one, and drop this one with the next.',
        },
      ]
    })
  })
}
