// The articles of W11 with all that is shown of them, as ../fastify/conduit.ts selects them; each statement is compiled once.
import type { QueryParameters } from '@keelson/db'
import type { Conduit } from './conduit-tables.ts'

export interface Filter {
  readonly tag?: string
  readonly author?: string
}

interface ListValues extends Required<Filter> {
  readonly limit: number
  readonly offset: number
  readonly viewer: string | null
}
type Kysely = Conduit['kysely']
type Has = (name: keyof Filter) => boolean

function filtered(kysely: Kysely, param: QueryParameters<ListValues>, has: Has) {
  let found = kysely.selectFrom('articles as a')
  if (has('tag')) {
    const tagged = kysely.selectFrom('articleTags').select('articleId').where('tag', '=', param('tag'))
    found = found.where('a.id', 'in', tagged)
  }
  if (has('author')) {
    const authors = kysely.selectFrom('users').select('id').where('username', '=', param('author'))
    found = found.where('a.authorId', 'in', authors)
  }
  return found
}

type Chosen = ReturnType<typeof bySlug>
type Viewer = ReturnType<QueryParameters<{ readonly viewer: string | null }>>

function bySlug(kysely: Kysely, param: QueryParameters<{ slug: string }>) {
  return kysely.selectFrom('articles as a').select('a.id').where('a.slug', '=', param('slug')).as('chosen')
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
export function listedArticles(db: Conduit, has: Has) {
  return db.prepare((kysely, param: QueryParameters<ListValues>) => {
    const ids = filtered(kysely, param, has).select('a.id').orderBy('a.id', 'desc')
    const part = ids.limit(param('limit')).offset(param('offset')).as('chosen')
    return shown(kysely, part, param('viewer')).orderBy('a.id', 'desc')
  })
}

/** How many articles a filter has. */
export function countedArticles(db: Conduit, has: Has) {
  return db.prepare((kysely, param: QueryParameters<ListValues>) =>
    filtered(kysely, param, has).select(({ fn }) => fn.countAll<number>().as('count')),
  )
}

/** The article of a slug. */
export function articleOf(db: Conduit) {
  return db.prepare((kysely, param: QueryParameters<{ slug: string; viewer: string | null }>) =>
    shown(kysely, bySlug(kysely, param), param('viewer')).select('a.body'),
  )
}
