// The endpoints of an issuer: tokens (RFC 6749 §6), revocation (RFC 7009), introspection (RFC 7662), keys (RFC 7517), metadata (RFC 8414).
import { form, middleware, NotFoundError, reply, route, router } from '@keelson/core'
import { clientOfRequest } from './client-of-request.ts'
import { TokenClientError, GrantError, GrantTypeError, ScopeError, TokenRequestError } from './errors.ts'
import {
  ENDPOINTS,
  ISSUER_METADATA,
  METADATA_PATH,
  metadataOf,
  type KeptEndpoints,
} from './issuer-metadata.ts'
import { OAUTH_ERRORS } from './oauth-errors.ts'
import {
  INTROSPECTION,
  ISSUED_TOKENS,
  NAMED_TOKEN,
  PUBLISHED_KEYS,
  REFRESH,
  type TokenRoutes,
} from './token-route-types.ts'
import { Tokens } from './tokens.ts'

/** Of all answers that may have a token, errors too (RFC 6749 §5.1). */
const noStore = middleware({
  name: 'noStore',
  stage: 'receive',
  run: ({ responseHeaders }) => {
    responseHeaders.set('cache-control', 'no-store').set('pragma', 'no-cache')
  },
  describe: { headers: { 'cache-control': 'Always `no-store`.', pragma: 'Always `no-cache`.' } },
})

/** How long others may keep the keys: a new one is published that long before it signs. */
const KEYS_MAX_AGE_SECONDS = 300
const PUBLISHED = { 'cache-control': `public, max-age=${KEYS_MAX_AGE_SECONDS}` }

const endpoint = route.inject({ tokens: Tokens }).use(noStore)
/** RFC 6749 §3.2: what is not known is ignored. */
const common = { access: 'public', unknown: { body: 'ignore' } } as const

const refresh = endpoint.post(
  ENDPOINTS.token,
  {
    ...common,
    summary: 'Refreshes tokens (RFC 6749 §6)',
    body: form(REFRESH),
    response: ISSUED_TOKENS,
    errors: [TokenRequestError, TokenClientError, GrantError, GrantTypeError, ScopeError],
  },
  async (ctx) => {
    const { tokens, header } = ctx
    const body = withoutEmpty(ctx.body)
    const { grant_type: grant, refresh_token: token, scope } = body
    if (grant === undefined) throw new TokenRequestError({ message: 'grant_type is missing.' })
    if (grant !== 'refresh_token') throw new GrantTypeError()
    const clientId = clientOfRequest(ctx, body, tokens['~internal'].clients)
    if (token === undefined) throw new TokenRequestError({ message: 'refresh_token is missing.' })
    return tokens.refresh(token, { clientId, caller: header('user-agent'), scopes: scopesOf(scope) })
  },
)

const revoke = endpoint.post(
  ENDPOINTS.revoke,
  {
    ...common,
    summary: 'Revokes a token (RFC 7009)',
    body: form(NAMED_TOKEN),
    response: { 200: null },
    errors: [TokenRequestError, TokenClientError, GrantError],
  },
  async (ctx) => {
    const body = withoutEmpty(ctx.body)
    const clientId = clientOfRequest(ctx, body, ctx.tokens['~internal'].clients)
    await ctx.tokens.revoke(tokenOf(body), { clientId })
    return reply(200)
  },
)

const introspect = endpoint.post(
  ENDPOINTS.introspect,
  {
    ...common,
    summary: 'Says what a token is (RFC 7662)',
    body: form(NAMED_TOKEN),
    response: INTROSPECTION,
    errors: [TokenRequestError, TokenClientError],
  },
  async (ctx) => {
    const body = withoutEmpty(ctx.body)
    const { clients } = ctx.tokens['~internal']
    // RFC 7662 §2.1: not open to who tries tokens.
    if (!clients.hasSecret(clientOfRequest(ctx, body, clients))) throw new TokenClientError()
    return ctx.tokens.introspect(tokenOf(body))
  },
)

const jwks = route.inject({ tokens: Tokens }).get(
  ENDPOINTS.keys,
  {
    access: 'public',
    summary: 'The public keys of the issuer (RFC 7517)',
    response: PUBLISHED_KEYS,
  },
  ({ tokens }) => reply(200, { keys: tokens.keySet.keys as Record<string, unknown>[] }, PUBLISHED),
)

function metadata(has: KeptEndpoints) {
  return route.inject({ tokens: Tokens }).get(
    METADATA_PATH,
    {
      access: 'public',
      summary: 'Where the keys and the endpoints of the issuer are (RFC 8414)',
      response: ISSUER_METADATA,
      errors: [NotFoundError],
    },
    ({ tokens, path }) => {
      const found = metadataOf(tokens.issuer, path, has)
      if (found === undefined) throw new NotFoundError('The issuer is not a URL.')
      return reply(200, found, PUBLISHED)
    },
  )
}

/** The endpoints of the issuer of an app: those that have something to do. */
export function tokenRoutes(has: KeptEndpoints): TokenRoutes {
  const kept = { ...(has.refresh ? { refresh } : {}), ...(has.revoke ? { revoke } : {}) }
  const routes = { ...kept, introspect, jwks, metadata: metadata(has) }
  return router('', { errorFormat: OAUTH_ERRORS }, routes) as TokenRoutes
}

/** RFC 6749 §3.2: a parameter without a value counts as omitted. */
function withoutEmpty<T extends Readonly<Record<string, string | undefined>>>(body: T): T {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== '')) as T
}

function tokenOf({ token }: { readonly token?: string | undefined }): string {
  if (token === undefined) throw new TokenRequestError({ message: 'token is missing.' })
  return token
}

/** RFC 6749 §3.3: separated by spaces. */
function scopesOf(scope: string | undefined): readonly string[] | undefined {
  const scopes = scope?.split(' ').filter(Boolean)
  if (scopes?.some((one) => !/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(one)) === true) throw new ScopeError()
  return scopes
}
