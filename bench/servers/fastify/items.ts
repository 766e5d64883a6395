// W3, and W4 with CACHE=1. TOKEN_CACHE=1 turns on the cache of verified tokens that @fastify/jwt offers.
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import jwt from '@fastify/jwt'
import postgres from '@fastify/postgres'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { ITEM_VIEW_SCHEMA, POOL_OPTIONS, toItemView } from '../../domain/items.ts'
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

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: Claims
    user: Claims
  }
}

const app = fastify({
  loggerInstance: pino(pino.destination({ dest: 1, sync: false, minLength: 4096 })),
  // Two lines a request by default; the hook below writes one.
  disableRequestLogging: true,
  genReqId: () => randomUUID(),
})
await app.register(helmet)
await app.register(cors, { origin: [...ALLOWED_ORIGINS], exposedHeaders: EXPOSED_HEADERS })
await app.register(jwt, {
  secret: JWT_SECRET,
  verify: {
    algorithms: ['HS256'],
    allowedIss: JWT_ISSUER,
    allowedAud: JWT_AUDIENCE,
    cache: process.env['TOKEN_CACHE'] === '1',
  },
})
await app.register(postgres, POOL_OPTIONS)

app.addHook('onRequest', (request, reply, done) => {
  reply.header('x-request-id', request.id)
  done()
})
app.addHook('onResponse', (request, reply, done) => {
  request.log.info({ req: request, res: reply, responseTime: reply.elapsedTime }, 'request completed')
  done()
})

const items = createItemStore(app.pg)

async function authenticate(request: FastifyRequest): Promise<void> {
  await request.jwtVerify()
}

function requireReader(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (request.user.roles.includes(READER_ROLE)) done()
  else void reply.code(403).send({ statusCode: 403, error: 'Forbidden', message: 'Not allowed' })
}

app.get<{ Params: { id: number } }>(
  '/api/v1/items/:id',
  {
    onRequest: [authenticate, requireReader],
    schema: {
      params: { type: 'object', required: ['id'], properties: { id: { type: 'integer', minimum: 1 } } },
      response: { 200: ITEM_VIEW_SCHEMA },
    },
  },
  async (request, reply) => {
    const row = await items.find(request.params.id)
    if (row === undefined) {
      return reply.code(404).send({ statusCode: 404, error: 'Not Found', message: 'No such item' })
    }
    return toItemView(row)
  },
)
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })
