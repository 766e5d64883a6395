import { reply, router } from '@keelson/core'
import { signedIn } from '@keelson/auth'
import { invalidates } from '@keelson/cache'
import { transaction } from '@keelson/db'
import { AccountGone } from '../auth/account-gone.ts'
import { visitor } from '../auth/tokens.ts'
import { bodyOf } from '../body-of.ts'
import { TAGS_IN_USE } from '../cache-tags.ts'
import { can } from '../policy.ts'
import { ArticleGone } from './article-gone.ts'
import {
  ArticleAnswer,
  ArticleChange,
  ArticlesAnswer,
  listQuery,
  NewArticle,
  partQuery,
  slugParams as params,
} from './articles.contract.ts'
import { ArticleCache } from './article-cache.ts'
import { ArticleReader } from './article-reader.ts'
import { ArticleService } from './articles.service.ts'

const reader = visitor.inject({ articles: ArticleReader })
const writer = reader.inject({ service: ArticleService })

const list = reader.get(
  '/',
  { query: listQuery, response: ArticlesAnswer, access: 'public' },
  ({ query: { offset, limit, ...filter }, articles, user }) => articles.list(filter, { offset, limit }, user),
)

/** What those have written whom the caller follows. */
const feed = reader.get(
  '/feed',
  { query: partQuery, response: ArticlesAnswer, access: signedIn() },
  ({ query, articles, user }) => articles.list({ follower: user.id }, query, user),
)

const show = visitor
  .inject({ articles: ArticleCache })
  .get(
    '/:slug',
    { params, response: ArticleAnswer, errors: [ArticleGone], access: 'public' },
    async ({ params, articles, user }) => ({ article: await articles.read(params.slug, user) }),
  )

const create = writer.post(
  '/',
  {
    ...bodyOf('article', NewArticle),
    response: { 201: ArticleAnswer },
    errors: [AccountGone],
    access: signedIn(),
    use: [transaction(), invalidates(TAGS_IN_USE)],
  },
  async ({ body, articles, service, user }) => {
    const slug = await service.create(body.article, user)
    return reply(201, { article: await articles.show(slug, user) })
  },
)

/** For its author: the article is locked before the rule looks at it, so that two changes at once come one after the other. */
const mayChange = can('change', 'Article', {
  load: ({ params, service }: { params: { slug: string }; service: ArticleService }) =>
    service.forChange(params.slug),
})

const change = writer.put(
  '/:slug',
  {
    params,
    ...bodyOf('article', ArticleChange),
    response: ArticleAnswer,
    errors: [ArticleGone],
    access: mayChange,
    use: [transaction({ from: 'authorize' })],
  },
  async ({ article, body, articles, service, user }) => {
    const slug = await service.change(article, body.article)
    return { article: await articles.show(slug, user) }
  },
)

const remove = writer.delete(
  '/:slug',
  {
    params,
    response: { 204: null },
    errors: [ArticleGone],
    access: mayChange,
    use: [transaction({ from: 'authorize' }), invalidates(TAGS_IN_USE)],
  },
  async ({ article, service }) => {
    await service.delete(article)
    return reply(204)
  },
)

export const articles = router('/articles', { list, feed, show, create, change, delete: remove })
