import { createApp, router, type AppOptions } from '@keelson/core'
import { Passwords } from '@keelson/auth'
import { cache, type SharedTier } from '@keelson/cache'
import { redis } from '@keelson/cache/redis'
import { cors, securityHeaders } from '@keelson/http'
import { docs } from '@keelson/openapi'
import { issuer } from './auth/tokens.ts'
import { articles } from './articles/articles.routes.ts'
import { comments } from './comments/comments.routes.ts'
import { config } from './config.ts'
import { databaseOn, systemOf, type System } from './database.ts'
import { conduitErrors } from './error-format.ts'
import { favorites } from './favorites/favorites.routes.ts'
import { profiles } from './profiles/profiles.routes.ts'
import { tags } from './tags/tags.routes.ts'
import { user, users } from './users/users.routes.ts'

/** All routes of the document. What is not there is told in its format as well. */
const api = router(
  '/api',
  { errorFormat: conduitErrors, use: [securityHeaders(), cors({ origins: config.ORIGINS })] },
  { users, user, profiles, articles, comments, favorites, tags },
)
const routes = { api }

/** The options of the app on a system; with a tier that all of its processes share. */
export function conduitOn(system: System, tier?: SharedTier): AppOptions<typeof routes> {
  return {
    name: 'conduit',
    routes,
    plugins: [
      databaseOn(system),
      issuer,
      cache({ shared: tier }),
      docs({ access: 'public', info: { title: 'RealWorld Conduit API', version: '1.1.0' } }),
    ],
    // Many may sign up at once: they wait for a hash, and are not sent away.
    providers: [Passwords.bind({ maxQueued: 500 })],
    server: { trustProxy: config.TRUST_PROXY },
    log: { level: config.LOG_LEVEL },
  }
}

/** A cache is not needed for an answer: the app starts without its Redis too, and takes it when it is there. */
const shared = config.REDIS_URL && redis(config.REDIS_URL, { isRequired: false })

/** Put together, not started: `main.ts` listens, and the `keelson` command looks into it. */
export const app = createApp(conduitOn(systemOf(config.DATABASE_URL.reveal()), shared))
export type Api = typeof routes
