import { defineTables, seed, table, text, uuid } from '../index.ts'

const tables = defineTables({
  users: table('users', { id: uuid().primary(), email: text({ maxLength: 254 }).unique() }),
})

seed(tables, async ({ db, put }) => {
  const [user] = await put('users', [{ email: 'ana@example.org' }], { on: ['email'] })
  const id: string | undefined = user?.id
  await db.users.byId(id ?? '')
  // @ts-expect-error -- the database has no such table
  await put('orders', [])
  // @ts-expect-error -- an email is a text
  await put('users', [{ email: 1 }])
  // @ts-expect-error -- a key is of columns
  await put('users', [], { on: ['mail'] })
})
