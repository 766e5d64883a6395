import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { Call } from '../src/operation/index.ts'
import { send, serve, turn, until } from './server-support.ts'

/** A sequence of numbers from 0 to 1 that is the same in each run. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

async function* pieces(count: number): AsyncGenerator<string> {
  for (let i = 0; i < count; i++) {
    yield 'x'.repeat(5000)
    await turn()
  }
}

const kinds: Record<string, (exchange: Call) => unknown> = {
  '/text': (exchange) => send(exchange, 'x'.repeat(2000)),
  '/later': async (exchange) => {
    await turn()
    await turn()
    send(exchange, 'later')
  },
  '/stream': (exchange) => send(exchange, pieces(20)),
  '/body': async (exchange) => send(exchange, await exchange.readBody(100_000)),
  '/echo': (exchange) => send(exchange, exchange.bodyStream(100_000)),
  '/unread': (exchange) => send(exchange, 'unread'),
  '/failing': (exchange) => {
    async function* failing(): AsyncGenerator<string> {
      yield* pieces(2)
      throw new Error('no more')
    }
    send(exchange, failing())
  },
}

describe('a server under stress', () => {
  it('has nothing left after 1,000 requests of which many break off', async () => {
    const warnings: Error[] = []
    const rejections: unknown[] = []
    const onWarning = (warning: Error): unknown => warnings.push(warning)
    const onRejection = (reason: unknown): unknown => rejections.push(reason)
    process.on('warning', onWarning)
    process.on('unhandledRejection', onRejection)
    const random = createRandom(7)
    await using http = await serve((exchange) => kinds[exchange.path]?.(exchange))
    const paths = Object.keys(kinds)
    const run = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const client = http.open()
        const requests = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
          const path = paths[Math.floor(random() * paths.length)] as string
          const size = Math.floor(random() * 20_000)
          return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n${'b'.repeat(size)}`
        }).join('')
        const cut = random() < 0.5 ? requests.length : Math.floor(random() * requests.length)
        client.write(requests.slice(0, cut))
        for (let turns = Math.floor(random() * 12); turns > 0; turns--) await turn()
        const end = random()
        if (end < 0.4) client.reset()
        else if (end < 0.7) client.destroy()
        else client.end()
        await until(() => client.isClosed || client.isEnded)
        client.destroy()
      }
    }
    await Promise.all(Array.from({ length: 20 }, () => run(50)))
    await until(() => http.dispatcher.inFlight().length === 0)
    const count = http.dispatcher.seen.length
    expect(count).toBeGreaterThan(300)
    expect(http.dispatcher.settled).toHaveLength(count)
    await until(() => http.server.node.listenerCount('connection') > 0)
    const open = await new Promise<number>((resolve) =>
      http.server.node.getConnections((_, number) => resolve(number)),
    )
    expect(open).toBe(0)
    expect(await (await fetch(`${http.url}/text`)).text()).toHaveLength(2000)
    process.off('warning', onWarning)
    process.off('unhandledRejection', onRejection)
    expect(warnings).toEqual([])
    expect(rejections).toEqual([])
  })

  it('keeps nothing of the requests of a connection that stays open', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    await using http = await serve((exchange) => kinds[exchange.path]?.(exchange))
    const client = http.open()
    for (let i = 0; i < 30; i++) {
      await client.request('GET /text HTTP/1.1\r\nHost: x\r\n\r\n')
      await client.request('POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc')
      await client.request('POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc')
      client.write('GET /text HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3))
      for (let k = 0; k < 3; k++) await client.response()
    }
    await http.dispatcher.ended(180)
    const seen = http.dispatcher.seen.splice(0).map((exchange) => new WeakRef(exchange))
    for (let i = 0; i < 5; i++) {
      await turn()
      collect()
    }
    // Node's parser knows the last request until the next one comes.
    expect(seen.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(1)
    expect((await client.request('GET /text HTTP/1.1\r\nHost: x\r\n\r\n')).status).toBe(200)
  })
})
