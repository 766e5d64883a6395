// What securityHeaders and cors cost a request of W3's kind: `node dist/programs/browser-headers.js [rounds]` serves the same app without
// them, with one of them, and with both, in turn, and prints the CPU time of each request.
import { accessRule, createApp, middleware, needs, route, t, type AnyMiddleware } from '@keelson/core'
import { cors, securityHeaders } from '@keelson/http'
import { ALLOWED_ORIGINS, EXPOSED_HEADERS } from '../domain/security.ts'
import { measure } from './side-by-side.ts'

const REQUEST = [
  'GET /items/7 HTTP/1.1',
  'host: localhost',
  `origin: ${ALLOWED_ORIGINS[0]}`,
  'authorization: Bearer ada',
  'accept: application/json',
  '',
  '',
].join('\r\n')

function appWith(use: readonly AnyMiddleware[]) {
  const session = middleware({
    name: 'session',
    stage: 'authenticate',
    adds: ['user'],
    run: (ctx): { user: { id: string } } => ({ user: { id: ctx.header('authorization') ?? '' } }),
  })
  const known = accessRule({
    name: 'known',
    needs: needs<{ user: { id: string } }>('user'),
    allow: ({ user }) => user.id !== '',
  })
  const response = t.Object({ id: t.Integer(), name: t.String(), price: t.Number() })
  const show = route
    .use(session)
    .get('/items/:id', { params: { id: t.Integer() }, response, access: known }, ({ params }) => ({
      id: params.id,
      name: 'An item of the shop',
      price: 9.5,
    }))
  return createApp({ routes: { show }, use, log: false, mode: 'production' })
}

const headers = securityHeaders()
const sharing = cors({ origins: ALLOWED_ORIGINS, exposedHeaders: [EXPOSED_HEADERS] })
const apps = {
  neither: appWith([]),
  securityHeaders: appWith([headers]),
  cors: appWith([sharing]),
  both: appWith([headers, sharing]),
}
await measure(apps, {
  title: 'Headers for browsers',
  request: REQUEST,
  rounds: Number(process.argv[2] ?? 15),
})
