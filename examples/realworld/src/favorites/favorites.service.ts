import { NotFoundError } from '@keelson/core'
import type { Caller } from '../auth/tokens.ts'
import { DB, type Conduit } from '../tables.ts'

/** Who likes which article. */
export class FavoriteService {
  static readonly inject = [DB] as const
  readonly #db: Conduit

  constructor(db: Conduit) {
    this.#db = db
  }

  /** Who likes it already goes on liking it. */
  async add(slug: string, caller: Caller): Promise<void> {
    const row = { articleId: await this.#idOf(slug), userId: caller.id }
    await this.#db.favorites.upsert(row, { on: ['articleId', 'userId'] })
  }

  async remove(slug: string, caller: Caller): Promise<void> {
    await this.#db.favorites.delete({ articleId: await this.#idOf(slug), userId: caller.id })
  }

  async #idOf(slug: string): Promise<string> {
    const article = await this.#db.articles.first({ where: { slug } })
    if (article === undefined) throw new NotFoundError('There is no such article.')
    return article.id
  }
}
