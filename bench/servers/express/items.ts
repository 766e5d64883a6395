// W3, and W4 with CACHE=1.
import cors from 'cors'
import express, { type NextFunction, type Request, type Response } from 'express'
import helmet from 'helmet'
import jwt from 'jsonwebtoken'
import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { pinoHttp } from 'pino-http'
import { z } from 'zod'
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

const items = createItemStore()
const app = express()
app.use(
  pinoHttp({
    logger: pino(pino.destination({ dest: 1, sync: false, minLength: 4096 })),
    genReqId: (_request, response) => {
      const id = randomUUID()
      response.setHeader('x-request-id', id)
      return id
    },
  }),
)
app.use(helmet())
app.use(cors({ origin: [...ALLOWED_ORIGINS], exposedHeaders: EXPOSED_HEADERS }))

function authenticate(request: Request, response: Response, next: NextFunction): void {
  const [scheme, token] = request.headers.authorization?.split(' ') ?? []
  if (scheme !== 'Bearer' || token === undefined)
    return void response.status(401).json({ title: 'A token is needed' })
  const options = { algorithms: ['HS256' as const], issuer: JWT_ISSUER, audience: JWT_AUDIENCE }
  try {
    response.locals['user'] = jwt.verify(token, JWT_SECRET, options)
  } catch {
    return void response.status(401).json({ title: 'The token is not valid' })
  }
  next()
}

function requireReader(_request: Request, response: Response, next: NextFunction): void {
  if ((response.locals['user'] as Claims).roles.includes(READER_ROLE)) return next()
  response.status(403).json({ title: 'Not allowed' })
}

app.get('/api/v1/items/:id', authenticate, requireReader, async (request, response) => {
  const { id } = itemParams.parse(request.params)
  const row = await items.find(id)
  if (row === undefined) return void response.status(404).json({ title: 'No such item' })
  response.json(toItemView(row))
})
// oxlint-disable-next-line max-params -- Express knows error handlers by their four parameters
app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
  if (!(error instanceof z.ZodError)) return next(error)
  response.status(400).json({ issues: error.issues })
})
app.listen(Number(process.env['PORT']), '127.0.0.1')
