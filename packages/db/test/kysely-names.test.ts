import { describe, expect, it } from 'vitest'
import { defineTables, integer, QueryError, table, text, timestamp, uuid } from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { ALL_SYSTEMS } from './systems.ts'

// Each name of a table means something else in the other one.
const People = table('shop_people', {
  id: uuid().primary(),
  name: text({ maxLength: 50 }).named('title'),
  title: text({ maxLength: 50 }).nullable().named('name'),
  bossId: uuid().references('people', { as: 'boss', inverse: 'team' }).nullable().named('boss'),
  bornAt: timestamp().nullable().named('born'),
})
const Books = table('books', {
  id: uuid().primary(),
  title: text({ maxLength: 50 }),
  name: text({ maxLength: 50 }),
  writerId: uuid().references('people'),
  pages: integer(),
})
const tables = defineTables({ people: People, books: Books })

const ANA = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b'
const BEN = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2c'
const BOOK = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2d'
const BORN = '1990-01-02T03:04:05.678Z'

describe.each(ALL_SYSTEMS)('names of db.kysely on %s', (_name, make) => {
  const on = openingDatabase(make, tables)
  const ana = { id: ANA, name: 'Ana', title: 'Dr', bossId: null, bornAt: BORN }
  const ben = { id: BEN, name: 'Ben', title: 'Ms', bossId: ANA, bornAt: null }

  it(
    'are those of the table that a column is of',
    on(async ({ kysely, people, books }) => {
      await kysely.insertInto('people').values([ana, ben]).execute()
      expect(await people.byId(ANA)).toEqual(ana)
      await books.insert({ id: BOOK, title: 'Sea', name: 'A book', writerId: ANA, pages: 9 })
      const book = kysely.selectFrom('books')
      expect(await book.select('title').execute()).toEqual([{ title: 'Sea' }])
      expect(await book.select(['name', 'title as name2']).execute()).toEqual([
        { name: 'A book', name2: 'Sea' },
      ])
      const person = kysely.selectFrom('people').where('name', '=', 'Ana')
      expect(await person.select('name').execute()).toEqual([{ name: 'Ana' }])
      expect(await person.select(['people.name', 'people.title']).execute()).toEqual([
        { name: 'Ana', title: 'Dr' },
      ])
      expect(await person.selectAll().execute()).toEqual([ana])
    }),
  )

  it(
    'hold in joins, aliases and queries within',
    on(async ({ kysely }) => {
      const joined = await kysely
        // An alias that is the key of another table.
        .selectFrom('books as people')
        .innerJoin('people as w', 'w.id', 'people.writerId')
        .select(['people.title', 'people.name as book', 'w.name', 'w.bornAt', 'pages', 'bossId'])
        .where('w.title', '=', 'Dr')
        .execute()
      expect(joined).toEqual([
        { title: 'Sea', book: 'A book', name: 'Ana', bornAt: BORN, pages: 9, bossId: null },
      ])
      const all = await kysely
        .selectFrom('books')
        .innerJoin('people', 'people.id', 'books.writerId')
        .selectAll('people')
        .select('books.title as book')
        .execute()
      expect(all).toEqual([{ ...ana, book: 'Sea' }])
      const both = await kysely
        .selectFrom('people')
        .innerJoin('books', 'writerId', 'people.id')
        .selectAll()
        .execute()
      expect(both).toEqual([{ ...ana, id: BOOK, title: 'Sea', name: 'A book', writerId: ANA, pages: 9 }])
      const within = await kysely
        .selectFrom((eb) => eb.selectFrom('people').select(['name', 'bossId as boss']).as('p'))
        .select(['name', 'p.boss'])
        .where('name', '=', 'Ben')
        .execute()
      expect(within).toEqual([{ name: 'Ben', boss: ANA }])
      const correlated = await kysely
        .selectFrom('people')
        .select('name')
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('books')
              .select('books.id')
              .whereRef('writerId', '=', 'people.id')
              .where('title', '=', 'Sea'),
          ),
        )
        .execute()
      expect(correlated).toEqual([{ name: 'Ana' }])
    }),
  )

  it(
    'hold in expressions of with, which may hide a table',
    on(async ({ kysely }) => {
      const chain = await kysely
        .withRecursive('chain', (db) =>
          db
            .selectFrom('people')
            .select(['id', 'name', 'bossId'])
            .where('bossId', 'is', null)
            .unionAll((eb) =>
              eb
                .selectFrom('people')
                .innerJoin('chain', 'chain.id', 'people.bossId')
                .select(['people.id', 'people.name', 'people.bossId']),
            ),
        )
        .selectFrom('chain')
        .select(['name', 'chain.bossId'])
        .orderBy('name')
        .execute()
      expect(chain).toEqual([
        { name: 'Ana', bossId: null },
        { name: 'Ben', bossId: ANA },
      ])
      const hidden = await kysely
        .with('people', (db) => db.selectFrom('people').select(['name', 'title']))
        .selectFrom('people')
        .select('people.name')
        .orderBy('people.title')
        .execute()
      expect(hidden).toEqual([{ name: 'Ana' }, { name: 'Ben' }])
    }),
  )

  it(
    'order by the column, or by what the query gives under that name',
    on(async ({ kysely }) => {
      const people = kysely.selectFrom('people')
      const names = async (rows: Promise<readonly { readonly name: unknown }[]>): Promise<unknown[]> =>
        (await rows).map(({ name }) => name)
      expect(await names(people.select(['title', 'name']).orderBy('name', 'desc').execute())).toEqual([
        'Ben',
        'Ana',
      ])
      expect(await names(people.select(['name', 'title']).orderBy('title', 'desc').execute())).toEqual([
        'Ben',
        'Ana',
      ])
      expect(await names(people.select('title as name').orderBy('name', 'desc').execute())).toEqual([
        'Ms',
        'Dr',
      ])
      const union = people.select('name').unionAll(kysely.selectFrom('books').select('title as name'))
      expect(await names(union.orderBy('name', 'desc').execute())).toEqual(['Sea', 'Ben', 'Ana'])
      const grouped = people.select(({ fn }) => ['name', fn.max('bornAt').as('last')]).groupBy('name')
      expect(await names(grouped.having('name', '=', 'Ben').orderBy('name').execute())).toEqual(['Ben'])
    }),
  )

  it(
    'hold in what changes rows',
    on(async ({ kysely, people }) => {
      await kysely
        .updateTable('people')
        .set({ name: 'Bea', bornAt: '2000-01-01' + 'T01:00:00+01:00' })
        .where('name', '=', 'Ben')
        .execute()
      expect(await people.byId(BEN)).toEqual({ ...ben, name: 'Bea', bornAt: '2000-01-01T00:00:00.000Z' })
      await kysely.deleteFrom('people').where('name', '=', 'Bea').execute()
      expect(await people.count()).toBe(1)
    }),
  )

  it(
    'are refused where a name stands for two columns',
    on(async ({ kysely }) => {
      const joined = kysely.selectFrom('people').innerJoin('books', 'writerId', 'people.id')
      await expect(joined.select('name' as never).execute()).rejects.toThrow(QueryError)
      await expect(joined.select('name' as never).execute()).rejects.toThrow(
        "Write 'people.name' or 'books.name'",
      )
    }),
  )
})

describe.each(ALL_SYSTEMS.filter(([name]) => name !== 'MariaDB'))(
  'returning and conflicts on %s',
  (_name, make) => {
    const on = openingDatabase(make, tables)

    it(
      'have the names of the code',
      on(async ({ kysely }) => {
        const insert = kysely.insertInto('people').values({ id: ANA, name: 'Ana', title: 'Dr' })
        expect(await insert.returningAll().execute()).toEqual([
          { id: ANA, name: 'Ana', title: 'Dr', bossId: null, bornAt: null },
        ])
        const upsert = insert.onConflict((conflict) =>
          conflict.column('id').doUpdateSet(({ ref }) => ({ title: ref('excluded.name'), name: 'Bea' })),
        )
        expect(await upsert.returning(['name', 'title']).execute()).toEqual([{ name: 'Bea', title: 'Ana' }])
      }),
    )
  },
)
