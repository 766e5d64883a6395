import type { QueryParameters, RowOf } from '@keelson/db'
import { ArticleReader } from '../articles/article-reader.ts'
import { AccountGone } from '../auth/account-gone.ts'
import type { Caller } from '../auth/tokens.ts'
import { profileOf } from '../profiles/profiles.service.ts'
import { DB, type Conduit } from '../tables.ts'
import { MOST_COMMENTS, TooManyComments, type Comment, type NewComment } from './comments.contract.ts'
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
    const rows = await this.#ofArticle({ articleId, ...(caller && { viewer: caller.id }) })
    return rows.map(({ id, body, createdAt, updatedAt, ...author }) => {
      return {
        id,
        body,
        createdAt,
        updatedAt,
        author: profileOf(author, typeof author.followedBy === 'string'),
      }
    })
  }

  async create(slug: string, { body }: NewComment, caller: Caller): Promise<Comment> {
    const articleId = await this.#articles.idOf(slug)
    // Two at the same moment may make one more; what the number is for is the size of the list.
    if ((await this.#db.comments.count({ articleId })) >= MOST_COMMENTS) throw new TooManyComments()
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

/** The newest first. For a viewer it says as well whom they follow. */
function ofArticle(db: Conduit) {
  return db.prepare((kysely, param: QueryParameters<{ articleId: string; viewer?: string }>) =>
    kysely
      .selectFrom('comments')
      .innerJoin('users as author', 'author.id', 'comments.authorId')
      .select(['comments.id', 'comments.body', 'comments.createdAt', 'comments.updatedAt'])
      .select(['author.username', 'author.bio', 'author.image'])
      .$if(param.has('viewer'), (query) =>
        query
          .leftJoin('follows', (join) =>
            join
              .onRef('follows.followedId', '=', 'comments.authorId')
              .on('follows.followerId', '=', param('viewer')),
          )
          .select('follows.followerId as followedBy'),
      )
      .where('comments.articleId', '=', param('articleId'))
      .orderBy('comments.createdAt', 'desc')
      .orderBy('comments.id', 'desc'),
  )
}
