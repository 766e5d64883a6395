// The API as a program calls it, by types that follow from the routes.
import { describe, expect, it } from 'vitest'
import { startingOn } from './conduit.ts'

describe('the typed client', () => {
  const on = startingOn('SQLite')

  it(
    'goes through what an author does',
    on(async ({ app }) => {
      const { api } = app.client
      const credentials = { email: 'ada@example.com', password: 'plum tree' }
      await api.users.register({ body: { user: { username: 'ada', ...credentials } } })
      const { user } = await api.users.logIn({ body: { user: credentials } })
      const ada = app.withHeaders({ authorization: `Token ${user.token}` }).client.api
      const { article } = await ada.articles.create({
        body: { article: { title: 'Dragons', description: 'How to', body: 'Carefully.', tagList: ['big'] } },
      })
      const params = { slug: article.slug }
      const { comment } = await ada.comments.create({ params, body: { comment: { body: 'Mine.' } } })
      const liked = await ada.favorites.add({ params })
      expect([liked.article.favorited, liked.article.favoritesCount]).toEqual([true, 1])
      const { comments } = await api.comments.list({ params })
      expect(comments).toEqual([comment])
      const { articles, articlesCount } = await api.articles.list({ query: { tag: 'big', limit: 1 } })
      expect([articles[0]?.author.username, articlesCount]).toEqual(['ada', 1])
      await ada.comments.delete({ params: { ...params, id: comment.id } })
      await ada.articles.delete({ params })
      expect(await api.tags.list()).toEqual({ tags: [] })
    }),
  )

  it(
    'gives errors with their status and their texts',
    on(async ({ app }) => {
      const { api } = app.client
      const gone = await api.articles.show.result({ params: { slug: 'none' } })
      expect(gone).toMatchObject({
        ok: false,
        status: 422,
        error: { cause: { title: 'There is no such article' } },
      })
      const stranger = await api.user.show.result()
      expect(stranger).toMatchObject({ ok: false, status: 401, error: { cause: { title: 'Sign in.' } } })
    }),
  )
})
