import {
  accessRule,
  middleware,
  needs,
  NotFoundError,
  route,
  t,
  UnauthorizedError,
  upgrade,
  type BaseContext,
  type Frame,
  type RequestSummary,
} from '@keelson/core'
import { WebSocket, WebSocketServer } from 'ws'
import { open } from './support.ts'

const user = middleware({
  name: 'user',
  stage: 'authenticate',
  adds: ['user'],
  run: ({ header }) => {
    const name = header('x-user')
    if (name === undefined) throw new UnauthorizedError()
    return { user: name }
  },
})
const isAnn = accessRule({
  name: 'ann',
  needs: needs<{ user: string }>('user'),
  allow: ({ user: name }) => name === 'ann',
})

/** Routes that speak WebSocket, and what was seen of their connections. */
export function chat(deadlineMs?: number) {
  const server = new WebSocketServer({ noServer: true })
  const summaries: RequestSummary[] = []
  const aborted: unknown[] = []
  const observer = middleware({
    name: 'observer',
    stage: 'record',
    observe: (_, summary) => void summaries.push(summary),
  })
  const base = route.use(observer)
  const limits = { upgrades: 'websocket', ...(deadlineMs === undefined ? {} : { deadlineMs }) }
  let frame: Frame | undefined
  const echo = ({ draining, signal, frame: own }: Pick<BaseContext, 'draining' | 'signal' | 'frame'>) =>
    upgrade((request, socket, head) => {
      frame = own
      signal.addEventListener('abort', () => aborted.push(signal.reason))
      server.handleUpgrade(request, socket, head, (ws) => {
        ws.on('message', (data, isBinary) => ws.send(data, { binary: isBinary }))
        const close = (): void => ws.close(1001, 'ending')
        draining.addEventListener('abort', close, { once: true, signal })
      })
    })
  return {
    server,
    summaries,
    aborted,
    /** Time that the last call has, ms. */
    remaining: () => frame?.remainingMs(),
    routes: {
      open: base.get('/open', { ...open, ...limits }, echo),
      deaf: base.get('/deaf', { ...open, ...limits }, () =>
        upgrade((request, socket, head) => {
          server.handleUpgrade(request, socket, head, (ws) => ws.on('message', (data) => ws.send(data)))
        }),
      ),
      guarded: base
        .use(user)
        .at('/guarded/:room', { room: t.Integer() })
        .get('/', { access: isAnn, ...limits, query: { size: t.Optional(t.Integer()) } }, echo),
      gone: base.get('/gone', { ...open, ...limits }, () => {
        throw new NotFoundError()
      }),
      plain: base.get('/plain', open, () => 'plain'),
    },
  }
}

/** A client that has its connection. */
export function connected(url: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url.replace('http', 'ws'), { headers })
    ws.on('open', () => resolve(ws))
    ws.on('error', reject)
  })
}

/** What a server answers that does not switch. */
export function refused(url: string, headers: Record<string, string> = {}): Promise<Refusal> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url.replace('http', 'ws'), { headers })
    ws.on('open', () => reject(new Error('It was not refused.')))
    ws.on('error', reject)
    ws.on('unexpected-response', (_, response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          code: (JSON.parse(body) as { code: string }).code,
        }),
      )
    })
  })
}

interface Refusal {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly code: string
}

/** Sends a text and gives what comes back. */
export function said(ws: WebSocket, text: string): Promise<string> {
  return new Promise((resolve) => {
    ws.once('message', (data) => resolve((data as Buffer).toString()))
    ws.send(text)
  })
}

/** Resolves to the code by which a connection was closed. */
export function closed(ws: WebSocket): Promise<number> {
  return new Promise((resolve) => ws.once('close', resolve))
}

/** The head of a request that asks for a WebSocket. */
export function handshake(path: string, more = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`
}
