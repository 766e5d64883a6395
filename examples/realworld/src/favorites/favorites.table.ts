import { table, uuid } from '@keelson/db'
import { ArticleGone } from '../articles/article-gone.ts'
import { AccountGone } from '../auth/account-gone.ts'

/** Who likes which article. */
export const Favorites = table('favorites', {
  articleId: uuid()
    .references('articles', { onDelete: 'cascade', as: 'article', inverse: 'favorites', error: ArticleGone })
    .primary(),
  userId: uuid()
    .references('users', { onDelete: 'cascade', as: 'user', inverse: 'favorites', error: AccountGone })
    .primary(),
})
