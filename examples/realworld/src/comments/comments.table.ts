import { integer, table, text, timestamp, uuid } from '@keelson/db'
import { ArticleGone } from '../articles/article-gone.ts'
import { AccountGone } from '../auth/account-gone.ts'

export const Comments = table('comments', {
  // The API wants an integer.
  id: integer({ bits: 53, minimum: 1 }).identity().primary(),
  body: text({ minLength: 1, maxLength: 10_000, pattern: '\\S' }),
  articleId: uuid().references('articles', {
    onDelete: 'cascade',
    as: 'article',
    inverse: 'comments',
    error: ArticleGone,
  }),
  authorId: uuid().references('users', {
    onDelete: 'cascade',
    as: 'author',
    inverse: 'comments',
    error: AccountGone,
  }),
  createdAt: timestamp().now(),
  updatedAt: timestamp().now({ onUpdate: true }),
})
