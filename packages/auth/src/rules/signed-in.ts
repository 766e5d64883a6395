import { accessRule, needs, UnauthorizedError, type Middleware } from '@keelson/core'
import { isSomebody, type SchemeErrors } from '../schemes/index.ts'

/** What rules find on the context: the caller, once a scheme has looked for it. */
export interface MaybeUser {
  readonly user: unknown
}

/** An access rule that refuses nobody who is signed in: behind it `user` is there. */
export type SignedInRule = Middleware<{}, MaybeUser, SchemeErrors> & {
  readonly '~types': { readonly narrows: { readonly user: {} } }
}

/**
 * @throws {UnauthorizedError} 401 where nobody is signed in
 */
export function assertUser(user: unknown): asserts user is {} {
  if (!isSomebody(user)) throw new UnauthorizedError('Sign in.')
}

/**
 * An access rule for all who are signed in: 401 for others. The handler sees `user` without `undefined`.
 *
 * @example
 * const api = route.use(bearer({ issuer: 'https://id.example.com', audience: 'orders', user: ({ sub }) => ({ id: sub }) }))
 * const me = api.get('/me', { access: signedIn() }, ({ user }) => user.id)
 */
export function signedIn(): SignedInRule {
  return accessRule({
    name: 'signed in',
    needs: needs<MaybeUser>('user'),
    narrows: ['user'],
    allow: ({ user }) => {
      assertUser(user)
      return true
    },
  }) as never
}
