// Tables of our own, made in a database and pulled from it, say again what a database can tell of them.
import { t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import {
  bigint,
  boolean,
  bytes,
  createTables,
  date,
  decimal,
  defineTables,
  integer,
  json,
  oneOf,
  openDatabase,
  table,
  text,
  timestamp,
  uuid,
  version,
  type AnyTables,
} from '../../src/index.ts'
import { pull } from '../../src/pull/index.ts'
import { factsOf, type ColumnFacts } from '../../src/table/index.ts'
import { ALL_SYSTEMS } from '../systems.ts'

const DECLARED = defineTables({
  customers: table('customers', { id: uuid().primary(), name: text({ minLength: 1, maxLength: 80 }) }),
  kinds: table(
    'kinds',
    {
      id: uuid().primary(),
      plain: text(),
      short: text({ maxLength: 20 }).unique(),
      filled: text({ minLength: 2 }).default("it's"),
      folded: text({ maxLength: 30, caseInsensitive: true }),
      status: oneOf('open', "it's", 'closed').default('open'),
      word: oneOf('a').nullable(),
      small: integer(),
      counted: integer({ minimum: 0 }),
      few: integer({ minimum: -5, maximum: 5 }).default(-1),
      wide: integer({ bits: 53 }),
      wideCounted: integer({ bits: 53, minimum: 1 }),
      long: bigint(),
      longCounted: bigint({ minimum: 0 }).default('7'),
      longBelow: bigint({ maximum: '9007199254740993' }),
      money: decimal(12, 2).default('12.50'),
      price: decimal(10, 2, { minimum: 0 }),
      share: decimal(4, 4, { minimum: 0, maximum: '0.5000' }).nullable(),
      whole: decimal(9, 0),
      wholeCounted: decimal(9, 0, { minimum: 1, maximum: 999 }),
      isPaid: boolean().default(false),
      at: timestamp(),
      createdAt: timestamp().now(),
      since: timestamp().default('2026-01-01T00:00:00.000Z'),
      day: date().default('2026-02-28'),
      other: uuid().nullable(),
      data: json(t.Unknown()),
      defaults: json(t.Unknown()).default({ a: [1] }),
      raw: bytes(),
      hash: bytes({ minLength: 32, maxLength: 32 }),
      customerId: uuid().references('customers', { onDelete: 'cascade' }),
      parentId: uuid().nullable().references('kinds', { inverse: 'kindsByParentId' }),
      version: version(),
    },
    {
      indexes: [['status', 'createdAt'], { columns: ['day'], name: 'by_day' }],
      unique: [{ columns: ['customerId', 'short'] }],
    },
  ),
  memberships: table('memberships', {
    customerId: uuid().references('customers').primary(),
    number: integer().primary(),
  }),
  numbered: table('numbered', { id: bigint().identity().primary(), note: text() }),
})

/** What a database tells of a column. What has no limit of its own there, such as `made`, is not among it. */
function told({ limits, ...column }: ColumnFacts): unknown {
  const { name, property, kind, isNullable, isPrimary, isCaseInsensitive, sqlType, made } = column
  const said = Object.entries(limits).map(([limit, value]) => [
    limit,
    limit === 'minimum' || limit === 'maximum' ? Number(value) : value,
  ])
  return {
    name,
    property,
    kind,
    isNullable,
    isPrimary,
    isCaseInsensitive,
    sqlType,
    default: made === 'version' ? 1 : column.default,
    isNow: made === 'now',
    isIdentity: made === 'identity',
    limits: Object.fromEntries(said.filter(([, value]) => value !== undefined)),
  }
}

function toldOf(tables: AnyTables): unknown {
  return [...factsOf(tables).tables].map(([key, facts]) => ({
    key,
    columns: facts.columns.map(told).toSorted(byName),
    indexes: facts.indexes
      .map(({ name, columns, isUnique }) => ({ name, columns, isUnique }))
      .toSorted(byName),
    references: facts.references.toSorted(byName),
    checks: [...facts.checks],
    storage: facts.storage,
  }))
}

function byName(a: unknown, b: unknown): number {
  return (a as { name: string }).name < (b as { name: string }).name ? -1 : 1
}

describe.each(ALL_SYSTEMS)('tables of our own on %s', (_name, make) => {
  it('are pulled as they were declared', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    await using _dropped = { [Symbol.asyncDispose]: () => made.drop() }
    await using db = await openDatabase(made.adapter, DECLARED)
    await createTables(db)
    const { tables, left } = await pull(made.adapter, () => false)
    expect(left).toEqual([])
    expect(toldOf(tables)).toEqual(toldOf(DECLARED))
  })
})
