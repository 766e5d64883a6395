import { defineError } from '@keelson/core'

/** There is no article of that slug, or not any more. */
export const ArticleGone = defineError('ARTICLE_GONE', { status: 404, title: 'There is no such article' })
