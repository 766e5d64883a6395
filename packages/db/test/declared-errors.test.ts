import { defineError, t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { defineTables, integer, table, text } from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { SYSTEMS } from './systems.ts'

const conflict = (code: string) => defineError(code, { status: 409, title: code })
const CodeTaken = conflict('CODE_TAKEN')
const PairTaken = conflict('PAIR_TAKEN')
const ParentUnknown = conflict('PARENT_UNKNOWN')
const HasChildren = conflict('HAS_CHILDREN')
const CategoryUnknown = conflict('CATEGORY_UNKNOWN')
const HasProducts = conflict('HAS_PRODUCTS')
const HasDesks = conflict('HAS_DESKS')

const tables = defineTables({
  categories: table('categories', {
    id: integer().primary(),
    parentId: integer().nullable().references('categories', {
      as: 'parent',
      inverse: 'children',
      error: ParentUnknown,
      inUse: HasChildren,
    }),
  }),
  products: table(
    'products',
    {
      id: integer().primary(),
      code: text({ maxLength: 20 }).named('article_code').unique(CodeTaken),
      size: integer().default(1),
      color: integer().default(1),
      categoryId: integer().references('categories', { error: CategoryUnknown, inUse: HasProducts }),
    },
    { unique: [{ columns: ['size', 'color', 'categoryId'], error: PairTaken }] },
  ),
  shops: table('shops', { id: integer().primary(), name: text() }),
  // A tree that is deleted as a whole, and what hangs on its leaves.
  rooms: table('rooms', {
    id: integer().primary(),
    shopId: integer().nullable().references('shops', { onDelete: 'cascade' }),
    withinId: integer()
      .nullable()
      .references('rooms', { onDelete: 'cascade', as: 'within', inverse: 'inner' }),
  }),
  desks: table('desks', {
    roomId: integer().references('rooms', { inUse: HasDesks }).primary(),
    place: integer().primary(),
  }),
})

describe.each(SYSTEMS)('a declared error on %s', (_name, make) => {
  const on = openingDatabase(make, tables, { createTables: true })

  it(
    'is that of a unique key, whatever the statement came from',
    on(async (db) => {
      await db.categories.insertMany([
        { id: 1, parentId: null },
        { id: 2, parentId: 1 },
      ] as never)
      const product = { id: 1, code: 'a', size: 1, color: 1, categoryId: 2 }
      await db.products.insert(product)
      const twin = { ...product, id: 2, size: 2 }
      await expect(db.products.insert(twin)).rejects.toThrow(CodeTaken)
      await expect(db.kysely.insertInto('products').values(twin).execute()).rejects.toThrow(CodeTaken)
      const { sql } = db
      await expect(
        sql`insert into products (id, article_code, size, color, category_id) values (2, 'a', 2, 2, 2)`,
      ).rejects.toThrow(CodeTaken)
      await expect(
        sql`insert into products (id, article_code, size, color, category_id) values (2, 'b', 1, 1, 2)`,
      ).rejects.toThrow(PairTaken)
      await expect(
        sql`insert into products (id, article_code, size, color, category_id) values (1, 'b', 2, 1, 2)`,
      ).rejects.toMatchObject({ code: 'ERR_DB_UNIQUE' })
    }),
  )

  it(
    'is that of a reference to a row that is not there',
    on(async (db) => {
      const product = { id: 3, code: 'c', size: 3, color: 3, categoryId: 77 }
      const { sql, kysely } = db
      const unknown: readonly (() => Promise<unknown>)[] = [
        () => db.products.insert(product),
        () => kysely.insertInto('products').values(product).execute(),
        () => kysely.updateTable('products').set({ categoryId: 77 }).where('id', '=', 1).execute(),
        () =>
          sql`insert into products (id, article_code, size, color, category_id) values (3, 'c', 3, 3, ${77})`,
        () => sql`update products set category_id = ${77} where id = ${1}`,
        () => db.transaction(() => sql`update products set category_id = ${77} where id = ${1};`),
      ]
      for (const write of unknown) await expect(write()).rejects.toThrow(CategoryUnknown)
      const parents: readonly (() => Promise<unknown>)[] = [
        () => db.categories.insert({ id: 9, parentId: 88 }),
        () => db.categories.updateMany({ where: { id: 2 }, set: { parentId: 88 } }),
        () => kysely.updateTable('categories').set({ parentId: 88 }).where('id', '=', 2).execute(),
        () => sql`insert into categories (id, parent_id) values (${9}, ${88})`,
      ]
      for (const write of parents) await expect(write()).rejects.toThrow(ParentUnknown)
      expect(await db.categories.count()).toBe(2)
      expect(await db.products.count({ categoryId: 2 })).toBe(1)
    }),
  )

  it(
    'is that of a row in use',
    on(async (db) => {
      const { sql, kysely } = db
      const children: readonly (() => Promise<unknown>)[] = [
        () => db.categories.delete(1),
        () => db.categories.delete({ id: 1, parentId: null }),
        () => db.categories.deleteMany({ where: { parentId: null } }),
        () => kysely.deleteFrom('categories').where('id', '=', 1).execute(),
        () => sql`delete from categories where id = ${1}`,
      ]
      for (const remove of children) await expect(remove()).rejects.toThrow(HasChildren)
      const products: readonly (() => Promise<unknown>)[] = [
        () => db.categories.delete(2),
        () =>
          db.categories
            .deleteMany({ where: { id: { in: [2] } } as never })
            .catch(() => db.categories.delete(2)),
        () => kysely.deleteFrom('categories').where('id', 'in', [2]).execute(),
        () => sql`delete from categories where id = ${2}`,
        () => db.transaction(() => sql`delete from categories where id = ${2}`),
        () => sql`update categories set id = 5 where id = ${2}`,
      ]
      for (const remove of products) await expect(remove()).rejects.toThrow(HasProducts)
      expect(await db.categories.count()).toBe(2)
    }),
  )

  it(
    'is that of a row in use whose key is changed, also where it refers to itself',
    on(async (db) => {
      const { sql } = db
      const changes = async (): Promise<readonly unknown[]> => {
        const ends: unknown[] = []
        for (const statement of [
          () => sql`update categories set id = 35 where id = ${31}`,
          () => sql`update categories set id = 35, parent_id = ${77} where id = ${31}`,
          () => sql`update categories set id = 35 where id = ${33}`,
          () => sql`update categories set parent_id = ${77} where id = ${33}`,
          () => sql`update categories set parent_id = ${77} where parent_id = ${31}`,
        ])
          ends.push(await statement().catch((error: { code: unknown }) => error.code))
        return ends
      }
      await db.categories.insert({ id: 31, parentId: null })
      await db.categories.insert({ id: 32, parentId: 31 })
      await db.categories.insert({ id: 33, parentId: 33 })
      const inUse = 'HAS_CHILDREN'
      expect(await changes()).toEqual([inUse, inUse, inUse, 'PARENT_UNKNOWN', 'PARENT_UNKNOWN'])
      await sql`update categories set parent_id = null where id > 30`
      await sql`delete from categories where id > 30`
    }),
  )

  it(
    'is that of a row in use which a cascade would delete',
    on(async (db) => {
      await db.shops.insert({ id: 1, name: 'a' })
      await db.rooms.insert({ id: 1, shopId: 1, withinId: null })
      await db.rooms.insert({ id: 2, shopId: null, withinId: 1 })
      await db.rooms.insert({ id: 3, shopId: null, withinId: 2 })
      await db.desks.insert({ roomId: 3, place: 1 })
      const removals: readonly (() => Promise<unknown>)[] = [
        () => db.shops.delete(1),
        () => db.rooms.delete(1),
        () => db.kysely.deleteFrom('shops').execute(),
        () => db.sql`delete from shops where name = ${'a'}`,
      ]
      for (const remove of removals) await expect(remove()).rejects.toThrow(HasDesks)
      await db.desks.delete({ roomId: 3, place: 1 })
      await db.shops.delete(1)
      expect(await db.rooms.count()).toBe(0)
    }),
  )
})

describe('an error for a row in use', () => {
  it('is refused at start where no row in use keeps it from going', () => {
    expect(() =>
      table('rooms', {
        id: integer().primary(),
        shopId: integer().references('shops', { onDelete: 'cascade', inUse: HasDesks }),
      }),
    ).toThrow(/inUse/)
    const Detailed = defineError('DETAILED', {
      status: 409,
      title: 'x',
      details: t.Object({ a: t.String() }),
    })
    expect(() =>
      table('rooms', {
        id: integer().primary(),
        shopId: integer().references('shops', { inUse: Detailed as never }),
      }),
    ).toThrow(/DETAILED has details/)
  })
})
