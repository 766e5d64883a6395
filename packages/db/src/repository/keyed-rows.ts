// Rows by the values of some columns, in as few statements as there are parameters for.
import type { Parameters, SqlColumn } from '../condition/index.ts'
import { anyOfSql, chunkLength, chunksOf, equalsSql, hasFolded, textOfKey, valuesOf } from './key.ts'
import type { OrderTerm } from './order.ts'
import { asRow } from './row-class.ts'
import { readRows, selectRows } from './select.ts'
import type { TableAccess } from './table-access.ts'
import type { Row } from './table-sql.ts'

/** Canonical values of the columns that are asked. */
type Key = readonly unknown[]

/** What is read. */
export interface KeyedRead {
  readonly access: TableAccess
  readonly columns: readonly SqlColumn[]
  readonly operation: string
  /** Whether rows that were deleted softly are read as well. */
  readonly withDeleted: boolean
  readonly order?: readonly OrderTerm[]
}

/** Names the place of the key that a row was found by; no property has such a name. */
const PLACE = '~key'
/** Each row is compared with the keys one by one. */
const MOST_FOLDED = 100

/** The rows of each key, by the text that {@link textOfKey} has for it. */
export async function readByKeys(
  keys: readonly Key[],
  read: KeyedRead,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const { columns, access } = read
  const asked = [...new Map(keys.map((key) => [textOfKey(key, columns), key])).values()]
  const found = new Map<string, Row[]>()
  if (asked.length === 0) return found
  const isFolded = hasFolded(columns)
  const most = chunkLength(columns.length * (isFolded ? 2 : 1), access.sql)
  const readChunk = isFolded ? readFolded : readExact
  for (const chunk of chunksOf(asked, isFolded ? Math.min(most, MOST_FOLDED) : most))
    for (const [key, row] of await readChunk(chunk, read)) add(found, textOfKey(key, columns), row)
  return found
}

function add(found: Map<string, Row[]>, text: string, row: Row): void {
  const list = found.get(text)
  if (list === undefined) found.set(text, [row])
  else list.push(row)
}

async function readExact(keys: readonly Key[], read: KeyedRead): Promise<readonly (readonly [Key, Row])[]> {
  const { access, columns, operation, withDeleted, order } = read
  const and = (out: Parameters): string => anyOfSql(columns, keys, { table: access.sql, out })
  const query = selectRows({ condition: undefined, withDeleted, and, order }, access.sql)
  const rows = await readRows(access, operation, query)
  return rows.flatMap((row) => {
    const key = valuesOf(row, columns)
    return key === undefined ? [] : [[key, row] as const]
  })
}

/**
 * Which texts are equal without case, the database alone knows: it says of each row by which key it found it. That is the first of
 * equal ones, so keys without a row are asked again, until no row comes.
 */
async function readFolded(keys: readonly Key[], read: KeyedRead): Promise<readonly (readonly [Key, Row])[]> {
  const found: (readonly [Key, Row])[] = []
  let asked = keys
  while (asked.length > 0) {
    const places = new Set<number>()
    for (const { [PLACE]: place, ...row } of await readPlaced(asked, read)) {
      const key = asked[Number(place)]
      if (key !== undefined) found.push([key, asRow(row, read.access.sql.Row)])
      places.add(Number(place))
    }
    if (places.size === 0) break
    asked = asked.filter((_, at) => !places.has(at))
  }
  return found
}

async function readPlaced(
  keys: readonly Key[],
  { access, columns, operation, withDeleted, order }: KeyedRead,
): Promise<readonly Row[]> {
  const { sql } = access
  const also = (out: Parameters): string => {
    const cases = keys.map((key, at) => `when ${equalsSql(columns, key, out)} then ${at}`)
    return `case ${cases.join(' ')} end as ${sql.dialect.quote(PLACE)}`
  }
  const and = (out: Parameters): string => anyOfSql(columns, keys, { table: sql, out })
  return readRows(access, operation, selectRows({ condition: undefined, withDeleted, and, also, order }, sql))
}
