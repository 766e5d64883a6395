import { t } from '@keelson/core'
import { json, table, text, timestamp, uuid } from '@keelson/db'
import { AccountGone } from '../auth/account-gone.ts'

/** The tags of articles, one a row. They are never changed: the API gives tags when an article is created. */
export const ArticleTags = table(
  'article_tags',
  {
    articleId: uuid()
      .references('articles', { onDelete: 'cascade', as: 'article', inverse: 'tags' })
      .primary(),
    tag: text({ minLength: 1, maxLength: 100, pattern: '\\S' }).primary(),
  },
  { indexes: [['tag', 'articleId']] },
)
export const Tag = ArticleTags.row.properties.tag

/** Keys grow with time, so they are the order of the lists. */
export const Articles = table('articles', {
  id: uuid().primary(),
  slug: text({ minLength: 1, maxLength: 150 }).unique(),
  title: text({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  description: text({ minLength: 1, maxLength: 2000, pattern: '\\S' }),
  body: text({ minLength: 1, pattern: '\\S' }),
  // What is shown, in the order in which the author gave them; `ArticleTags` is what is searched.
  tagList: json(t.Array(Tag, { maxItems: 100 })),
  authorId: uuid().references('users', {
    onDelete: 'cascade',
    as: 'author',
    inverse: 'articles',
    error: AccountGone,
  }),
  createdAt: timestamp().now(),
  updatedAt: timestamp().now({ onUpdate: true }),
})
