import { route, router, t } from '@keelson/core'
import { cached } from '@keelson/cache'
import { DB } from '../tables.ts'

/** What answers with tags are invalidated by. */
export const TAGS = 'tags'

/** All tags in use, in the order of the alphabet. */
const list = route.inject({ db: DB }).get(
  '/',
  {
    response: t.Object({ tags: t.Array(t.String()) }),
    access: 'public',
    use: [cached({ ttlMs: 30_000, tags: [TAGS], by: 'nobody' })],
  },
  async ({ db }) => {
    const rows = await db.kysely.selectFrom('articleTags').select('tag').distinct().orderBy('tag').execute()
    return { tags: rows.map(({ tag }) => tag) }
  },
)

export const tags = router('/tags', { list })
