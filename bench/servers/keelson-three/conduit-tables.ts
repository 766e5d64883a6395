// What the articles of W11 look like to Keelson: the tables, and the schemas that follow from them.
import { t, token } from '@keelson/core'
import { defineTables, json, table, text, timestamp, uuid, type Database } from '@keelson/db'

const Tag = t.String({ minLength: 1, maxLength: 100, pattern: '\\S' })

const Users = table('users', {
  id: uuid().primary(),
  username: text({ minLength: 1, maxLength: 100, pattern: '\\S' }),
  bio: text(),
  image: text(),
})
const Articles = table('articles', {
  id: uuid().primary(),
  slug: text({ minLength: 1, maxLength: 150 }).unique(),
  title: text({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  description: text({ minLength: 1, maxLength: 2000, pattern: '\\S' }),
  body: text({ minLength: 1, pattern: '\\S' }),
  tagList: json(t.Array(Tag, { maxItems: 100 })),
  authorId: uuid().references('users', { as: 'author' }),
  createdAt: timestamp().now(),
  updatedAt: timestamp().now(),
})
const ArticleTags = table('article_tags', {
  articleId: uuid().references('articles', { as: 'article' }).primary(),
  tag: text({ minLength: 1, maxLength: 100 }).primary(),
})
const Favorites = table('favorites', {
  articleId: uuid().references('articles', { as: 'article' }).primary(),
  userId: uuid().references('users', { as: 'user' }).primary(),
})
const Follows = table('follows', {
  followerId: uuid().references('users', { as: 'follower' }).primary(),
  followedId: uuid().references('users', { as: 'followed', inverse: 'followers' }).primary(),
})
export const tables = defineTables({
  users: Users,
  articles: Articles,
  articleTags: ArticleTags,
  favorites: Favorites,
  follows: Follows,
})
export type Conduit = Database<typeof tables>
export const DB = token<Conduit>('db')

const { slug, title, description, body, createdAt, updatedAt } = Articles.row.properties
const { username, bio, image } = Users.row.properties
const facts = {
  slug,
  title,
  description,
  tagList: t.Array(t.String()),
  createdAt,
  updatedAt,
  favorited: t.Boolean(),
  favoritesCount: t.Integer(),
  author: t.Object({ username, bio, image, following: t.Boolean() }),
}
export const ArticleAnswer = t.Object({ article: t.Object({ ...facts, body }) })
export const ArticlesAnswer = t.Object({ articles: t.Array(t.Object(facts)), articlesCount: t.Integer() })
export const listQuery = {
  tag: t.Optional(Tag),
  author: t.Optional(username),
  limit: t.Integer({ minimum: 1, default: 20 }),
  offset: t.Integer({ minimum: 0, default: 0 }),
}
export const NewArticle = t.Object({
  article: t.Object({
    title,
    description,
    body,
    tagList: t.Array(Tag, { maxItems: 100, default: [] }),
  }),
})
