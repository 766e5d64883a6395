// What belongs together is written together.
import { pbkdf2Sync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DB } from '../src/tables.ts'
import { startingOn } from './conduit.ts'

describe('an article and its tags', () => {
  const on = startingOn('SQLite', { isRolledBack: false })

  it(
    'are written together or not at all',
    on(async ({ app, ask, join }) => {
      const { token } = await join()
      const db = app.resolve(DB)
      await db.sql`drop table article_tags`
      const json = {
        article: { title: 'Dragons', description: 'How to', body: 'Carefully.', tagList: ['a'] },
      }
      expect((await ask('POST', '/articles', { token, json }))[0]).toBe(500)
      expect(app.takeErrors()).toHaveLength(1)
      expect(await db.articles.count()).toBe(0)
    }),
  )
})

describe('a password with an older hash', () => {
  const on = startingOn('SQLite')

  it(
    'has a new one after the next sign-in',
    on(async ({ app, ask, join }) => {
      const { email } = await join('ada', 'plum tree')
      const db = app.resolve(DB)
      const rounds = 20_000
      const digest = pbkdf2Sync('plum tree', 'salt', rounds, 32, 'sha256').toString('base64')
      const older = `pbkdf2_sha256$${rounds}$salt$${digest}`
      await db.users.updateMany({ where: { email }, set: { passwordHash: older } })
      const json = { user: { email, password: 'plum tree' } }
      const hashOf = async () => (await db.users.first({ where: { email } }))?.passwordHash
      expect((await ask('POST', '/users/login', { json }))[0]).toBe(200)
      const newer = await hashOf()
      expect(newer).toMatch(/^\$argon2id\$/)
      expect((await ask('POST', '/users/login', { json }))[0]).toBe(200)
      expect(await hashOf()).toBe(newer)
    }),
  )
})

describe('two comments of one moment', () => {
  const on = startingOn('SQLite')

  it(
    'stand in the order in which they were written, the newest first',
    on(async ({ app, ask, join, write }) => {
      const { token } = await join()
      const { slug } = await write(token)
      const db = app.resolve(DB)
      const { id: articleId = '', authorId = '' } = (await db.articles.first({ where: { slug } })) ?? {}
      const createdAt = '2026-11-30T12:00:00.000Z'
      for (const body of ['a', 'b', 'c']) await db.comments.insert({ body, articleId, authorId, createdAt })
      const [, { comments }] = await ask('GET', `/articles/${slug}/comments`)
      expect(comments.map(({ body }) => body)).toEqual(['c', 'b', 'a'])
    }),
  )
})
