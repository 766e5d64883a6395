// A table as it is written: blanks between the cells, one line for each row, a line of names before those of a resource.
import type { PolicyNames, PolicyRow } from './policy-cells.ts'

/** What a table says. */
export interface ReadTable {
  /** By {@link keyOf} of a row, then by subject. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, boolean>>
  readonly problems: readonly string[]
}

interface Part {
  readonly resource: string
  readonly columns: readonly string[]
}

/** What stands before the cells of a row. */
export function keyOf({ resource, action, record }: PolicyRow): string {
  return [resource, action, ...(record === undefined ? [] : [record])].join(' ')
}

export function readTable(text: string, names: PolicyNames): ReadTable {
  const rows = new Map<string, ReadonlyMap<string, boolean>>()
  const problems: string[] = []
  let part: Part | undefined
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/)
    const [first = ''] = words
    if (first === '') continue
    if (Object.hasOwn(names.actions, first)) {
      part = { resource: first, columns: words.slice(1) }
      problems.push(...problemsOfColumns(part, names))
    } else if (part === undefined)
      problems.push(`'${first}' is not a resource, and the table begins with one.`)
    else addRow({ words, part, names, rows, problems })
  }
  return { rows, problems }
}

interface Adding {
  readonly words: readonly string[]
  readonly part: Part
  readonly names: PolicyNames
  readonly rows: Map<string, ReadonlyMap<string, boolean>>
  readonly problems: string[]
}

function addRow({ words, part, names, rows, problems }: Adding): void {
  const { resource, columns } = part
  const [action = '', record = ''] = words
  const rules = names.actions[resource]!
  if (!Object.hasOwn(rules, action))
    return void problems.push(`'${action}' is neither an action of ${resource} nor a resource.`)
  const looks = rules[action] === true
  const key = keyOf(looks ? { resource, action, record } : { resource, action })
  const said = words.slice(looks ? 2 : 1)
  const isKnown = !looks || Object.hasOwn(names.records[resource] ?? {}, record)
  const problem = isKnown ? problemOfCells(said, part) : `records has no '${record}' of ${resource}.`
  if (problem !== undefined) problems.push(`${key}: ${problem}`)
  else if (rows.has(key)) problems.push(`${key}: It is there twice.`)
  else rows.set(key, new Map(columns.map((column, at) => [column, said[at] === 'yes'])))
}

function problemOfCells(said: readonly string[], { columns }: Part): string | undefined {
  const wrong = said.find((word) => word !== 'yes' && word !== 'no')
  if (wrong !== undefined) return `A cell says yes or no, not '${wrong}'.`
  return said.length === columns.length
    ? undefined
    : `There are ${said.length} cells for ${columns.length} columns.`
}

function problemsOfColumns({ resource, columns }: Part, { subjects }: PolicyNames): readonly string[] {
  const unknown = columns.filter((column) => !Object.hasOwn(subjects, column))
  const twice = columns.filter((column, at) => columns.indexOf(column) < at)
  return [
    ...unknown.map((column) => `${resource}: The column ${column} is none of the subjects.`),
    ...twice.map((column) => `${resource}: The column ${column} is there twice.`),
  ]
}
