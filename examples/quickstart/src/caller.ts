import { createHash } from 'node:crypto'
import { accessRule, middleware, needs, UnauthorizedError, type Middleware } from '@keelson/core'
import { config } from './config.ts'

export type Role = 'reader' | 'writer'

export interface Caller {
  readonly name: string
  readonly roles: readonly Role[]
}

// Looked up by digest, so that the time it takes tells nothing about a key.
const digest = (key: string): string => createHash('sha256').update(key).digest('hex')
const callers = new Map<string, Caller>([
  [digest(config.READER_KEY.reveal()), { name: 'reader', roles: ['reader'] }],
  [digest(config.WRITER_KEY.reveal()), { name: 'writer', roles: ['reader', 'writer'] }],
])

/** Puts the caller on the context, known by the key in `x-api-key`. */
export const apiKey = middleware({
  name: 'apiKey',
  stage: 'authenticate',
  adds: ['caller'],
  describe: { security: 'apiKey', errors: [UnauthorizedError] },
  run: (ctx) => {
    const key = ctx.header('x-api-key')
    const caller = key === undefined ? undefined : callers.get(digest(key))
    if (caller === undefined) throw new UnauthorizedError('Send a valid key in the header x-api-key.', { challenge: 'ApiKey' })
    return { caller }
  },
})

/** Admits callers who have the role. */
export const role = (name: Role) =>
  accessRule({
    name: `role ${name}`,
    needs: needs<{ caller: Caller }>('caller'),
    allow: ({ caller }) => caller.roles.includes(name),
  })
export type { Middleware }
