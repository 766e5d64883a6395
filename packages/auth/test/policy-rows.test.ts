import { describe, expect, it } from 'vitest'
import { all, any, not, verdict, type Condition, type ConditionNode } from '@keelson/core/conditions'
import { definePolicy, toWhere } from '@keelson/auth'
import BetterSqlite3 from 'better-sqlite3'
import { Kysely, sql, SqliteDialect } from 'kysely'

interface Item {
  readonly owner: string
  readonly buyer: string | null
  readonly price: number
  readonly least: number
  readonly isOpen: boolean
}
const item: Item = { owner: 'ada', buyer: null, price: 9.5, least: 10, isOpen: true }

interface User {
  readonly id: string
  readonly budget?: number
}

const { allows, canList } = definePolicy<{ user: User }>()((resource) => ({
  Item: resource<Item>()(({ where }) => ({
    cheap: where((_, one) => one.price.below(9.99)),
    affordable: where(({ user }, one) => one.price.atMost(user.budget as number)),
    reduced: where((_, one) => one.price.below(one.least)),
    bought: where((_, one) => one.owner.isNot(one.buyer)),
    unbought: where((_, one) => all(one.buyer.isNull(), one.isOpen.is(true))),
    priced: where((_, one) => one.price.isIn([9.5, 10])),
    own: where(({ user }, one) => any(one.owner.is(user.id), one.buyer.is(user.id))),
    other: where(({ user }, one) => not(one.owner.is(user.id))),
    ordered: where((_, one) => (one.owner as unknown as typeof one.price).below('b' as never)),
    mixed: where((_, one) => (one.owner as unknown as typeof one.price).is(one.price)),
  })),
}))
type Action =
  | 'cheap'
  | 'affordable'
  | 'reduced'
  | 'bought'
  | 'unbought'
  | 'priced'
  | 'own'
  | 'other'
  | 'ordered'
  | 'mixed'

const holds = (action: Action, record: Partial<Item> = {}, user: User = { id: 'ada' }) =>
  allows({ user }, action, 'Item', { ...item, ...record })

describe('a policy over a type without a table', () => {
  it('compares numbers as numbers, fractions too', () => {
    expect(holds('cheap')).toBe(true)
    expect(holds('cheap', { price: 9.99 })).toBe(false)
    expect(holds('cheap', { price: 9 })).toBe(true)
    expect([9.5, 9.4, 10].map((budget) => holds('affordable', {}, { id: 'ada', budget }))).toEqual([
      true,
      false,
      true,
    ])
    expect([9.5, 10, 11].map((price) => holds('priced', { price }))).toEqual([true, true, false])
  })

  it('compares a column with another one of its type', () => {
    expect(holds('reduced')).toBe(true)
    expect(holds('reduced', { price: 10 })).toBe(false)
    expect(holds('bought', { buyer: 'eve' })).toBe(true)
    expect(holds('bought', { buyer: 'ada' })).toBe(false)
    expect(holds('bought')).toBe(false)
  })

  it('asks for null by name alone', () => {
    expect(holds('unbought')).toBe(true)
    expect(holds('unbought', { buyer: 'eve' })).toBe(false)
    expect(holds('unbought', { isOpen: false })).toBe(false)
  })

  it('takes a value of another type for unknown: neither a comparison nor its not holds', () => {
    for (const wrong of [7, true, null, Number.NaN, 'a\ud800'])
      for (const action of ['own', 'other'] as const)
        expect(holds(action, {}, { id: wrong as never }), `${action} ${String(wrong)}`).toBe(false)
    expect(holds('own', { owner: 7 as never, buyer: 'ada' })).toBe(true)
    expect(holds('other', { owner: 7 as never })).toBe(false)
    expect(holds('affordable', {}, { id: 'ada', budget: Number.POSITIVE_INFINITY })).toBe(false)
    expect(holds('mixed')).toBe(false)
  })

  it('does not order texts, of which a type says nothing', () => {
    expect(holds('ordered')).toBe(false)
  })

  it('refuses a record without a column that the rule asks for', () => {
    const { price: _, ...partial } = item
    expect(() => allows({ user: { id: 'ada' } }, 'cheap', 'Item', partial as Item)).toThrow("no 'price'")
    expect(() => allows({ user: { id: 'ada' } }, 'cheap', 'Item', undefined as never)).toThrow(
      'looks at the record, and none was given',
    )
  })
})

describe('the condition of such a policy', () => {
  const conditionOf = (action: Action, user: User): ConditionNode => {
    const { run } = canList(action, 'Item') as unknown as {
      run(ctx: object): { readonly visible: Condition }
    }
    return run({ user }).visible
  }

  it('names columns and values as they were compared', () => {
    const user = { id: 'ada', budget: 9.5 }
    expect(conditionOf('own', user)).toEqual({
      op: 'any',
      of: [
        { op: 'is', column: 'owner', value: 'ada' },
        { op: 'is', column: 'buyer', value: 'ada' },
      ],
    })
    expect(conditionOf('affordable', user)).toEqual({ op: 'atMost', column: 'price', value: '9.5' })
    expect(conditionOf('affordable', { id: 'ada', budget: 9 })).toEqual({
      op: 'atMost',
      column: 'price',
      value: 9,
    })
    expect(conditionOf('reduced', user)).toEqual({ op: 'below', column: 'price', other: 'least' })
    expect(conditionOf('affordable', { id: 'ada' })).toEqual({ op: 'unknown' })
  })
})

describe('a list of several types over a type without a table', () => {
  const columns = { x: { kind: 'text', nullable: true } } as const
  interface Row {
    readonly x: string | null
  }
  const policyOf = (values: readonly unknown[]) =>
    definePolicy<{ user: User }>()((resource) => ({
      Row: resource<Row>()(({ where }) => ({
        read: where((_, row) => row.x.isIn(values as never)),
        shun: where((_, row) => not(row.x.isIn(values as never))),
      })),
    }))

  it.each([
    [[1, 'a'], ['a'], []],
    [['a', 'b'], ['a', 'b'], ['c']],
    [[undefined, 'a'], ['a'], []],
    [[1, 2], [], []],
    [[Number.NaN], [], []],
    [[], [], ['a', 'b', 'c', null]],
  ])('admits and lists the same records: %j', async (values, read, shun) => {
    const policy = policyOf(values)
    const records = ['a', 'b', 'c', null].map((x) => ({ x }))
    const database = new Kysely<{ rows: { x: string | null } }>({
      dialect: new SqliteDialect({ database: new BetterSqlite3(':memory:') as never }),
    })
    await sql`create table rows (x text)`.execute(database)
    await database.insertInto('rows').values(records).execute()
    for (const [action, expected] of [
      ['read', read],
      ['shun', shun],
    ] as const) {
      const admitted = records.filter((row) => policy.allows({ user: { id: 'ada' } }, action, 'Row', row))
      const { run } = policy.canList(action, 'Row') as unknown as {
        run(ctx: object): { visible: Condition<typeof columns> }
      }
      const { visible } = run({ user: { id: 'ada' } })
      const listed = await database
        .selectFrom('rows')
        .selectAll()
        .where((eb) => toWhere(visible, eb, { dialect: 'sqlite', columns }))
        .execute()
      expect([admitted, listed].map((rows) => rows.map(({ x }) => x))).toEqual([expected, expected])
    }
    await database.destroy()
  })
})

const STATUS = { status: { kind: 'text' } } as const

/** The records that a database finds by a condition. */
async function found(condition: Condition<never>): Promise<readonly unknown[]> {
  const database = new BetterSqlite3(':memory:')
  database.exec("create table docs (status text); insert into docs values ('open'), ('secret')")
  await using kysely = new Kysely<{ docs: { status: string } }>({ dialect: new SqliteDialect({ database }) })
  return await kysely
    .selectFrom('docs')
    .selectAll()
    .where((eb) => toWhere(condition, eb, { dialect: 'sqlite', columns: STATUS as never }))
    .execute()
}

describe('not of a list of which a value is not there', () => {
  const secret = (_: unknown, doc: { status: { isIn(values: readonly unknown[]): Condition } }) =>
    not(doc.status.isIn(['secret', undefined]))
  const Docs = {
    columns: STATUS,
    '~row': {} as { status: string },
  } as const
  const policies = {
    table: definePolicy<{ user: User }>()((resource) => ({
      Doc: resource(Docs)(({ where }) => ({ read: where(secret as never) })),
    })),
    type: definePolicy<{ user: User }>()((resource) => ({
      Doc: resource<{ status: string }>()(({ where }) => ({ read: where(secret as never) })),
    })),
  }

  it.each(['table', 'type'] as const)(
    'holds for nobody, in the verdict and in a list, of a %s',
    async (by) => {
      const policy = policies[by] as typeof policies.table
      const user = { id: 'ada' }
      for (const status of ['open', 'secret'])
        expect(policy.allows({ user }, 'read', 'Doc', { status })).toBe(false)
      const { run } = policy.canList('read', 'Doc') as unknown as {
        run(ctx: object): { readonly visible: Condition<never> }
      }
      const { visible } = run({ user })
      expect(verdict(visible, { status: 'open' } as never, STATUS as never)).toBe(false)
      expect(await found(visible)).toEqual([])
      expect(await found(all() as never)).toHaveLength(2)
    },
  )
})
