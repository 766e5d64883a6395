import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Connection, type ServerState } from './connection.ts'
import type { Http1Exchange } from './contract.ts'

/** A connection whose clock is set by hand. */
async function connectionAt(time: { nowMs: number }): Promise<Connection> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [socket] = (await once(server, 'connection')) as [Socket]
  server.close()
  const state = { limits: {}, connections: new Set(), time: { now: () => time.nowMs } }
  const connection = new Connection(socket, state as unknown as ServerState)
  client.destroy()
  await once(socket.resume(), 'close')
  return connection
}

const exchange = { request: { complete: true } } as Http1Exchange

/** Requests from one time to another, ms. */
async function served(...requests: readonly (readonly [from: number, to: number])[]): Promise<Connection> {
  const time = { nowMs: 0 }
  const connection = await connectionAt(time)
  for (const [from, to] of requests) {
    time.nowMs = from
    connection.enter(exchange)
    time.nowMs = to
    connection.leave(exchange, true)
  }
  return connection
}

describe('what is known of the silence of a connection', () => {
  it('counts from its beginning, and then from its last answer', async () => {
    expect((await connectionAt({ nowMs: 7 })).idleFrom).toBe(7)
    expect((await served([10, 20], [25, 60])).idleFrom).toBe(60)
  })

  it('is the longest gap from an answer to the next request', async () => {
    expect((await served([500, 900])).longestGapMs).toBe(0)
    expect((await served([500, 900], [910, 1_500], [1_800, 1_801], [1_802, 1_900])).longestGapMs).toBe(300)
  })

  it('leaves out requests that came before the answer to the last, and pauses', async () => {
    const time = { nowMs: 0 }
    const connection = await connectionAt(time)
    connection.enter(exchange)
    time.nowMs = 500
    connection.enter(exchange)
    connection.leave(exchange, true)
    connection.leave(exchange, true)
    time.nowMs = 3_000
    connection.enter(exchange)
    expect(connection.longestGapMs).toBe(0)
  })
})
