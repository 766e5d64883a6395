import { defineError, t, type Static } from '@keelson/core'
import { slugParams } from '../articles/articles.contract.ts'
import { Profile } from '../profiles/profiles.contract.ts'
import { Comments } from './comments.table.ts'

const { id, body, createdAt, updatedAt } = Comments.row.properties

export const Comment = t.Object({ id, createdAt, updatedAt, body, author: Profile }, { $id: 'Comment' })
export type Comment = Static<typeof Comment>
export const CommentAnswer = t.Object({ comment: Comment })
export const CommentsAnswer = t.Object({ comments: t.Array(Comment) })

export const NewComment = t.Object({ body: Comments.new.properties.body }, { $id: 'NewComment' })
export type NewComment = Static<typeof NewComment>

/** The API gives all comments of an article at once. */
export const MOST_COMMENTS = 5000
export const TooManyComments = defineError('TOO_MANY_COMMENTS', {
  status: 422,
  title: `An article has at most ${MOST_COMMENTS} comments.`,
})

export const commentParams = { ...slugParams, id }
