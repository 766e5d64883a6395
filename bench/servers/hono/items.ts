// W3, and W4 with CACHE=1. Headers, CORS, token and request id by Hono's own middleware.
import { serve } from '@hono/node-server'
import { zValidator } from '@hono/zod-validator'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { createMiddleware } from 'hono/factory'
import { jwt, type JwtVariables } from 'hono/jwt'
import { requestId, type RequestIdVariables } from 'hono/request-id'
import { secureHeaders } from 'hono/secure-headers'
import pino from 'pino'
import { toItemView } from '../../domain/items.ts'
import {
  ALLOWED_ORIGINS,
  EXPOSED_HEADERS,
  JWT_AUDIENCE,
  JWT_ISSUER,
  JWT_SECRET,
  READER_ROLE,
  type Claims,
} from '../../domain/security.ts'
import { createItemStore } from '../item-store.ts'
import { itemParams } from '../zod-schemas.ts'

type Env = { Variables: RequestIdVariables & JwtVariables<Claims> }

const items = createItemStore()
const logger = pino(pino.destination({ dest: 1, sync: false, minLength: 4096 }))

const requestLog = createMiddleware<Env>(async (c, next) => {
  const startedAt = performance.now()
  await next()
  const { method, path } = c.req
  const durationMs = performance.now() - startedAt
  logger.info({ id: c.get('requestId'), method, path, status: c.res.status, durationMs }, 'request completed')
})

const requireReader = createMiddleware<Env>(async (c, next) => {
  if (!c.get('jwtPayload').roles.includes(READER_ROLE)) return c.json({ title: 'Not allowed' }, 403)
  return next()
})

const app = new Hono<Env>()
app.use(requestId())
app.use(requestLog)
app.use(
  secureHeaders({
    // Helmet's values, where Hono's own differ.
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      baseUri: ["'self'"],
      fontSrc: ["'self'", 'https:', 'data:'],
      formAction: ["'self'"],
      frameAncestors: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      scriptSrc: ["'self'"],
      scriptSrcAttr: ["'none'"],
      styleSrc: ["'self'", 'https:', "'unsafe-inline'"],
      upgradeInsecureRequests: [],
    },
    strictTransportSecurity: 'max-age=31536000; includeSubDomains',
  }),
)
app.use(cors({ origin: [...ALLOWED_ORIGINS], exposeHeaders: [EXPOSED_HEADERS] }))
app.use(
  '/api/*',
  jwt({ secret: JWT_SECRET, alg: 'HS256', verification: { iss: JWT_ISSUER, aud: JWT_AUDIENCE } }),
)
app.get('/api/v1/items/:id', requireReader, zValidator('param', itemParams), async (c) => {
  const row = await items.find(c.req.valid('param').id)
  return row === undefined ? c.json({ title: 'No such item' }, 404) : c.json(toItemView(row))
})
serve({ fetch: app.fetch, port: Number(process.env['PORT']), hostname: '127.0.0.1' })
