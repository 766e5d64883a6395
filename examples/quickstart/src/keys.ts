import { plugin, type Secret } from '@keelson/core'
import { ApiKeys } from '@keelson/auth'
import { DB } from './tables.ts'
import { users } from './users.ts'

/** In the database, as hashes: a key is shown when it is made, and never again. */
export const shopKeys = ApiKeys.bind({
  prefix: 'shop',
  inject: { db: DB },
  store: ({ db }) => db.keyValueStore({ joins: true }),
})

/** A key for each user, to try the service with; none in production. New at each start. */
export const demoKeys = new Map<string, Secret>()
const DEMO = 'demo'

export const keys = plugin({
  name: 'keys',
  inject: { keys: ApiKeys },
  started: async ({ mode, services: { keys } }) => {
    if (mode === 'production') return
    for (const userId of users.keys()) {
      const before = (await keys.list(userId)).filter(({ name }) => name === DEMO)
      for (const { id } of before) await keys.revoke(userId, id)
      demoKeys.set(userId, (await keys.issue({ userId, name: DEMO })).key)
    }
  },
  commands: {
    'keys issue': {
      description: 'Makes an API key of a user, and shows it this once',
      args: { user: { description: 'Id of the user', isPositional: true, isRequired: true } },
      needs: 'started',
      run: async ({ args, app, io }) => {
        if (!users.has(args.user)) {
          io.err(`There is no user ${args.user}.\n`)
          return 1
        }
        const { key } = await app.services.keys.issue({ userId: args.user, name: 'by hand' })
        io.out(`${key.reveal()}\n`)
        return 0
      },
    },
  },
})
