import { t } from '@keelson/core'
import { CACHE, type Cache, type Namespace } from '@keelson/cache'
import type { Caller } from '../auth/tokens.ts'
import { tagOfArticle, tagOfUser } from '../cache-tags.ts'
import { ArticleGone } from './article-gone.ts'
import { ArticleReader, type FoundArticle } from './article-reader.ts'
import { Article } from './articles.contract.ts'

/** Processes that share no Redis see what others have changed after that time. */
const TTL_MS = 30_000

/** What another version of the program has kept, and does not fit, counts as absent. */
const KEPT = t.Object({ id: t.String(), authorId: t.String(), article: Article })

/**
 * Articles that were read lately, as everybody sees them; what a caller has to do with one is asked of the database. Who changes what an article
 * shows says so by its tags, after the commit where a transaction is open.
 */
export class ArticleCache {
  static readonly inject = [CACHE, ArticleReader] as const
  readonly #cache: Cache
  readonly #reader: ArticleReader
  readonly #articles: Namespace<FoundArticle>

  constructor(cache: Cache, reader: ArticleReader) {
    this.#cache = cache
    this.#reader = reader
    this.#articles = cache.namespace('articles', {
      schema: KEPT,
      ttlMs: TTL_MS,
      tags: ({ id, authorId }) => [tagOfArticle(id), tagOfUser(authorId)],
    })
  }

  /** No statement for an article that is known, and one more for a caller who is signed in. */
  async read(slug: string, caller: Caller | undefined) {
    const found = await this.#articles.getOrSet(slug, () => this.#reader.find(slug))
    if (found === undefined) throw new ArticleGone()
    const { article } = found
    if (caller === undefined) return article
    const { favorited, following } = await this.#reader.stateOf(caller, found.id)
    return { ...article, favorited, author: { ...article.author, following } }
  }

  /** The article was changed, deleted or liked. */
  changed(articleId: string): Promise<void> {
    return this.#cache.invalidate(tagOfArticle(articleId))
  }
}
