import { SetupError, t, text as textBody, validator } from '@keelson/core'
import { suggestedNameOf } from '@keelson/core/spi'
import { describe, expect, it } from 'vitest'
import {
  bigint,
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
} from './index.ts'

const id = uuid().primary()

function canonical(column: AnyColumn, value: unknown): unknown {
  return table('a', { id, value: column })['~internal'].byProperty.get('value')?.canonical(value)
}

function refuses(column: AnyColumn, ...values: readonly unknown[]): void {
  for (const value of values) expect(() => canonical(column, value)).toThrow("'value' must be")
}

function messages(make: () => unknown): readonly string[] {
  try {
    make()
  } catch (error) {
    if (SetupError.is(error)) return error.problems.map(({ place, message }) => `${place}: ${message}`)
    throw error
  }
  return []
}

describe('values of columns', () => {
  it('are made canonical', () => {
    expect(canonical(uuid(), '0192F0E4-1C3A-7B5D-8E9F-0A1B2C3D4E5F')).toBe(
      '0192f0e4-1c3a-7b5d-8e9f-0a1b2c3d4e5f',
    )
    expect(canonical(timestamp(), '2026-11-29T12:00:00+02:00')).toBe('2026-11-29T10:00:00.000Z')
    expect(canonical(decimal(12, 2), '-0')).toBe('0.00')
    expect(canonical(decimal(40, 2), '99999999999999999999999999999.5')).toBe(
      '99999999999999999999999999999.50',
    )
    expect(canonical(bigint(), '-9223372036854775808')).toBe('-9223372036854775808')
    expect(Object.is(canonical(integer(), -0), 0)).toBe(true)
  })

  it('are refused where a database would change them or refuse them', () => {
    refuses(uuid(), 'urn:uuid:0192f0e4-1c3a-7b5d-8e9f-0a1b2c3d4e5f', '{0192f0e4}', 7)
    refuses(text({ maxLength: 2 }), 'a\0', '\ud800', 'abc', 5, '😀😀😀')
    refuses(integer(), 1.5, 2 ** 31, '1', Number.NaN)
    refuses(decimal(4, 2, { minimum: 0, maximum: 50 }), '1.005', '100', '-0.01', '50.01', '1e1', 1)
    refuses(
      timestamp(),
      '2026-02-30T00:00:00Z',
      '2026-11-29T12:00:00.0001Z',
      '2026-11-29T12:00:60Z',
      'infinity',
    )
    refuses(date(), '2026-02-29', '0000-01-01', '2026-1-1')
    refuses(bytes({ maxLength: 2 }), 'AAAA', '+/==', 'A')
    refuses(oneOf('open', 'closed'), 'opne', '', undefined)
  })

  it('have as many characters as they have code points, as databases count', () => {
    const pair = text({ minLength: 2, maxLength: 2 })
    expect(canonical(pair, '😀😀')).toBe('😀😀')
    expect(canonical(pair, 'e\u0301')).toBe('e\u0301')
    refuses(pair, '😀', 'é', '😀😀a', '👩‍🚀', '')
    refuses(text({ minLength: 3 }), '😀😀')
    expect(canonical(text({ minLength: 3 }), '😀😀a')).toBe('😀😀a')
  })

  it('are refused by what is wrong with them, in words for clients: without the table', () => {
    const short = text({ maxLength: 5 })
    expect(() => canonical(short, 'a\0')).toThrow("'value' must be a well-formed text without NUL.")
    expect(() => canonical(short, '\ud800')).toThrow("'value' must be a well-formed text without NUL.")
    expect(() => canonical(short, 'abcdef')).toThrow("'value' must be a text of at most 5 characters.")
  })

  it('of JSON get the defaults of their schema, and hold what every database keeps', () => {
    const settings = json(t.Object({ theme: t.String({ default: 'light' }), size: t.Optional(t.Number()) }))
    expect(canonical(settings, {})).toEqual({ theme: 'light' })
    refuses(
      settings,
      { theme: 'a\0' },
      { theme: '\ud800' },
      { theme: 'a', other: 1 },
      { size: Infinity },
      null,
    )
    refuses(
      json(t.Unknown()),
      new Date(0),
      { 'a\0': 1 },
      { '\udc00': 1 },
      null,
      5n,
      Number.NaN,
      () => 1,
      Symbol('a'),
      [undefined],
      { a: [new Map()] },
      { a: 5n },
      { a: () => 1 },
      -Infinity,
    )
    const given = { a: undefined, b: -0, c: [{ d: undefined }] }
    const held = canonical(json(t.Unknown()), given) as { readonly b: number }
    expect(held).toStrictEqual({ b: 0, c: [{}] })
    expect(held).not.toBe(given)
  })
})

describe('schemas of a table', () => {
  const Orders = table('orders', {
    id,
    status: oneOf('open', 'closed').default('open'),
    total: decimal(12, 2, { minimum: 0 }),
    note: text().nullable(),
    tokenHash: text().hidden(),
    version: version(),
    createdAt: timestamp().now(),
  })

  it('have what routes may show and take', () => {
    expect(Object.keys(Orders.row.properties)).toEqual([
      'id',
      'status',
      'total',
      'note',
      'version',
      'createdAt',
    ])
    expect(Object.keys(Orders.new.properties)).toEqual(['status', 'total', 'note'])
    expect(Object.keys(Orders.patch.properties)).toEqual(['status', 'total', 'note'])
  })

  it('hold precision, scale and sign of a decimal', () => {
    const body = validator(Orders.patch)
    for (const total of ['-5.00', '1.005', '99999999999.00', '01', '1e2', ''])
      expect(body.check({ total })).toHaveLength(1)
    expect(body.check({ total: '9999999999.99' })).toEqual([])
  })

  it('of a patch have no defaults, and tell null from absent', () => {
    expect(validator(Orders.patch).parse({ note: null })).toEqual({ note: null })
    expect(validator(Orders.patch).parse({})).toEqual({})
  })
})

describe('a table that cannot be', () => {
  it('says every problem with its place', () => {
    expect(
      messages(() =>
        table(
          'orders',
          {
            name: text().unique(),
            status: oneOf('open').default('x' as 'open'),
            data: json(t.Unknown()),
            deletedAt: timestamp().nullable(),
            lineOne: text(),
            other: text().named('line_one'),
          },
          { indexes: [['data']], softDelete: 'deletedAt' },
        ),
      ),
    ).toEqual([
      'orders: It has no primary key.',
      "orders.other: Its column in the database is 'line_one', as that of lineOne.",
      "orders.status: Its default is not one of 'open'.",
      'orders.name: It is unique or indexed, and has no maxLength: keys of indexes are bounded.',
      'orders.data: It is a key, unique or indexed, and JSON has no order.',
      "orders: softDelete names 'deletedAt', which is not a hidden timestamp that may be null: a body could set another.",
    ])
  })

  it('has a name that PostgreSQL would cut, in bytes', () => {
    const long = 'a'.repeat(64)
    const wide = 'é'.repeat(32)
    const make = () =>
      table(
        'a',
        { id, [long]: text(), b: text().named(wide), c: text().named(''), ['d'.repeat(62) + 'E']: text() },
        { checks: { [wide]: 'b > 0' }, indexes: [{ columns: ['id'], name: long }] } as object,
      )
    expect(messages(make)).toEqual([
      `a.${long}: The name of its property is not one of 1 to 63 bytes.`,
      'a.b: The name of its column is not one of 1 to 63 bytes.',
      'a.c: The name of its column is not one of 1 to 63 bytes.',
      // `…_e`
      `a.${'d'.repeat(62)}E: The name of its column is not one of 1 to 63 bytes.`,
      `a, ${long}: Its name is not one of 1 to 63 bytes.`,
      `a, ${wide}: Its name is not one of 1 to 63 bytes.`,
    ])
    expect(() => table('a', { id, b: text().named('é'.repeat(31)), ['d'.repeat(63)]: text() })).not.toThrow()
    expect(messages(() => table('a', { id, b: text().named(5 as never) }))).toEqual([
      'a.b: named() is not given a name.',
    ])
  })
})

describe('tables of a database', () => {
  it('know their relations from both sides', () => {
    const Customers = table('customers', { id })
    const Orders = table('orders', { id, customerId: uuid().references('customers') })
    expect(() => defineTables({ customers: Customers, orders: Orders })).not.toThrow()
    expect(Orders['~internal'].indexes.map(({ name }) => name)).toEqual(['orders_customer_id_idx'])
  })

  it('are refused where two had one name, or one had the name that it has', () => {
    const twins = { id, remark: text().was('note'), text: text().was('note'), same: text().was('same') }
    expect(messages(() => table('orders', twins, { was: 'orders' }))).toEqual([
      "orders: It was 'orders', which is the name that it has.",
      "orders.text: It was 'note', as remark was: the values go to one of them.",
      "orders.same: It was 'same', which is the name that it has.",
    ])
    const Sales = table('sales', { id }, { was: 'orders' })
    const Deals = table('deals', { id }, { was: 'orders' })
    expect(messages(() => defineTables({ sales: Sales, deals: Deals }))).toEqual([
      "defineTables, deals: It was 'orders', as sales was: the rows go to one of them.",
    ])
  })

  it('are refused where names clash', () => {
    const Orders = table('orders', { id, itemId: text({ maxLength: 9 }).unique() })
    const Items = table('orders_item', { key: id, id: text({ maxLength: 9 }).unique() })
    expect(messages(() => defineTables({ orders: Orders, items: Items }))).toEqual([
      "items, id: Its index or constraint would be named 'orders_item_id_key', as that of orders, itemId.",
    ])
    expect(messages(() => defineTables({ a: Orders, b: Orders }))[0]).toContain('as that of a')
  })

  it('are refused where two references have one inverse name', () => {
    const Customers = table('customers', { id })
    const Orders = table('orders', {
      id,
      buyerId: uuid().references('customers'),
      payerId: uuid().references('customers'),
    })
    expect(messages(() => defineTables({ customers: Customers, orders: Orders }))).toEqual([
      "orders.payerId: Two relations of customers have the name 'orders'.",
    ])
  })
})

describe('a reference', () => {
  it('is not set to null by a deletion where it cannot be null', () => {
    const make = () =>
      table('pets', { id: uuid().primary(), ownerId: uuid().references('owners', { onDelete: 'set null' }) })
    expect(messages(make)).toEqual([
      "pets.ownerId: It cannot be null, as onDelete: 'set null' would make it.",
    ])
  })

  it.each([
    ['integer({ bits: 32 }), not integer({ bits: 53 })', integer({ bits: 53 }), integer()],
    ['decimal(10, 2), not decimal(12, 2)', decimal(12, 2), decimal(10, 2)],
    ['text({ maxLength: 9 }), not text({ maxLength: 10 })', text({ maxLength: 10 }), text({ maxLength: 9 })],
    [
      'text({ maxLength: 9 }), not text({ maxLength: 9, caseInsensitive: true })',
      text({ maxLength: 9, caseInsensitive: true }),
      text({ maxLength: 9 }),
    ],
    ["oneOf('a'), not oneOf('a', 'b')", oneOf('a', 'b'), oneOf('a')],
  ])('has the type of the key: %s', (said, key, column) => {
    const make = () =>
      defineTables({
        owners: table('owners', { id: key.primary() }),
        pets: table('pets', { id: uuid().primary(), ownerId: column.references('owners') }),
      } as never)
    expect(messages(make)).toEqual([`pets.ownerId: It has another type than the key of owners: ${said}.`])
  })
})

describe('bounds and names', () => {
  const id = uuid().primary()
  it.each<[string, () => unknown, RegExp]>([
    [
      'an integer',
      () => table('a', { id, n: integer({ minimum: 2, maximum: 1 }) }),
      /a\.n.*no value is taken/,
    ],
    [
      'a decimal',
      () => table('a', { id, n: decimal(4, 2, { minimum: '2', maximum: 1 }) }),
      /a\.n.*no value is taken/,
    ],
    ['a bigint', () => table('a', { id, n: bigint({ minimum: 3, maximum: 2 }) }), /a\.n.*no value is taken/],
    ['a bound that is none', () => table('a', { id, n: bigint({ minimum: '1.5' }) }), /a\.n.*not a bigint/],
    [
      'a property in another case',
      () => table('a', { id, created_at: text() }),
      /a\.created_at.*not camelCase/,
    ],
    [
      'an acronym',
      () => table('a', { id, lineURL: text(), lineUrl: text() }),
      /'line_url', as that of lineURL/,
    ],
  ])('%s stops the start', (_name, make, message) => {
    expect(make).toThrow(message)
  })

  it('take a type of the database that ends no statement, with any sign within quotes', () => {
    const typed = (type: string): object =>
      table('a', { id: uuid().primary(), mood: oneOf('a;b', 'c').sqlType(type) })
    expect(typed("enum('a;b','it''s')")['~internal' as never]).toBeDefined()
    for (const type of ['', 'text; drop table a', "enum('a", "enum('a''); --", 'text\0'])
      expect(() => typed(type)).toThrow('sqlType() is not given a type')
  })

  it('take bytes in the one text that they have', () => {
    const { pattern } = bytes()['~internal'].schema as unknown as { pattern: string }
    const takes = (value: string): boolean => new RegExp(pattern).test(value)
    expect(['', 'AA', 'AAA', 'AAAA', '_-8'].map(takes)).toEqual([true, true, true, true, true])
    expect(['A', 'AB', 'AAB', 'A===', 'a+b='].map(takes)).toEqual([false, false, false, false, false])
  })
})

describe('what is declared by accident', () => {
  it('is told: two versions, a value twice, tables that are none', () => {
    expect(messages(() => table('a', { id, version: version(), second: version() }))).toEqual([
      'a.second: It is a second version: version is counted already.',
    ])
    expect(messages(() => table('a', { id, state: oneOf('on', 'off', 'on') }))).toEqual([
      "a.state: It names 'on' twice.",
    ])
    const Notes = table('notes', { id })
    expect(messages(() => defineTables([Notes] as never))).toEqual([
      'defineTables: It is not given an object of tables by key.',
    ])
    expect(messages(() => defineTables(undefined as never))).toHaveLength(1)
    expect(messages(() => defineTables({ notes: Notes, id, text: text } as never))).toEqual([
      'defineTables, id: It is not a table.',
      'defineTables, text: It is not a table.',
    ])
  })

  it('is told within JSON by its place, and not by its value', () => {
    const column = json(t.Object({ places: t.Array(t.Object({ zip: t.String({ maxLength: 5 }) })) }))
    expect(() => canonical(column, { places: [{ zip: '1' }, { zip: 'S3CRET' }] })).toThrow(
      "'value' must be a value of its schema (at '/places/1/zip': must NOT have more than 5 characters).",
    )
    expect(() => canonical(column, { places: [{}] })).toThrow("(at '/places/0/zip': ")
    expect(() => canonical(column, 7)).toThrow("(at '': ")
    expect(() => canonical(column, { places: [{ zip: '\0' }] })).toThrow('must be a value of its schema.')
  })
})

describe('what stands for a column', () => {
  it.each([
    [text, 'notes.body: text is the function that makes a column. Call it: body: text().'],
    [t.String(), 'notes.body: It is not a column. Write a column of @keelson/db: text(), integer(), …'],
    [textBody(), 'notes.body: It is not a column. Write a column of @keelson/db: text(), integer(), …'],
    [undefined, 'notes.body: It is not a column.'],
  ])('is refused where it is none: %o', (given, message) => {
    expect(() => table('notes', { id: uuid().primary(), body: given as never })).toThrow(message)
  })
})

describe('schemas for routes', () => {
  const Lines = table('order_lines', { id: uuid().primary(), title: text(), note: text().nullable() })

  it('have names for documents, and what is cut from them has none', () => {
    expect([Lines.row, Lines.new, Lines.patch].map(suggestedNameOf)).toEqual([
      'OrderLines',
      'OrderLinesNew',
      'OrderLinesPatch',
    ])
    const others = [
      Lines.row.pick('id'),
      Lines.row.omit('id'),
      Lines.row.extend({ a: t.String() }),
      t.Partial(Lines.row),
    ]
    expect(others.map(suggestedNameOf)).toEqual([undefined, undefined, undefined, undefined])
    expect(suggestedNameOf(table('ä', { id: uuid().primary() }).row)).toBeUndefined()
  })

  it('refuse what a database does not keep of a text', () => {
    const places = (schema: never, value: object): string[] => [
      ...new Set(
        validator(schema)
          .check(value)
          .map(({ pointer }) => pointer),
      ),
    ]
    for (const wrong of ['\0', 'a\ud800']) {
      expect(places(Lines.new as never, { title: wrong })).toEqual(['/title'])
      expect(places(Lines.new as never, { title: 'a', note: wrong })).toEqual(['/note'])
      expect(places(Lines.patch as never, { title: wrong })).toEqual(['/title'])
      expect(places(Lines.row.pick('title') as never, { title: wrong })).toEqual(['/title'])
    }
    expect(places(Lines.new as never, { title: '😀', note: null })).toEqual([])
    const Address = t.Object({ city: t.String() })
    const People = table('people', { id: uuid().primary(), address: json(Address).nullable() })
    expect(places(People.new as never, { address: { city: 'a\0' } })).toContain('/address/city')
    expect(validator(Address).is({ city: 'a\0' })).toBe(true)
  })
})

describe('an identity', () => {
  it('is the key by itself, a number, and nothing else', () => {
    const numbered = integer().identity()
    expect(messages(() => table('a', { id: numbered.primary(), n: bigint().identity() }))).toEqual([
      'a.n: It is a second identity: id is numbered already.',
    ])
    expect(messages(() => table('a', { id, n: numbered }))).toEqual([
      'a.n: It is an identity, and not the key by itself.',
    ])
    expect(messages(() => table('a', { id, n: numbered.primary() }))).toEqual([
      'a.n: It is an identity, and not the key by itself.',
    ])
    for (const both of [numbered.default(1), integer().default(1).identity()])
      expect(messages(() => table('a', { id: both.primary() }))).toContain(
        'a.id: It is an identity with a default, and the database numbers it.',
      )
    expect(messages(() => table('a', { id: numbered.references('b').primary() }))).toEqual([
      'a.id: It is an identity, and refers to another table: its values are those of that key.',
    ])
    expect(messages(() => table('a', { id: numbered.primary().nullable() }))).toEqual([
      'a.id: It is a key that may be null.',
    ])
    // @ts-expect-error -- "only an integer and a bigint take identity()"
    expect(messages(() => table('a', { id: text({ maxLength: 9 }).identity().primary() }))).toEqual([
      'a.id: It is a text, and only an integer and a bigint take identity().',
    ])
  })

  it('is shown, and no body says it', () => {
    const Notes = table('notes', { id: integer({ bits: 53 }).identity().primary(), title: text() })
    expect(Object.keys(Notes.row.properties)).toEqual(['id', 'title'])
    expect(Object.keys(Notes.new.properties)).toEqual(['title'])
    expect(Object.keys(Notes.patch.properties)).toEqual(['title'])
  })
})
