import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createClientOn } from './create-client.ts'
import { retry, type RetryOptions } from './retry.ts'
import type { ClientResponse } from './transport.ts'

const REPEATED = ['GET', 'HEAD', 'QUERY', 'PUT', 'DELETE']

type Call = (input?: object, options?: object) => Promise<unknown>
type Answer = ClientResponse | Error

interface Bench {
  readonly waits: number[]
  readonly discarded: number[]
  sent: number
  readonly call: Call
}

const OK: ClientResponse = { status: 200, headers: { 'content-type': 'application/json' }, body: '"ok"' }

/** A client whose server answers with the list, and with 200 when it is used up. Waits are noted, not waited for. */
function bench(line: string, answers: Answer[], options: RetryOptions = {}): Bench {
  const state: Omit<Bench, 'call'> = { waits: [], discarded: [], sent: 0 }
  const transport = async (): Promise<ClientResponse> => {
    const answer = answers[state.sent++] ?? OK
    if (answer instanceof Error) throw answer
    return { ...answer, discard: () => state.discarded.push(answer.status) }
  }
  const sleep = async (ms: number): Promise<void> => void state.waits.push(ms)
  const interceptors = [retry({ random: () => 0.5, sleep, ...options })]
  const manifest = { version: 1, hash: '', routes: { a: line } }
  const client = createClientOn(transport, { baseUrl: 'http://h', manifest, interceptors }) as unknown as {
    a: Call
  }
  return Object.assign(state, { call: client.a })
}

const busy = (headers: Record<string, string> = {}): ClientResponse => ({ status: 503, headers })
const lost = new Error('reset')

describe('retry', () => {
  it('sends again after a lost connection and after "try later", with growing waits', async () => {
    const server = bench('GET /', [lost, busy(), { status: 429, headers: {} }], { attempts: 4 })
    expect(await server.call()).toBe('ok')
    expect(server.sent).toBe(4)
    expect(server.waits).toEqual([50, 100, 200])
    expect(server.discarded).toEqual([503, 429])
  })

  it('gives the last answer after three attempts', async () => {
    const server = bench('GET /', [busy(), busy(), busy(), busy()])
    await expect(server.call()).rejects.toMatchObject({ status: 503 })
    expect(server.sent).toBe(3)
    expect(server.discarded).toEqual([503, 503])
  })

  it('throws the last lost connection', async () => {
    const server = bench('GET /', [lost, lost, lost])
    await expect(server.call()).rejects.toMatchObject({ code: 'ERR_CLIENT_NETWORK', cause: lost })
    expect(server.sent).toBe(3)
  })

  it.each([400, 401, 404, 409, 500, 501])('leaves the status %i alone', async (status) => {
    const server = bench('GET /', [{ status, headers: {} }])
    await expect(server.call()).rejects.toMatchObject({ status })
    expect(server.sent).toBe(1)
  })

  it.each(REPEATED)('repeats %s', async (method) => {
    const server = bench(`${method} /`, [busy()])
    await server.call()
    expect(server.sent).toBe(2)
  })

  it('repeats the methods that the guide names', () => {
    const guide = readFileSync(new URL('../../../docs/guides/client.md', import.meta.url), 'utf8')
    expect(guide).toContain(`${REPEATED.slice(0, -1).join(', ')} and ${REPEATED.at(-1)}, or a request with`)
  })

  it.each(['POST', 'PATCH'])('does not repeat %s without an idempotency key', async (method) => {
    const server = bench(`${method} /`, [lost])
    await expect(server.call()).rejects.toMatchObject({ code: 'ERR_CLIENT_NETWORK' })
    expect(server.sent).toBe(1)
    const keyed = bench(`${method} /`, [lost])
    expect(await keyed.call({ body: {} }, { headers: { 'Idempotency-Key': 'k' } })).toBe('ok')
    expect(keyed.sent).toBe(2)
  })

  it('never repeats a body that is a stream', async () => {
    const bodies = [new Blob(['x']).stream(), (async function* () {})()]
    for (const body of bodies) {
      const server = bench('PUT / text/csv', [busy()])
      await expect(server.call({ body })).rejects.toMatchObject({ status: 503 })
      expect(server.sent).toBe(1)
    }
    for (const body of ['x', new Uint8Array(1), new Blob(['x']), new FormData()]) {
      const server = bench('PUT / text/csv', [busy()])
      expect(await server.call({ body })).toBe('ok')
    }
  })

  it('waits for what the server asks for on top, in seconds or as a date on its own clock', async () => {
    const date = 'Fri, 20 Nov 2026 10:00:00 GMT'
    const later = 'Fri, 20 Nov 2026 10:00:02 GMT'
    const answers = [busy({ 'retry-after': '3' }), busy({ 'retry-after': later, date })]
    const server = bench('GET /', answers)
    await server.call()
    expect(server.waits).toEqual([3_050, 2_100])
  })

  it.each(['soon', '-1', '1.5', '', 'Fri, 20 Nov 2020 10:00:00 GMT'])(
    'takes the Retry-After %j for none',
    async (value) => {
      const server = bench('GET /', [busy({ 'retry-after': value })])
      await server.call()
      expect(server.waits).toEqual([50])
    },
  )

  it('does not wait beyond the time of the call', async () => {
    const server = bench('GET /', [busy({ 'retry-after': '60' })])
    await expect(server.call({}, { timeoutMs: 30_000 })).rejects.toMatchObject({ status: 503 })
    expect(server.waits).toEqual([])
    const patient = bench('GET /', [busy({ 'retry-after': '60' })])
    expect(await patient.call({}, { timeoutMs: 0 })).toBe('ok')
  })

  it('bounds the wait', async () => {
    const server = bench(
      'GET /',
      Array.from({ length: 9 }, () => lost),
      { attempts: 10, maxDelayMs: 400 },
    )
    await server.call()
    expect(server.waits).toEqual([50, 100, 200, 200, 200, 200, 200, 200, 200])
  })

  it('stops when the budget is spent, and earns it back by first attempts', async () => {
    const failing = Array.from({ length: 40 }, () => busy())
    const server = bench('GET /', failing, { budgetSize: 4, budgetRatio: 0.25 })
    const tries: number[] = []
    for (let call = 0; call < 12; call++) {
      const before = server.sent
      await server.call().catch(() => undefined)
      tries.push(server.sent - before)
    }
    expect(tries).toEqual([3, 3, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1])
  })

  it("ends its wait with the caller's signal", async () => {
    const controller = new AbortController()
    const { sleep } = await import('./sleep.ts')
    const server = bench('GET /', [busy()], { delayMs: 60_000, maxDelayMs: 60_000, sleep })
    const call = server.call({}, { signal: controller.signal, timeoutMs: 0 })
    setTimeout(() => controller.abort(new Error('enough')), 5)
    await expect(call).rejects.toThrow('enough')
    expect(server.sent).toBe(1)
  })

  it('lets errors of other interceptors pass', async () => {
    const manifest = { version: 1, hash: '', routes: { a: 'GET /' } }
    let calls = 0
    const breaker = () => {
      calls += 1
      return Promise.reject(new RangeError('open'))
    }
    const transport = async (): Promise<ClientResponse> => ({ status: 200, headers: {} })
    const options = { baseUrl: 'http://h', manifest, interceptors: [retry(), breaker] }
    const client = createClientOn(transport, options) as unknown as { a: Call }
    await expect(client.a()).rejects.toThrow('open')
    expect(calls).toBe(1)
  })
})
