// Rows whose values databases compare in ways of their own, and rules at random over them.
import { all, any, not, UNKNOWN, type Condition, type ConditionColumns } from '@keelson/core/conditions'
import fc from 'fast-check'

/** Two columns of each kind that rules may name; the second of each may be null. */
export const COLUMNS = {
  name: { kind: 'text' },
  alias: { kind: 'text', nullable: true },
  size: { kind: 'integer' },
  least: { kind: 'integer', nullable: true },
  total: { kind: 'decimal' },
  paid: { kind: 'decimal', nullable: true },
  isOpen: { kind: 'boolean' },
  isSent: { kind: 'boolean', nullable: true },
  createdAt: { kind: 'timestamp' },
  closedAt: { kind: 'timestamp', nullable: true },
  ownerId: { kind: 'uuid' },
  buyerId: { kind: 'uuid', nullable: true },
  tags: { kind: 'json', nullable: true },
} as const satisfies ConditionColumns
export type Column = keyof typeof COLUMNS
type Kind = (typeof COLUMNS)[Column]['kind']

/** A row as a repository gives it, with its place. */
export type Row = { readonly place: number } & Readonly<Record<Column, unknown>>

const TAGS: readonly unknown[] = [
  [],
  ['a'],
  ['A', 'a '],
  ['á', 1],
  [['a']],
  [true, 0.3, '1'],
  [1, null, {}],
  'a',
  { a: 'a' },
]

const VALUES: Readonly<Record<Exclude<Kind, 'json'>, readonly unknown[]>> = {
  text: [
    '',
    'a',
    'A',
    'a ',
    'á',
    'ä',
    'a\u0308',
    'ß',
    'ss',
    'z',
    'Z',
    '\uffee',
    '\u{1f600}',
    '%',
    '_',
    "'",
    '\\',
    'ab',
    '7',
  ],
  integer: [0, -1, 1, 7, 10, 9, 2_147_483_647, Number.MAX_SAFE_INTEGER],
  decimal: ['0.000000', '1.100000', '1.010000', '-1.100000', '9.000000', '10.500000', '99999999.000001'],
  boolean: [true, false],
  timestamp: [
    '2026-11-29T12:00:00.000Z',
    '2026-11-29T12:00:00.001Z',
    '2026-11-29T11:59:59.999Z',
    '1970-01-02T00:00:00.000Z',
  ],
  uuid: [
    '00000000-0000-4000-8000-000000000000',
    'ffffffff-ffff-4fff-bfff-ffffffffffff',
    '0190163d-8694-739b-aea5-966c26f8ad91',
  ],
}

/** Each value at least once, nulls, and rows whose two columns of a kind are equal. */
export const ROWS: readonly Row[] = Array.from({ length: 40 }, (_, place) => {
  const columns = Object.entries(COLUMNS).map(([name, column], shift) => {
    const own = column.kind === 'json' ? TAGS : VALUES[column.kind]
    const pool = 'nullable' in column ? [...own, null] : own
    return [name, pool[(place * (1 + (shift % 3)) + (place % 3 === 0 ? 0 : shift)) % pool.length]]
  })
  return { place, ...Object.fromEntries(columns) } as Row
})

/** What a caller may bring instead of a value of the column. */
const UNFIT: readonly unknown[] = [
  undefined,
  null,
  {},
  [],
  'no such kind',
  1.5,
  Number.NaN,
  'a\ud800',
  '\0',
  -7n,
]

type Term = Readonly<Record<string, (value?: unknown) => Condition>>
type Terms = Readonly<Record<string, Term>>
/** A rule as it is written: with the comparisons that it is given. */
export type Rule = (record: Terms) => Condition | boolean

const EQUALITIES = ['is', 'isNot'] as const
const ORDERS = ['below', 'atMost', 'above', 'atLeast'] as const
const BY_KIND: Readonly<Record<Kind, readonly string[]>> = {
  text: [...EQUALITIES, ...ORDERS, 'startsWith'],
  integer: [...EQUALITIES, ...ORDERS],
  decimal: [...EQUALITIES, ...ORDERS],
  boolean: EQUALITIES,
  timestamp: [...EQUALITIES, ...ORDERS],
  uuid: [...EQUALITIES, ...ORDERS],
  json: ['contains'],
}

/** Comparisons of the columns that a database compares: with values that fit, that do not, in lists, and with other columns. */
function comparison(names: readonly Column[]): fc.Arbitrary<Rule> {
  return fc.constantFrom(...names).chain((name) => {
    const { kind } = COLUMNS[name]
    const fit = kind === 'json' ? ['a', 'A', 'a ', 'á', '1', 1, 0.3, true, false] : VALUES[kind]
    const value = fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...fit) }, fc.constantFrom(...UNFIT))
    const others = names.filter((one) => COLUMNS[one].kind === kind && kind !== 'json')
    const op = fc.constantFrom(...BY_KIND[kind])
    const withValue = fc.tuple(op, value).map(
      ([call, one]): Rule =>
        (record) =>
          record[name]![call]!(one),
    )
    const list = fc.array(value, { maxLength: 4 }).map(
      (values): Rule =>
        (record) =>
          record[name]!['isIn']!(values),
    )
    const isNull = fc.constant<Rule>((record) => record[name]!['isNull']!())
    const withColumn = fc
      .tuple(
        fc.constantFrom(...BY_KIND[kind].filter((one) => one !== 'startsWith')),
        fc.constantFrom(name, ...others),
      )
      .map(
        ([call, other]): Rule =>
          (record) =>
            record[name]![call]!(record[other]),
      )
    return kind === 'json'
      ? fc.oneof(withValue, isNull)
      : fc.oneof(withValue, withValue, list, isNull, withColumn)
  })
}

/** Rules over these columns. */
export function ruleOver(names: readonly Column[]): fc.Arbitrary<Rule> {
  const { rule } = fc.letrec<{ rule: Rule }>((tie) => {
    const many = fc.array(
      fc.oneof(
        tie('rule'),
        tie('rule'),
        fc.constantFrom<Rule>(
          () => true,
          () => false,
        ),
      ),
      { maxLength: 3 },
    )
    return {
      rule: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        comparison(names),
        fc.constant<Rule>(() => UNKNOWN),
        many.map(
          (rules): Rule =>
            (record) =>
              any(...rules.map((one) => one(record))),
        ),
        many.map(
          (rules): Rule =>
            (record) =>
              all(...rules.map((one) => one(record))),
        ),
        tie('rule').map(
          (one): Rule =>
            (record) =>
              not(one(record)),
        ),
      ),
    }
  })
  return rule
}
