// What it costs a request to know its caller by a token of HS256: `node dist/programs/bearer.js [rounds]` serves the same answer without, with `bearer()`
// and with the scheme of `tokens()`, which keep verified tokens, and with Fastify and @fastify/jwt without and with its cache, in turn, and prints
// the CPU time of each request, and how much it is above that of the same framework without.
import jwt from '@fastify/jwt'
import { createApp, route } from '@keelson/core'
import { bearer, signedIn, tokens, Tokens } from '@keelson/auth'
import fastify, { type FastifyRequest } from 'fastify'
import { JWT_AUDIENCE, JWT_ISSUER, JWT_SECRET } from '../domain/security.ts'
import { measure, type Served } from './side-by-side.ts'

const user = ({ sub }: { readonly sub: string }) => ({ id: sub })
const known = { issuer: JWT_ISSUER, audience: JWT_AUDIENCE, user }
const quiet = { log: false, mode: 'production' } as const
const answer = () => ({ name: 'An item of the shop' })

/** A year, so that the token is good for all apps of a run. */
const issuer = tokens({ ...known, keys: [{ secret: JWT_SECRET }], accessTtlMs: 31_536_000_000 })
const maker = createApp({
  ...quiet,
  plugins: [issuer],
  routes: {
    token: route
      .inject({ issuer: Tokens })
      .get('/', { access: 'public' }, ({ issuer: made }) => made.issueAccess('ada')),
  },
})
await maker.start()
const token = await (await maker.fetch(new Request('http://localhost/'))).text()
await maker.stop()

const member = (scheme: ReturnType<typeof bearer<{ id: string }>>) =>
  route.use(scheme).get('/items/7', { access: signedIn() }, answer)

async function authenticate(request: FastifyRequest): Promise<void> {
  await request.jwtVerify()
}

async function peer(options: { readonly cache: boolean } | undefined): Promise<Served> {
  const app = fastify()
  if (options !== undefined)
    await app.register(jwt, {
      secret: JWT_SECRET,
      verify: { algorithms: ['HS256'], allowedIss: JWT_ISSUER, allowedAud: JWT_AUDIENCE, ...options },
    })
  const onRequest = options === undefined ? [] : [authenticate]
  app.get('/items/7', { onRequest }, async () => answer())
  return {
    listen: async ({ port, host }) => ({ urls: [await app.listen({ port, host })] }),
    stop: () => app.close(),
  }
}

const apps: Record<string, Served> = {
  keelson: createApp({
    ...quiet,
    routes: { show: route.get('/items/7', { access: 'public' }, answer) },
  }),
  'keelson, bearer': createApp({
    ...quiet,
    routes: { show: member(bearer({ ...known, secret: JWT_SECRET })) },
  }),
  'keelson, tokens': createApp({ ...quiet, plugins: [issuer], routes: { show: member(issuer.scheme) } }),
  'keelson, bearer anew': createApp({
    ...quiet,
    routes: { show: member(bearer({ ...known, secret: JWT_SECRET, maxCacheBytes: 0 })) },
  }),
  fastify: await peer(undefined),
  'fastify, jwt': await peer({ cache: false }),
  'fastify, jwt with cache': await peer({ cache: true }),
}
const request = ['GET /items/7 HTTP/1.1', 'host: localhost', `authorization: Bearer ${token}`, '', ''].join(
  '\r\n',
)
await measure(apps, {
  title: 'A token',
  request,
  rounds: Number(process.argv[2] ?? 15),
  baseOf: (name) => name.split(',')[0] as string,
})
