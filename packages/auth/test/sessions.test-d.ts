import {
  bind,
  BUS,
  CLOCK,
  KEY_VALUE_STORE,
  LOGGER,
  RANDOM,
  route,
  token,
  type BaseContext,
} from '@keelson/core'
import { expectTypeOf } from 'vitest'
import { anyOf, bearer, session, Sessions, signedIn, type SessionStore } from '@keelson/auth'

interface User {
  readonly id: string
}
interface Shop {
  readonly byId: (id: string, options?: { readonly lock?: boolean }) => Promise<User | undefined>
}
declare const users: Shop
declare const sessionStore: SessionStore
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

// Options, by the ports that it has anyway, and with a store of one's own.
bind(Sessions, { needs: Sessions.inject, make: (...ports) => new Sessions(...ports, { idleMs: 600_000 }) })
bind(Sessions, {
  needs: [SHOP, CLOCK, RANDOM, BUS, LOGGER],
  make: (_shop, ...ports) => new Sessions(sessionStore, ...ports),
})
bind(Sessions, {
  needs: [KEY_VALUE_STORE, CLOCK],
  // @ts-expect-error three ports are missing
  make: (store, clock) => new Sessions(store, clock),
})
