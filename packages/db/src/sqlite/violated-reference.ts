// SQLite says that a foreign key was violated, and not which. So what the statement would have done is asked of the tables.
import { quoteName, type DriverRow, type DriverValue, type ViolatedReference } from '../adapter/index.ts'
import type { ReferenceFacts, TableFacts, TablesFacts } from '../table/index.ts'
import type { SqliteFile } from './sqlite-driver.ts'

/** A statement that violated a foreign key, and was undone for that. */
export interface Violating {
  readonly file: SqliteFile
  readonly text: string
  readonly values: readonly Exclude<DriverValue, boolean>[]
  readonly tables: TablesFacts
}

/** The first words of a statement that writes, and its table: `insert or ignore into "orders"`. */
const WRITES =
  /^\s*(?:(insert|replace)(?:\s+or\s+\w+)?\s+into|(update)(?:\s+or\s+\w+)?|(delete)\s+from)\s+(?:"((?:[^"]|"")+)"|(\w+))/i

/** What it can be asked for, at the top: texts, names and comments are passed over. */
const RETURNING =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*.*?\*\/|\breturning\b|;\s*$/gis

/** The violated reference; undefined where the statement is one that nothing can be asked of, such as one with CTEs. */
export function violatedReference(violating: Violating): ViolatedReference | undefined {
  const found = WRITES.exec(violating.text)
  const name = found?.[4]?.replaceAll('""', '"') ?? found?.[5]
  const table = [...violating.tables.tables.values()].find((one) => one.name === name)
  if (found === null || table === undefined) return undefined
  try {
    if (found[3] !== undefined)
      return inUse(table, withoutReturning(violating.text.slice(found[0].length)), violating)
    const isUpdate = found[2] !== undefined && setsKey(table, violating.text.slice(found[0].length))
    // In the order of a server, which looks for those who refer to a row before it looks for those it refers to.
    return (isUpdate ? left(table, violating) : undefined) ?? missing(table, violating)
  } catch {
    // The error is then told without its reference.
    return undefined
  }
}

function withoutReturning(text: string): string {
  const end = [...text.matchAll(RETURNING)].find(([one]) => /^(?:returning|;\s*)$/i.test(one))
  return end === undefined ? text : text.slice(0, end.index)
}

/** The first reference to rows that a deletion would remove, by itself or by cascades. */
function inUse(table: TableFacts, rest: string, violating: Violating): ViolatedReference | undefined {
  const seen = new Set<ReferenceFacts>()
  const walk = (from: TableFacts, keys: string): ReferenceFacts | undefined => {
    const referring = referringTo(from, violating.tables).filter(({ reference }) => !seen.has(reference))
    for (const { reference } of referring) seen.add(reference)
    const own = referring.filter(({ owner, reference }) => owner === from && reference.onDelete === 'cascade')
    const all = own.reduce((inner, { reference }) => closure(from, reference, inner), keys)
    const held = referring.find(
      ({ owner, reference }) =>
        (reference.onDelete === 'restrict' || reference.onDelete === 'no action') &&
        asks(violating, `select 1 from ${quote(owner.name)} where ${columnOf(owner, reference)} in (${all})`),
    )
    if (held !== undefined) return held.reference
    for (const { owner, reference } of referring) {
      if (owner === from || reference.onDelete !== 'cascade') continue
      const rows = `select ${keyOf(owner)} from ${quote(owner.name)} where ${columnOf(owner, reference)} in (${all})`
      const deeper = walk(owner, rows)
      if (deeper !== undefined) return deeper
    }
    return undefined
  }
  const found = walk(table, `select ${keyOf(table)} from ${quote(table.name)}${rest}`)
  return found && { constraint: found.name, isInUse: true }
}

/** Keys with those of the rows below them in the same table. */
function closure(table: TableFacts, reference: ReferenceFacts, keys: string): string {
  const own = quote(table.name)
  return `with recursive below(k) as (${keys} union select ${own}.${keyOf(table)} from ${own} join below on ${own}.${columnOf(table, reference)} = k) select k from below`
}

/** The first reference of the rows that the statement writes to one that is not there: written once more, and undone. */
function missing(table: TableFacts, violating: Violating): ViolatedReference | undefined {
  const { references } = table
  if (references.length === 0) return undefined
  const columns = references.map((reference, at) => `${columnOf(table, reference)} as r${at}`)
  const text = `${withoutReturning(violating.text)} returning ${columns.join(', ')}`
  const found = undone(violating.file, () => {
    const statement = violating.file.prepare(text)
    statement.readBigInts()
    const rows = statement.all(violating.values) as readonly DriverRow[]
    return references.find((reference, at) =>
      rows.some((row) => isMissing(reference, row[`r${at}`], violating)),
    )
  })
  return found && { constraint: found.name, isInUse: false }
}

function isMissing({ to }: ReferenceFacts, value: unknown, { file, tables }: Violating): boolean {
  const target = tables.tables.get(to)
  if (value === null || target === undefined) return false
  const text = `select 1 from ${quote(target.name)} where ${keyOf(target)} = ?`
  return file.prepare(text).get([value as string]) === undefined
}

/** Whether an update may set the key: its name stands before the condition. */
function setsKey({ primary: [key] }: TableFacts, rest: string): boolean {
  const set = rest.slice(0, /\bwhere\b/i.exec(rest)?.index)
  return (
    key !== undefined &&
    set
      .toLowerCase()
      .split(/[^\w$]+/)
      .includes(key.name.toLowerCase())
  )
}

/** Keys that rows refer to and no row has: more than one update leaves in a statement that somebody wrote. */
const MOST_LEFT = 1000

/** The first reference to this table whose row an update would leave without the key that it has. */
function left(table: TableFacts, violating: Violating): ViolatedReference | undefined {
  const { file, text, values, tables } = violating
  const referring = referringTo(table, tables)
  const lost = undone(file, () => {
    file.prepare(withoutReturning(text)).run(values)
    return referring.map((one) => keysWithoutRow(table, one, file))
  })
  // Keys that no row had before either are those of the update itself.
  const had = file.prepare(`select 1 from ${quote(table.name)} where ${keyOf(table)} = ?`)
  const found = referring.find((_, at) => lost[at]?.some((key) => had.get([key]) !== undefined))
  return found && { constraint: found.reference.name, isInUse: true }
}

function keysWithoutRow(
  table: TableFacts,
  { owner, reference }: Referring,
  file: SqliteFile,
): readonly string[] {
  const column = `r.${columnOf(owner, reference)}`
  const statement = file.prepare(
    `select distinct ${column} as k from ${quote(owner.name)} r where ${column} is not null and not exists (select 1 from ${quote(table.name)} t where t.${keyOf(table)} = ${column}) limit ${MOST_LEFT}`,
  )
  statement.readBigInts()
  return (statement.all([]) as readonly DriverRow[]).map(({ k }) => k as string)
}

/** Does work whose foreign keys are not held, and takes back what it did. */
function undone<T>(file: SqliteFile, work: () => T): T {
  file.exec('savepoint keelson_violated')
  try {
    file.exec('pragma defer_foreign_keys = on')
    return work()
  } finally {
    file.exec('rollback to savepoint keelson_violated')
    file.exec('release savepoint keelson_violated')
    file.exec('pragma defer_foreign_keys = off')
  }
}

function asks({ file, values }: Violating, text: string): boolean {
  return isThere(file, text, values)
}

function isThere(file: SqliteFile, text: string, values: Violating['values'] = []): boolean {
  return file.prepare(`${text} limit 1`).get(values) !== undefined
}

function quote(name: string): string {
  return quoteName(name, '"')
}

interface Referring {
  readonly owner: TableFacts
  readonly reference: ReferenceFacts
}

function referringTo(table: TableFacts, { tables }: TablesFacts): Referring[] {
  return [...tables.values()].flatMap((owner) =>
    owner.references.filter(({ to }) => tables.get(to) === table).map((reference) => ({ owner, reference })),
  )
}

function columnOf({ byProperty }: TableFacts, { columns: [property = ''] }: ReferenceFacts): string {
  return quote(byProperty.get(property)?.name ?? property)
}

/** Of a table that is referred to, whose key is one column; others give no keys to cascades. */
function keyOf({ primary: [first] }: TableFacts): string {
  return quote(first?.name ?? '')
}
