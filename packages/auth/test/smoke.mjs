// The built package as a user has it, on one version of Node.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createRequire } from 'node:module'
import { createApp, route } from '@keelson/core'
import { anyOf, bearer, definePolicy, Passwords, session, Sessions, signedIn, tokens } from '@keelson/auth'
import { as, localIssuer, policyTable, PolicyTableError } from '@keelson/auth/testing'
import { testApp } from '@keelson/testing'
import { SignJWT } from 'jose'

const secret = 'q7ZkVw2RtLx9NfBc4JmYp6HsDg3EuTa8KoWbXrQi5vM'
const policy = definePolicy()((resource) => ({
  Note: resource()(({ when }) => ({ create: when(({ user }) => user.roles.includes('writer')) })),
}))
const { can } = policy
const web = route.use(bearer({ secret, audience: 'notes', user: ({ sub }) => ({ id: sub, roles: [sub] }) }))
const routes = {
  me: web.get('/me', { access: signedIn() }, ({ user }) => user.id),
  create: web.post('/notes', { access: can('create', 'Note') }, ({ user }) => user.id),
}
const app = createApp({ name: 'smoke', routes, mode: 'test', log: false })
await app.start?.()
const tokenOf = (sub) =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setAudience('notes')
    .setExpirationTime('1 minute')
    .sign(new TextEncoder().encode(secret))
const ask = async (method, path, sub) =>
  app.fetch(
    new Request(`http://localhost${path}`, {
      method,
      headers: sub === undefined ? {} : { authorization: `Bearer ${await tokenOf(sub)}` },
    }),
  )
assert.equal((await ask('GET', '/me', 'ada')).status, 200)
assert.equal((await ask('GET', '/me')).status, 401)
assert.equal((await ask('POST', '/notes', 'ada')).status, 403)
assert.equal((await ask('POST', '/notes', 'writer')).status, 200)
await app.stop()

const people = route.use(session({ load: (id) => ({ id }) })).inject({ sessions: Sessions })
const site = createApp({
  name: 'site',
  mode: 'test',
  log: false,
  routes: {
    signIn: people.post(
      '/sign-in',
      { access: 'public' },
      async (ctx) => (await ctx.sessions.signIn(ctx, 'ada')).userId,
    ),
    me: people.get('/me', { access: signedIn() }, ({ user }) => user.id),
  },
})
const visit = (method, path, cookie) =>
  site.fetch(
    new Request(`http://localhost${path}`, { method, headers: { cookie, 'sec-fetch-site': 'same-origin' } }),
  )
const [cookie] = (await visit('POST', '/sign-in', 'a=1')).headers.getSetCookie()
assert.equal((await visit('GET', '/me', cookie.split(';')[0])).status, 200)
assert.equal((await visit('GET', '/me', 'session=wrong')).status, 401)
await site.stop()

const { privateKey } = generateKeyPairSync('ed25519')
const shop = tokens({
  keys: [{ key: privateKey }],
  issuer: 'https://shop.example.com',
  audience: 'shop',
  user: ({ sub }) => ({ id: sub }),
})
const issuer = await localIssuer({ audience: 'shop' })
const outside = bearer({
  issuer: issuer.url,
  allowInsecureIssuer: true,
  audience: 'shop',
  user: ({ sub }) => ({ id: sub }),
})
const both = route.use(anyOf(shop.scheme, outside))
const api = await testApp({
  plugins: [shop],
  routes: { me: both.get('/me', { access: signedIn() }, ({ user }) => user.id), oauth: shop.routes },
})
assert.equal(await (await as(api, { id: 'ada' })).client.me(), 'ada')
assert.equal(await (await as(api, { id: 'bob' }, { issuer })).client.me(), 'bob')
assert.equal((await api.request('GET', '/.well-known/jwks.json')).status, 200)
assert.throws(
  () => policyTable(policy, { subjects: { ada: { user: { roles: [] } } }, expect: 'Note ada\ncreate yes' }),
  PolicyTableError,
)

await api.close()
await issuer[Symbol.asyncDispose]()

const passwords = new Passwords()
const stored = await passwords.hash('correct horse battery staple')
assert.match(stored, /^\$argon2id\$/)

// CommonJS users load the same modules, not a second copy.
assert.equal(createRequire(import.meta.url)('@keelson/auth').bearer, bearer)
