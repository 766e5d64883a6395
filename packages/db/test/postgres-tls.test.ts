// PostgreSQL behind TLS: a server of its own in front of that of the tests, which speaks TLS and passes on what it reads.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Adapter } from '../src/adapter/index.ts'
import { postgres, type PostgresOptions } from '../src/postgres/index.ts'
import { TEST_CERTIFICATE } from '../../core/test/server-certificate.ts'
import { findPostgres } from './servers.ts'

const NEVER = new AbortController().signal
/** CancelRequest: its length and its code, as the protocol has them. */
const CANCEL_REQUEST = Buffer.from([0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e])
const { url = '', reason } = await findPostgres()

describe.skipIf(reason !== '')('postgres over TLS', () => {
  let server: Server
  /** How many requests to cancel came encrypted. */
  let cancelled = 0
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined)
      // The request for TLS, which is answered by one letter.
      socket.once('data', () => {
        socket.write('S')
        passOn(new TLSSocket(socket, { isServer: true, ...TEST_CERTIFICATE }))
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  afterAll(() => void server?.close())

  function passOn(client: TLSSocket): void {
    const { hostname, port } = new URL(url)
    const upstream: Socket = connect(Number(port || 5432), hostname)
    client.once('data', (bytes: Buffer) => {
      if (bytes.subarray(0, 8).equals(CANCEL_REQUEST)) cancelled += 1
    })
    for (const each of [client, upstream]) each.on('error', () => undefined)
    client.pipe(upstream).pipe(client)
  }

  const adapterOf = (host: string, query: string, tls?: PostgresOptions['tls']): Adapter => {
    const { username } = new URL(url)
    const { port } = server.address() as AddressInfo
    return postgres(`postgres://${username}@${host}:${port}/postgres${query}`, { tls })
  }

  it.each(['localhost', '127.0.0.1'])('logs in, runs and cancels at %s', async (host) => {
    const before = cancelled
    const adapter = adapterOf(host, '', { ca: TEST_CERTIFICATE.cert })
    const connection = await adapter.connect('any', NEVER)
    const running = Promise.resolve(connection.run({ text: 'select pg_sleep(30)', isRead: true }, [])).catch(
      (error: unknown) => error,
    )
    await connection.cancel!()
    expect(adapter.failureOf(await running)).toMatchObject({ kind: 'cancelled' })
    expect(cancelled).toBeGreaterThan(before)
    expect(await connection.run({ text: 'select 1 as one', isRead: true }, [])).toMatchObject({
      rows: [{ one: 1 }],
    })
    await connection.close()
  })

  it.each(['?sslmode=require', '?sslmode=verify-full'])(
    'refuses an unknown certificate with %s',
    async (query) => {
      const adapter = adapterOf('localhost', query)
      const error: unknown = await adapter.connect('any', NEVER).catch((failed: unknown) => failed)
      expect(adapter.failureOf(error)).toMatchObject({ kind: 'connection' })
      expect(String(error)).toContain('self-signed')
    },
  )
})
