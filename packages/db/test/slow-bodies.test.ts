// Routes that are one transaction, over sockets whose clients send their bodies slowly, or not at all.
import { channel } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import {
  accessRule,
  createApp,
  middleware,
  needs,
  route,
  t,
  token,
  UnauthorizedError,
  type RouteTree,
} from '@keelson/core'
import { testApp, type TestApp } from '@keelson/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createTables,
  database,
  defineTables,
  integer,
  openDatabase,
  table,
  text,
  transaction,
  type Database,
  type QueryMessage,
} from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { SYSTEMS, type MadeDatabase } from './systems.ts'

const POOL_SIZE = 3

const tables = defineTables({
  notes: table('notes', { id: integer({ bits: 53 }).primary(), text: text({ maxLength: 100 }) }),
})
type Notes = Database<typeof tables>
const DB = token<Notes>('db')

const member = middleware({
  name: 'member',
  stage: 'authenticate',
  adds: ['user'],
  run: (ctx) => ({ user: ctx.header('x-user') }),
})

/** Knows who it is before it asks the database. */
const ownNote = accessRule({
  name: 'own note',
  needs: needs<{ params: { id: number }; user: string | undefined; db: Notes }>('params', 'user', 'db'),
  as: 'note',
  load: ({ params, user, db }) => {
    if (user === undefined) throw new UnauthorizedError('Say who you are.', { challenge: 'User' })
    return db.notes.first({ where: { id: params.id }, lock: 'update' })
  },
  allow: ({ user }) => user === 'ada',
})

const notes = route.inject({ db: DB })
const one = notes.use(member).at('/notes/:id', { id: t.Integer({ maximum: 9 }) })
const changing = (path: `/${string}`, deadlineMs: number) =>
  one.put(
    path,
    {
      body: t.Object({ text: t.String() }),
      response: t.Object({ text: t.String() }),
      maxBodyBytes: 200,
      deadlineMs,
      access: ownNote,
      use: [transaction({ from: 'authorize' })],
    },
    ({ note, body, db }) => db.notes.update(note, { text: body.text }),
  )
const routes = {
  list: notes.get('/notes', { access: 'public' }, ({ db }) => db.notes.count()),
  change: changing('/', 20_000),
  soon: changing('/soon', 300),
} satisfies RouteTree

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const BODY = '{"text":"ada was here"}'

describe.each(SYSTEMS)('a slow body of a route that is one transaction, on %s', (_name, make) => {
  let made: MadeDatabase | undefined
  let test: TestApp<typeof routes>
  const texts: string[] = []
  const sockets: Socket[] = []
  const note = (message: unknown): void => void texts.push((message as QueryMessage).text)
  beforeAll(async () => {
    made = await make()
    if (made === undefined) return
    const pool = { ...made.adapter.pool, poolSize: POOL_SIZE, acquireTimeoutMs: 500 }
    await using db = await openDatabase(made.adapter, tables)
    await createTables(db)
    await db.notes.insertMany([1, 2].map((id) => ({ id, text: 'new' })))
    const plugins = [database(DB, { ...made.adapter, pool }, tables)]
    test = await testApp({ routes, plugins, transport: 'socket' })
    channel('keelson:db:query').subscribe(note)
  })
  beforeEach(({ skip }) => {
    if (made === undefined) skip('the server is not at hand')
    texts.length = 0
  })
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
  })
  afterAll(async () => {
    channel('keelson:db:query').unsubscribe(note)
    await test.close()
    await made?.drop()
  })

  /** Sends the head of a request, and a part of its body. */
  const begin = async (path: string, { user, length = BODY.length }: { user?: string; length?: number }) => {
    const socket = connect(Number(new URL(test.baseUrl).port), '127.0.0.1').setEncoding('latin1')
    sockets.push(socket)
    const answer = once(socket, 'data').then(([head]) => Number(String(head).split(' ')[1]))
    answer.catch(() => {})
    await once(socket, 'connect')
    const head = ['content-type: application/json', `content-length: ${length}`]
    if (user !== undefined) head.push(`x-user: ${user}`)
    socket.write(`PUT ${path} HTTP/1.1\r\nhost: x\r\n${head.join('\r\n')}\r\n\r\n${BODY.slice(0, 9)}`)
    return { socket, answer }
  }
  /** Changes a note by a request that comes at once. */
  const change = (id: number, user = 'ada'): Promise<Response> =>
    test.withHeaders({ 'x-user': user }).request('PUT', `/notes/${id}`, { json: { text: 'at once' } })

  it('keeps nobody waiting, however many there are', async () => {
    const slow = await Promise.all(
      Array.from({ length: POOL_SIZE * 2 }, () => begin('/notes/1', { user: 'ada' })),
    )
    await wait(100)
    expect(texts).toEqual([])
    const answers = [await change(1), await change(2), await test.request('GET', '/notes')]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    for (const { socket } of slow) socket.write(BODY.slice(9))
    expect(await Promise.all(slow.map(({ answer }) => answer))).toEqual(slow.map(() => 200))
    expect(await test.resolve(DB).notes.byId(1)).toEqual({ id: 1, text: 'ada was here' })
  })

  it('is not waited for where the caller or the params are refused', async () => {
    expect(await (await begin('/notes/1', {})).answer).toBe(401)
    expect(await (await begin('/notes/10', { user: 'ada' })).answer).toBe(404)
    expect(texts).toEqual([])
  })

  it('is received, within its limits, before somebody is told what the record decides', async () => {
    expect(await (await begin('/notes/1', { user: 'ada', length: 201 })).answer).toBe(413)
    const stranger = await begin('/notes/1', { user: 'bob' })
    await wait(50)
    expect(texts).toEqual([])
    stranger.socket.write('x'.repeat(BODY.length - 9))
    expect(await stranger.answer).toBe(403)
    expect((await change(3)).status).toBe(404)
  })

  it('that never comes is given up with its client, or at the deadline, and begins nothing', async () => {
    const [left, late] = await Promise.all([
      begin('/notes/1', { user: 'ada' }),
      begin('/notes/1/soon', { user: 'ada' }),
    ])
    await wait(50)
    left.socket.destroy()
    expect(await late.answer).toBe(504)
    late.socket.write(BODY.slice(9))
    await wait(50)
    expect(texts).toEqual([])
    expect(test.takeErrors()).toHaveLength(1)
    expect((await change(1)).status).toBe(200)
  })
})

it('a call within the process has its body at once', async () => {
  const plugins = [database(DB, sqlite(':memory:'), tables, { createTables: true })]
  await using test = await testApp({ routes, plugins })
  await test.resolve(DB).notes.insert({ id: 1, text: 'new' })
  const outcome = await test.app.invoke(
    'change',
    { params: { id: 1 }, body: { text: 'called' } },
    { as: { user: 'ada' } },
  )
  expect(outcome).toMatchObject({ ok: true, data: { text: 'called' } })
})

it('a body that the handler reads itself is refused at the start', async () => {
  const upload = one.put(
    '/',
    { consumes: ['text/plain'], access: ownNote, use: [transaction({ from: 'authorize' })] },
    () => 'done',
  )
  const plugins = [database(DB, sqlite(':memory:'), tables)]
  const app = createApp({ routes: { upload }, plugins, mode: 'test', log: { level: 'silent' } })
  await expect(app.start()).rejects.toThrow(/The handler reads the body itself.*Omit from: 'authorize'/s)
  await app.stop()
})
