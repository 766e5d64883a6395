// The table of a key-value store, and its statements.
import type { Dialect, DriverValue, Statement } from '../adapter/index.ts'
import { MAX_STORED_KEY_BYTES } from '@keelson/core/ports'
import { creationTexts } from '../create-tables/index.ts'
import { bytes, integer, table } from '../table/index.ts'
import type { ColumnFacts, TablesFacts } from '../table/index.ts'

/** Most bytes of what keys of a store begin with: an index of MySQL has its limit. */
export const MAX_PREFIX_BYTES = 128

/** The instant of what never expires. */
export const NEVER = Number.MAX_SAFE_INTEGER

const FACTS = table(
  'keelson_key_values',
  {
    key: bytes({ maxLength: MAX_STORED_KEY_BYTES + MAX_PREFIX_BYTES }).primary(),
    value: bytes(),
    expiresAt: integer({ bits: 53 }),
  },
  { indexes: [['expiresAt']] },
)['~internal']
const TABLES: TablesFacts = { tables: new Map([[FACTS.name, FACTS]]), relations: new Map() }
const [KEY, VALUE, EXPIRES] = FACTS.columns as unknown as readonly [ColumnFacts, ColumnFacts, ColumnFacts]

/** The most rows that one statement of a sweep deletes: what waits for it, or for its locks, waits for no more. */
export const SWEPT_ROWS = 1000

/** An entry as it is stored. */
export interface StoredEntry {
  readonly key: string
  readonly value: Uint8Array
  /** Instant, ms. */
  readonly expiresAt: number
}

/** The statements of a store in the SQL of one system. */
export class StoreTable {
  readonly prepare: readonly string[]
  readonly add: Statement
  readonly change: Statement
  readonly touch: Statement
  readonly delete: Statement
  /** Deletes rows that have expired, the oldest first, {@link SWEPT_ROWS} at most. */
  readonly sweep: Statement
  readonly #dialect: Dialect
  readonly #name: string
  readonly #prefix: string

  constructor(dialect: Dialect, prefix: string) {
    this.#dialect = dialect
    this.#prefix = prefix
    this.#name = dialect.quote(FACTS.name)
    const [key, value, expires] = [KEY, VALUE, EXPIRES].map(({ name }) => dialect.quote(name))
    const place = (at: number): string => dialect.placeholder(at)
    this.prepare = creationTexts(TABLES, dialect).map((text) =>
      text.replace(/^create (table|index) /, 'create $1 if not exists '),
    )
    const added = `${this.#insert(1)} ${this.#onKnown('nothing')}`
    // All values are checked before, so that a known key is the only thing that is ignored.
    this.add = write(dialect.has.onConflict ? added : added.replace('insert into', 'insert ignore into'))
    this.change = write(
      `update ${this.#name} set ${value} = ${place(1)}, ${expires} = ${place(2)} where ${key} = ${place(3)} and ${value} = ${place(4)} and ${expires} = ${place(5)}`,
    )
    this.touch = write(
      `update ${this.#name} set ${expires} = ${place(1)} where ${key} = ${place(2)} and ${expires} > ${place(3)}`,
    )
    this.delete = write(
      `delete from ${this.#name} where ${key} = ${place(1)} and ${value} = ${place(2)} and ${expires} = ${place(3)}`,
    )
    const oldest = `where ${expires} <= ${place(1)} order by ${expires} limit ${SWEPT_ROWS}`
    // MySQL has no limit within `in`, and the others none for a deletion.
    this.sweep = write(
      dialect.has.onConflict
        ? `delete from ${this.#name} where ${key} in (select ${key} from ${this.#name} ${oldest})`
        : `delete from ${this.#name} ${oldest}`,
    )
  }

  /** Replaces entries with other keys than each other. */
  set(count: number): Statement {
    return { ...write(`${this.#insert(count)} ${this.#onKnown('replace')}`), isKept: count === 1 }
  }

  /** Reads keys, expired ones included; locked for a change in the transaction around. */
  get(count: number, isLocked: boolean): Statement {
    const list = this.#places(1, count)
    const columns = [KEY, VALUE, EXPIRES].map(({ name }) => this.#dialect.quote(name))
    const lock = isLocked && this.#dialect.has.forUpdate ? ' for update' : ''
    const text = `select ${columns.join(', ')} from ${this.#name} where ${columns[0]} in (${list})${lock}`
    return { text, isRead: lock === '', isKept: count === 1 }
  }

  /** Deletes keys that have not expired; the last value is the present instant. */
  deleteAll(count: number): Statement {
    const text = `delete from ${this.#name} where ${this.#dialect.quote(KEY.name)} in (${this.#places(1, count)}) and ${this.#dialect.quote(EXPIRES.name)} > ${this.#dialect.placeholder(count + 1)}`
    return { ...write(text), isKept: count === 1 }
  }

  values({ key, value, expiresAt }: StoredEntry): DriverValue[] {
    return [toKey(this.#prefix + key), value, expiresAt]
  }

  /** An entry as the driver gives it. */
  read(row: Readonly<Record<string, unknown>>): StoredEntry {
    const bytesOf = (column: ColumnFacts): Buffer =>
      Buffer.from(this.#decoded(row, column) as string, 'base64url')
    return {
      key: bytesOf(KEY).toString().slice(this.#prefix.length),
      value: new Uint8Array(bytesOf(VALUE)),
      expiresAt: Number(this.#decoded(row, EXPIRES)),
    }
  }

  #decoded(row: Readonly<Record<string, unknown>>, column: ColumnFacts): unknown {
    const { decode } = this.#dialect.codecOf(column)
    return decode === undefined ? row[column.name] : decode(row[column.name])
  }

  #insert(count: number): string {
    const columns = [KEY, VALUE, EXPIRES].map(({ name }) => this.#dialect.quote(name))
    const rows = Array.from({ length: count }, (_, at) => `(${this.#places(at * 3 + 1, 3)})`)
    return `insert into ${this.#name} (${columns.join(', ')}) values ${rows.join(', ')}`
  }

  /** The table has one unique key, so that MySQL's own words do what is meant. */
  #onKnown(what: 'nothing' | 'replace'): string {
    const { has, quote } = this.#dialect
    const [key, value, expires] = [KEY, VALUE, EXPIRES].map(({ name }) => quote(name))
    if (has.onConflict)
      return what === 'nothing'
        ? `on conflict (${key}) do nothing`
        : `on conflict (${key}) do update set ${value} = excluded.${value}, ${expires} = excluded.${expires}`
    return what === 'nothing'
      ? ''
      : `on duplicate key update ${value} = values(${value}), ${expires} = values(${expires})`
  }

  #places(from: number, count: number): string {
    return Array.from({ length: count }, (_, at) => this.#dialect.placeholder(from + at)).join(', ')
  }
}

/** A key as it is stored and compared: by its bytes. */
export function toKey(key: string): Uint8Array {
  return Buffer.from(key)
}

function write(text: string): Statement {
  return { text: text.trimEnd(), isRead: false }
}
