// W11: list, show and create of the RealWorld API, as ../fastify/conduit.ts has them: on one database, and nothing is kept of an article.
import { createApp, defineError, errorFormat, reply, route, router, t } from '@keelson/core'
import { signedIn, tokens } from '@keelson/auth'
import { database, transaction } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { cors } from '@keelson/http'
import { randomBytes } from 'node:crypto'
import { APP_SECRET, CONDUIT_URL, POOL_SIZE } from '../../domain/conduit.ts'
import { POOL_OPTIONS } from '../../domain/items.ts'
import { articleOf, countedArticles, listedArticles, type ArticleRow } from './conduit-query.ts'
import {
  ArticleAnswer,
  ArticlesAnswer,
  DB,
  listQuery,
  NewArticle,
  tables,
  type Conduit,
} from './conduit-tables.ts'

const ArticleGone = defineError('ARTICLE_GONE', { status: 404, title: 'There is no such article' })

const conduitErrors = errorFormat({
  mediaType: 'application/json',
  schema: t.Object({ errors: t.Object({ body: t.Array(t.String()) }) }),
  status: ({ status }) => (status >= 400 && status < 500 && status !== 401 ? 422 : status),
  write: ({ title, detail, errors }) => ({
    errors: { body: errors?.map(({ pointer, message }) => `${pointer} ${message}`) ?? [detail ?? title] },
  }),
  read: () => undefined,
})

const issuer = tokens({
  name: 'Token',
  scheme: 'Token',
  keys: [{ secret: APP_SECRET }],
  issuer: 'conduit',
  audience: 'conduit',
  refresh: false,
  checkRevoked: false,
  user: ({ sub }) => ({ id: sub }),
})

class Articles {
  static readonly inject = [DB] as const
  readonly listed: ReturnType<typeof listedArticles>
  readonly counted: ReturnType<typeof countedArticles>
  readonly #one: ReturnType<typeof articleOf>

  constructor(db: Conduit) {
    this.listed = listedArticles(db)
    this.counted = countedArticles(db)
    this.#one = articleOf(db)
  }

  async find(slug: string, viewer: string | null) {
    const [row] = await this.#one({ slug, viewer })
    if (row === undefined) throw new ArticleGone()
    return { ...view(row), body: row.body }
  }
}

function view({ slug, title, description, tagList, createdAt, updatedAt, ...row }: ArticleRow) {
  return {
    slug,
    title,
    description,
    tagList,
    createdAt,
    updatedAt,
    favorited: row.likedBy !== null,
    favoritesCount: row.favoritesCount ?? 0,
    author: {
      username: row.username,
      bio: row.bio,
      image: row.image,
      following: row.followedBy !== null,
    },
  }
}

const visitor = route.use(issuer.scheme).inject({ articles: Articles })

const list = visitor.get(
  '/',
  { query: listQuery, response: ArticlesAnswer, access: 'public' },
  async ({ query: { limit, offset, ...filter }, articles, user }) => {
    const [rows, [counted]] = await Promise.all([
      articles.listed({ ...filter, limit, offset, viewer: user?.id ?? null }),
      articles.counted(filter),
    ])
    return { articles: rows.map(view), articlesCount: counted?.count ?? 0 }
  },
)

const show = visitor.get(
  '/:slug',
  { params: { slug: t.String() }, response: ArticleAnswer, errors: [ArticleGone], access: 'public' },
  async ({ params, articles, user }) => ({ article: await articles.find(params.slug, user?.id ?? null) }),
)

const create = visitor.inject({ db: DB }).post(
  '/',
  {
    body: NewArticle,
    unknown: { body: 'ignore' },
    response: { 201: ArticleAnswer },
    access: signedIn(),
    use: [transaction()],
  },
  async ({ body: { article }, articles, db, user }) => {
    const tags = [...new Set(article.tagList)]
    const words = article.title.toLowerCase().match(/[a-z\d]+/g) ?? []
    const slug = [...words, randomBytes(6).toString('hex')].join('-')
    const { id } = await db.articles.insert({ ...article, slug, tagList: tags, authorId: user.id })
    await db.articleTags.insertMany(tags.map((tag) => ({ articleId: id, tag })))
    return reply(201, { article: await articles.find(slug, user.id) })
  },
)

const articles = router('/articles', { list, show, create })
const api = router('/api', { errorFormat: conduitErrors, use: [cors({ origins: [] })] }, { articles })

const app = createApp({
  name: 'conduit',
  routes: { api },
  plugins: [
    database(
      DB,
      postgres(CONDUIT_URL, { poolSize: POOL_SIZE, applicationName: POOL_OPTIONS.application_name }),
      tables,
    ),
    issuer,
  ],
})
await app.listen({ port: Number(process.env['PORT']) })
