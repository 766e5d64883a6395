// W3, and W4 with CACHE=1, by hand on node:http.
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { toItemView } from '../../domain/items.ts'
import {
  ALLOWED_ORIGINS,
  EXPOSED_HEADERS,
  JSON_CONTENT_SECURITY_POLICY,
  JSON_HEADERS,
  READER_ROLE,
} from '../../domain/security.ts'
import { createItemStore } from '../item-store.ts'
import { HttpProblem } from './answer.ts'
import { log } from './log.ts'
import { verifyBearer } from './token.ts'

const items = createItemStore()
/** One flat list, made once; an allowed origin brings its own. */
const COMMON = [
  ...Object.entries(JSON_HEADERS).flat(),
  'content-security-policy',
  JSON_CONTENT_SECURITY_POLICY,
  'vary',
  'Origin',
]
const BY_ORIGIN = new Map(
  ALLOWED_ORIGINS.map((origin) => [
    origin as string,
    [
      ...COMMON,
      'access-control-allow-origin',
      origin,
      'access-control-expose-headers',
      EXPOSED_HEADERS,
    ] as const,
  ]),
)
const ITEM_PATH = '/api/v1/items/'

createServer((request, response) => {
  const startedAt = performance.now()
  const id = randomUUID()
  serve(request).then(
    (value) => answer(request, response, { id, startedAt, status: 200, value }),
    (error: unknown) => {
      const status = error instanceof HttpProblem ? error.status : 500
      const title = error instanceof HttpProblem ? error.message : 'Internal error'
      if (status === 500) console.error(error)
      answer(request, response, { id, startedAt, status, value: { status, title } })
    },
  )
}).listen(Number(process.env['PORT']), '127.0.0.1')

async function serve(request: IncomingMessage): Promise<unknown> {
  const { url = '', method, headers } = request
  if (!url.startsWith(ITEM_PATH)) throw new HttpProblem(404, 'Not found')
  if (method !== 'GET') throw new HttpProblem(405, 'Method not allowed')
  const claims = verifyBearer(headers.authorization)
  if (!claims.roles.includes(READER_ROLE)) throw new HttpProblem(403, 'Not allowed')
  const id = url.slice(ITEM_PATH.length)
  if (!/^[1-9][0-9]{0,8}$/.test(id)) throw new HttpProblem(400, 'id must be a positive integer')
  const row = await items.find(Number(id))
  if (row === undefined) throw new HttpProblem(404, 'No such item')
  return toItemView(row)
}

interface Answer {
  readonly id: string
  readonly startedAt: number
  readonly status: number
  readonly value: unknown
}

function answer(request: IncomingMessage, response: ServerResponse, done: Answer): void {
  const { id, startedAt, status, value } = done
  const text = JSON.stringify(value)
  const bytes = Buffer.byteLength(text)
  response.writeHead(status, [
    ...(BY_ORIGIN.get(request.headers.origin ?? '') ?? COMMON),
    'x-request-id',
    id,
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(bytes),
  ])
  response.end(text)
  response.once('close', () => {
    const durationMs = performance.now() - startedAt
    const { method, url } = request
    log({ level: 30, time: Date.now(), id, method, path: url, status, durationMs, bytes })
  })
}
