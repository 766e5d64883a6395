import { defineTables, oneOf, openDatabase, table, text, uuid, type RowOf } from '../index.ts'
import { sqlite } from '../sqlite/index.ts'
import { factory } from './index.ts'

const Users = table('users', { id: uuid().primary(), role: oneOf('admin', 'buyer') })
const Notes = table('notes', { id: uuid().primary(), userId: uuid().references('users'), text: text() })
const db = await openDatabase(sqlite(':memory:'), defineTables({ users: Users, notes: Notes }))

const note = factory(Notes).defaults((at) => ({ text: `note ${at}`, userId: factory(Users) }))
const row: RowOf<typeof Notes> = await note.insert(db, { userId: factory(Users).defaults({ role: 'admin' }) })
const rows: readonly RowOf<typeof Notes>[] = await note.insertMany(db, 3, { userId: row.id })
const { text: said, id }: { text: string; id?: string } = note.build()
void [rows, said, id]

// @ts-expect-error -- a role is one of those that the table has
factory(Users).defaults((at) => ({ role: `role ${at}` }))
// @ts-expect-error -- it is not a column
factory(Users).build({ name: 'Ana' })
// @ts-expect-error -- a text refers to no row
note.build({ text: factory(Users) })
