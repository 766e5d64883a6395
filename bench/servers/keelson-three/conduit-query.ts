// The articles of W11 with all that is shown of them, as ../fastify/conduit.ts selects them; each statement is compiled once.
import type { QueryParameters } from '@keelson/db'
import type { Conduit } from './conduit-tables.ts'

interface Filter {
  readonly tag?: string
  readonly author?: string
}
type Part = Filter & { readonly limit: number; readonly offset: number; readonly viewer: string | null }
type Kysely = Conduit['kysely']

function filtered(kysely: Kysely, param: QueryParameters<Filter>) {
  return kysely.selectFrom('articles as a').where(({ eb, and, selectFrom }) => {
    const tagged = selectFrom('articleTags').select('articleId').where('tag', '=', param('tag'))
    const authors = selectFrom('users').select('id').where('username', '=', param('author'))
    return and([
      ...(param.has('tag') ? [eb('a.id', 'in', tagged)] : []),
      ...(param.has('author') ? [eb('a.authorId', 'in', authors)] : []),
    ])
  })
}

type Chosen = ReturnType<typeof bySlug>
type Viewer = ReturnType<QueryParameters<{ readonly viewer: string | null }>>

function bySlug(kysely: Kysely, param: QueryParameters<{ slug: string }>) {
  return kysely.selectFrom('articles as a').select('a.id').where('a.slug', '=', param('slug')).as('chosen')
}

/** A row of what is shown of an article. */
export interface ArticleRow {
  readonly slug: string
  readonly title: string
  readonly description: string
  readonly tagList: string[]
  readonly createdAt: string
  readonly updatedAt: string
  readonly username: string
  readonly bio: string
  readonly image: string
  readonly likedBy: string | null
  readonly followedBy: string | null
  readonly favoritesCount: number | null
}

function shown(kysely: Kysely, chosen: Chosen, viewer: Viewer) {
  return kysely
    .selectFrom(chosen)
    .innerJoin('articles as a', 'a.id', 'chosen.id')
    .innerJoin('users as author', 'author.id', 'a.authorId')
    .leftJoin('favorites as own', (join) =>
      join.onRef('own.articleId', '=', 'a.id').on('own.userId', '=', viewer),
    )
    .leftJoin('follows as follow', (join) =>
      join.onRef('follow.followedId', '=', 'a.authorId').on('follow.followerId', '=', viewer),
    )
    .select(['a.slug', 'a.title', 'a.description', 'a.tagList', 'a.createdAt', 'a.updatedAt'])
    .select(['author.username', 'author.bio', 'author.image', 'own.userId as likedBy'])
    .select(['follow.followerId as followedBy'])
    .select(({ selectFrom }) =>
      selectFrom('favorites')
        .whereRef('favorites.articleId', '=', 'a.id')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('favoritesCount'),
    )
}

/** A part of the articles of a filter. */
export function listedArticles(db: Conduit) {
  return db.prepare((kysely, param: QueryParameters<Part>) => {
    const ids = filtered(kysely, param).select('a.id').orderBy('a.id', 'desc')
    const part = ids.limit(param('limit')).offset(param('offset')).as('chosen')
    return shown(kysely, part, param('viewer')).orderBy('a.id', 'desc')
  })
}

/** How many articles a filter has. */
export function countedArticles(db: Conduit) {
  return db.prepare((kysely, param: QueryParameters<Filter>) =>
    filtered(kysely, param).select(({ fn }) => fn.countAll<number>().as('count')),
  )
}

/** The article of a slug. */
export function articleOf(db: Conduit) {
  return db.prepare((kysely, param: QueryParameters<{ slug: string; viewer: string | null }>) =>
    shown(kysely, bySlug(kysely, param), param('viewer')).select('a.body'),
  )
}
