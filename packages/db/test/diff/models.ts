// Random sets of tables, and a second set that comes of a first by what people change.
import { t } from '@keelson/core'
import fc from 'fast-check'
import {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  defineTables,
  integer,
  json,
  oneOf,
  table,
  text,
  timestamp,
  uuid,
  version,
  type AnyColumn,
  type AnyTables,
} from '../../src/index.ts'

/** A column of a random table. `id` stays when its name changes. */
export interface ColumnModel {
  readonly id: number
  readonly name: string
  readonly was?: string | undefined
  readonly kind: keyof typeof KINDS
  readonly size: number
  /** Whether its numbers are whole, its instants the first of a day and its texts numbers, so that it can become of another kind. */
  readonly isWhole: boolean
  readonly isNullable: boolean
  /** Whether a row has null there; such a column stays nullable. */
  readonly hasNull: boolean
  readonly hasDefault: boolean
  readonly isUnique: boolean
  readonly isIndexed: boolean
  /** Id of the table that it refers to. */
  readonly refersTo?: number | undefined
  readonly onDelete: 'restrict' | 'cascade'
}

/** A random table. */
export interface TableModel {
  readonly id: number
  readonly name: string
  readonly was?: string | undefined
  readonly columns: readonly ColumnModel[]
}

/** Tables of a database. */
export type Model = readonly TableModel[]

/** The calls that the builders of all kinds have. */
interface AnyBuilder extends AnyColumn {
  nullable(): AnyBuilder
  default(value: unknown): AnyBuilder
  unique(): AnyBuilder
  was(name: string): AnyBuilder
  named(name: string): AnyBuilder
}

interface Kind {
  build(size: number): unknown
  readonly value: unknown
  /** A value for the row of this number. */
  valueOf(row: number, isWhole: boolean): unknown
  readonly isKey: boolean
}

const UUID = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a'
const hex = (row: number): string => row.toString(16).padStart(2, '0')

export const KINDS = {
  text: {
    build: (size) => text({ maxLength: 10 + size }),
    value: String.raw`it's "\ x`,
    valueOf: (row, isWhole) => (isWhole ? `${row}` : `t${row}`),
    isKey: true,
  },
  long: { build: () => text(), value: String.raw`a'b\c`, valueOf: (row) => `long ${row}`, isKey: false },
  status: {
    build: (size) => oneOf('open', 'closed', ...Array.from({ length: size }, (_, at) => `more ${at}`)),
    value: 'closed',
    valueOf: (row) => (row % 2 === 0 ? 'open' : 'closed'),
    isKey: false,
  },
  total: {
    build: (size) => decimal(12 + size, 2 + (size % 2)),
    value: '1.5',
    valueOf: (row, isWhole) => (isWhole ? `${row}` : `${row}.25`),
    isKey: true,
  },
  count: {
    build: (size) => integer({ minimum: -size }),
    value: 7,
    valueOf: (row) => row,
    isKey: true,
  },
  big: { build: () => bigint(), value: '9007199254740993', valueOf: (row) => `${row}`, isKey: true },
  flag: { build: () => boolean(), value: true, valueOf: (row) => row % 2 === 0, isKey: false },
  day: {
    build: () => date(),
    value: '2026-01-02',
    valueOf: (row) => `2026-01-${hex(row + 1)}`,
    isKey: false,
  },
  at: {
    build: () => timestamp(),
    value: '2026-01-02T03:04:05.678Z',
    valueOf: (_, isWhole) => (isWhole ? '2026-02-03T00:00:00.000Z' : '2026-02-03T04:05:06.007Z'),
    isKey: false,
  },
  data: { build: () => bytes(), value: 'AP8', valueOf: () => 'AQID', isKey: false },
  tags: { build: () => json(t.Unknown()), value: { a: 1 }, valueOf: (row) => [row], isKey: false },
  version: { build: () => version(), value: undefined, valueOf: () => 1, isKey: false },
} satisfies Readonly<Record<string, Kind>>

/** The key of a row. */
export function keyOf(table: number, row: number): string {
  return `${UUID}${hex(table * 16 + row)}`
}

/** The value of a column in the row of a number; undefined where its default is left to say it. */
export function valueOf(column: ColumnModel, row: number): unknown {
  if (column.hasNull && column.kind !== 'version' && row === 1) return null
  if (column.refersTo !== undefined) return keyOf(column.refersTo, row)
  if (column.kind === 'version') return undefined
  return (KINDS[column.kind] as Kind).valueOf(row, column.isWhole)
}

/** What a value is when its column has become another: the same by its meaning. */
export function valueAs(value: unknown, from: ColumnModel, to: ColumnModel): unknown {
  if (from.kind === to.kind || value === undefined || value === null) return value
  if (from.kind === 'tags') return JSON.stringify(value)
  if (to.kind === 'text' && from.kind === 'total') return Number(value).toFixed(2 + (from.size % 2))
  return AS_KIND[to.kind]?.(typeof value === 'boolean' ? Number(value) : (value as string | number))
}

const AS_KIND: Partial<Readonly<Record<ColumnModel['kind'], (value: string | number) => unknown>>> = {
  text: String,
  tags: (value) => JSON.parse(String(value)) as unknown,
  count: Number,
  big: (value) => String(Number(value)),
  total: String,
  flag: (value) => Number(value) === 1,
  at: (value) => `${value}T00:00:00.000Z`,
  day: (value) => String(value).slice(0, 10),
}

/** The kinds that a column can become with all of its values; those of the second list if they are whole. */
const BECOMES: Partial<Readonly<Record<ColumnModel['kind'], readonly [always: Kinds, whole: Kinds]>>> = {
  text: [[], ['count', 'big', 'total']],
  count: [['big', 'total', 'text'], []],
  big: [['count', 'total', 'text'], []],
  total: [['text'], ['count', 'big']],
  flag: [['count', 'big', 'total'], []],
  day: [['at', 'text'], []],
  at: [[], ['day']],
  tags: [['long'], []],
}

type Kinds = readonly ColumnModel['kind'][]

function kindsAfter({ kind, isWhole, refersTo }: ColumnModel): Kinds {
  const [always, whole] = BECOMES[kind] ?? [[], []]
  if (refersTo !== undefined) return []
  return isWhole ? [...always, ...whole] : always
}

/** The tables that a model says. */
export function tablesOf(model: Model): AnyTables {
  const entries = model.map(({ id, name, was, columns }) => {
    const built = Object.fromEntries([
      ['id', uuid().primary()],
      ...columns.map((column) => [camel(column.name), build(column, model)] as const),
    ])
    const indexes = columns.filter(({ isIndexed, kind }) => isIndexed && KINDS[kind].isKey)
    return [
      `table${id}`,
      table(name, built, {
        ...(was !== undefined && { was }),
        indexes: indexes.map((column) => [camel(column.name)]),
      }),
    ] as const
  })
  return defineTables(Object.fromEntries(entries) as never)
}

function build(column: ColumnModel, model: Model): AnyColumn {
  const { refersTo, kind, size, onDelete } = column
  const kindOf: Kind = KINDS[kind]
  const isReference = refersTo !== undefined && model.some(({ id }) => id === refersTo)
  let built = (isReference
    ? uuid().references(`table${refersTo}`, { onDelete, as: `to${column.id}`, inverse: `from${column.id}` })
    : refersTo === undefined
      ? kindOf.build(size)
      : uuid()) as unknown as AnyBuilder
  if ((column.isNullable || column.hasNull) && kind !== 'version') built = built.nullable()
  if (column.hasDefault && refersTo === undefined && kindOf.value !== undefined)
    built = built.default(kindOf.value)
  if (column.isUnique && kindOf.isKey && refersTo === undefined) built = built.unique()
  if (column.was !== undefined) built = built.was(column.was)
  return built.named(column.name)
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[]

/** The name of a decimal is the end of those of others in its table. */
function columnOf(id: number): fc.Arbitrary<ColumnModel> {
  return fc
    .record({
      id: fc.constant(id),
      name: fc.constantFrom('a', 'order', 'customer_name', 'select').map((name) => `${name}_${id}`),
      // Often two of a table are decimals.
      kind: fc.constantFrom(...kinds, ...Array.from({ length: 5 }, () => 'total' as const)),
      size: fc.nat(3),
      isWhole: fc.boolean(),
      isNullable: fc.boolean(),
      hasNull: fc.boolean(),
      hasDefault: fc.boolean(),
      isUnique: fc.boolean(),
      isIndexed: fc.boolean(),
      refersTo: fc.option(fc.nat(2), { nil: undefined, freq: 2 }),
      onDelete: fc.constantFrom('restrict', 'cascade'),
    })
    .map((column) => (column.kind === 'total' ? { ...column, name: `${'net_'.repeat(id % 10)}tax` } : column))
}

/** One `version` is enough for a table. */
function withOneVersion(columns: readonly ColumnModel[]): ColumnModel[] {
  const first = columns.find(({ kind }) => kind === 'version')
  return columns.map((column) =>
    column.kind === 'version' && column !== first ? { ...column, kind: 'count' } : column,
  )
}

function tableOf(id: number): fc.Arbitrary<TableModel> {
  return fc
    .tuple(...[0, 1, 2, 3].map((at) => columnOf(id * 10 + at)))
    .map((columns) => ({ id, name: `group_${id}`, columns: withOneVersion(columns) }))
}

/** Three tables that refer to each other, and what may be made of them. */
export const models: fc.Arbitrary<readonly [Model, Model]> = fc
  .tuple(tableOf(0), tableOf(1), tableOf(2))
  .chain((first) =>
    fc
      .record({
        tables: fc.tuple(changed(first[0]), changed(first[1]), changed(first[2])),
        isMore: fc.boolean(),
        column: columnOf(90),
      })
      .map(({ tables, isMore, column }): readonly [Model, Model] => {
        const more: TableModel = { id: 3, name: 'added', columns: [column] }
        return [first, [...tables.filter((one) => one !== undefined), ...(isMore ? [more] : [])]]
      }),
  )

function changed(model: TableModel): fc.Arbitrary<TableModel | undefined> {
  const columns = fc.tuple(
    ...model.columns.map((column) => changedColumn(column)),
    columnOf(model.id * 10 + 9),
  )
  const made = fc
    .tuple(columns, fc.boolean(), fc.boolean(), fc.boolean())
    .map(([all, isRenamed, isMore, isSwapped]) => {
      const more = all.at(-1) as ColumnModel
      const kept = all.slice(0, -1).filter((one) => one !== undefined)
      const added = isMore ? [{ ...more, isNullable: true, isUnique: false, refersTo: undefined }] : []
      const swapped = isSwapped ? swap(kept) : kept
      return {
        ...model,
        columns: withOneVersion([...swapped, ...added]),
        ...(isRenamed && { name: `renamed_${model.id}`, was: model.name }),
      }
    })
  return fc.oneof({ weight: 8, arbitrary: made }, { weight: 1, arbitrary: fc.constant(undefined) })
}

/** Two columns that keep their names take each other's. */
function swap(columns: readonly ColumnModel[]): ColumnModel[] {
  const [one, two] = columns.filter(({ was }) => was === undefined)
  if (one === undefined || two === undefined) return [...columns]
  return columns.map((column) => {
    if (column === one) return { ...one, name: two.name, was: one.name }
    return column === two ? { ...two, name: one.name, was: two.name } : column
  })
}

/** What rows that are there can hold. */
function changedColumn(column: ColumnModel): fc.Arbitrary<ColumnModel | undefined> {
  const change = fc.record({
    kind: fc.constantFrom(column.kind, ...kindsAfter(column)),
    isRenamed: fc.boolean(),
    grows: fc.nat(2),
    isNullable: fc.boolean(),
    hasDefault: fc.boolean(),
    isUnique: fc.boolean(),
    isIndexed: fc.boolean(),
  })
  const made = change.map(({ isRenamed, grows, isUnique, ...rest }): ColumnModel => ({
    ...column,
    ...rest,
    // Flags are alike in many rows.
    isUnique: isUnique && column.kind !== 'flag',
    size: column.size + grows,
    ...(isRenamed && { name: `new_${column.id}`, was: column.name }),
  }))
  return fc.oneof(
    { weight: 3, arbitrary: made },
    { weight: 3, arbitrary: fc.constant(column) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  )
}
