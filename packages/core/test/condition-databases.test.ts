import {
  all,
  any,
  conditionsOn,
  not,
  parseCondition,
  toConditionText,
  UNKNOWN,
  verdict,
  type ColumnKind,
  type Condition,
} from '@keelson/core/conditions'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  COLUMNS,
  openMariadb,
  openPostgres,
  openSqlite,
  type Column,
  type Row,
  type Store,
} from './condition-stores.ts'

const RUNS = 150

const FLOAT = 0.30000000000000004

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
  1,
  0,
  -1,
  0.1,
  0.3,
  FLOAT,
  1e-7,
  5e-324,
  true,
  false,
]

/** Arrays, and documents that have an element in another place. */
const DOCUMENTS: readonly unknown[] = [
  [],
  ...ELEMENTS.map((one) => [one]),
  ...ELEMENTS.map((one) => one),
  ELEMENTS,
  [ELEMENTS],
  [null, [], {}, 'x', 7],
  [{ a: 'a', 1: 1 }],
  { a: 'a', 0: 1 },
  {},
]

/** Values that stores are known to compare in ways of their own, canonical; several stand for one as they are written. */
const VALUES = {
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
    '\uffee',
    '\u{1f600}',
    '\u{1f600}a',
    '%',
    '_',
    '0',
    "'",
    '\\',
    'ab',
  ],
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
    '10.5',
    '999999999999.000001',
    '0.000001',
    '12345678901.1',
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
    'ffffffff-ffff-4fff-bfff-ffffffffffff',
    '0190163d-8694-739b-aea5-966c26f8ad91',
    'abcdef00-0000-4000-8000-00000000000a',
  ],
  bytes: ['', 'AA', 'AAE', 'fw', 'gA', '_w', '_wA'],
} as const satisfies Record<Exclude<ColumnKind, 'json'>, readonly unknown[]>

type Kind = keyof typeof VALUES
const KINDS = Object.keys(VALUES) as Kind[]

/** A value as code may have it: written in another way, which means the same. */
function written(column: Column, value: unknown): unknown {
  const text = String(value)
  switch (COLUMNS[column].kind) {
    case 'bigint':
      return BigInt(text)
    case 'decimal':
      return text.includes('.') ? `${text}00` : `${text}.0`
    case 'timestamp':
      return new Date(text)
    case 'uuid':
      return text.toUpperCase()
    case 'bytes':
      return Buffer.from(text, 'base64url')
    case 'json':
      return JSON.parse(text)
    default:
      return value
  }
}

/** The row as a repository might give it. */
function toRecord(row: Row): Record<string, unknown> {
  const values = Object.entries(row).map(([name, value]) => [
    name,
    value === null ? null : written(name as Column, value),
  ])
  return Object.fromEntries(values) as Record<string, unknown>
}

/** Each value once, each null once, and mixtures; of two columns of a kind every third has the same value. */
const rows: readonly Row[] = Array.from({ length: 60 }, (_, at) => {
  const values = KINDS.flatMap((kind, shift) => {
    const pool = [...VALUES[kind], null]
    const place = at * (shift + 1) + shift
    return [
      [kind, pool[place % pool.length]],
      [`${kind}2`, pool[(place + (at % 3)) % pool.length]],
    ]
  })
  const documents = [null, ...DOCUMENTS.map((one) => JSON.stringify(one))]
  return { ...Object.fromEntries(values), json: documents[at % documents.length] } as Row
})

type Make = (value?: unknown) => Condition
const terms = conditionsOn(COLUMNS) as unknown as Readonly<Record<string, Readonly<Record<string, Make>>>>

/** Each comparison of a column with each value and with the other column of its kind. */
function comparisonsOf(kind: Kind): Condition[] {
  const values = VALUES[kind].map((value) => written(kind, value))
  return Object.entries(terms[kind] ?? {}).flatMap(([op, make]) => {
    if (op === 'isNull') return [make()]
    if (op === 'isIn') return values.map((value) => make([value]))
    const each = values.map((value) => make(value))
    return op === 'startsWith' ? each : [...each, make(terms[`${kind}2`])]
  })
}

const { isNull, contains } = conditionsOn(COLUMNS).json
const COMPARISONS: readonly Condition[] = [
  ...KINDS.flatMap(comparisonsOf),
  isNull() as Condition,
  ...ELEMENTS.map((one) => contains(one) as Condition),
]

const inList = fc.constantFrom(...KINDS).chain((kind) => {
  const value = fc.constantFrom(...(VALUES[kind] as readonly unknown[])).map((one) => written(kind, one))
  return fc.array(value, { maxLength: 3 }).map(terms[kind]?.['isIn'] as Make)
})

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

const STORES: readonly (readonly [string, () => Promise<Store>])[] = [
  ['SQLite', openSqlite],
  ['PostgreSQL', openPostgres],
  ['MariaDB', openMariadb],
]

describe.each(STORES)('a verdict and a selection by %s', (name, open) => {
  let store: Store | undefined

  beforeAll(async () => {
    try {
      store = await open()
    } catch (error) {
      // Without the servers at hand nothing is proven of them, which a run for a merge may not pass over.
      if (process.env['CI'] !== undefined) throw error
      process.stderr.write(`${name} is not at hand, so that it was not compared: ${String(error)}\n`)
      return
    }
    await store.fill(rows)
  })
  afterAll(() => store?.end())

  it('are the same', async ({ skip }) => {
    if (store === undefined) return skip(`${name} is not at hand`)
    const { select } = store
    const property = fc.asyncProperty(condition, async (one) => {
      const judged = rows.flatMap((row, at) => (verdict(one, toRecord(row), COLUMNS) ? [at] : []))
      expect(await select(one)).toEqual(judged)
    })
    await fc.assert(property, { numRuns: RUNS })
  })

  it('are the same for each comparison with each value and column', async ({ skip }) => {
    if (store === undefined) return skip(`${name} is not at hand`)
    const wrong: unknown[] = []
    for (const one of COMPARISONS)
      for (const tree of [one, not(one)]) {
        const judged = rows.flatMap((row, at) => (verdict(tree, toRecord(row), COLUMNS) ? [at] : []))
        const selected = await store.select(tree)
        if (String(selected) !== String(judged)) wrong.push({ tree, judged, selected })
      }
    expect(wrong).toEqual([])
  })
})

describe('a condition as text', () => {
  it('gives the same verdicts when it is read again', () => {
    const property = fc.property(condition, (one) => {
      const again = parseCondition(toConditionText(one), COLUMNS)
      expect(again).toEqual(one)
      for (const row of rows)
        expect(verdict(again, toRecord(row), COLUMNS)).toBe(verdict(one, toRecord(row), COLUMNS))
    })
    fc.assert(property, { numRuns: 100 })
  })
})
