import { route, token, type BaseContext, type Provider } from '@keelson/core'
import { expectTypeOf } from 'vitest'
import {
  anyOf,
  ApiKeys,
  bearer,
  EndAccess,
  session,
  Sessions,
  signedIn,
  type ApiKeyStore,
  type SessionStore,
} from '@keelson/auth'

interface User {
  readonly id: string
}
interface Shop {
  readonly byId: (id: string, options?: { readonly lock?: boolean }) => Promise<User | undefined>
}
declare const users: Shop
declare const sessionStore: SessionStore
declare const apiKeyStore: ApiKeyStore
const SHOP = token<Shop>('shop')

// The user is optional until a rule asks for it.
const web = route.use(session({ load: users.byId }))
web.get('/', { access: 'public' }, ({ user }) => expectTypeOf(user).toEqualTypeOf<User | undefined>())
web.get('/', { access: signedIn() }, ({ user }) => expectTypeOf(user).toEqualTypeOf<User>())

// Services come typed, and the context last.
const injected = session({
  inject: { shop: SHOP },
  load: (id, { shop }, ctx) => {
    expectTypeOf(ctx).toEqualTypeOf<BaseContext>()
    expectTypeOf(shop).toEqualTypeOf<Shop>()
    return shop.byId(id)
  },
})
route.use(injected).get('/', { access: signedIn() }, ({ user }) => user.id)
// @ts-expect-error a service that was not asked for
session({ inject: { shop: SHOP }, load: (id, { other }) => other.byId(id) })
// @ts-expect-error a session without a user
session({})
// @ts-expect-error a user is loaded by the id of a user, which is a text
session({ load: (id: number) => ({ id }) })
// @ts-expect-error CSRF cannot be switched off
session({ load: users.byId, csrf: false })

// Beside other schemes the user is one of either.
const either = anyOf(
  session({ load: users.byId }),
  bearer({ secret: 's', audience: 'a', user: ({ sub }) => ({ sub }) }),
)
route
  .use(either)
  .get('/', { access: signedIn() }, ({ user }) => expectTypeOf(user).toEqualTypeOf<User | { sub: string }>())

// Options, and with a store of one's own.
Sessions.bind({ idleMs: 600_000 })
expectTypeOf(
  Sessions.bind({
    inject: { shop: SHOP },
    store: ({ shop }) => {
      expectTypeOf(shop).toEqualTypeOf<Shop>()
      return sessionStore
    },
  }),
).toEqualTypeOf<Provider>()
// @ts-expect-error no such option
Sessions.bind({ idle: 600_000 })
// @ts-expect-error the store itself, and not a function that gives it
Sessions.bind({ store: sessionStore })
// @ts-expect-error nothing is injected under this name
Sessions.bind({ store: ({ shop }) => shop })
// @ts-expect-error a store of other things
Sessions.bind({ store: () => apiKeyStore })
ApiKeys.bind({ prefix: 'shop', inject: { shop: SHOP }, store: () => apiKeyStore })
// @ts-expect-error what has no revokeAll
EndAccess.bind({ inject: { shop: SHOP }, others: ({ shop }) => ({ shop }) })
