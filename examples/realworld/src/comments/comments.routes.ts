import { reply, router } from '@keelson/core'
import { signedIn } from '@keelson/auth'
import { ArticleGone } from '../articles/article-gone.ts'
import { slugParams as params } from '../articles/articles.contract.ts'
import { AccountGone } from '../auth/account-gone.ts'
import { visitor } from '../auth/tokens.ts'
import { bodyOf } from '../body-of.ts'
import { can } from '../policy.ts'
import {
  CommentAnswer,
  commentParams,
  CommentsAnswer,
  NewComment,
  TooManyComments,
} from './comments.contract.ts'
import { CommentService } from './comments.service.ts'

const member = visitor.inject({ comments: CommentService })

const list = member.get(
  '/',
  { params, response: CommentsAnswer, errors: [ArticleGone], access: 'public' },
  async ({ params, comments, user }) => ({ comments: await comments.list(params.slug, user) }),
)

const create = member.post(
  '/',
  {
    params,
    ...bodyOf('comment', NewComment),
    response: CommentAnswer,
    errors: [ArticleGone, AccountGone, TooManyComments],
    access: signedIn(),
  },
  async ({ params, body, comments, user }) => ({
    comment: await comments.create(params.slug, body.comment, user),
  }),
)

const remove = member.delete(
  '/:id',
  {
    params: commentParams,
    response: { 204: null },
    access: can('delete', 'Comment', {
      load: ({ params, comments }: { params: { slug: string; id: number }; comments: CommentService }) =>
        comments.find(params.slug, params.id),
    }),
  },
  async ({ comment, comments }) => {
    await comments.delete(comment)
    return reply(204)
  },
)

export const comments = router('/articles/:slug/comments', { list, create, delete: remove })
