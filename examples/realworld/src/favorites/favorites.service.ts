import { ArticleCache } from '../articles/article-cache.ts'
import { ArticleReader } from '../articles/article-reader.ts'
import type { Article } from '../articles/articles.contract.ts'
import type { Caller } from '../auth/tokens.ts'
import { DB, type Conduit } from '../tables.ts'

/** Many may like one article at the same moment: on MariaDB one of those who meet begins again. */
const RETRIES = 4

/** Who likes what. */
interface Favorite {
  readonly articleId: string
  readonly userId: string
}

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

  /** Who likes it already goes on liking it. @returns the article, as the caller sees it then */
  add(slug: string, caller: Caller): Promise<Article> {
    const on = ['articleId', 'userId'] as const
    return this.#change(slug, caller, (row) => this.#db.favorites.upsert(row, { on }))
  }

  remove(slug: string, caller: Caller): Promise<Article> {
    return this.#change(slug, caller, (row) => this.#db.favorites.delete(row))
  }

  /** With the invalidation in one transaction: where nobody knows whether it was committed, what is kept is dropped, too. */
  async #change(slug: string, caller: Caller, write: (row: Favorite) => Promise<unknown>): Promise<Article> {
    const articleId = await this.#articles.idOf(slug)
    const work = async (): Promise<Article> => {
      await write({ articleId, userId: caller.id })
      await this.#cache.changed(articleId)
      return this.#articles.show(slug, caller)
    }
    return this.#db.transaction(work, { retries: RETRIES })
  }
}
