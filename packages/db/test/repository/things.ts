// Rows and conditions at random over columns of each kind, and each comparison of them.
import { all, any, conditionsOn, not, UNKNOWN, verdict, type Condition } from '@keelson/core/conditions'
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
  type Database,
} from '../../src/index.ts'

/** A table with columns that systems compare in ways of their own. */
export const Things = table('things', {
  at: integer().primary(),
  text: text({ maxLength: 100 }).nullable(),
  folded: text({ maxLength: 100, caseInsensitive: true }).nullable(),
  integer: integer({ bits: 53 }).nullable(),
  bigint: bigint().nullable(),
  decimal: decimal(18, 6).nullable(),
  boolean: boolean().nullable(),
  timestamp: timestamp().nullable(),
  date: date().nullable(),
  uuid: uuid().nullable(),
  bytes: bytes({ maxLength: 100 }).nullable(),
  json: json(t.Unknown()).nullable(),
  // Of each kind another, with other limits where that matters.
  text2: text({ maxLength: 50 }).nullable(),
  folded2: text({ maxLength: 50, caseInsensitive: true }).nullable(),
  integer2: integer().nullable(),
  bigint2: bigint().nullable(),
  decimal2: decimal(10, 2).nullable(),
  boolean2: boolean().nullable(),
  timestamp2: timestamp().nullable(),
  date2: date().nullable(),
  uuid2: uuid().nullable(),
  bytes2: bytes().nullable(),
  json2: json(t.Unknown()).nullable(),
  // Within narrow limits: what they are compared with may lie beyond.
  code: text({ minLength: 1, maxLength: 3 }).nullable(),
  email: text({ format: 'email', maxLength: 50 }).nullable(),
  status: oneOf('open', 'closed').nullable(),
  small: integer({ minimum: -9, maximum: 9 }).nullable(),
  int32: integer().nullable(),
  price: decimal(6, 2).nullable(),
  share: decimal(2, 2).nullable(),
  views: bigint({ minimum: 0, maximum: 100 }).nullable(),
  data: bytes({ maxLength: 2 }).nullable(),
  prefs: json(t.Object({ a: t.Integer({ maximum: 5 }) })).nullable(),
  // Named as what stands in the SQL of `contains`.
  element: json(t.Unknown()).nullable(),
  value: json(t.Unknown()).nullable(),
})
const { columns } = Things
export const tables = defineTables({ things: Things })
type Row = (typeof Things)['~row']

/** Values that systems are known to compare in ways of their own; several begin alike. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  text: [
    '',
    'a',
    'A',
    'a ',
    'ä',
    'a\u0308',
    'ß',
    'ss',
    'z',
    '\ud7ff',
    '\ud7ffa',
    '\ue000',
    '\uffee',
    '\u{1f600}',
    '\u{1f600}a',
    '\u{10ffff}',
    '\u{10ffff}b',
    '%',
    '_',
    '0',
    "'",
    '\\',
    'ab',
    'a%',
    '"',
    '{',
  ],
  // What SQLite folds and orders as the others do: ASCII letters and digits.
  folded: ['', 'a', 'A', 'a ', 'ab', 'AB', 'aZ', 'Az', 'Z', 'z', 'Zed', 'zed', 'ZED ', '0', '10', 'z9'],
  integer: [0, -1, 1, 2, 10, 9, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  bigint: [
    '0',
    '-1',
    '9',
    '10',
    '9007199254740992',
    '9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
  ],
  decimal: [
    '0',
    '1',
    '1.1',
    '1.01',
    '-1.1',
    '-1.01',
    '9',
    '10',
    '999999999999.000001',
    '0.000001',
    '12345678901.1',
    '9007199254.740993',
  ],
  boolean: [true, false],
  timestamp: [
    '2026-11-29T12:00:00.000Z',
    '2026-11-29T12:00:00.001Z',
    '2026-11-29T11:59:59.999Z',
    '1969-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59.999Z',
    '1000-01-01T00:00:00.000Z',
  ],
  date: ['2026-11-29', '2026-11-30', '2024-02-29', '1000-01-01', '9999-12-31'],
  uuid: [
    '00000000-0000-4000-8000-000000000000',
    'FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF',
    '0190163d-8694-739b-aea5-966c26f8ad91',
  ],
  json: [
    { a: 1, b: [{ c: 'é', d: null }] },
    { b: [{ d: null, c: 'é' }], a: 1 },
    { a: 1.5 },
    {},
    [],
    [1, 2],
    [2, 1],
    'x',
    '5',
    5,
    0,
    true,
    1e20,
    1e21,
    1e-7,
    2.5e-12,
  ],
  bytes: ['', 'AA', 'AAE', 'fw', 'gA', '_w', '_wA', 'XA', 'Ig'],
}

/** Values of columns that have narrow limits, and others of their kind, which only a condition has. */
const LIMITED: Readonly<
  Record<string, { readonly within: readonly unknown[]; readonly beyond: readonly unknown[] }>
> = {
  code: { within: ['a', 'abc', 'ä', '\u{1f600}'], beyond: ['', 'abcdef', 'abcd', '\u{1f600}aaaa'] },
  email: { within: ['a@b.de', 'z@z.de'], beyond: ['', 'no mail', 'a@b.de ', `${'a'.repeat(60)}@b.de`] },
  status: { within: ['open', 'closed'], beyond: ['', 'done', 'Open', 'p'] },
  small: { within: [-9, 0, 9], beyond: [-10, 77, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER] },
  int32: {
    within: [-(2 ** 31), 0, 2 ** 31 - 1],
    beyond: [2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  },
  price: {
    within: ['1.55', '1.56', '-1.55', '-1.56', '0', '9999.99', '-9999.99'],
    beyond: [
      '1.555',
      '-1.555',
      '0.001',
      '-0.001',
      '10000',
      '-10000',
      '9999.995',
      '-9999.995',
      '1'.repeat(70),
    ],
  },
  share: { within: ['0', '0.99', '-0.99'], beyond: ['1', '-1', '0.995', '-0.995', '0.005'] },
  views: { within: ['0', '100'], beyond: ['-1', '101', '9223372036854775807', '-9223372036854775808'] },
  data: { within: ['AA', 'AAE', '_w'], beyond: ['AAECAw', '_wAAAA'] },
  prefs: { within: [{ a: 1 }, { a: 5 }], beyond: [{ a: 9 }, {}, [], 'a', 5, { a: 1, b: 2 }] },
}
const COMPARED = [...Object.keys(VALUES), ...Object.keys(LIMITED)]

/** What a column is compared with. */
function valuesOf(name: string): readonly unknown[] {
  const { within = [], beyond = [] } = LIMITED[name] ?? {}
  return VALUES[name] ?? [...within, ...beyond]
}

/** Values of the second column of a kind that does not take all of the first. */
const OTHERS: Readonly<Record<string, readonly unknown[]>> = {
  integer: [0, -1, 1, 2, 10, 9, 2 ** 31 - 1],
  decimal: ['0', '1', '1.1', '1.01', '-1.1', '-1.01', '9', '10', '99999999.99', '-99999999.99'],
}

/** Elements that a document may have, each unequal to all others. */
const ELEMENTS = [
  '',
  'a',
  'A',
  'a ',
  'ä',
  'a\u0308',
  '1',
  'true',
  'null',
  "'",
  '"',
  '\\',
  '\\"',
  ',',
  '\u{1f600}',
  '\n',
  '\u0001',
  1,
  0,
  -1,
  1.5,
  0.1,
  0.3,
  0.1 + 0.2,
  1e-7,
  5e-324,
  Number.MAX_SAFE_INTEGER,
  true,
  false,
]

/** Arrays, and documents that have an element in another place. */
const DOCUMENTS: readonly unknown[] = [
  ...ELEMENTS.map((one) => [one]),
  'a',
  '1',
  1,
  true,
  'null',
  '["a"]',
  ELEMENTS,
  [ELEMENTS],
  [],
  [null, [], {}, 'x', 7, 2 ** 53, 1e21],
  [[['a']]],
  [{ a: 'a', 1: 1 }],
  { a: 'a', 0: 1, element: ['a'] },
  {},
]

/** Rows with each of the values, and with null. */
export const rows = Array.from({ length: 60 }, (_, at) => {
  const row: Record<string, unknown> = { at }
  for (const [shift, name] of COMPARED.entries()) {
    const pool = [...(VALUES[name] ?? LIMITED[name]?.within ?? []), null]
    const place = at * (shift + 1) + shift
    row[name] = pool[place % pool.length]
    if (LIMITED[name] !== undefined) continue
    const others = OTHERS[name] === undefined ? pool : [...OTHERS[name], null]
    // Every third row has the same value twice.
    row[`${name}2`] = others[(place + (at % 3)) % others.length]
  }
  const documents = [...DOCUMENTS, null]
  row['element'] = documents[at % documents.length]
  row['value'] = documents[(at + 1) % documents.length]
  return row
})

type Make = (value?: unknown) => Condition
export const terms = conditionsOn(columns) as unknown as Readonly<
  Record<string, Readonly<Record<string, Make>>>
>

/** Each comparison of a column with each value, and with the other column of its kind, both ways. */
function comparisonsOf(name: string): Condition[] {
  const values = valuesOf(name)
  return Object.entries(terms[name] ?? {}).flatMap(([op, make]) => {
    if (op === 'contains') return []
    if (op === 'isNull') return [make()]
    if (op === 'isIn') return values.map((value) => make([value]))
    const each = values.map((value) => make(value))
    if (op === 'startsWith' || LIMITED[name] !== undefined) return each
    return [...each, make(terms[`${name}2`]), terms[`${name}2`]?.[op]?.(terms[name]) as Condition]
  })
}

/** Each of the comparisons. */
export const COMPARISONS: readonly Condition[] = [
  ...COMPARED.flatMap(comparisonsOf),
  ...['element', 'value'].flatMap((name) =>
    ELEMENTS.map((one) => terms[name]?.['contains']?.(one) as Condition),
  ),
]

const inList = fc
  .constantFrom(...COMPARED)
  .chain((name) =>
    fc.array(fc.constantFrom(...valuesOf(name)), { maxLength: 6 }).map(terms[name]?.['isIn'] as Make),
  )
const { condition } = fc.letrec<{ condition: Condition }>((tie) => {
  const many = fc.array(fc.oneof(tie('condition'), fc.boolean()), { maxLength: 3 })
  return {
    condition: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.constantFrom(...COMPARISONS),
      inList,
      fc.constant(UNKNOWN),
      many.map((list) => any(...list)),
      many.map((list) => all(...list)),
      tie('condition').map((one) => not(one)),
    ),
  }
})
/** Conditions at random. */
export const conditions: fc.Arbitrary<Condition> = condition

/** Places of the rows for which a condition holds in JavaScript. */
export function judged(one: Condition): number[] {
  return rows.flatMap((row, at) => (verdict(one as never, row, columns) ? [at] : []))
}

/** Inserts the rows, once. */
export async function fill({ things }: Database<typeof tables>): Promise<void> {
  if ((await things.count()) === 0) await things.insertMany(rows as unknown as readonly Row[])
}
