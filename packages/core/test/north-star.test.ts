import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createApp, toManifest } from '@keelson/core'
import { createKeys } from '@keelson/core/ports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from './north-star/client.ts'
import { config } from './north-star/config.ts'
import { orders } from './north-star/orders.ts'
import { cache, redis } from './north-star/stand-ins/cache.ts'
import { database, postgres } from './north-star/stand-ins/db.ts'
import { cors, securityHeaders } from './north-star/stand-ins/http.ts'
import { DB, tables } from './north-star/tables.ts'

const ANN = '0190a000-0000-7000-8000-000000000001'
const BOB = '0190a000-0000-7000-8000-000000000002'
const keys = createKeys([config.APP_SECRET]).derive('auth-bearer')

/** A token as its issuer makes it. */
function tokenOf(sub: string, roles: readonly string[] = [], aud = 'orders'): string {
  const claims = JSON.stringify({ iss: config.ISSUER, aud, sub, roles })
  const payload = Buffer.from(claims).toString('base64url')
  return `${payload}.${keys.sign(payload)}`
}

describe('the shop', () => {
  let server: ChildProcess
  let baseUrl = ''
  const clientOf = (...token: Parameters<typeof tokenOf>) =>
    connect(baseUrl, toManifest({ orders }), tokenOf(...token))
  const get = (path: string, headers: Record<string, string> = {}) => fetch(baseUrl + path, { headers })
  const bearerOf = (...token: Parameters<typeof tokenOf>) => ({
    authorization: `Bearer ${tokenOf(...token)}`,
  })

  beforeAll(async () => {
    // The program as it is started: plain node, which strips types and transforms nothing.
    const file = fileURLToPath(new URL('./north-star/main.ts', import.meta.url))
    server = spawn(process.execPath, ['--no-warnings', file], { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const line of createInterface({ input: server.stdout! })) {
      const { urls } = JSON.parse(line) as { urls?: string[] }
      baseUrl = urls?.[0] ?? ''
      if (baseUrl !== '') break
    }
    server.stdout!.resume()
    if (baseUrl === '') throw new Error('The shop did not say where it listens.')
  })
  afterAll(() => void server.kill('SIGKILL'))

  it('takes an order, and shows it to its owner and to the support', async () => {
    const ann = clientOf(ANN, ['buyer'])
    const made = await ann.orders.create({ body: { email: 'ann@shop.example', total: '12.50' } })
    expect(made).toMatchObject({ customerId: ANN, status: 'open', total: '12.50', version: 1 })
    const { id } = made
    expect(await ann.orders.show({ params: { id } })).toEqual(made)
    expect(await clientOf(BOB, ['support']).orders.show({ params: { id } })).toEqual(made)
    const refused = await clientOf(BOB).orders.show.result({ params: { id } })
    expect(refused).toMatchObject({ status: 403, error: { code: 'ERR_CORE_FORBIDDEN' } })
    const lost = await ann.orders.show.result({ params: { id: BOB } })
    expect(lost).toMatchObject({ status: 404, error: { code: 'ERR_CORE_NOT_FOUND' } })
  })

  it('keeps a list for each caller until an order is there to stay', async () => {
    const [cleo, dan] = ['0190a000-0000-7000-8000-000000000003', '0190a000-0000-7000-8000-000000000004']
    const list = async (sub: string) => {
      const answer = await get('/orders?limit=5', bearerOf(sub))
      const { items } = (await answer.json()) as { items: { email: string }[] }
      return [answer.headers.get('x-cache'), ...items.map(({ email }) => email)]
    }
    expect(await list(cleo)).toEqual([null])
    expect(await list(cleo)).toEqual(['hit'])
    const create = clientOf(cleo, ['buyer']).orders.create
    await create({ body: { email: 'cleo@shop.example', total: '1' } })
    expect(await list(cleo)).toEqual([null, 'cleo@shop.example'])
    expect(await list(cleo)).toEqual(['hit', 'cleo@shop.example'])
    expect(await list(dan)).toEqual([null])
    // The error ends the transaction, and nobody forgets anything.
    const taken = await create.result({ body: { email: 'cleo@shop.example', total: '2' } })
    expect(taken).toMatchObject({ ok: false, status: 409, error: { code: 'EMAIL_TAKEN' } })
    expect(await list(cleo)).toEqual(['hit', 'cleo@shop.example'])
  })

  it('refuses who does not say who they are, and who may not', async () => {
    for (const headers of [{}, { authorization: 'Bearer x.y' }, bearerOf(ANN, [], 'invoices')]) {
      const answer = await get('/orders', headers as Record<string, string>)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="orders"')
    }
    const body = { email: 'bob@shop.example', total: '1' }
    expect(await clientOf(BOB).orders.create.result({ body })).toMatchObject({ status: 403 })
  })

  it.each([
    ['a total below its minimum', { email: 'eve@shop.example', total: '-1' }],
    ['more digits than its column has', { email: 'eve@shop.example', total: '1.005' }],
    ['what is no e-mail', { email: 'eve', total: '1' }],
    ['what only the database says', { email: 'eve@shop.example', total: '1', customerId: ANN }],
  ])('answers 400 to %s', async (_what, body) => {
    expect(await clientOf(ANN, ['buyer']).orders.create.result({ body })).toMatchObject({ status: 400 })
  })

  it('sets the headers of the app on every answer', async () => {
    for (const path of ['/orders', '/nowhere', '/docs/openapi.json']) {
      const answer = await get(path, { origin: 'https://shop.example' })
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    }
    const other = await get('/orders', { origin: 'https://other.example' })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('describes itself', async () => {
    const document = (await (await get('/docs/openapi.json')).json()) as {
      paths: Record<string, Record<string, { operationId: string; responses: object; security?: object[] }>>
    }
    const create = document.paths['/orders']?.['post']
    expect(create?.operationId).toBe('orders.create')
    expect(Object.keys(create?.responses ?? {})).toEqual(expect.arrayContaining(['201', '401', '403', '409']))
    expect(create?.security).toEqual([{ bearer: [] }])
    expect(document.paths['/orders/{id}']?.['get']?.operationId).toBe('orders.show')
  })
  it('ends in order when it is told to', async () => {
    const exit = new Promise((resolve) => server.on('close', resolve))
    server.kill('SIGTERM')
    expect(await exit).toBe(0)
  })
})

describe('the operations of the shop, called within the process', () => {
  const ann = { user: { id: ANN, roles: ['buyer'] } }
  const shop = () =>
    createApp({
      name: 'shop',
      routes: { orders },
      secrets: [config.APP_SECRET],
      use: [securityHeaders(), cors({ origins: config.ORIGINS })],
      plugins: [database(DB, postgres(config.DATABASE_URL), tables), cache(redis(config.REDIS_URL))],
      mode: 'test',
      log: false,
    })

  it('have the rules, transactions and caches of requests', async () => {
    await using app = shop()
    await app.start()
    const body = { email: 'ann@shop.example', total: '12.50' }
    const list = async () => {
      const listed = await app.invoke('orders.list', {}, { as: ann })
      return listed.ok ? [listed.headers['x-cache'], listed.data.items.length] : listed
    }
    expect(await list()).toEqual([undefined, 0])
    expect(await list()).toEqual(['hit', 0])
    const made = await app.invoke('orders.create', { body }, { as: ann })
    expect(made).toMatchObject({ ok: true, status: 201, data: { customerId: ANN } })
    expect(await list()).toEqual([undefined, 1])
    const taken = await app.invoke('orders.create', { body }, { as: ann })
    expect(taken).toMatchObject({ ok: false, status: 409, error: { code: 'EMAIL_TAKEN' } })
    expect(await list()).toEqual(['hit', 1])
    const id = made.ok ? made.data.id : ''
    const bob = { user: { id: BOB, roles: [] } }
    expect(await app.invoke('orders.show', { params: { id } }, { as: bob })).toMatchObject({
      ok: false,
      status: 403,
      error: { code: 'ERR_CORE_FORBIDDEN' },
    })
  })

  it('are of nobody without as, and of whom a token names', async () => {
    await using app = shop()
    await app.start()
    expect(await app.invoke('orders.list')).toMatchObject({ status: 401 })
    const meta = { authorization: `Bearer ${tokenOf(ANN)}` }
    expect(await app.invoke('orders.list', {}, { meta })).toMatchObject({ ok: true, status: 200 })
    await expect(app.invoke('orders.list', {}, { as: {} })).rejects.toThrow('user')
    await expect(app.invoke('orders.list', {}, { as: { ...ann, tenant: 'a' } })).rejects.toThrow('tenant')
  })
})
