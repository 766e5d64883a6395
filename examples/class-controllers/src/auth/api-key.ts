import { hash } from 'node:crypto'
import { route, UnauthorizedError } from '@keelson/core'
import { scheme } from '@keelson/auth'
import { config } from '../config.ts'

/** Who calls. */
export interface User {
  readonly id: string
  readonly roles: readonly string[]
}

// Found by digest, so that the time it takes tells nothing of a key.
const users = new Map<string, User>([
  [hash('sha256', config.READER_KEY.reveal()), { id: 'reader', roles: ['reader'] }],
  [hash('sha256', config.WRITER_KEY.reveal()), { id: 'writer', roles: ['reader', 'writer'] }],
])

/** What a guard does elsewhere: finds out who calls, for all definitions made with `member`. */
const apiKey = scheme({
  name: 'apiKey',
  security: { name: 'apiKey', scheme: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
  challenge: 'ApiKey',
  find: ({ header }) => {
    const key = header('x-api-key')
    if (key === undefined) return undefined
    const user = users.get(hash('sha256', key))
    if (user === undefined) throw new UnauthorizedError('The key is not known.')
    return { user, principal: { id: user.id, kind: 'key' } }
  },
})

export const member = route.use(apiKey)
