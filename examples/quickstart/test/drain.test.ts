import { once } from 'node:events'
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { addBulk, BULK, ExportReader } from './export-reader.ts'
import { LIMIT_MS, READER, Service, TEA, WRITER } from './service.ts'

const CONNECTIONS = 20

describe('a service that is told to stop', { timeout: 2 * LIMIT_MS }, () => {
  it('under load answers every request that it took, and keeps every order that it answered', async () => {
    await using service = await Service.start()
    const sent: Sent = { acknowledged: [], lost: [], refused: [] }
    const clients = Array.from({ length: CONNECTIONS }, (_, n) => hammer(service, `client ${n}`, sent))
    await service.until(() => sent.acknowledged.length >= 10 * CONNECTIONS, 'is not under load')

    const exit = await service.stop('SIGTERM')
    await Promise.all(clients)

    expect({ ...exit, stderr: service.stderr }).toEqual({ code: 0, signal: null, stderr: '' })
    expect(sent.lost).toEqual([])
    // What it did not take, it did not do either.
    expect(customersIn(service.databaseFile)).toEqual(sent.acknowledged.toSorted())
    expect(sent.refused.length).toBe(CONNECTIONS)
    expect(service.log.at(-1)).toMatchObject({ msg: 'Stopped.' })
  })

  it('lets an export come to its end, and closes a connection that is idle at once', async () => {
    await using service = await Service.start()
    addBulk(service)
    const idle = connect(Number(new URL(service.url).port), '127.0.0.1')
    await once(idle, 'connect')
    const reader = await ExportReader.open(service)

    const exit = service.stop('SIGTERM')
    await once(idle.resume(), 'close')
    expect((await reader.orders()).length).toBe(BULK)
    expect(await exit).toEqual({ code: 0, signal: null })
  })

  it('ends at once at the second signal', async () => {
    await using service = await Service.start()
    addBulk(service)
    const reader = await ExportReader.open(service)
    const exit = service.stop('SIGTERM')
    // It has understood the first one when it takes no new connections.
    while ((await service.call('GET', '/livez').catch(() => undefined)) !== undefined) await sleep(5)
    service.child.kill('SIGTERM')
    expect(await exit).toEqual({ code: 143, signal: null })
    await expect(reader.orders()).rejects.toThrow(/cut off|ECONNRESET/)
  })

  it('ends by Ctrl+C as well, and starts again with the orders it had', async () => {
    await using first = await Service.start()
    const { id } = await first.create('Ada')
    expect(await first.stop('SIGINT')).toEqual({ code: 0, signal: null })

    await using second = await Service.start({ folder: first.folder })
    const response = await second.call('GET', `/orders/${id}`, { key: READER })
    expect(await response.json()).toMatchObject({ id, customer: 'Ada' })
  })
})

/** Names of the orders that were sent, by what became of them. */
interface Sent {
  /** Answered in full. */
  readonly acknowledged: string[]
  /** The service took it and did not answer, or not to the end. */
  readonly lost: string[]
  /** The service did not take it. */
  readonly refused: string[]
}

/** Sends orders over one connection, one after another, until one is refused. */
async function hammer(service: Service, client: string, sent: Sent): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let fate: keyof Sent
  for (let n = 0; ; n++) {
    const customer = `${client}, order ${n}`
    fate = await send(service, agent, customer)
    sent[fate].push(customer)
    if (fate !== 'acknowledged') break
  }
  agent.destroy()
}

/** `100 Continue` says that the service took the request and waits for its body (RFC 9110 §10.1.1). */
async function send(service: Service, agent: Agent, customer: string): Promise<keyof Sent> {
  const headers = {
    ...service.credentialOf(WRITER),
    'content-type': 'application/json',
    expect: '100-continue',
  }
  const message = request(`${service.url}/orders`, { agent, method: 'POST', headers, timeout: LIMIT_MS })
  message.flushHeaders()
  try {
    await once(message, 'continue')
  } catch {
    return 'refused'
  }
  try {
    // A client that takes its time: at any moment many requests are in flight.
    await sleep(3)
    const order = await finish(message, JSON.stringify({ customer, items: [TEA] }))
    return order.customer === customer ? 'acknowledged' : 'lost'
  } catch {
    return 'lost'
  }
}

async function finish(message: ClientRequest, body: string): Promise<{ customer: string }> {
  message.end(body)
  const [response] = (await once(message, 'response')) as [IncomingMessage]
  const chunks = (await response.setEncoding('utf8').toArray()) as string[]
  return JSON.parse(chunks.join('')) as { customer: string }
}

function customersIn(file: string): string[] {
  const db = new DatabaseSync(file, { readOnly: true })
  const rows = db.prepare('SELECT customer FROM orders').all()
  db.close()
  return rows.map(({ customer }) => String(customer)).toSorted()
}
