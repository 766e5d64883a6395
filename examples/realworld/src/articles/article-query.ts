// Reads articles with all that is shown of them in one statement, whatever their number.
import type { QueryParameters } from '@keelson/db'
import type { Conduit } from '../tables.ts'

/** What articles are selected by; all that is there must hold. */
export interface ArticleFilter {
  readonly slug?: string
  readonly tag?: string
  /** User name of the author. */
  readonly author?: string
  /** Name of a user who likes them. */
  readonly favorited?: string
  /** Id of a user who follows their authors. */
  readonly follower?: string
}

/** What a statement is told. */
type Values = Required<ArticleFilter> & {
  readonly viewer: string
  readonly limit: number
  readonly offset: number
}
type Name = keyof Values
type Param = QueryParameters<Values>

/** The articles of a filter. Each of its members is a condition; values are parameters. */
function filtered(kysely: Conduit['kysely'], param: Param, has: (name: Name) => boolean) {
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
    .$if(has('slug'), (query) => query.where('articles.slug', '=', param('slug')))
    .$if(has('tag'), (query) => query.where('articles.id', 'in', tagged))
    .$if(has('author'), (query) => query.where('articles.authorId', 'in', authors))
    .$if(has('favorited'), (query) => query.where('articles.id', 'in', liked))
    .$if(has('follower'), (query) => query.where('articles.authorId', 'in', followed))
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

/** The keys of the articles of a filter, of one part of the list where there is one: what is joined then is joined for these alone. */
function chosen(kysely: Conduit['kysely'], param: Param, has: (name: Name) => boolean) {
  return filtered(kysely, param, has)
    .select('articles.id')
    .$if(has('limit'), (query) =>
      query.orderBy('articles.id', 'desc').limit(param('limit')).offset(param('offset')),
    )
    .as('chosen')
}

/** A statement for articles that are shown. For a viewer it says as well what they like, and whom they follow. */
export function shownArticles(db: Conduit, has: (name: Name | 'body') => boolean) {
  return db.prepare((kysely, param: Param) =>
    kysely
      .selectFrom(chosen(kysely, param, has))
      .innerJoin('articles', 'articles.id', 'chosen.id')
      .innerJoin('users as author', 'author.id', 'articles.authorId')
      .select(SHOWN)
      .select(({ selectFrom }) =>
        selectFrom('favorites')
          .whereRef('favorites.articleId', '=', 'articles.id')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .as('favoritesCount'),
      )
      .$if(has('body'), (query) => query.select('articles.body'))
      // With the part itself, since a statement more would cost more than what it counts.
      .$if(has('limit'), (query) => query.select(counted(kysely, param, has).as('total')))
      .$if(has('viewer'), (query) =>
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
      .orderBy('articles.id', 'desc'),
  )
}

function counted(kysely: Conduit['kysely'], param: Param, has: (name: Name) => boolean) {
  return filtered(kysely, param, has).select(({ fn }) => fn.countAll<number>().as('count'))
}

/** A statement for the number of articles. */
export function countedArticles(db: Conduit, has: (name: Name) => boolean) {
  return db.prepare((kysely, param: Param) => counted(kysely, param, has))
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
