// The schemas of a table: objects of JSON Schema that can be picked from.
import { SetupError, t } from '@keelson/core'
import { suggestName, type TObject, type TProperties, type TSchema } from '@keelson/core/schemas'
import type { ColumnFacts } from './contract.ts'
import type { TableSchema } from './table-schema.ts'

/** The schema of rows: every column that is not hidden. */
export function rowSchema<T>(table: string, columns: readonly ColumnFacts[]): TableSchema<T> {
  const shown = columns.filter(({ isHidden }) => !isHidden)
  const properties = Object.fromEntries(shown.map((column) => [column.property, valueSchema(column)]))
  return named(toTableSchema(table, properties), table, '')
}

/** What a body may say of a new row. */
export function newSchema<T>(table: string, columns: readonly ColumnFacts[]): TableSchema<T> {
  const taken = columns.filter(
    ({ isHidden, made }) => !isHidden && (made === undefined || made === 'default'),
  )
  const entries = taken.map((column) => {
    const schema = valueSchema(column, column.made === 'default' ? { default: shownDefault(column) } : {})
    return [
      column.property,
      column.made === 'default' || column.isNullable ? t.Optional(schema) : schema,
    ] as const
  })
  return named(toTableSchema(table, Object.fromEntries(entries)), table, 'New')
}

/** What a body may change of a row. No defaults: what is absent stays. */
export function patchSchema<T>(table: string, columns: readonly ColumnFacts[]): TableSchema<T> {
  const taken = columns.filter(
    ({ isHidden, isPrimary, made }) => !isHidden && !isPrimary && (made === undefined || made === 'default'),
  )
  const properties = taken.map((column) => [column.property, t.Optional(valueSchema(column))] as const)
  return named(toTableSchema(table, Object.fromEntries(properties)), table, 'Patch')
}

/** Documents call it as code does: `Orders`, `OrdersNew`. What is picked from it is another schema. */
function named<T>(schema: TableSchema<T>, table: string, suffix: string): TableSchema<T> {
  const words = table.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return name === '' ? schema : suggestName(schema, name + suffix)
}

function shownDefault({ default: value }: ColumnFacts): unknown {
  if (typeof value === 'bigint') return String(value)
  return value instanceof Date ? value.toISOString() : value
}

function valueSchema({ schema, isNullable }: ColumnFacts, options: object = {}): TSchema {
  if (isNullable) return t.Union([schema, t.Null()], options)
  return Object.keys(options).length === 0 ? schema : withKeywords(schema, options)
}

/** A copy, its symbols included, by which TypeBox knows a schema. */
function withKeywords(schema: TSchema, keywords: object): TSchema {
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(schema),
      ...Object.getOwnPropertyDescriptors(keywords),
    },
  ) as TSchema
}

function toTableSchema<T>(table: string, properties: TProperties): TableSchema<T> {
  const schema = t.Object(properties)
  const known = (names: readonly string[], method: string): readonly string[] => {
    const list: unknown = names.find((name: unknown) => typeof name !== 'string')
    if (list !== undefined) throw notNames(table, method, list)
    const unknown = names.find((name) => !Object.hasOwn(properties, name))
    if (unknown !== undefined) throw unknownProperty(table, method, { unknown, properties })
    return names
  }
  const methods = {
    pick: (...names: readonly string[]) => {
      known(names, 'pick')
      return toTableSchema(
        table,
        filterKeys(properties, (name) => names.includes(name)),
      )
    },
    omit: (...names: readonly string[]) => {
      known(names, 'omit')
      return toTableSchema(
        table,
        filterKeys(properties, (name) => !names.includes(name)),
      )
    },
    extend: (more: TProperties) => toTableSchema(table, { ...properties, ...more }),
  }
  // Not enumerable: a schema is data, and documents copy it.
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(schema, name, { value })
  return schema as TObject as unknown as TableSchema<T>
}

function filterKeys(properties: TProperties, keep: (name: string) => boolean): TProperties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => keep(name)))
}

function unknownProperty(
  table: string,
  method: string,
  { unknown, properties }: { readonly unknown: string; readonly properties: TProperties },
): Error {
  return new SetupError([
    {
      code: 'ERR_DB_TABLE',
      place: `${table}, ${method}('${unknown}')`,
      message: `The schema has no property '${unknown}'; hidden and made ones are in none.`,
      remedy: `Name one of: ${Object.keys(properties).join(', ')}.`,
    },
  ])
}

/** A list in the place of names is how others write it. */
function notNames(table: string, method: string, given: unknown): Error {
  const names = Array.isArray(given) ? given.map((name) => `'${String(name)}'`).join(', ') : "'id'"
  return new SetupError([
    {
      code: 'ERR_DB_TABLE',
      place: `${table}, ${method}()`,
      message: `It takes names of properties, and was given ${Array.isArray(given) ? 'a list' : 'something else'}.`,
      remedy: `Write ${method}(${names}).`,
    },
  ])
}
