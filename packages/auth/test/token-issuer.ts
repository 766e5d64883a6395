// An app that issues tokens, over a socket, as tests use it.
import {
  reply,
  route,
  router,
  t,
  type KeyValueStore,
  type Bus,
  bind,
  BUS,
  KEY_VALUE_STORE,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { ability, identityOf, signedIn } from '@keelson/auth'
import { ISSUED_TOKENS, tokens, Tokens, type IssuerOptions } from '@keelson/auth/tokens'
import { NOW, signer } from './local-issuer.ts'

export const ISSUER = 'https://shop.example.com'

export interface User {
  readonly id: string
}

/** Two processes have one store and one bus. */
export interface Shared {
  readonly store?: KeyValueStore
  readonly bus?: Bus
}

export type Answer = Readonly<Record<string, unknown>> & {
  readonly access_token: string
  readonly refresh_token: string
}

export async function issuerApp(options: Partial<IssuerOptions<User>> = {}, { store, bus }: Shared = {}) {
  const blocked = new Set<string>()
  const shop = tokens<User>({
    keys: [{ key: signer('EdDSA').privateKey }],
    issuer: ISSUER,
    audience: 'orders',
    user: ({ sub }) => (blocked.has(sub) ? undefined : { id: sub }),
    ...options,
  })
  const member = route.use(shop.scheme)
  const service = route.inject({ tokens: Tokens })
  const test = await testApp({
    transport: 'socket',
    now: NOW,
    plugins: [shop],
    overrides: [
      ...(store === undefined ? [] : [bind(KEY_VALUE_STORE, { value: store })]),
      ...(bus === undefined ? [] : [bind(BUS, { value: bus })]),
    ],
    routes: {
      me: member.get('/me', { access: signedIn() }, ({ user }) => user.id),
      open: member.get('/open', { access: 'public' }, () => identityOf() ?? null),
      orders: member.get('/orders', { access: ability('orders:read') }, () => []),
      signIn: service.post(
        '/sign-in',
        {
          access: 'public',
          body: t.Object({
            id: t.String(),
            scopes: t.Optional(t.Array(t.String())),
            clientId: t.Optional(t.String()),
          }),
          response: ISSUED_TOKENS,
        },
        ({ tokens: issuer, body: { id, ...about } }) => issuer.issue(id, about),
      ),
      endAccess: service.post(
        '/end/:id',
        { access: 'public', response: { 204: null } },
        async ({ tokens: issuer, params }) => {
          await issuer.revokeAll(params.id)
          return reply(204)
        },
      ),
      oauth: router('', { oauth: shop.routes }),
    },
  })
  const post = (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
  ) =>
    test.request('POST', path, {
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'one', ...headers },
    })
  return {
    ...test,
    shop,
    blocked,
    tokens: test.resolve(Tokens),
    post,
    signIn: async (id = 'ada', about: object = {}) =>
      (await (await test.request('POST', '/sign-in', { json: { id, ...about } })).json()) as Answer,
    refresh: (token: string, headers: Record<string, string> = {}, more: Record<string, string> = {}) =>
      post('/oauth/token', { grant_type: 'refresh_token', refresh_token: token, ...more }, headers),
    status: async (token: string, path = '/me') =>
      (await test.request('GET', path, { headers: { authorization: `Bearer ${token}` } })).status,
  }
}
