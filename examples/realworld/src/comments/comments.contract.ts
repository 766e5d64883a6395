import { t, type Static } from '@keelson/core'
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

export const commentParams = { ...slugParams, id }
