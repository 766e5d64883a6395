// Schemes of auth stand before public routes as well, and let nobody pass: `keelson check` must not take them for guards.
import { randomBytes } from 'node:crypto'
import {
  anyOf,
  apiKeys,
  ApiKeys,
  bearer,
  Passwords,
  scheme,
  session,
  Sessions,
  signedIn,
  tokens,
} from '@keelson/auth'
import { createApp, middleware, route, router, t, UnauthorizedError, type AnyMiddleware } from '@keelson/core'
import { csrf } from '@keelson/http'
import { expect, it } from 'vitest'
import { checkApp } from '../src/check-app.ts'

const secret = randomBytes(32).toString('base64url')
const user = ({ id }: { readonly id: string }) => ({ id })
const issuer = tokens({
  issuer: 'shop',
  audience: 'shop',
  keys: [{ secret }],
  user: ({ sub }) => ({ id: sub }),
})
const identity = bearer({
  issuer: 'https://id.example.com',
  audience: 'shop',
  user: ({ sub }) => ({ id: sub }),
})
const keys = apiKeys({ user, header: 'x-api-key' })
const password = scheme({
  name: 'password',
  security: { name: 'password', scheme: { type: 'http', scheme: 'basic' } },
  inject: { passwords: Passwords },
  find: () => undefined,
})
const schemes: Readonly<Record<string, AnyMiddleware>> = {
  bearer: identity,
  tokens: issuer.scheme,
  sessions: session({ load: (id) => ({ id }) }),
  apiKeys: keys,
  passwords: password,
  several: anyOf(identity, keys),
}
const guard = middleware({
  name: 'guard',
  stage: 'authenticate',
  adds: ['user'],
  describe: { security: 'bearer', errors: [UnauthorizedError] },
  run: () => ({ user: { id: '1' } }),
})

/** What the check finds of a route that reads and one that writes, both public, and one for those who are signed in. */
function found(...standing: readonly AnyMiddleware[]) {
  const member = route.use(...(standing as [typeof guard]))
  const response = t.Object({ id: t.String() })
  const one = () => ({ id: '1' })
  const app = createApp({
    mode: 'production',
    health: false,
    secrets: [secret],
    routes: {
      notes: router('/notes', {
        show: member.get('/', { access: 'public', response }, one),
        create: member.post('/', { access: 'public', response }, one),
        own: member.get('/own', { access: signedIn(), response }, one),
      }),
    },
    plugins: [issuer],
    providers: [ApiKeys.bind(), Sessions.bind(), Passwords.bind()],
    server: { trustProxy: 1 },
  })
  const { publicRoutes, unclearRoutes, findings } = checkApp(app, { deploy: true })
  const writes = findings.filter(({ rule }) => rule === 'deploy-public-write').map(({ message }) => message)
  return { publicRoutes, unclearRoutes, writes }
}

it.each(Object.entries(schemes))('a public route behind %s is open to anybody', (_, standing) => {
  expect(found(standing)).toEqual({
    publicRoutes: ['GET /notes (notes.show)', 'POST /notes (notes.create)'],
    unclearRoutes: [],
    writes: ['Anybody may call it, and its method changes something.'],
  })
})

it.each([
  ['csrf()', csrf()],
  ['csrf({ token })', csrf({ token: {} })],
])('a public route behind %s as well is, too', (_, judge) => {
  expect(found(password, judge)).toEqual(found(password))
})

it('a public route behind what requires credentials is not', () => {
  expect(found(guard)).toEqual({ publicRoutes: [], unclearRoutes: [], writes: [] })
})
