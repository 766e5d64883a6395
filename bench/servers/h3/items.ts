// W3, and W4 with CACHE=1. h3 has CORS; token by jose, headers and log line in middleware.
import { defineMiddleware, getValidatedRouterParams, H3, handleCors, HTTPError, onResponse, serve } from 'h3'
import { jwtVerify } from 'jose'
import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { toItemView } from '../../domain/items.ts'
import {
  ALLOWED_ORIGINS,
  EXPOSED_HEADERS,
  JWT_AUDIENCE,
  JWT_ISSUER,
  JWT_SECRET,
  READER_ROLE,
  SECURITY_HEADERS,
  type Claims,
} from '../../domain/security.ts'
import { createItemStore } from '../item-store.ts'
import { itemParams } from '../zod-schemas.ts'

const items = createItemStore()
const logger = pino(pino.destination({ dest: 1, sync: false, minLength: 4096 }))
const securityHeaders = Object.entries(SECURITY_HEADERS)
const key = await crypto.subtle.importKey(
  'raw',
  Buffer.from(JWT_SECRET),
  { name: 'HMAC', hash: 'SHA-256' },
  false,
  ['verify'],
)
const jwtOptions = { algorithms: ['HS256'], issuer: JWT_ISSUER, audience: JWT_AUDIENCE }

const app = new H3()
app.use((event) => {
  const id = randomUUID()
  event.context['requestId'] = id
  event.context['startedAt'] = performance.now()
  event.res.headers.set('x-request-id', id)
  for (const [name, value] of securityHeaders) event.res.headers.set(name, value)
})
app.use(
  onResponse((response, event) => {
    const { requestId: id, startedAt } = event.context
    const durationMs = performance.now() - (startedAt as number)
    const { method } = event.req
    logger.info(
      { id, method, path: event.url.pathname, status: response.status, durationMs },
      'request completed',
    )
  }),
)
app.use((event) => {
  const handled = handleCors(event, { origin: [...ALLOWED_ORIGINS], exposeHeaders: [EXPOSED_HEADERS] })
  return handled === false ? undefined : handled
})

const authenticate = defineMiddleware(async (event) => {
  const [scheme, token] = event.req.headers.get('authorization')?.split(' ') ?? []
  if (scheme !== 'Bearer' || token === undefined) throw HTTPError.status(401, 'A token is needed')
  try {
    event.context['user'] = (await jwtVerify<Claims>(token, key, jwtOptions)).payload
  } catch {
    throw HTTPError.status(401, 'The token is not valid')
  }
})

const requireReader = defineMiddleware((event) => {
  if (!(event.context['user'] as Claims).roles.includes(READER_ROLE))
    throw HTTPError.status(403, 'Not allowed')
})

app.get(
  '/api/v1/items/:id',
  async (event) => {
    const { id } = await getValidatedRouterParams(event, itemParams)
    const row = await items.find(id)
    if (row === undefined) throw HTTPError.status(404, 'No such item')
    return toItemView(row)
  },
  { middleware: [authenticate, requireReader] },
)
serve(app, { port: Number(process.env['PORT']), hostname: '127.0.0.1', silent: true })
