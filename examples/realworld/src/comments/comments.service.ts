import type { QueryParameters, RowOf } from '@keelson/db'
import { ArticleReader } from '../articles/article-reader.ts'
import { AccountGone } from '../auth/account-gone.ts'
import type { Caller } from '../auth/tokens.ts'
import { profileOf } from '../profiles/profiles.service.ts'
import { DB, type Conduit } from '../tables.ts'
import type { Comment, NewComment } from './comments.contract.ts'
import type { Comments } from './comments.table.ts'

/** Comments on articles. */
export class CommentService {
  static readonly inject = [DB, ArticleReader] as const
  readonly #db: Conduit
  readonly #articles: ArticleReader
  readonly #ofArticle: ReturnType<typeof ofArticle>

  constructor(db: Conduit, articles: ArticleReader) {
    this.#db = db
    this.#articles = articles
    this.#ofArticle = ofArticle(db)
  }

  async list(slug: string, caller: Caller | undefined): Promise<Comment[]> {
    const articleId = await this.#articles.idOf(slug)
    // Nobody has the id of the database itself: who is not signed in follows nobody.
    const rows = await this.#ofArticle({ articleId, viewer: caller?.id ?? NOBODY })
    return rows.map(({ id, body, createdAt, updatedAt, ...author }) => {
      return { id, body, createdAt, updatedAt, author: profileOf(author, author.followedBy !== null) }
    })
  }

  async create(slug: string, { body }: NewComment, caller: Caller): Promise<Comment> {
    const articleId = await this.#articles.idOf(slug)
    const author = await this.#db.users.pick('username', 'bio', 'image').byId(caller.id)
    if (author === undefined) throw new AccountGone()
    // The last that may fail: what was written is answered as such.
    const written = await this.#db.comments.insert({ body, articleId, authorId: caller.id })
    const { id, createdAt, updatedAt } = written
    return { id, body: written.body, createdAt, updatedAt, author: profileOf(author, false) }
  }

  /** The comment, where it is one of this article. */
  async find(slug: string, id: number): Promise<RowOf<typeof Comments> | undefined> {
    const comment = await this.#db.comments.with({ article: ['slug'] }).byId(id)
    return comment?.article.slug === slug ? comment : undefined
  }

  async delete(comment: RowOf<typeof Comments>): Promise<void> {
    await this.#db.comments.delete(comment)
  }
}

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** The newest first. */
function ofArticle(db: Conduit) {
  return db.prepare((kysely, param: QueryParameters<{ articleId: string; viewer: string }>) =>
    kysely
      .selectFrom('comments')
      .innerJoin('users as author', 'author.id', 'comments.authorId')
      .leftJoin('follows', (join) =>
        join
          .onRef('follows.followedId', '=', 'comments.authorId')
          .on('follows.followerId', '=', param('viewer')),
      )
      .select(['comments.id', 'comments.body', 'comments.createdAt', 'comments.updatedAt'])
      .select(['author.username', 'author.bio', 'author.image', 'follows.followerId as followedBy'])
      .where('comments.articleId', '=', param('articleId'))
      .orderBy('comments.createdAt', 'desc')
      .orderBy('comments.id', 'desc'),
  )
}
