import { router } from '@keelson/core'
import { signedIn } from '@keelson/auth'
import { ArticleGone } from '../articles/article-gone.ts'
import { ArticleReader } from '../articles/article-reader.ts'
import { ArticleAnswer, slugParams as params } from '../articles/articles.contract.ts'
import { AccountGone } from '../auth/account-gone.ts'
import { visitor } from '../auth/tokens.ts'
import { FavoriteService } from './favorites.service.ts'

const member = visitor.inject({ favorites: FavoriteService, articles: ArticleReader })

const add = member.post(
  '/',
  { params, response: ArticleAnswer, errors: [ArticleGone, AccountGone], access: signedIn() },
  async ({ params: { slug }, favorites, articles, user }) => {
    await favorites.add(slug, user)
    return { article: await articles.show(slug, user) }
  },
)

const remove = member.delete(
  '/',
  { params, response: ArticleAnswer, errors: [ArticleGone], access: signedIn() },
  async ({ params: { slug }, favorites, articles, user }) => {
    await favorites.remove(slug, user)
    return { article: await articles.show(slug, user) }
  },
)

export const favorites = router('/articles/:slug/favorite', { add, remove })
