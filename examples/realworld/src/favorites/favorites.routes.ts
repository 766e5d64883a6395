import { router } from '@keelson/core'
import { signedIn } from '@keelson/auth'
import { ArticleGone } from '../articles/article-gone.ts'
import { ArticleAnswer, slugParams as params } from '../articles/articles.contract.ts'
import { AccountGone } from '../auth/account-gone.ts'
import { visitor } from '../auth/tokens.ts'
import { FavoriteService } from './favorites.service.ts'

const member = visitor.inject({ favorites: FavoriteService })

const add = member.post(
  '/',
  { params, response: ArticleAnswer, errors: [ArticleGone, AccountGone], access: signedIn() },
  async ({ params: { slug }, favorites, user }) => ({ article: await favorites.add(slug, user) }),
)

const remove = member.delete(
  '/',
  { params, response: ArticleAnswer, errors: [ArticleGone], access: signedIn() },
  async ({ params: { slug }, favorites, user }) => ({ article: await favorites.remove(slug, user) }),
)

export const favorites = router('/articles/:slug/favorite', { add, remove })
