import {
  bind,
  BUS,
  CLOCK,
  KEY_VALUE_STORE,
  LOGGER,
  plugin,
  type Injected,
  type Plugin,
  type Provider,
} from '@keelson/core'
import { checkOptions, refuseCall, withDefaults, type WithDefaults } from '@keelson/core/options'
import { ISSUED_ACCESS } from '../access-holder/index.ts'
import type { TokenFinder } from '../jwt/index.ts'
import { bindWith, givenStore } from '../provider/index.ts'
import { scheme, tokenSecurity, type Scheme } from '../schemes/index.ts'
import { readKeyRing } from './key-ring.ts'
import { keyValueRefreshTokenStore } from './key-value-refresh-token-store.ts'
import { ISSUER_OPTIONS, type IssuerOptions, type TokensOptions } from './options.ts'
import { keepsNothing, tokensProblems } from './option-problems.ts'
import type { TokenRoutes } from './token-route-types.ts'
import { tokenRoutes } from './token-routes.ts'
import { Tokens } from './tokens.ts'

/** The issuer of an app: a plugin that binds {@link Tokens}, with the scheme and the routes that go with it. */
export interface TokenIssuer<TUser, TRoutes = TokenRoutes> extends Plugin {
  /** Finds the caller by the access tokens that the app issues, with its own keys: no other program is asked. */
  readonly scheme: Scheme<TUser>
  /**
   * `POST /oauth/token`, `POST /oauth/revoke`, `POST /oauth/introspect`, `GET /.well-known/jwks.json` and
   * `GET /.well-known/oauth-authorization-server`, all of them public: they look at what they are given. With `refresh: false` there is no
   * `/oauth/token`; with `checkRevoked: false` besides, no `/oauth/revoke`.
   */
  readonly routes: TRoutes
}

/**
 * Makes an app an issuer of tokens: short-lived access tokens (RFC 9068), refresh tokens that are good once, and what belongs to them. List it
 * in `plugins`, its `routes` among the routes, use its `scheme`, and let your sign-in call `issue` of {@link Tokens}.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for keys that cannot be used, an audience with `*`, times that contradict each other; `ERR_CORE_SECRET` for a
 *   secret under 256 bits
 * @example
 * import { generateKeyPairSync } from 'node:crypto'
 * const { privateKey } = generateKeyPairSync('ed25519')
 * const shop = tokens({
 *   keys: [{ key: privateKey }],
 *   issuer: 'https://shop.example.com',
 *   audience: 'https://shop.example.com',
 *   user: ({ sub }) => ({ id: sub }),
 * })
 * const me = route.use(shop.scheme).get('/me', { access: signedIn() }, ({ user }) => user.id)
 * const signIn = route
 *   .inject({ tokens: Tokens })
 *   .post('/sign-in', { access: 'public', response: ISSUED_TOKENS }, ({ tokens: issuer }) => issuer.issue('ada'))
 * const app = createApp({ name: 'shop', plugins: [shop], routes: { me, signIn, oauth: shop.routes } })
 */
export function tokens<
  TUser extends object,
  const TServices extends Injected = {},
  TRefresh extends boolean = boolean,
  TCheckRevoked extends boolean = boolean,
>(
  options: IssuerOptions<TUser, TServices> & {
    readonly refresh?: TRefresh | undefined
    readonly checkRevoked?: TCheckRevoked | undefined
  },
): TokenIssuer<TUser, TokenRoutes<TRefresh, TCheckRevoked>> {
  const place = { name: 'tokens', below: tokens as never }
  checkOptions(ISSUER_OPTIONS, options, place)
  const { inject = {} as TServices, user, claims, store, name: _name, ...common } = options
  const { name, scheme: authScheme } = withDefaults<ReadyIssuerOptions>(ISSUER_OPTIONS, options)
  refuseCall(tokensProblems(common), place)
  if (store !== undefined && common.refresh === false)
    refuseCall(
      [
        {
          message: 'It has a store of refresh tokens, and makes none.',
          remedy: 'Omit store, or refresh: false.',
        },
      ],
      place,
    )
  // Now, with the place of this call, and not when the app starts.
  readKeyRing(common.keys, place)
  const provider = bound({ inject, user, claims, store }, common)
  const made = plugin({
    name,
    setup: (app) => app.provide(provider, bind(ISSUED_ACCESS, { alias: Tokens })),
  })
  const routes = tokenRoutes({ refresh: common.refresh !== false, revoke: !keepsNothing(common) })
  const own = {
    scheme: { value: schemeOf<TUser, TServices>({ name, authScheme, inject, user }), enumerable: true },
    routes: { value: routes, enumerable: true },
  }
  return Object.freeze(
    Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(made), ...own }),
  ) as never
}

type ReadyIssuerOptions = WithDefaults<IssuerOptions<object>, 'name' | 'scheme'>

type Asked<TUser extends object, TServices extends Injected> = Pick<
  IssuerOptions<TUser, TServices>,
  'inject' | 'user' | 'claims' | 'store'
>

const STORE = {
  name: 'Tokens',
  what: 'a KeyValueStore or a RefreshTokenStore',
  methods: ['add', 'find', 'replace', 'listByUser', 'remove'],
}

function bound<TUser extends object, TServices extends Injected>(
  { inject, user, claims, store }: Asked<TUser, TServices>,
  options: TokensOptions,
): Provider {
  // What keeps nothing asks for no store: one in memory would be a problem of deployments.
  const kept = keepsNothing(options) ? ([] as const) : ([KEY_VALUE_STORE, BUS] as const)
  return bindWith(Tokens, {
    ports: [CLOCK, LOGGER, ...kept] as const,
    inject,
    make: ([clock, log, keyValueStore, bus], services) => {
      const given = store && givenStore(store(services), STORE)
      const refreshTokens =
        given !== undefined && 'capabilities' in given ? keyValueRefreshTokenStore(given, clock) : given
      return new Tokens({ store: keyValueStore, bus, clock, log, refreshTokens }, options, {
        user: (token) => user(token, services),
        claims: claims && ((subject) => claims(subject, services)),
      })
    },
    called: 'tokens',
    below: tokens as never,
  })
}

/** Beside those that `user` needs, under a name that these have not. */
interface OwnServices extends Injected {
  readonly '~tokens': typeof Tokens
}

interface SchemeParts<TUser extends object, TServices extends Injected> extends Pick<
  Asked<TUser, TServices>,
  'inject' | 'user'
> {
  readonly name: string
  readonly authScheme: 'Bearer' | 'Token'
}

function schemeOf<TUser extends object, TServices extends Injected>({
  name,
  authScheme,
  inject,
  user,
}: SchemeParts<TUser, TServices>): Scheme<TUser> {
  return scheme<TUser, OwnServices, Promise<TokenFinder<TUser>>>({
    name,
    security: tokenSecurity(name, authScheme),
    inject: { ...inject, '~tokens': Tokens },
    state: (services) => services['~tokens']['~internal'].finder((claims) => user(claims, services as never)),
    recognises: (ctx, { state }) => state.recognises(ctx),
    find: (ctx, { state }) => state.find(ctx),
  })
}
