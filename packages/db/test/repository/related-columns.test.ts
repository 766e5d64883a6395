import { describe, expect, expectTypeOf, it } from 'vitest'
import { defineTables, integer, table, text, uuid } from '../../src/index.ts'
import { SYSTEMS } from '../systems.ts'
import type { Opened } from './opened.ts'
import { opening } from './opening.ts'

const Users = table('users', {
  id: uuid().primary(),
  name: text({ maxLength: 50, caseInsensitive: true }).unique(),
  bio: text(),
  secret: text({ maxLength: 50 }).hidden(),
})
const Notes = table('notes', {
  id: integer({ bits: 53 }).identity().primary(),
  authorId: uuid().references('users', { inverse: 'notes' }),
  editorId: uuid().references('users', { inverse: 'edited' }).nullable(),
  body: text(),
})
const tables = defineTables({ users: Users, notes: Notes })
type User = (typeof Users)['~row']

async function filled({ db, run, texts }: Opened<typeof tables>) {
  await run('delete from notes')
  await run('delete from users')
  const ada = await db.users.insert({ name: 'Ada', bio: 'B', secret: 'S' })
  const notes = [
    await db.notes.insert({ authorId: ada.id, body: 'a' }),
    await db.notes.insert({ authorId: ada.id, editorId: ada.id, body: 'b' }),
  ]
  texts()
  return { ada, notes }
}

describe.each(SYSTEMS)('some columns of related rows on %s', (_system, make) => {
  const on = opening(make, tables)
  const orderBy = { id: 'asc' } as const

  it(
    'alone are read and given',
    on(async (opened) => {
      const { notes } = await filled(opened)
      const { db, texts } = opened
      const read = db.notes.with({ author: ['name'], editor: ['bio', 'name'] })
      type Read = Awaited<ReturnType<typeof read.find>>[number]
      expectTypeOf<Read['author']>().toEqualTypeOf<Pick<User, 'name'>>()
      expectTypeOf<Read['editor']>().toEqualTypeOf<Pick<User, 'name' | 'bio'> | null>()
      const all = [
        { ...notes[0], author: { name: 'Ada' }, editor: null },
        { ...notes[1], author: { name: 'Ada' }, editor: { name: 'Ada', bio: 'B' } },
      ]
      expect(await read.find({ orderBy })).toEqual(all)
      const ofUsers = texts().slice(1)
      expect(ofUsers).toHaveLength(2)
      for (const text of ofUsers) expect(text).not.toMatch(/secret/)
      expect(ofUsers[0]).not.toMatch(/bio/)
      expect(await read.byId(notes[1]!.id)).toEqual(all[1])
      expect(await read.first({ where: { body: 'b' } })).toEqual(all[1])
      expect((await read.page({}, { orderBy })).items).toEqual(all)
    }),
  )

  it(
    'stand beside whole rows, and are those of many, too',
    on(async (opened) => {
      const { ada, notes } = await filled(opened)
      const { db } = opened
      const one = await db.notes
        .pick('body')
        .with({ author: true, editor: ['name'] })
        .byId(notes[1]!.id)
      expectTypeOf(one!).toExtend<{ body: string; author: User; editor: { name: string } | null }>()
      expect(one).toEqual({ body: 'b', author: ada, editor: { name: 'Ada' } })
      const [user] = await db.users
        .pick('name')
        .with({ notes: ['body'] })
        .find()
      expectTypeOf(user!.notes).toEqualTypeOf<readonly Pick<(typeof Notes)['~row'], 'body'>[]>()
      expect(user).toEqual({ name: 'Ada', notes: [{ body: 'a' }, { body: 'b' }] })
    }),
  )

  it(
    'that are hidden are given where they are named, and are not written as JSON',
    on(async (opened) => {
      const { notes } = await filled(opened)
      const note = await opened.db.notes.with({ author: ['secret', 'bio'] }).byId(notes[0]!.id)
      expect([note!.author.secret, JSON.stringify(note!.author)]).toEqual(['S', '{"bio":"B"}'])
    }),
  )

  it(
    'that there are not are refused',
    on(async ({ db }) => {
      // @ts-expect-error -- not a column
      expect(() => db.notes.with({ author: ['nme'] })).toThrow(
        "notes.with({ author: ['nme'] }): 'users' has no such column. Did you mean 'name'?",
      )
      expect(() => db.notes.with({ author: [] })).toThrow(
        'notes.with({ author: [] }) needs the names of columns',
      )
      // @ts-expect-error -- not a relation
      expect(() => db.notes.with({ author: ['name'], editr: true })).toThrow("'notes' has no such relation")
      // @ts-expect-error -- neither columns nor true
      expect(() => db.notes.with({ author: 'name' })).toThrow(
        "notes.with({ author }): give the names of its columns, ['id'], or true",
      )
      // @ts-expect-error -- names and columns
      expect(() => db.notes.with('author', { editor: true })).toThrow("'notes' has no such relation")
    }),
  )
})
