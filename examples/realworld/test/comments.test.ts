import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS } from './conduit.ts'

describe.each(SYSTEMS)('comments on %s', (name) => {
  const on = startingOn(name)

  it(
    'are written by members and read by everybody, the newest first',
    on(async ({ ask, join, write }) => {
      const [ada, eve] = [await join('ada'), await join('eve')]
      const { slug } = await write(ada.token)
      const path = `/articles/${slug}/comments`
      const [status, { comment }] = await ask('POST', path, {
        token: eve.token,
        json: { comment: { body: 'First!' } },
      })
      expect(status).toBe(200)
      expect(comment).toEqual({
        id: expect.any(Number),
        body: 'First!',
        createdAt: expect.any(String),
        updatedAt: comment.createdAt,
        author: { username: 'eve', bio: '', image: '', following: false },
      })
      expect(Number.isSafeInteger(comment.id)).toBe(true)
      expect(await ask('GET', path)).toEqual([200, { comments: [comment] }])
      await ask('POST', path, { token: ada.token, json: { comment: { body: 'Second.' } } })
      await ask('POST', '/profiles/eve/follow', { token: ada.token })
      const [, { comments }] = await ask('GET', path, { token: ada.token })
      expect(comments).toHaveLength(2)
      expect(comments).toContainEqual({ ...comment, author: { ...comment.author, following: true } })
    }),
  )

  it(
    'are deleted by their author alone, and under their article alone',
    on(async ({ ask, join, write }) => {
      const [ada, eve] = [await join(), await join()]
      const [{ slug }, other] = [await write(ada.token), await write(ada.token)]
      const [, { comment }] = await ask('POST', `/articles/${slug}/comments`, {
        token: eve.token,
        json: { comment: { body: 'Mine.' } },
      })
      const remove = async (at: string, id: unknown, token: string) =>
        ask('DELETE', `/articles/${at}/comments/${String(id)}`, { token })
      const told = (text: string) => [422, { errors: { body: [text] } }]
      expect(await remove(slug, comment.id, ada.token)).toEqual(told('Only its author may delete a comment.'))
      const none = told('There is no such comment.')
      expect(await remove(other.slug, comment.id, eve.token)).toEqual(none)
      expect(await remove('none', comment.id, eve.token)).toEqual(none)
      expect(await remove(slug, comment.id + 1, eve.token)).toEqual(none)
      for (const id of [0, -1, 'x', '1e400']) expect((await remove(slug, id, eve.token))[0]).toBe(422)
      expect(await ask('GET', `/articles/${slug}/comments`)).toEqual([200, { comments: [comment] }])
      expect(await ask('DELETE', `/articles/${slug}/comments/${comment.id}`, { token: eve.token })).toEqual([
        204,
        undefined,
      ])
      expect(await ask('GET', `/articles/${slug}/comments`)).toEqual([200, { comments: [] }])
    }),
  )

  it(
    'need an article and a text',
    on(async ({ ask, join, write }) => {
      const { token } = await join()
      const { slug } = await write(token)
      const comment = (path: string, json: unknown) =>
        ask('POST', `/articles/${path}/comments`, { token, json })
      expect((await ask('GET', '/articles/none/comments'))[0]).toBe(422)
      expect((await comment('none', { comment: { body: 'x' } }))[0]).toBe(422)
      for (const json of [
        {},
        { comment: {} },
        { comment: { body: '' } },
        { comment: { body: ' ' } },
        { comment: { body: 7 } },
      ])
        expect((await comment(slug, json))[0]).toBe(422)
      expect((await comment(slug, { comment: { body: 'x', id: 1, more: 1 }, more: 1 }))[0]).toBe(200)
    }),
  )
})
