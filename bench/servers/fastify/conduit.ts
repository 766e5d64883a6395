// W11: list, show and create of the RealWorld API, as those write it who use Fastify with Kysely.
import cors from '@fastify/cors'
import jwt from '@fastify/jwt'
import fastify, { type FastifyRequest } from 'fastify'
import { Kysely, PostgresDialect, sql, type AliasedExpression } from 'kysely'
import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import pino from 'pino'
import { APP_SECRET, CONDUIT_URL, POOL_SIZE } from '../../domain/conduit.ts'
import { POOL_OPTIONS } from '../../domain/items.ts'
import {
  ARTICLE_SCHEMA,
  ARTICLES_SCHEMA,
  LIST_QUERY_SCHEMA,
  NEW_ARTICLE_SCHEMA,
  SLUG_SCHEMA,
  type ArticleRow,
  type Tables,
} from './conduit-schemas.ts'

const app = fastify({
  loggerInstance: pino(pino.destination({ dest: 1, sync: false, minLength: 4096 })),
  disableRequestLogging: true,
  genReqId: () => randomUUID(),
  ajv: { customOptions: { removeAdditional: true } },
})
await app.register(cors, { origin: [] })
await app.register(jwt, {
  secret: APP_SECRET,
  verify: {
    algorithms: ['HS256'],
    allowedIss: 'conduit',
    allowedAud: 'conduit',
    extractToken: ({ headers }: { headers: { authorization?: string } }) =>
      /^Token (.+)$/.exec(headers.authorization ?? '')?.[1],
    cache: process.env['TOKEN_CACHE'] === '1',
  },
})
app.addHook('onRequest', (request, reply, done) => {
  reply.header('x-request-id', request.id)
  done()
})
app.addHook('onResponse', (request, reply, done) => {
  request.log.info({ req: request, res: reply, responseTime: reply.elapsedTime }, 'request completed')
  done()
})
app.setErrorHandler((error: Error & { code?: string; statusCode?: number }, _request, reply) => {
  const { code = '', message } = error
  const statusCode = code.startsWith('FST_JWT') ? 401 : (error.statusCode ?? 500)
  const status = statusCode < 500 && statusCode !== 401 ? 422 : statusCode
  void reply.code(status).send({ errors: { body: [status === 500 ? 'Internal Server Error' : message] } })
})

const { application_name } = POOL_OPTIONS
const pool = new pg.Pool({ connectionString: CONDUIT_URL, max: POOL_SIZE, application_name })
const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })

/** Its types are those of another server of this package. */
function subjectOf({ user }: FastifyRequest): string {
  return (user as unknown as { readonly sub: string }).sub
}

async function viewerOf(request: FastifyRequest): Promise<string | undefined> {
  if (request.headers.authorization === undefined) return undefined
  await request.jwtVerify()
  return subjectOf(request)
}

/** The articles with all that is shown of them. */
function shown(chosen: AliasedExpression<{ id: string }, 'chosen'>, viewer: string | undefined) {
  return db
    .selectFrom(chosen)
    .innerJoin('articles as a', 'a.id', 'chosen.id')
    .innerJoin('users as author', 'author.id', 'a.author_id')
    .leftJoin('favorites as own', (join) =>
      join.onRef('own.article_id', '=', 'a.id').on('own.user_id', '=', viewer ?? null),
    )
    .leftJoin('follows as follow', (join) =>
      join.onRef('follow.followed_id', '=', 'a.author_id').on('follow.follower_id', '=', viewer ?? null),
    )
    .select(['a.slug', 'a.title', 'a.description', 'a.tag_list', 'a.created_at', 'a.updated_at'])
    .select(['author.username', 'author.bio', 'author.image', 'own.user_id as liked_by'])
    .select(['follow.follower_id as followed_by'])
    .select(({ selectFrom }) =>
      selectFrom('favorites')
        .whereRef('favorites.article_id', '=', 'a.id')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .as('favorites_count'),
    )
}

function view(row: ArticleRow) {
  return {
    slug: row.slug,
    title: row.title,
    description: row.description,
    tagList: row.tag_list,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    favorited: row.liked_by !== null,
    favoritesCount: Number(row.favorites_count),
    author: { username: row.username, bio: row.bio, image: row.image, following: row.followed_by !== null },
  }
}

async function find(slug: string, viewer: string | undefined) {
  const chosen = db.selectFrom('articles').select('id').where('slug', '=', slug).as('chosen')
  const row = await shown(chosen, viewer).select('a.body').executeTakeFirst()
  return row && { ...view(row), body: row.body }
}

app.get<{ Querystring: { tag?: string; author?: string; limit: number; offset: number } }>(
  '/api/articles',
  { schema: { querystring: LIST_QUERY_SCHEMA, response: { 200: ARTICLES_SCHEMA } } },
  async (request) => {
    const viewer = await viewerOf(request)
    const { tag, author, limit, offset } = request.query
    let found = db.selectFrom('articles')
    if (tag !== undefined) {
      const tagged = db.selectFrom('article_tags').select('article_id').where('tag', '=', tag)
      found = found.where('id', 'in', tagged)
    }
    if (author !== undefined) {
      const authors = db.selectFrom('users').select('id').where('username', '=', author)
      found = found.where('author_id', 'in', authors)
    }
    const part = found.select('id').orderBy('id', 'desc').limit(limit).offset(offset).as('chosen')
    const [articles, { count }] = await Promise.all([
      shown(part, viewer).orderBy('a.id', 'desc').execute(),
      found.select(({ fn }) => fn.countAll<string>().as('count')).executeTakeFirstOrThrow(),
    ])
    return { articles: articles.map(view), articlesCount: Number(count) }
  },
)

app.get<{ Params: { slug: string } }>(
  '/api/articles/:slug',
  { schema: { params: SLUG_SCHEMA, response: { 200: ARTICLE_SCHEMA } } },
  async (request, reply) => {
    const article = await find(request.params.slug, await viewerOf(request))
    if (article !== undefined) return { article }
    return reply.code(422).send({ errors: { body: ['There is no such article.'] } })
  },
)

interface NewArticle {
  readonly title: string
  readonly description: string
  readonly body: string
  readonly tagList: string[]
}

app.post<{ Body: { article: NewArticle } }>(
  '/api/articles',
  {
    onRequest: (request) => request.jwtVerify(),
    schema: { body: NEW_ARTICLE_SCHEMA, response: { 201: ARTICLE_SCHEMA } },
  },
  async (request, reply) => {
    const { title, description, body, tagList } = request.body.article
    const tags = [...new Set(tagList)]
    const words = title.toLowerCase().match(/[a-z\d]+/g) ?? []
    const slug = [...words, randomBytes(6).toString('hex')].join('-')
    const author_id = subjectOf(request)
    await db.transaction().execute(async (trx) => {
      const values = { id: sql<string>`gen_random_uuid()`, slug, title, description, body, author_id }
      const { id } = await trx
        .insertInto('articles')
        .values({ ...values, tag_list: JSON.stringify(tags) })
        .returning('id')
        .executeTakeFirstOrThrow()
      if (tags.length > 0)
        await trx
          .insertInto('article_tags')
          .values(tags.map((tag) => ({ article_id: id, tag })))
          .execute()
    })
    return reply.code(201).send({ article: await find(slug, author_id) })
  },
)

await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })
