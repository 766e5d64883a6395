import { expect, it } from 'vitest'
import {
  createTables,
  defineTables,
  openDatabase,
  QueryBudgetError,
  table,
  text,
  uuid,
} from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { expectQueries, factory } from '../src/testing/index.ts'

const Users = table('users', { id: uuid().primary(), email: text({ maxLength: 254 }).unique() })
const tables = defineTables({ users: Users })

it('expectQueries counts statements, and tells them where there are others', async () => {
  await using db = await openDatabase(sqlite(':memory:'), tables)
  await createTables(db)
  const user = factory(Users).defaults((at) => ({ email: `user${at}@example.org` }))
  const count = await expectQueries(3, () =>
    db.transaction(async () => {
      await db.users.insert(user.build())
      await db.users.insert(user.build({ email: 'ana@example.org' }))
      return db.users.count()
    }),
  )
  expect(count).toBe(2)
  expect((await db.users.find({ orderBy: { email: 'asc' } })).map(({ email }) => email)).toEqual([
    'ana@example.org',
    'user1@example.org',
  ])
  const few = expectQueries(2, () => db.users.count())
  await expect(few).rejects.toBeInstanceOf(QueryBudgetError)
  await expect(few).rejects.toThrow(/there were 1:\n {2}users\.count/)
})
