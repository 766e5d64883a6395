import type { RowOf } from '@keelson/db'
import type { Caller } from '../auth/tokens.ts'
import { DB, type Conduit } from '../tables.ts'
import { ArticleGone } from './article-gone.ts'
import { ArticleCache } from './article-cache.ts'
import type { ArticleChange, NewArticle } from './articles.contract.ts'
import type { Articles } from './articles.table.ts'
import { Slugs } from './slugs.ts'

/** Writes articles. */
export class ArticleService {
  static readonly inject = [DB, Slugs, ArticleCache] as const
  readonly #db: Conduit
  readonly #slugs: Slugs
  readonly #cache: ArticleCache

  constructor(db: Conduit, slugs: Slugs, cache: ArticleCache) {
    this.#db = db
    this.#slugs = slugs
    this.#cache = cache
  }

  /** Writes the article, and its tags, by which it is found: each once, in the order of the alphabet. @returns its slug */
  async create({ tagList, ...article }: NewArticle, author: Caller): Promise<string> {
    const tags = [...new Set(tagList.map((tag) => tag.normalize('NFC')))].toSorted()
    const { id, slug } = await this.#db.articles.insert({
      ...article,
      slug: this.#slugs.of(article.title),
      tagList: tags,
      authorId: author.id,
    })
    await this.#db.articleTags.insertMany(tags.map((tag) => ({ articleId: id, tag })))
    return slug
  }

  /** The article as it is, which nobody else changes before the transaction around has ended. @throws {ArticleGone} */
  async forChange(slug: string): Promise<RowOf<typeof Articles>> {
    const article = await this.#db.articles.first({ where: { slug }, lock: 'update' })
    if (article === undefined) throw new ArticleGone()
    return article
  }

  /** Another title is another slug. @returns the slug */
  async change(article: RowOf<typeof Articles>, change: ArticleChange): Promise<string> {
    if (Object.keys(change).length === 0) return article.slug
    const { title = article.title } = change
    const slug = title === article.title ? article.slug : this.#slugs.of(title)
    await this.#db.articles.update(article, { ...change, slug })
    await this.#cache.changed(article.id)
    return slug
  }

  async delete(article: RowOf<typeof Articles>): Promise<void> {
    await this.#db.articles.delete(article)
    await this.#cache.changed(article.id)
  }
}
