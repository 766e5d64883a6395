import { token } from '@keelson/core'
import { defineTables, type Database } from '@keelson/db'
import { Articles, ArticleTags } from './articles/articles.table.ts'
import { Comments } from './comments/comments.table.ts'
import { Favorites } from './favorites/favorites.table.ts'
import { Follows } from './profiles/follows.table.ts'
import { Users } from './users/users.table.ts'

/** All tables. `keelson db diff` drafts the migrations from them. */
export const tables = defineTables({
  users: Users,
  follows: Follows,
  articles: Articles,
  articleTags: ArticleTags,
  favorites: Favorites,
  comments: Comments,
})
export type Conduit = Database<typeof tables>

/** Stands for the database, wherever a service needs it. */
export const DB = token<Conduit>('db')
