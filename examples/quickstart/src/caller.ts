import { createHash } from 'node:crypto'
import { accessRule, middleware, needs, UnauthorizedError } from '@keelson/core'
import { config } from './config.ts'

export type Role = 'reader' | 'writer'

/** Who sends a request. */
export interface Caller {
  readonly name: string
  readonly roles: readonly Role[]
}

// Yours would be in a database. Found by digest, so that the time it takes tells nothing of a key.
const callers = new Map<string, Caller>([
  [digest(config.READER_KEY.reveal()), { name: 'Reader', roles: ['reader'] }],
  [digest(config.WRITER_KEY.reveal()), { name: 'Writer', roles: ['reader', 'writer'] }],
])

/** Finds the caller by the key in `x-api-key`. What `run` returns is on the context from then on, typed. */
export const apiKey = middleware({
  name: 'apiKey',
  stage: 'authenticate',
  adds: ['caller'],
  run: (ctx) => {
    const caller = callers.get(digest(ctx.header('x-api-key') ?? ''))
    if (caller !== undefined) return { caller }
    throw new UnauthorizedError('Send a valid key in the header x-api-key.', { challenge: 'ApiKey' })
  },
  describe: {
    security: { name: 'apiKey', scheme: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
    errors: [UnauthorizedError],
  },
})

/** Admits callers who have a role. */
export function role(name: Role) {
  return accessRule({
    name: `role ${name}`,
    needs: needs<{ caller: Caller }>('caller'),
    allow: ({ caller }) => caller.roles.includes(name),
  })
}

function digest(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}
