import { NotFoundError } from '@keelson/core'
import { ArticleCache } from '../articles/article-cache.ts'
import type { Caller } from '../auth/tokens.ts'
import { DB, type Conduit } from '../tables.ts'

/** Who likes which article. */
export class FavoriteService {
  static readonly inject = [DB, ArticleCache] as const
  readonly #db: Conduit
  readonly #cache: ArticleCache

  constructor(db: Conduit, cache: ArticleCache) {
    this.#db = db
    this.#cache = cache
  }

  /** Who likes it already goes on liking it. */
  async add(slug: string, caller: Caller): Promise<void> {
    const articleId = await this.#idOf(slug)
    await this.#db.favorites.upsert({ articleId, userId: caller.id }, { on: ['articleId', 'userId'] })
    await this.#cache.changed(articleId)
  }

  async remove(slug: string, caller: Caller): Promise<void> {
    const articleId = await this.#idOf(slug)
    await this.#db.favorites.delete({ articleId, userId: caller.id })
    await this.#cache.changed(articleId)
  }

  async #idOf(slug: string): Promise<string> {
    const article = await this.#db.articles.first({ where: { slug } })
    if (article === undefined) throw new NotFoundError('There is no such article.')
    return article.id
  }
}
