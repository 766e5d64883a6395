import { route, token, type Router } from '@keelson/core'
import { expectTypeOf } from 'vitest'
import {
  anyOf,
  bearer,
  signedIn,
  tokens,
  Tokens,
  type IssuedTokens,
  type RefreshTokenStore,
  type Scheme,
} from '@keelson/auth'

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

// Its endpoints are those that it has.
const somebody = { ...known, user: () => ({ id: 'ada' }) }
type EndpointsOf<T extends { readonly routes: Router<object, object> }> = keyof T['routes']['~types']['tree']
const all = tokens(somebody)
expectTypeOf<EndpointsOf<typeof all>>().toEqualTypeOf<
  'refresh' | 'revoke' | 'introspect' | 'jwks' | 'metadata'
>()
const alone = tokens({ ...somebody, refresh: false })
expectTypeOf<EndpointsOf<typeof alone>>().toEqualTypeOf<'revoke' | 'introspect' | 'jwks' | 'metadata'>()
const unkept = tokens({ ...somebody, refresh: false, checkRevoked: false })
expectTypeOf<EndpointsOf<typeof unkept>>().toEqualTypeOf<'introspect' | 'jwks' | 'metadata'>()
const unasked = tokens({ ...somebody, checkRevoked: false })
expectTypeOf<EndpointsOf<typeof unasked>>().toEqualTypeOf<EndpointsOf<typeof all>>()

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

// The store of refresh tokens comes from the same services.
tokens({
  ...known,
  inject: { users: USERS, families: token<RefreshTokenStore>('families') },
  user: ({ sub }, { users }) => users.byId(sub),
  store: ({ families }) => families,
})
// @ts-expect-error a store of other things
tokens({ ...known, inject: { users: USERS }, user: ({ sub }) => ({ sub }), store: ({ users }) => users })
