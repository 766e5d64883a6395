// What a cached() route costs: `node dist/programs/cached-route.js [rounds]` serves one object of ten members by node:http, which sends stored bytes that it
// finds by the path; by a route with cached(), of all and of each user; and by the same route without, whose handler reads a row by its key.
// In turn, and prints the CPU time of each request. `more` is beside node:http.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cache, cached, type CachedOptions } from '@keelson/cache'
import { createApp, middleware, NotFoundError, route, t, token } from '@keelson/core'
import {
  createTables,
  database,
  defineTables,
  integer,
  openDatabase,
  table,
  text,
  type Adapter,
  type Database,
} from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import { scratchDatabase } from './db-tables.ts'
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
const Items = table('items', {
  id: integer().primary(),
  sku: text({ maxLength: 20 }),
  name: text({ maxLength: 100 }),
  description: text(),
  stock: integer(),
  weight: integer(),
  color: text({ maxLength: 20 }),
  maker: text({ maxLength: 100 }),
  country: text({ maxLength: 2 }),
  note: text(),
})
const tables = defineTables({ items: Items })
const DB = token<Database<typeof tables>>('db')

function rowOf(id: number) {
  return {
    id,
    sku: `SKU-${id}`,
    name: 'A chair',
    description: 'Of oak, for a table',
    stock: id,
    weight: 4,
    color: 'brown',
    maker: 'Ada & Co',
    country: 'SE',
    note: 'Please leave it at the door.',
  }
}

/** Where the rows are. */
interface Place {
  readonly adapter: Adapter
}

function appWith({ adapter }: Place, options?: CachedOptions) {
  const session = middleware({
    name: 'session',
    stage: 'authenticate',
    run: () => undefined,
    principal: (ctx) => ({ id: ctx.header('authorization') ?? '', kind: 'user' }),
  })
  const show = route
    .use(options?.by === 'user' ? [session] : [])
    .inject({ db: DB })
    .get(
      '/items/:id',
      {
        params: { id: t.Integer({ minimum: 1 }) },
        response: Items.row,
        access: 'public',
        use: options === undefined ? [] : [cached(options)],
      },
      async ({ params, db }) => {
        const row = await db.items.byId(params.id)
        if (row === undefined) throw new NotFoundError()
        return row
      },
    )
  const plugins = [database(DB, adapter, tables), cache()]
  return createApp({ routes: { show }, plugins, log: false, mode: 'production' })
}

async function filled(adapter: Adapter): Promise<Place> {
  await using db = await openDatabase(adapter, tables, { callSites: false })
  await createTables(db)
  await db.items.insertMany(Array.from({ length: ROWS }, (_, at) => rowOf(at + 1)))
  return { adapter }
}

/** Bytes that are found by the path, as one writes it by hand. */
function raw(): Served {
  const bodies = new Map<string, { readonly bytes: Buffer; readonly until: number }>()
  for (let id = 1; id <= ROWS; id++) {
    const bytes = Buffer.from(JSON.stringify(rowOf(id)))
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
const folder = await mkdtemp(join(tmpdir(), 'keelson-bench-'))
try {
  await using scratch = await scratchDatabase()
  const inFile = await filled(sqlite(join(folder, 'shop.db')))
  const onServer = await filled(postgres(scratch.url))
  const apps = {
    'node:http, stored bytes': raw(),
    'cached(), of all': appWith(onServer, { ...keep, by: 'nobody' }),
    'cached(), of each user': appWith(onServer, { ...keep, by: 'user' }),
    'without, PostgreSQL': appWith(onServer),
    'without, SQLite': appWith(inFile),
  }
  await measure(apps, {
    title: 'A cached route',
    request: REQUEST,
    rounds: Number(process.argv[2] ?? 15),
  })
} finally {
  await rm(folder, { recursive: true })
}
