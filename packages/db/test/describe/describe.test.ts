import { t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { referenceText, tableTexts, type ReferenceDescription } from '../../src/adapter/index.ts'
import { declared } from '../../src/create-tables/index.ts'
import {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  defineTables,
  factsOf,
  integer,
  json,
  oneOf,
  table,
  text,
  timestamp,
  uuid,
  version,
} from '../../src/table/index.ts'
import { ALL_SYSTEMS } from '../systems.ts'
import { describing, tableIn, type Described } from './describing.ts'

/** 63 bytes. */
const LONG = `${'é'.repeat(31)}x`

const KINDS = {
  id: uuid().primary(),
  plain: text(),
  short: text({ minLength: 2, maxLength: 20 }),
  longer: text({ maxLength: 5000 }).nullable(),
  folded: text({ maxLength: 100, caseInsensitive: true }),
  status: oneOf('open', "it's \\ closed", 'naïve 😀', '(a) and "b"'),
  small: integer({ minimum: -5, maximum: 7 }),
  big: integer({ bits: 53 }).nullable(),
  huge: bigint({ minimum: 0 }),
  total: decimal(12, 2, { minimum: 0 }),
  signed: decimal(5, 5, { minimum: '-0.5' }).nullable(),
  isPaid: boolean(),
  at: timestamp().nullable(),
  day: date(),
  other: uuid().nullable(),
  digest: bytes({ minLength: 32, maxLength: 32 }),
  blob: bytes().nullable(),
  address: json(t.Object({ street: t.String() })),
  version: version(),
}

const tables = factsOf(
  defineTables({
    kinds: table('kinds', KINDS, {
      indexes: [['status', 'at'], ['day']],
      unique: [{ columns: ['short', 'small'] }],
    }),
    order: table('order', {
      id: uuid().primary(),
      select: text({ maxLength: 10 }).unique(),
      camel: integer({ minimum: 1 }).named('camelCase'),
      quotes: oneOf('a', 'b').named('we"ird `name` [x]'),
      wide: integer({ minimum: 1 }).named(LONG.slice(0, 31)),
      parent: uuid().nullable().references('order', { as: 'above', inverse: 'below', onDelete: 'set null' }),
      kind: uuid().references('kinds', { as: 'of', onDelete: 'cascade' }).named('kind of'),
      long2: uuid().references('long', { as: 'longOne' }),
    }),
    long: table(LONG, {
      first: uuid().primary(),
      back: uuid().nullable().references('order', { as: 'there' }),
    }),
    pairs: table('pairs', {
      a: uuid().references('kinds', { as: 'kind' }).primary(),
      b: integer().primary(),
    }),
  }),
)

const withDefaults = factsOf(
  defineTables({
    defaults: table('defaults', {
      id: uuid().primary(),
      note: text({ maxLength: 100 }).default('it\'s \\ \n "naïve" 😀 ('),
      small: integer().default(-5),
      huge: bigint().default('9007199254740991'),
      total: decimal(12, 2).default('10.5'),
      isPaid: boolean().default(true),
      at: timestamp().default('2026-11-30T01:02:03.004Z'),
      made: timestamp().now(),
      day: date().default('2026-11-30'),
      version: version(),
      status: oneOf('open', 'closed').default('open'),
    }),
  }),
)
const VALUE_OF_INSTANT: Readonly<Record<string, string>> = {
  sqlite: '2026-11-30T01:02:03.004Z',
  mariadb: '2026-11-30 01:02:03.004',
}

describe.each(ALL_SYSTEMS)('tables that createTables made on %s', (_name, make) => {
  const on = describing(make)

  it(
    'are described as they were declared',
    on(async ({ create, describe: read, dialect }) => {
      await create(tables)
      const found = await read()
      const wanted = declared(tables, dialect)
      expect([...found.tables.keys()].sort()).toEqual([...wanted.tables.keys()].sort())
      for (const one of wanted.tables.values()) {
        const described = tableIn(found, one.name)
        const shape = ({ columns, checks, indexes, references, primary }: typeof one) => ({
          columns: columns.map(({ name, isNullable, ...rest }) => ({
            name,
            isNullable,
            hasDefault: rest.default !== undefined,
          })),
          checks: checks.map(({ name, column }) => ({ name, column })).sort(byName),
          indexes: [...indexes].sort(byName),
          references: references.map((reference) => ({ ...reference, ...actions(reference) })).sort(byName),
          primary: primary?.columns,
        })
        expect(shape(described)).toEqual(shape(one))
        expect(described.storage).toBe(one.storage)
        expect(described.others).toEqual([])
        for (const column of described.columns)
          expect(column).toMatchObject({ generated: undefined, values: undefined })
      }
      // Where nothing is said, MySQL and MariaDB restrict: there it is the same as no action.
      function actions({ onUpdate }: ReferenceDescription): Partial<ReferenceDescription> {
        return onUpdate === 'restrict' && dialect.system === 'mariadb' ? { onUpdate: 'no action' } : {}
      }
    }),
  )

  it(
    'have the defaults that were declared, by their values',
    on(async ({ create, describe: read, dialect }) => {
      await create(withDefaults)
      const values = tableIn(await read(), 'defaults').columns.map((column) => column.default?.value)
      const isBit = dialect.system !== 'postgresql'
      expect(values).toEqual([
        undefined,
        `it's \\ \n "naïve" 😀 (`,
        '-5',
        '9007199254740991',
        dialect.system === 'sqlite' ? '1050' : '10.5',
        isBit ? '1' : 'true',
        dialect.system === 'postgresql' ? '2026-11-30 01:02:03.004+00' : VALUE_OF_INSTANT[dialect.system],
        undefined,
        '2026-11-30',
        '1',
        'open',
      ])
    }),
  )

  it(
    'are the same when they are made of their descriptions',
    on(async ({ create, describe: read, run, dialect }) => {
      await create(tables)
      const before = await read()
      const prerequisites = before.others.flatMap(({ isPrerequisite, text: made }) =>
        isPrerequisite && made !== undefined ? [made] : [],
      )
      await makeAgain({ run, dialect }, [...before.tables.values()], prerequisites)
      expect(await read()).toEqual(before)
    }),
  )

  it(
    'are the same with their defaults when they are made of their descriptions',
    on(async ({ create, describe: read, run, dialect }) => {
      await create(withDefaults)
      const before = await read()
      await makeAgain({ run, dialect }, [...before.tables.values()], [])
      expect(await read()).toEqual(before)
    }),
  )

  it(
    'have columns that are read as their kinds',
    on(async ({ create, describe: read, tools, dialect }) => {
      await create(tables)
      const { columns } = tableIn(await read(), 'kinds')
      const kinds = columns.map((column) => tools.readingOf(column)?.kind)
      const declaredKinds = Object.values(KINDS).map(({ kind }) => kind)
      // What a system keeps alike it cannot tell apart.
      const alike: Readonly<Record<string, string>> =
        dialect.system === 'sqlite'
          ? {
              bigint: 'integer',
              decimal: 'integer',
              boolean: 'integer',
              timestamp: 'text',
              date: 'text',
              uuid: 'text',
              json: 'text',
            }
          : {}
      const isBig = (at: number): boolean => columns[at]?.type === 'bigint'
      expect(kinds).toEqual(declaredKinds.map((kind, at) => (isBig(at) ? 'bigint' : (alike[kind] ?? kind))))
      expect(columns.filter((column) => tools.readingOf(column)?.isCaseInsensitive)).toMatchObject([
        { name: 'folded' },
      ])
    }),
  )
})

function byName(a: { readonly name: string | undefined }, b: { readonly name: string | undefined }): number {
  return (a.name ?? '') < (b.name ?? '') ? -1 : 1
}

/** Drops tables and makes them of their descriptions. */
async function makeAgain(
  { run, dialect }: Pick<Described, 'run' | 'dialect'>,
  before: Parameters<typeof tableTexts>[0][],
  prerequisites: readonly string[],
): Promise<void> {
  const quote = (name: string): string => dialect.quote(name)
  const isSqlite = dialect.system === 'sqlite'
  if (dialect.system === 'postgresql') await run('drop schema public cascade', 'create schema public')
  else if (isSqlite)
    await run('pragma foreign_keys = off', ...before.map(({ name }) => `drop table ${quote(name)}`))
  else
    await run(
      ...before.flatMap(({ name, references }) =>
        references.map((one) => `alter table ${quote(name)} drop foreign key ${quote(one.name ?? '')}`),
      ),
      ...before.map(({ name }) => `drop table ${quote(name)}`),
    )
  await run(...prerequisites)
  for (const one of before) await run(...tableTexts(one, dialect, isSqlite ? one.references : []))
  if (!isSqlite)
    for (const { name, references } of before)
      await run(...references.map((one) => `alter table ${quote(name)} add ${referenceText(one, dialect)}`))
}
