// Rows and what they refer to are read by two statements: others may delete in between.
import { channel } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import {
  createTables,
  defineTables,
  integer,
  openDatabase,
  table,
  text,
  type QueryMessage,
} from '../../src/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'

const tables = defineTables({
  articles: table('articles', { id: integer().primary(), slug: text() }),
  comments: table('comments', {
    id: integer().primary(),
    articleId: integer().references('articles', { onDelete: 'cascade', as: 'article' }),
    quotedId: integer()
      .nullable()
      .references('articles', { onDelete: 'set null', as: 'quoted', inverse: 'quotes' }),
  }),
})

/** Deletes an article between the first statement of a read and the next one. */
async function deletingBetween<T>(read: (db: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> {
  await using db = await open()
  await db.articles.insertMany([
    { id: 1, slug: 'stays' },
    { id: 2, slug: 'goes' },
  ])
  await db.comments.insertMany([
    { id: 1, articleId: 1, quotedId: 2 },
    { id: 2, articleId: 2, quotedId: null },
  ])
  let deleted: Promise<unknown> | undefined
  const listen = (message: unknown): void => {
    // There is one connection: this stands in its queue before the next statement of the read.
    if ((message as QueryMessage).text.includes('comments')) deleted ??= db.articles.delete(2)
  }
  channel('keelson:db:query').subscribe(listen)
  try {
    const found = await read(db)
    expect(deleted).toBeDefined()
    await deleted
    return found
  } finally {
    channel('keelson:db:query').unsubscribe(listen)
  }
}

async function open() {
  const db = await openDatabase(sqlite(':memory:'), tables)
  await createTables(db)
  return db
}

describe('a row whose reference goes while it is read', () => {
  it('is gone as well, as the database has deleted it', async () => {
    expect(await deletingBetween((db) => db.comments.with('article').byId(2))).toBeUndefined()
    expect(
      await deletingBetween((db) => db.comments.with('article').first({ where: { id: 2 } })),
    ).toBeUndefined()
    const picked = await deletingBetween((db) => db.comments.pick('id').with('article').byId(2))
    expect(picked).toBeUndefined()
    const stays = { id: 1, article: { slug: 'stays' } }
    expect(await deletingBetween((db) => db.comments.with('article').find())).toMatchObject([stays])
    const page = await deletingBetween((db) => db.comments.with('article').page({}))
    expect(page.items).toMatchObject([stays])
  })

  it('stays where it may refer to nothing', async () => {
    expect(await deletingBetween((db) => db.comments.with('quoted').byId(1))).toMatchObject({
      id: 1,
      quoted: null,
    })
  })
})
