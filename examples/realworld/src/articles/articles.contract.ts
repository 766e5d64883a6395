import { t, type Static } from '@keelson/core'
import { Profile } from '../profiles/profiles.contract.ts'
import { Articles, Tag } from './articles.table.ts'

const { slug, title, description, body, createdAt, updatedAt } = Articles.row.properties
const { title: newTitle, description: newDescription, body: newBody } = Articles.new.properties

const facts = {
  slug,
  title,
  description,
  tagList: t.Array(t.String()),
  createdAt,
  updatedAt,
  favorited: t.Boolean(),
  favoritesCount: t.Integer(),
  author: Profile,
}

/** An article, as the caller sees it. */
export const Article = t.Object({ ...facts, body }, { $id: 'Article' })
export type Article = Static<typeof Article>
export const ArticleAnswer = t.Object({ article: Article })

/** An article in a list, which has no room for its text. */
export const ListedArticle = t.Object(facts, { $id: 'ListedArticle' })
export type ListedArticle = Static<typeof ListedArticle>
export const ArticlesAnswer = t.Object({ articles: t.Array(ListedArticle), articlesCount: t.Integer() })
export type ArticlesAnswer = Static<typeof ArticlesAnswer>

export const NewArticle = t.Object(
  {
    title: newTitle,
    description: newDescription,
    body: newBody,
    tagList: t.Array(Tag, { default: [], maxItems: 100 }),
  },
  { $id: 'NewArticle' },
)
export type NewArticle = Static<typeof NewArticle>

export const ArticleChange = t.Object(
  { title: t.Optional(newTitle), description: t.Optional(newDescription), body: t.Optional(newBody) },
  { $id: 'UpdateArticle' },
)
export type ArticleChange = Static<typeof ArticleChange>

export const slugParams = { slug }

/** The longest part of a list, whatever is asked for. */
export const MAX_LIMIT = 500

/** A list may be asked for in parts. Longer ones than the largest part end there: `articlesCount` tells. */
export const partQuery = {
  offset: t.Integer({ minimum: 0, default: 0 }),
  limit: t.Integer({ minimum: 1, default: 20, description: `At most ${MAX_LIMIT} items are returned.` }),
}
export const listQuery = {
  tag: t.Optional(Tag),
  author: t.Optional(Profile.properties.username),
  favorited: t.Optional(Profile.properties.username),
  ...partQuery,
}
