import type { Caller } from '../auth/tokens.ts'
import { profileOf } from '../profiles/profiles.service.ts'
import { DB, type Conduit } from '../tables.ts'
import { ArticleGone } from './article-gone.ts'
import {
  countedArticles,
  listedArticles,
  shownArticle,
  viewerStates,
  type ArticleFilter,
} from './article-query.ts'
import { MAX_LIMIT, type Article, type ArticlesAnswer, type ListedArticle } from './articles.contract.ts'

export interface Part {
  readonly offset: number
  readonly limit: number
}

type WholeRow = Awaited<ReturnType<ReturnType<typeof shownArticle>>>[number]
type Row = Omit<WholeRow, 'body'>

/** An article, with what the API does not show of it. */
export interface FoundArticle {
  readonly id: string
  readonly authorId: string
  readonly article: Article
}

/** Whether a caller likes an article, and follows its author. */
export interface ViewerState {
  readonly favorited: boolean
  readonly following: boolean
}

/** Reads articles as a caller sees them. */
export class ArticleReader {
  static readonly inject = [DB] as const
  readonly #db: Conduit
  readonly #one: ReturnType<typeof shownArticle>
  readonly #part: ReturnType<typeof listedArticles>
  readonly #counted: ReturnType<typeof countedArticles>
  readonly #states: ReturnType<typeof viewerStates>

  constructor(db: Conduit) {
    this.#db = db
    this.#one = shownArticle(db)
    this.#part = listedArticles(db)
    this.#counted = countedArticles(db)
    this.#states = viewerStates(db)
  }

  async show(slug: string, caller: Caller | undefined): Promise<Article> {
    const [row] = await this.#one({ slug, ...viewerOf(caller) })
    if (row === undefined) throw new ArticleGone()
    return whole(row)
  }

  /** An article as everybody sees it. */
  async find(slug: string): Promise<FoundArticle | undefined> {
    const [row] = await this.#one({ slug })
    return row && { id: row.id, authorId: row.authorId, article: whole(row) }
  }

  /** @throws {ArticleGone} where there is none */
  async idOf(slug: string): Promise<string> {
    const article = await this.#db.articles.pick('id').first({ where: { slug } })
    if (article === undefined) throw new ArticleGone()
    return article.id
  }

  /** What the viewer has to do with an article: one statement. */
  async stateOf(caller: Caller, articleId: string): Promise<ViewerState> {
    const [row] = await this.#states({ articleId, viewer: caller.id })
    if (row === undefined) throw new ArticleGone()
    return { favorited: isThere(row.likedBy), following: isThere(row.followedBy) }
  }

  /** One statement, however many articles there are; two behind the end of the list. */
  async list(
    by: ArticleFilter,
    { offset, limit }: Part,
    caller: Caller | undefined,
  ): Promise<ArticlesAnswer> {
    const filter = composed(by)
    const part = { offset, limit: Math.min(limit, MAX_LIMIT) }
    const rows = await this.#part({ ...filter, ...part, ...viewerOf(caller) })
    const [first] = rows
    // Behind the end there is nothing to read it from.
    const articlesCount = first === undefined ? await this.#count(filter) : (first.total ?? 0)
    return { articles: rows.map(listed), articlesCount }
  }

  async #count(filter: ArticleFilter): Promise<number> {
    const [row] = await this.#counted(filter)
    return row?.count ?? 0
  }
}

function whole(row: WholeRow): Article {
  return { ...listed(row), body: row.body }
}

/** Names and tags as they are stored. */
function composed(filter: ArticleFilter): ArticleFilter {
  return Object.fromEntries(Object.entries(filter).map(([by, value]) => [by, value.normalize('NFC')]))
}

function viewerOf(caller: Caller | undefined): { readonly viewer?: string } {
  return caller === undefined ? {} : { viewer: caller.id }
}

function listed({ slug, title, description, tagList, createdAt, updatedAt, ...row }: Row): ListedArticle {
  return {
    slug,
    title,
    description,
    tagList,
    createdAt,
    updatedAt,
    favorited: isThere(row.likedBy),
    // Never null, though the compiler cannot know it of a subquery.
    favoritesCount: row.favoritesCount ?? 0,
    author: profileOf(row, isThere(row.followedBy)),
  }
}

/** Absent where nobody asks, null where there is no such row. */
function isThere(id: string | null | undefined): boolean {
  return id !== undefined && id !== null
}
