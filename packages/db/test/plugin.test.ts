// The life of a database in an app, and routes that are one transaction.
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { Readable } from 'node:stream'
import {
  bind,
  createApp,
  ConflictError,
  content,
  reply,
  route,
  SetupError,
  t,
  token,
  type RouteTree,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import {
  database,
  defineTables,
  openDatabase,
  table,
  text,
  transaction,
  TransactionConflictError,
  uuid,
  type Database,
} from '../src/index.ts'
import { postgres } from '../src/postgres/index.ts'
import { sqlite } from '../src/sqlite/index.ts'

const tables = defineTables({ notes: table('notes', { id: uuid().primary(), text: text() }) })
const DB = token<Database<typeof tables>>('db')
const OTHER = token<Database<typeof tables>>('other')
const open = { access: 'public' } as const
const plugins = [database(DB, sqlite(':memory:'), tables, { createTables: true })]

const startError = async (options: Parameters<typeof createApp>[0]): Promise<string> => {
  const app = createApp({ mode: 'test', log: { level: 'silent' }, ...options })
  const error = await app.start().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  await app.stop()
  return SetupError.is(error) ? error.message : String(error)
}

describe('a database without an adapter', () => {
  it('is refused with the place of the call', async () => {
    const said = 'It is given no adapter for the database before its tables.'
    expect(() => database(DB, tables as never, tables)).toThrow(said)
    await expect(openDatabase(tables as never, tables)).rejects.toThrow(said)
  })
})

describe('a database of an app', () => {
  it('that cannot be opened stops the start, and says host, user and database, not the password', async () => {
    const unreachable = postgres('postgres://shop:s3cr3t@127.0.0.1:1/orders', { connectTimeoutMs: 500 })
    const message = await startError({ routes: {}, plugins: [database(DB, unreachable, tables)] })
    expect(message).toMatch(/postgres:\/\/shop@127\.0\.0\.1:1\/orders/)
    expect(message).not.toContain('s3cr3t')
  })

  it.each([
    ['node:sqlite', undefined],
    ['better-sqlite3', BetterSqlite3],
  ])('whose file %s cannot open is told why', async (_, driver) => {
    const toStart = (file: string): Promise<string> =>
      startError({ routes: {}, plugins: [database(DB, sqlite(file, { driver }), tables)] })
    expect(await toStart('/no/such/folder/a.db')).toContain(
      "/no/such/folder/a.db: The database cannot be opened: its folder '/no/such/folder' is not there. Make the folder",
    )
    expect(await toStart(tmpdir())).toContain(
      `${tmpdir()}: The database cannot be opened: it is a folder. Name a file in it`,
    )
  })

  it('whose server does not answer is told so once', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const place = `postgres://shop@127.0.0.1:${port}/orders`
    const late = postgres(place, { connectTimeoutMs: 100 })
    const message = await startError({ routes: {}, plugins: [database(DB, late, tables)] })
    silent.close()
    expect(message).toContain(
      `${place}: The database cannot be opened: no connection was made within 100 ms. Look whether the server runs at this address and takes connections. [`,
    )
  })

  it('is named by its token where there are two', async () => {
    const both = [...plugins, database(OTHER, sqlite(':memory:'), tables, { createTables: true })]
    const ambiguous = route.get('/', { ...open, use: [transaction()] }, () => 'done')
    expect(await startError({ routes: { ambiguous }, plugins: both })).toMatch(
      /Several provide .*keelson\.database.*transaction\(DB\)/s,
    )
    const named = route.get('/', { ...open, use: [transaction(OTHER)] }, () => 'done')
    await using test = await testApp({ routes: { named }, plugins: both })
    expect(await test.client.named()).toBe('done')
    const none = route.get('/', { ...open, use: [transaction()] }, () => 'done')
    expect(await startError({ routes: { none } })).toContain('the plugin database() of @keelson/db')
  })

  it('is refused a transaction around a stream of events', async () => {
    const answer = { ...open, use: [transaction()], response: content('text/event-stream') }
    const events = route.get('/', answer, () => 'data: 1')
    expect(await startError({ routes: { events }, plugins })).toMatch(
      /route events .*: The route answers with a stream of events.* Omit transaction\(\), .* \[ERR_CORE_MIDDLEWARE\]/,
    )
  })

  it('is there for services from the start on, and tells the probe how it is', async () => {
    class Notes {
      static readonly inject = [DB] as const
      readonly db: Database<typeof tables>
      constructor(db: Database<typeof tables>) {
        this.db = db
      }
      async onStart(): Promise<void> {
        await this.db.notes.insert({ text: 'first' })
      }
    }
    const count = route.inject({ notes: Notes }).get('/count', open, ({ notes }) => notes.db.notes.count())
    await using test = await testApp({
      routes: { count },
      plugins,
      providers: [bind(Notes, { class: Notes })],
    })
    expect(await test.client.count()).toBe(1)
    expect(await (await test.request('GET', '/readyz')).text()).toBe('ready')
  })

  it('that has one connection in all is asked on that, and is up while it is in use', async () => {
    const adapter = sqlite(':memory:')
    let made = 0
    const connect: typeof adapter.connect = (lane, signal) => (made++, adapter.connect(lane, signal))
    const only = database(DB, { ...adapter, connect }, tables, { createTables: true })
    await using test = await testApp({ routes: {}, plugins: [only] })
    const ready = async (): Promise<string> => (await test.request('GET', '/readyz')).text()
    expect(await ready()).toBe('ready')
    expect(await test.resolve(DB).transaction(ready)).toBe('ready')
    expect(made).toBe(1)
  })

  it('is not open before the start, and closed after the stop', async () => {
    const app = createApp({ routes: {}, plugins, mode: 'test', log: { level: 'silent' } })
    await app.start()
    await app.stop()
    await using test = await testApp({ routes: {}, plugins })
    const db = test.resolve(DB)
    await test.close()
    expect(() => db.notes).toThrow("The database 'db' is closed")
  })
})

describe('a route that is one transaction', () => {
  const inShop = route.inject({ db: DB })
  const write = (db: Database<typeof tables>): Promise<unknown> => db.notes.insert({ text: 'one' })
  const routes = {
    ok: inShop.post('/ok', { ...open, use: [transaction()] }, async ({ db }) => void (await write(db))),
    refused: inShop.post(
      '/refused',
      { ...open, use: [transaction()], response: { 200: t.Null(), 409: t.String() } },
      async ({ db }) => {
        await write(db)
        return reply(409, 'no')
      },
    ),
    thrown: inShop.post('/thrown', { ...open, use: [transaction()] }, async ({ db }) => {
      await write(db)
      throw new ConflictError()
    }),
    invalid: inShop.post(
      '/invalid',
      { ...open, use: [transaction()], response: t.Object({ n: t.Integer() }) },
      async ({ db }) => {
        await write(db)
        return { n: 'x' } as never
      },
    ),
    stream: inShop.post('/stream', { ...open, use: [transaction()] }, async ({ db }) => {
      await write(db)
      return Readable.from(['a']) as never
    }),
    generated: inShop.post('/generated', { ...open, use: [transaction()] }, async ({ db }) => {
      await write(db)
      return (async function* () {
        yield await Promise.resolve('a')
      })() as never
    }),
    'web-stream': inShop.post('/web-stream', { ...open, use: [transaction()] }, async ({ db }) => {
      await write(db)
      return new Response('a') as never
    }),
    piped: inShop.post(
      '/piped',
      { ...open, use: [transaction()], response: t.Object({ pipe: t.Integer() }) },
      async ({ db }) => {
        await write(db)
        return { pipe: 3 }
      },
    ),
    late: inShop.post('/late', { ...open, use: [transaction()], deadlineMs: 50 }, async ({ db }) => {
      await write(db)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }),
  } satisfies RouteTree

  it.each([
    ['ok', 204, 1],
    ['refused', 409, 0],
    ['thrown', 409, 0],
    ['invalid', 500, 0],
    ['stream', 500, 0],
    ['generated', 500, 0],
    ['web-stream', 500, 0],
    ['piped', 200, 1],
    ['late', 504, 0],
  ])('%s is answered by %i, and leaves %i rows', async (name, status, rows) => {
    await using test = await testApp({ routes, plugins })
    const response = await test.request('POST', `/${name}`)
    await response.arrayBuffer()
    expect(response.status).toBe(status)
    await expect.poll(() => test.resolve(DB).notes.count(), { timeout: 5000 }).toBe(rows)
    test.takeErrors()
  })

  it('declares the conflict with another one, which its client can tell', async () => {
    const conflicting = inShop.post('/conflicting', { ...open, use: [transaction()] }, () => {
      throw new TransactionConflictError()
    })
    await using test = await testApp({ routes: { conflicting }, plugins })
    const outcome = await test.client.conflicting.result()
    expect(outcome.ok ? undefined : outcome.error.code).toBe('ERR_DB_CONFLICT')
    test.takeErrors()
  })
})

it.each([
  [{ clock: 5 }, 'Option clock'],
  [{ random: {} }, 'Option random'],
  [{ log: 'all' }, 'Option log'],
  [{ name: 7 }, 'Option name'],
])('openDatabase refuses %o', async (options, message) => {
  const opened = openDatabase(sqlite(':memory:'), tables, options as object)
  await expect(opened).rejects.toThrow(message)
})
