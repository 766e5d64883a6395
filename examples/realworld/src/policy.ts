import { definePolicy } from '@keelson/auth'
import { Articles } from './articles/articles.table.ts'
import type { Caller } from './auth/tokens.ts'
import { Comments } from './comments/comments.table.ts'

/** Everybody may read everything. Only who has written something may change it. */
export const { can } = definePolicy<{ user: Caller }>()((resource) => ({
  Article: resource(Articles)(({ when, where }) => ({
    read: when(() => true),
    change: where(({ user }, article) => article.authorId.is(user.id), {
      refusal: 'Only its author may change or delete an article.',
    }),
  })),
  Comment: resource(Comments)(({ when, where }) => ({
    read: when(() => true),
    delete: where(({ user }, comment) => comment.authorId.is(user.id), {
      refusal: 'Only its author may delete a comment.',
    }),
  })),
}))
