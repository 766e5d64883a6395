import { route, router, t } from '@keelson/core'
import { cached } from '@keelson/cache'
import { TAGS_IN_USE } from '../cache-tags.ts'
import { DB } from '../tables.ts'

/** All tags in use, in the order of the alphabet. */
const list = route.inject({ db: DB }).get(
  '/',
  {
    // Without it there were an answer kept for each query that somebody makes up.
    query: {},
    response: t.Object({ tags: t.Array(t.String()) }),
    access: 'public',
    use: [cached({ ttlMs: 30_000, tags: [TAGS_IN_USE], by: 'nobody' })],
  },
  async ({ db }) => {
    const rows = await db.kysely.selectFrom('articleTags').select('tag').distinct().orderBy('tag').execute()
    return { tags: rows.map(({ tag }) => tag) }
  },
)

export const tags = router('/tags', { list })
