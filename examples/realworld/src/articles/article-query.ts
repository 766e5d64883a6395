// Reads articles with all that is shown of them in one statement, whatever their number.
import type { QueryParameters } from '@keelson/db'
import type { Conduit } from '../tables.ts'

/** What articles are selected by; all that is there must hold. */
export type ArticleFilter = {
  readonly tag?: string
  /** User name of the author. */
  readonly author?: string
  /** Name of a user who likes them. */
  readonly favorited?: string
  /** Id of a user who follows their authors. */
  readonly follower?: string
}

/** Id of who looks at them. */
interface Viewer {
  readonly viewer?: string
}

type Kysely = Conduit['kysely']

/** The articles of a filter. Each of its members is a condition; values are parameters. */
function filtered(kysely: Kysely, param: QueryParameters<ArticleFilter>) {
  const tagged = kysely.selectFrom('articleTags').select('articleId').where('tag', '=', param('tag'))
  const authors = kysely.selectFrom('users').select('id').where('username', '=', param('author'))
  const followed = kysely
    .selectFrom('follows')
    .select('followedId')
    .where('followerId', '=', param('follower'))
  const liked = kysely
    .selectFrom('favorites')
    .innerJoin('users', 'users.id', 'favorites.userId')
    .select('favorites.articleId')
    .where('users.username', '=', param('favorited'))
  return kysely
    .selectFrom('articles')
    .$if(param.has('tag'), (query) => query.where('articles.id', 'in', tagged))
    .$if(param.has('author'), (query) => query.where('articles.authorId', 'in', authors))
    .$if(param.has('favorited'), (query) => query.where('articles.id', 'in', liked))
    .$if(param.has('follower'), (query) => query.where('articles.authorId', 'in', followed))
}

const SHOWN = [
  'articles.id',
  'articles.authorId',
  'articles.slug',
  'articles.title',
  'articles.description',
  'articles.tagList',
  'articles.createdAt',
  'articles.updatedAt',
  'author.username',
  'author.bio',
  'author.image',
] as const

/** The key of an article: what is joined then is joined for what has such keys alone. */
function keyed(kysely: Kysely, param: QueryParameters<{ slug: string }>) {
  return kysely
    .selectFrom('articles')
    .select('articles.id')
    .where('articles.slug', '=', param('slug'))
    .as('chosen')
}

/** What is shown of articles. For a viewer it says as well what they like, and whom they follow. */
function shown(kysely: Kysely, chosen: ReturnType<typeof keyed>, param: QueryParameters<Viewer>) {
  return kysely
    .selectFrom(chosen)
    .innerJoin('articles', 'articles.id', 'chosen.id')
    .innerJoin('users as author', 'author.id', 'articles.authorId')
    .select(SHOWN)
    .select(({ selectFrom }) =>
      selectFrom('favorites')
        .whereRef('favorites.articleId', '=', 'articles.id')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('favoritesCount'),
    )
    .$if(param.has('viewer'), (query) =>
      query
        .leftJoin('favorites as own', (join) =>
          join.onRef('own.articleId', '=', 'articles.id').on('own.userId', '=', param('viewer')),
        )
        .leftJoin('follows as follow', (join) =>
          join
            .onRef('follow.followedId', '=', 'articles.authorId')
            .on('follow.followerId', '=', param('viewer')),
        )
        .select(['own.userId as likedBy', 'follow.followerId as followedBy']),
    )
}

/** A statement for one article, with its text. */
export function shownArticle(db: Conduit) {
  return db.prepare((kysely, param: QueryParameters<{ slug: string } & Viewer>) =>
    shown(kysely, keyed(kysely, param), param).select('articles.body'),
  )
}

/** A statement for a part of a list, with the number of all. */
export function listedArticles(db: Conduit) {
  return db.prepare(
    (kysely, param: QueryParameters<ArticleFilter & Viewer & { limit: number; offset: number }>) => {
      const part = filtered(kysely, param)
        .select('articles.id')
        .orderBy('articles.id', 'desc')
        .limit(param('limit'))
        .offset(param('offset'))
      return (
        shown(kysely, part.as('chosen'), param)
          // With the part itself, since a statement more would cost more than what it counts.
          .select(counted(kysely, param).as('total'))
          .orderBy('articles.id', 'desc')
      )
    },
  )
}

function counted(kysely: Kysely, param: QueryParameters<ArticleFilter>) {
  return filtered(kysely, param).select(({ fn }) => fn.countAll<number>().as('count'))
}

/** A statement for the number of articles. */
export function countedArticles(db: Conduit) {
  return db.prepare((kysely, param: QueryParameters<ArticleFilter>) => counted(kysely, param))
}

/** A statement for what a viewer has to do with an article: whether it is liked, and its author followed. */
export function viewerStates(db: Conduit) {
  return db.prepare((kysely, param: QueryParameters<{ articleId: string; viewer: string }>) =>
    kysely
      .selectFrom('articles')
      .leftJoin('favorites as own', (join) =>
        join.onRef('own.articleId', '=', 'articles.id').on('own.userId', '=', param('viewer')),
      )
      .leftJoin('follows as follow', (join) =>
        join
          .onRef('follow.followedId', '=', 'articles.authorId')
          .on('follow.followerId', '=', param('viewer')),
      )
      .select(['own.userId as likedBy', 'follow.followerId as followedBy'])
      .where('articles.id', '=', param('articleId')),
  )
}
