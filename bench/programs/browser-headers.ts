// What securityHeaders and cors cost a request of W3's kind: `node dist/programs/browser-headers.js [rounds]` serves the same app without
// them, with one of them, and with both, in turn by windows of half a second, and prints the CPU time of the server's thread for
// each request. The load comes from a thread of its own.
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { connect } from 'node:net'
import { accessRule, createApp, middleware, needs, route, t, type AnyMiddleware } from '@keelson/core'
import { cors, securityHeaders } from '@keelson/http'
import { ALLOWED_ORIGINS, EXPOSED_HEADERS } from '../domain/security.ts'

const WINDOW_MS = 500
const CONNECTIONS = 16

const REQUEST = [
  'GET /items/7 HTTP/1.1',
  'host: localhost',
  `origin: ${ALLOWED_ORIGINS[0]}`,
  'authorization: Bearer ada',
  'accept: application/json',
  '',
  '',
].join('\r\n')

/** Asks a port for the length of a window on several connections, one request after the other; returns how many were answered. */
async function load(port: number): Promise<number> {
  let answered = 0
  const until = performance.now() + WINDOW_MS
  const one = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    socket.write(REQUEST)
    for await (const _ of socket) {
      answered++
      if (performance.now() > until) break
      socket.write(REQUEST)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
  return answered
}

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

async function measure(rounds: number): Promise<void> {
  const headers = securityHeaders()
  const sharing = cors({ origins: ALLOWED_ORIGINS, exposedHeaders: [EXPOSED_HEADERS] })
  const lists = { neither: [], securityHeaders: [headers], cors: [sharing], both: [headers, sharing] }
  const names = Object.keys(lists) as (keyof typeof lists)[]
  const apps = names.map((name) => appWith(lists[name]))
  const ports: number[] = []
  for (const app of apps) {
    const { urls } = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
    ports.push(Number(new URL(urls[0]!).port))
  }
  const worker = new Worker(new URL(import.meta.url))
  const spent = names.map((): number[] => [])
  for (let round = -3; round < rounds; round++) {
    const order = round % 2 === 0 ? names.keys() : [...names.keys()].toReversed()
    for (const at of order) {
      const before = process.threadCpuUsage()
      worker.postMessage(ports[at])
      const answered = await new Promise<number>((resolve) => worker.once('message', resolve))
      const { user, system } = process.threadCpuUsage(before)
      // The first rounds warm up.
      if (round >= 0) spent[at]!.push((user + system) / answered)
    }
  }
  const medians = spent.map(median)
  for (const [at, name] of names.entries()) {
    const more = median(spent[at]!.map((one, round) => one - spent[0]![round]!))
    console.log(`${name.padEnd(16)} ${medians[at]!.toFixed(2)} us, ${more.toFixed(2)} more`)
  }
  await worker.terminate()
  for (const app of apps) await app.stop()
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

if (isMainThread) await measure(Number(process.argv[2] ?? 15))
else
  parentPort!.on(
    'message',
    (port: number) => void load(port).then((answered) => parentPort!.postMessage(answered)),
  )
