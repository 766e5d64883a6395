// What rateLimit costs a request: `node dist/programs/rate-limit.js [rounds]` serves the same app without it, with one quota, without its headers, with two
// quotas, and by principal and function, in turn, and prints the CPU time of each request. The counters are in the process.
import { createApp, middleware, route, t } from '@keelson/core'
import { rateLimit, type RateLimitOptions } from '@keelson/http'
import { measure } from './side-by-side.ts'

const REQUEST = [
  'GET /items/7 HTTP/1.1',
  'host: localhost',
  'authorization: Bearer ada',
  'accept: application/json',
  '',
  '',
].join('\r\n')

/** So high that none is refused. */
const LIMIT = { limit: 1_000_000_000, windowMs: 60_000 }

function appWith(options?: RateLimitOptions) {
  const session = middleware({
    name: 'session',
    stage: 'authenticate',
    run: () => undefined,
    principal: (ctx) => ({ id: ctx.header('authorization') ?? '', kind: 'user' }),
  })
  const response = t.Object({ id: t.Integer(), name: t.String(), price: t.Number() })
  const show = route
    .use(session)
    .get('/items/:id', { params: { id: t.Integer() }, response, access: 'public' }, ({ params }) => ({
      id: params.id,
      name: 'An item of the shop',
      price: 9.5,
    }))
  const use = options === undefined ? [] : [rateLimit(options)]
  return createApp({ routes: { show }, use, log: false, mode: 'production' })
}

const apps = {
  none: appWith(),
  'by address': appWith(LIMIT),
  'no headers': appWith({ ...LIMIT, headers: false }),
  'two quotas': appWith({
    quotas: [
      { ...LIMIT, name: 'minute' },
      { ...LIMIT, name: 'hour', windowMs: 3_600_000 },
    ],
  }),
  'by principal': appWith({ ...LIMIT, by: 'principal' }),
  'by a function': appWith({ ...LIMIT, by: (ctx) => ctx.header('authorization') }),
}
await measure(apps, {
  title: 'Rate limits',
  request: REQUEST,
  rounds: Number(process.argv[2] ?? 15),
})
