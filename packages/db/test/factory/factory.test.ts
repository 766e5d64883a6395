// Factories: rows that their tables take, with the rows that they refer to.
import { t } from '@keelson/core'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  defineTables,
  FactoryError,
  integer,
  json,
  oneOf,
  openDatabase,
  table,
  text,
  timestamp,
  uuid,
  version,
  type OwnedDatabase,
} from '../../src/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { factory, type AnyFactory } from '../../src/testing/index.ts'
import { openingDatabase } from '../opened-systems.ts'
import { messageOf, SYSTEMS } from '../migrate/migration-folder.ts'

/** Anew for each test: numbers are counted for a table. */
function shop() {
  const Countries = table('countries', { code: text({ pattern: '^[A-Z]{2}$', maxLength: 2 }).primary() })
  const Users = table('users', {
    id: uuid().primary(),
    email: text({ format: 'email', maxLength: 254, caseInsensitive: true }).unique(),
    countryCode: text({ pattern: '^[A-Z]{2}$', maxLength: 2 }).references('countries', { as: 'country' }),
    sponsorId: uuid().references('users', { inverse: 'sponsored' }).nullable(),
    role: oneOf('buyer', 'admin').default('buyer'),
    tokenHash: bytes({ minLength: 32, maxLength: 32 }).hidden(),
  })
  const Profiles = table('profiles', { userId: uuid().references('users').primary(), bio: text() })
  const Orders = table('orders', {
    id: uuid().primary(),
    profileId: uuid().references('profiles'),
    total: decimal(8, 2, { minimum: '0.01' }),
    version: version(),
    createdAt: timestamp().now(),
  })
  const Lines = table(
    'lines',
    {
      orderId: uuid().references('orders').primary(),
      line: integer({ minimum: 1, maximum: 999 }).primary(),
      kind: oneOf('a', 'b'),
      isGift: boolean(),
    },
    { unique: [{ columns: ['kind', 'isGift'] }] },
  )
  const Trees = table('trees', {
    id: integer().primary(),
    rootId: integer().references('trees', { inverse: 'all' }),
  })
  return defineTables({
    countries: Countries,
    users: Users,
    profiles: Profiles,
    orders: Orders,
    lines: Lines,
    trees: Trees,
  })
}
type Shop = ReturnType<typeof shop>

describe.each(SYSTEMS)('a factory on %s', (_name, make) => {
  const tables = shop()
  const on = openingDatabase(make, tables)

  it(
    'inserts rows with all that they refer to, unique where they must be, the optional ones null',
    on(async (db) => {
      const orders = await factory(tables.orders).insertMany(db, 3)
      expect(new Set(orders.map(({ profileId }) => profileId)).size).toBe(3)
      expect(orders.map(({ total, version: at }) => [total, at])).toEqual([
        ['0.01', 1],
        ['0.02', 1],
        ['0.03', 1],
      ])
      const users = await db.users.find({ orderBy: { email: 'asc' } })
      expect(users.map(({ email, sponsorId, role }) => [email, sponsorId, role])).toEqual([
        ['email1@example.org', null, 'buyer'],
        ['email2@example.org', null, 'buyer'],
        ['email3@example.org', null, 'buyer'],
      ])
      expect((await db.countries.find({ orderBy: { code: 'asc' } })).map(({ code }) => code)).toEqual([
        'AA',
        'AB',
        'AC',
      ])

      const sponsor = factory(tables.users).defaults((at) => ({
        email: `sponsor${at}@example.org`,
        role: 'admin',
      }))
      const user = await factory(tables.users)
        .defaults(() => ({ countryCode: 'AA', sponsorId: sponsor }))
        .insert(db, {
          email: 'ana@example.org',
        })
      expect(await db.users.byId(user.sponsorId!)).toMatchObject({ role: 'admin', countryCode: 'AD' })
      expect(await factory(tables.trees).insert(db)).toEqual({ id: 1, rootId: 1 })
    }),
  )

  it(
    'inserts as many rows as a key of few values has, and says which column ends them',
    on(async (db) => {
      const order = await factory(tables.orders).insert(db)
      const line = factory(tables.lines).defaults(() => ({ orderId: order.id }))
      const lines = await line.insertMany(db, 4)
      expect(lines.map(({ kind, isGift }) => `${kind} ${isGift}`).sort()).toEqual([
        'a false',
        'a true',
        'b false',
        'b true',
      ])
      const before = await db.lines.count()
      expect(await messageOf(line.insert(db))).toBe(
        'lines.kind: a factory cannot make it: it is unique by lines_kind_is_gift_key, of which there are 4, and this is row 5. Give it: factory(…).defaults((at) => ({ kind: … })).',
      )
      expect(await db.lines.count()).toBe(before)
    }),
  )
})

describe('a factory', () => {
  let tables: Shop
  beforeEach(() => {
    tables = shop()
  })

  async function opened(): Promise<OwnedDatabase<Shop>> {
    return openDatabase(sqlite(':memory:'), tables, { createTables: true })
  }

  it('builds what an insert takes, without a database, the same in each run', () => {
    const user = factory(tables.users)
    expect(user.build()).toEqual({
      email: 'email1@example.org',
      countryCode: 'AA',
      tokenHash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    })
    expect(user.build({ email: 'ana@example.org', role: undefined } as never)).toMatchObject({
      email: 'ana@example.org',
      countryCode: 'AB',
    })
    expect(factory(shop().users).build().email).toBe('email1@example.org')
  })

  it('counts its rows with all factories of its table', async () => {
    await using db = await opened()
    const numbers: number[] = []
    const note = (at: number): object => {
      numbers.push(at)
      return {}
    }
    await factory(tables.users).defaults(note).insert(db)
    await factory(tables.profiles).insert(db)
    factory(tables.users).defaults(note).build()
    expect(numbers).toEqual([1, 3])
  })

  it('leaves nothing where it fails', async () => {
    await using db = await opened()
    await expect(factory(tables.orders).insert(db, { total: 'much' } as never)).rejects.toThrow(
      /'total' must be a decimal/,
    )
    expect(await db.users.count()).toBe(0)
  })

  it('takes no table that its database has not, and no factory of another', async () => {
    await using db = await opened()
    const Others = table('others', { id: uuid().primary() })
    expect(await messageOf(factory(Others).insert(db))).toMatch(
      /^others: the database 'db' was not opened with this table\. Its tables are: countries, users/,
    )
    expect(await messageOf(factory(tables.orders).insert(db, { profileId: factory(tables.users) }))).toBe(
      'orders.profileId: it is given a factory of users, and refers to profiles. Give a factory of that table.',
    )
    expect(() => factory({} as never)).toThrow(/a table/)
    expect(() => factory(tables.users).defaults(1 as never)).toThrow(/a row, or a function that makes one/)
    expect(() => factory(tables.users).insertMany(db, -1)).toThrow(/count/)
  })

  it('says the circle of references that it cannot begin, and begins one that it is given', async () => {
    const Hens = table('hens', {
      id: uuid().primary(),
      eggId: uuid().references('eggs', { inverse: 'hens' }),
    })
    const Eggs = table('eggs', {
      id: uuid().primary(),
      henId: uuid().references('hens', { inverse: 'eggs' }).nullable(),
    })
    const circle = defineTables({ hens: Hens, eggs: Eggs })
    await using db = await openDatabase(sqlite(':memory:'), circle, { createTables: true })
    const egg = await factory(Eggs).insert(db, { henId: factory(Hens) })
    expect(egg.henId).not.toBeNull()
    const Required = table('eggs', {
      id: uuid().primary(),
      henId: uuid().references('hens', { inverse: 'eggs' }),
    })
    const closed = defineTables({ hens: Hens, eggs: Required })
    await using other = await openDatabase(sqlite(':memory:'), closed, { createTables: true })
    expect(await messageOf(factory(Hens).insert(other))).toBe(
      'hens.eggId: the references hens.eggId → eggs.henId → hens.eggId are a circle. Give the key of a row that is there: { eggId: … }.',
    )
    const node = factory(tables.trees)
    await using trees = await opened()
    expect(await node.insert(trees, { rootId: node })).toEqual({ id: 1, rootId: 2 })
    const endless: AnyFactory & typeof node = factory(tables.trees).defaults(() => ({
      rootId: endless as AnyFactory,
    }))
    expect(await messageOf(endless.insert(trees))).toContain('trees.rootId → trees.rootId are a circle')
  })

  it('says the check that its row violates', async () => {
    const Spans = table(
      'spans',
      { id: uuid().primary(), first: integer(), last: integer() },
      { checks: { spans_order: 'first < last' } },
    )
    await using db = await openDatabase(sqlite(':memory:'), defineTables({ spans: Spans }), {
      createTables: true,
    })
    const error: unknown = await factory(Spans)
      .insert(db)
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(FactoryError)
    expect((error as Error).message).toBe(
      "spans: the row that was made violates the check 'spans_order' (first < last), which a factory cannot read. Give the columns of it: factory(…).defaults((at) => ({ … })).",
    )
    expect(
      await factory(Spans)
        .defaults((at) => ({ last: at + 1 }))
        .insert(db),
    ).toMatchObject({ first: 2, last: 3 })
  })
})

describe('values of a factory', () => {
  it.each([
    ['text', text(), ['value 1', 'value 2']],
    ['short text', text({ maxLength: 4 }), ['0', '1']],
    ['long text', text({ minLength: 12 }), ['value 000001', 'value 000002']],
    ['no text', text({ maxLength: 0 }), ['', '']],
    ['an address', text({ format: 'email' }), ['value1@example.org', 'value2@example.org']],
    ['a short address', text({ format: 'email', maxLength: 8 }), ['1@b.co', '2@b.co']],
    ['a link', text({ format: 'uri' }), ['https://example.org/value/1', 'https://example.org/value/2']],
    ['a slug', text({ pattern: '^[a-z0-9]+(?:-[a-z0-9]+)*$' }), ['aa-aa', 'aa-ab']],
    ['a code', text({ pattern: String.raw`^(?<kind>SKU|ART)-\d{4}(\.x)?$` }), ['SKU-0000', 'SKU-0001']],
    ['a pattern within lengths', text({ pattern: '^[^a-y]+$', minLength: 3, maxLength: 3 }), ['zzz', 'zz0']],
    ['letters', text({ pattern: String.raw`^\p{Lu}\p{L}*\u0021\x3f$` }), ['Aaaa!?', 'Aaab!?']],
    ['oneOf', oneOf('a', 'b'), ['a', 'b', 'a']],
    ['integer', integer(), [1, 2]],
    ['integer below', integer({ maximum: -5 }), [-5, -6]],
    ['integer of few', integer({ minimum: 3, maximum: 4 }), [3, 4, 3]],
    ['bigint', bigint({ minimum: '9007199254740993' }), ['9007199254740993', '9007199254740994']],
    ['BigInt', bigint({ as: BigInt }), [1n, 2n]],
    ['decimal', decimal(12, 2), ['1.00', '2.00']],
    ['fraction', decimal(3, 3), ['0.001', '0.002']],
    [
      'decimal of bounds with more places',
      decimal(4, 1, { minimum: '-0.25', maximum: '-0.15' }),
      ['-0.2', '-0.2'],
    ],
    ['date', date(), ['2026-01-01', '2026-01-02']],
    ['timestamp', timestamp(), ['2026-01-01T00:00:00.000Z', '2026-01-01T00:01:00.000Z']],
    ['Date', timestamp({ as: Date }), [new Date('2026-01-01T00:00:00.000Z')]],
    ['bytes', bytes({ minLength: 1, maxLength: 2 }), ['AAA', 'AAE']],
    ['json', json(t.Unknown()), [{}]],
    [
      'json of a schema',
      json(
        t.Object({
          id: t.String({ format: 'uuid' }),
          size: t.Integer({ minimum: 3 }),
          rate: t.Number({ maximum: -1 }),
          kind: t.Union([t.Null(), t.Literal('a')]),
          list: t.Array(t.String({ minLength: 2 }), { minItems: 2 }),
          both: t.Intersect([t.Object({ a: t.Boolean() }), t.Object({ b: t.Null() })]),
          note: t.Optional(t.String()),
        }),
      ),
      [
        {
          id: expect.stringMatching(/-000000000001$/) as string,
          size: 3,
          rate: -1,
          kind: 'a',
          list: ['list 1', 'list 2'],
          both: { a: true, b: null },
        },
      ],
    ],
  ])('are %s', (_name, column, expected) => {
    const made = factory(table('rows', { id: uuid().primary(), value: column as never }))
    expect(expected.map(() => (made.build() as { value: unknown }).value)).toEqual(expected)
  })

  it.each([
    [
      'a pattern that looks back',
      text({ pattern: '^(?<!a)b$' }),
      'no text was found for its pattern, ^(?<!a)b$, within its limits',
    ],
    [
      'a pattern that refers back',
      text({ pattern: String.raw`^(a)\1$` }),
      'no text was found for its pattern',
    ],
    [
      'a pattern that is too long',
      text({ pattern: '^a{20}$', maxLength: 3 }),
      'no text was found for its pattern',
    ],
    [
      'a format without room',
      text({ format: 'email', maxLength: 3 }),
      'no text was found for its format, email',
    ],
    [
      'a schema that refers to itself',
      json(t.Recursive((own) => t.Object({ next: own }))),
      'no value was found for its schema',
    ],
  ])('are not made of %s, and may be given', (_name, column, reason) => {
    const made = factory(table('rows', { id: uuid().primary(), value: column as never }))
    const building = (): unknown => made.build()
    expect(building).toThrow(`rows.value: a factory cannot make it: ${reason}`)
    expect(building).toThrow(/Give it: factory\(…\)\.defaults\(\(at\) => \(\{ value: … \}\)\)\.$/)
    expect(made.build({ value: 'mine' } as never)).toEqual({ value: 'mine' })
  })
})
