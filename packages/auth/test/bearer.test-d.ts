import { route } from '@keelson/core'
import { bearer, signedIn, type Scheme } from '@keelson/auth'
import { expectTypeOf } from 'vitest'

interface User {
  readonly id: string
}
const source = { issuer: 'https://id.example.com', audience: 'orders' }
declare const byId: (id: string) => Promise<User | undefined>

// The user is what the function gives, promised or not, nobody left out.
expectTypeOf(bearer({ ...source, user: ({ sub }) => ({ id: sub }) })).toEqualTypeOf<Scheme<{ id: string }>>()
expectTypeOf(bearer({ ...source, user: ({ sub }) => byId(sub) })).toEqualTypeOf<Scheme<User>>()
expectTypeOf(bearer({ ...source, user: async ({ sub }) => (await byId(sub)) ?? null })).toEqualTypeOf<
  Scheme<User>
>()

const api = route.use(bearer({ ...source, user: ({ sub }) => byId(sub) }))
api.get('/', { access: 'public' }, ({ user }) => {
  expectTypeOf(user).toEqualTypeOf<User | undefined>()
  return null
})
api.get('/', { access: signedIn() }, ({ user }) => {
  expectTypeOf(user).toEqualTypeOf<User>()
  return null
})

// @ts-expect-error without an audience tokens for any service would be good
bearer({ issuer: 'https://id.example.com', user: () => ({ id: 'ada' }) })
// @ts-expect-error nobody is found without a function
bearer({ ...source })
// @ts-expect-error unsigned tokens are never good
bearer({ ...source, algorithms: ['none'], user: () => ({ id: 'ada' }) })
// @ts-expect-error claims of no known type are not text
bearer({ ...source, user: ({ email }) => ({ id: email.toLowerCase() }) })
