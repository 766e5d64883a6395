import { CheckViolationError, ForeignKeyViolationError, UniqueViolationError } from '../errors.ts'
import { sql } from '../sql/index.ts'
import { errorOf, person, PERSON, type Cases } from './suite-case.ts'
import { SUITE_TABLES } from './suite-tables.ts'

/** What is written and read, and what holds it together. */
export const DATABASE_CASES: Cases = {
  'gives values back as they were inserted': async (db, expect) => {
    const { id } = await db.people.insert(person(PERSON.name))
    expect(await db.people.byId(id)).toEqual({ id, ...PERSON })
  },
  'compares text by its bytes': async (db, expect) => {
    for (const name of ['a', 'A', 'a ', 'ä', 'B']) await db.people.insert(person(name))
    const found = await db.people.find({ orderBy: { name: 'asc' } })
    expect(found.map(({ name }) => name)).toEqual(['A', 'B', 'a', 'a ', 'ä'])
    expect(await db.people.count({ name: 'a' })).toEqual(1)
  },
  'has null as the smallest value': async (db, expect) => {
    await db.people.insertMany([person('b', 2), person('n'), person('a', 1)])
    const names = async (age: 'asc' | 'desc'): Promise<string[]> =>
      (await db.people.find({ orderBy: { age } })).map(({ name }) => name)
    expect(await names('asc')).toEqual(['n', 'a', 'b'])
    expect(await names('desc')).toEqual(['b', 'a', 'n'])
  },
  'tells which constraint was violated': async (db, expect) => {
    const { id } = await db.people.insert(person('a'))
    const unique = await errorOf(db.people.insert(person('a')))
    expect(UniqueViolationError.is(unique)).toEqual(true)
    expect((unique as UniqueViolationError).violation.columns).toEqual(['name'])
    const reference = await errorOf(db.pets.insert({ ownerId: '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b' }))
    expect(ForeignKeyViolationError.is(reference)).toEqual(true)
    const check = await errorOf(db.sql.affected`
      update ${sql.table(SUITE_TABLES.people)} set age = ${-1} where id = ${id}`)
    expect(CheckViolationError.is(check)).toEqual(true)
  },
  'rolls a transaction back as a whole, and a savepoint alone': async (db, expect) => {
    const refuse = new Error('no')
    const failed = db.transaction(async () => {
      await db.people.insert(person('a'))
      throw refuse
    })
    expect(await errorOf(failed)).toEqual(refuse)
    expect(await db.people.count()).toEqual(0)
    await db.transaction(async () => {
      await db.people.insert(person('b'))
      const nested = db.transaction(() => db.people.insert(person('b')), { propagation: 'nested' })
      expect(UniqueViolationError.is(await errorOf(nested))).toEqual(true)
    })
    expect(await db.people.count()).toEqual(1)
  },
  'keeps nothing after a failed statement that nobody minds': async (db, expect) => {
    await db.people.insert(person('a'))
    const caught = db.transaction(async () => {
      await db.people.insert(person('b'))
      await errorOf(db.people.insert(person('a')))
    })
    expect((await errorOf(caught)) === undefined).toEqual(false)
    expect(await db.people.count()).toEqual(1)
  },
  'runs statements that are written by hand': async (db, expect) => {
    await db.people.insertMany([person('a', 1), person('b', 2)])
    const names: string[] = []
    const people = sql.table(SUITE_TABLES.people)
    expect(await db.sql`select fortune from ${people} where name in (${['a', 'x']})`).toEqual([
      { fortune: PERSON.fortune },
    ])
    expect(await db.sql`select name from ${people} where name in (${names})`).toEqual([])
    expect((await db.sql`select name from ${people} where name not in (${names})`).length).toEqual(2)
  },
  'loads relations, and inserts or updates by a key': async (db, expect) => {
    const owner = await db.people.insert(person('a'))
    const pet = await db.pets.insert({ ownerId: owner.id })
    expect((await db.pets.with('owner').byId(pet.id))?.owner.name).toEqual('a')
    await db.people.upsert({ ...person('a', 5), id: owner.id }, { on: ['id'] })
    expect((await db.people.byId(owner.id))?.age).toEqual(5)
  },
}
