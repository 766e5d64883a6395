import { ArticleCache } from '../articles/article-cache.ts'
import { ArticleReader } from '../articles/article-reader.ts'
import type { Caller } from '../auth/tokens.ts'
import { DB, type Conduit } from '../tables.ts'

/** Who likes which article. */
export class FavoriteService {
  static readonly inject = [DB, ArticleReader, ArticleCache] as const
  readonly #db: Conduit
  readonly #articles: ArticleReader
  readonly #cache: ArticleCache

  constructor(db: Conduit, articles: ArticleReader, cache: ArticleCache) {
    this.#db = db
    this.#articles = articles
    this.#cache = cache
  }

  /** Who likes it already goes on liking it. */
  async add(slug: string, caller: Caller): Promise<void> {
    const articleId = await this.#articles.idOf(slug)
    await this.#db.favorites.upsert({ articleId, userId: caller.id }, { on: ['articleId', 'userId'] })
    await this.#cache.changed(articleId)
  }

  async remove(slug: string, caller: Caller): Promise<void> {
    const articleId = await this.#articles.idOf(slug)
    await this.#db.favorites.delete({ articleId, userId: caller.id })
    await this.#cache.changed(articleId)
  }
}
