import { route, token } from '@keelson/core'
import { expectTypeOf } from 'vitest'
import { anyOf, bearer, signedIn, tokens, Tokens, type IssuedTokens, type Scheme } from '@keelson/auth'

interface User {
  readonly id: string
}
interface Users {
  byId(id: string): Promise<User | undefined>
}
const USERS = token<Users>('users')
const known = { keys: [{ secret: 'x' }], issuer: 'https://shop.example.com', audience: 'shop' }

// The user is what the function gives, promised or not, nobody left out; it is asked with the services that it needs.
const shop = tokens({
  ...known,
  inject: { users: USERS },
  user: ({ sub }, { users }) => {
    expectTypeOf(users).toEqualTypeOf<Users>()
    return users.byId(sub)
  },
  claims: ({ userId }, { users }) => {
    expectTypeOf(users).not.toBeAny()
    return { of: userId }
  },
})
expectTypeOf(shop.scheme).toEqualTypeOf<Scheme<User>>()

const member = route.use(shop.scheme).inject({ issuer: Tokens })
member.get('/', { access: signedIn() }, ({ user, issuer }) => {
  expectTypeOf(user).toEqualTypeOf<User>()
  expectTypeOf(issuer.issue('ada')).toEqualTypeOf<Promise<IssuedTokens>>()
  return null
})

// The same holds for bearer, and side by side they give what either gives.
const partner = bearer({
  issuer: 'https://id.example.com',
  audience: 'shop',
  inject: { users: USERS },
  user: async ({ sub }, { users }) => ((await users.byId(sub)) === undefined ? undefined : { partner: sub }),
})
expectTypeOf(partner).toEqualTypeOf<Scheme<{ partner: string }>>()
expectTypeOf(anyOf(shop.scheme, partner)).toEqualTypeOf<Scheme<User | { partner: string }>>()

// @ts-expect-error nobody is found without a function
tokens(known)
// @ts-expect-error tokens without an audience would be good for any service
tokens({ keys: known.keys, issuer: known.issuer, user: () => ({ id: 'ada' }) })
// @ts-expect-error unsigned tokens are never issued
tokens({ ...known, keys: [{ secret: 'x', alg: 'none' }], user: () => ({ id: 'ada' }) })
// @ts-expect-error services that are not injected are not there
tokens({ ...known, user: ({ sub }, { users }) => users.byId(sub) })
