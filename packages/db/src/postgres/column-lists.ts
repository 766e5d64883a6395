// On the request path: many rows as one array for each column.
import type { ColumnLists, DriverValue } from '../adapter/index.ts'
import type { ColumnFacts, TableFacts } from '../table/index.ts'

/** The longest list, in characters. A text of JavaScript, and a message of the server, may be about eight times as long. */
const MOST_CHARACTERS = 2 ** 26

/** Types of PostgreSQL that a table may be called as, too: `null::"path"` is the type. */
const TYPES = new Set(
  (
    'bit bool box bpchar bytea char cid cidr circle date float4 float8 inet int2 int4 int8 interval internal json jsonb jsonpath line ' +
    'lseg macaddr macaddr8 money name numeric oid path point polygon record refcursor text tid time timestamp timestamptz timetz trigger ' +
    'unknown uuid varbit varchar void xid xid8 xml cstring any'
  ).split(' '),
)
/** Those of ranges, vectors, catalogs and pseudo-types, which few tables are called as. */
const OTHER_TYPES = /^(?:pg_|_|any|reg)|(?:range|vector|_handler|_trigger|_snapshot|query|item)$/

/** Kinds whose texts have nothing that an array would read as its own. */
const PLAIN: ReadonlySet<string> = new Set([
  'integer',
  'bigint',
  'decimal',
  'boolean',
  'timestamp',
  'date',
  'uuid',
])

/** The arrays of PostgreSQL. */
export const ARRAYS: ColumnLists = {
  // What the column takes, and not what we think that it is: another program may have made the table.
  sourceOf: (table, quote) => {
    if (isType(table.name) || table.columns.some(isForRows)) return undefined
    const name = quote(table.name)
    const arrays = table.columns.map(
      (column, at) => `coalesce($${at + 1}, array[(null::${name}).${quote(column.name)}])`,
    )
    return `select * from unnest(${arrays.join(', ')})`
  },
  listOf,
}

/** Bytes are twice as long as text, and a type of its own may be an array itself, of which there are no arrays. */
function isForRows({ kind, sqlType }: ColumnFacts): boolean {
  return kind === 'bytes' || sqlType !== undefined
}

function isType(name: TableFacts['name']): boolean {
  return TYPES.has(name) || OTHER_TYPES.test(name)
}

function listOf({ kind }: ColumnFacts, values: readonly DriverValue[]): string | undefined {
  const entryOf = PLAIN.has(kind) ? String : quoted
  let list = '{'
  for (const value of values) {
    if (list.length > 1) list += ','
    list += value === null ? 'NULL' : entryOf(value)
    if (list.length > MOST_CHARACTERS) return undefined
  }
  return `${list}}`
}

function quoted(value: DriverValue): string {
  const text = String(value)
  return /["\\]/.test(text) ? `"${text.replace(/["\\]/g, String.raw`\$&`)}"` : `"${text}"`
}
