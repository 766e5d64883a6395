// What a cached() route costs: `node dist/programs/cached-route.js [rounds]` serves one object of ten members by node:http, which sends stored bytes that it
// finds by the path; by a route with cached(), of all and of each user; and by the same route without, whose handler reads a row of SQLite by its
// key. In turn, and prints the CPU time of each request. `more` is beside node:http.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { cache, cached, type CachedOptions } from '@keelson/cache'
import { createApp, middleware, NotFoundError, route, t } from '@keelson/core'
import { measure, type Served } from './side-by-side.ts'

const REQUEST = [
  'GET /items/7 HTTP/1.1',
  'host: localhost',
  'authorization: Bearer ada',
  'accept: application/json',
  '',
  '',
].join('\r\n')

const ROWS = 1_000
const database = new DatabaseSync(':memory:')
database.exec(
  'CREATE TABLE items (id INTEGER PRIMARY KEY, sku TEXT, name TEXT, description TEXT, price REAL, stock INTEGER, weight REAL, color TEXT, maker TEXT, updated TEXT)',
)
const insert = database.prepare('INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
for (let id = 1; id <= ROWS; id++)
  insert.run(
    id,
    `SKU-${id}`,
    'A chair',
    'Of oak, for a table',
    99.5,
    id,
    4.2,
    'brown',
    'Ada & Co',
    '2026-11-30',
  )
const byKey = database.prepare('SELECT * FROM items WHERE id = ?')

const Item = t.Object({
  id: t.Integer(),
  sku: t.String(),
  name: t.String(),
  description: t.String(),
  price: t.Number(),
  stock: t.Integer(),
  weight: t.Number(),
  color: t.String(),
  maker: t.String(),
  updated: t.String(),
})

function appWith(options?: CachedOptions) {
  const session = middleware({
    name: 'session',
    stage: 'authenticate',
    run: () => undefined,
    principal: (ctx) => ({ id: ctx.header('authorization') ?? '', kind: 'user' }),
  })
  const show = route.use(options?.by === 'user' ? [session] : []).get(
    '/items/:id',
    {
      params: { id: t.Integer({ minimum: 1 }) },
      response: Item,
      access: 'public',
      use: options === undefined ? [] : [cached(options)],
    },
    ({ params }) => {
      const row = byKey.get(params.id)
      if (row === undefined) throw new NotFoundError()
      return row as unknown as (typeof Item)['static']
    },
  )
  return createApp({ routes: { show }, plugins: [cache()], log: false, mode: 'production' })
}

/** Bytes that are found by the path, as one writes it by hand. */
function raw(): Served {
  const bodies = new Map<string, { readonly bytes: Buffer; readonly until: number }>()
  for (let id = 1; id <= ROWS; id++) {
    const bytes = Buffer.from(JSON.stringify(byKey.get(id)))
    bodies.set(`/items/${id}`, { bytes, until: performance.now() + 3_600_000 })
  }
  const server = createServer((request, response) => {
    const kept = request.method === 'GET' ? bodies.get(request.url ?? '') : undefined
    if (kept === undefined || kept.until < performance.now()) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, [
      'content-type',
      'application/json',
      'content-length',
      String(kept.bytes.byteLength),
    ])
    response.end(kept.bytes)
  })
  return {
    listen: ({ port, host }) =>
      new Promise((resolve) =>
        server.listen(port, host, () =>
          resolve({ urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`] }),
        ),
      ),
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

const keep = { ttlMs: 3_600_000, tags: ['items'] }
const apps = {
  'node:http, stored bytes': raw(),
  'cached(), of all': appWith(keep),
  'cached(), of each user': appWith({ ...keep, by: 'user' }),
  'without cached()': appWith(),
}
await measure(apps, REQUEST, Number(process.argv[2] ?? 15))
