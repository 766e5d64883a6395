// The bus when its connection is lost, says nothing, or is not there: who listens is told, and listens again.
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { redisBus } from '../src/redis/index.ts'
import { openNetwork } from './faulty-network.ts'
import { openRedis, until, whyNoServer } from './own-redis.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'

const reason = whyNoServer()
beforeEach(({ skip }) => skip(reason !== '', reason))

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (payload: Uint8Array): string => new TextDecoder().decode(payload)

describe.each(DRIVERS)('a bus on a Redis that is gone, by %s', (driver) => {
  it('tells each subscription one gap after each loss, and then what comes', async () => {
    await using server = await openRedis()
    const bus = redisBus(server.url, { prefix: 'test:', driver, ...PATIENT })
    const seen: string[] = []
    for (const topic of ['a', 'b'])
      await bus.subscribe(topic, (payload) => void seen.push(`${topic} ${text(payload)}`), {
        onGap: (of) => void seen.push(`gap in ${of}`),
      })
    for (let round = 1; round <= 3; round++) {
      seen.length = 0
      await server.ask('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await until(() => seen.length === 2, 'the gaps were not told')
      for (const topic of ['a', 'b'])
        await until(
          async () => (await bus.publish(topic, bytes(String(round))), true),
          'it was not published',
        )
      await until(() => seen.length === 4, 'messages did not come')
      expect(seen.toSorted()).toEqual([`a ${round}`, `b ${round}`, 'gap in a', 'gap in b'])
      expect(seen.indexOf('gap in a')).toBeLessThan(seen.indexOf(`a ${round}`))
    }
    await bus.close()
  })

  it('finds a connection that says nothing any more, on which nothing is sent', async () => {
    await using server = await openRedis()
    await using network = await openNetwork(server.port)
    const url = `redis://127.0.0.1:${network.port}`
    const bus = redisBus(url, {
      prefix: 'test:',
      driver,
      ...PATIENT,
      commandTimeoutMs: 2000,
      isRequired: false,
    })
    let gaps = 0
    await bus.subscribe('a', () => {}, { onGap: () => void gaps++ })
    await until(() => network.made > 0, 'it did not connect')
    gaps = 0
    const { made } = network
    network.stall()
    await until(() => network.made > made, 'it was not found')
    network.resume()
    await until(() => gaps > 0, 'the gap was not told')
    await bus.close()
  })

  it('takes who subscribes meanwhile, who is told a gap', async () => {
    await using server = await openRedis()
    const bus = redisBus(server.url, { prefix: 'test:', driver, ...PATIENT })
    await bus.subscribe('a', () => {})
    await server.kill()
    await until(
      async () =>
        bus.publish('a', bytes('')).then(
          () => false,
          () => true,
        ),
      'it did not notice',
    )
    const seen: string[] = []
    const unsubscribe = await bus.subscribe('b', (payload) => void seen.push(text(payload)), {
      onGap: () => void seen.push('gap'),
    })
    await server.start()
    await until(() => seen.length === 1, 'the gap was not told')
    await until(async () => (await bus.publish('b', bytes('1')), true), 'it was not published')
    await until(() => seen.length === 2, 'the message did not come')
    expect(seen).toEqual(['gap', '1'])
    await unsubscribe()
    expect(await server.ask('PUBSUB', 'CHANNELS')).toEqual(['test:a'])
    await bus.close()
  })

  it('rejects who subscribes first where it is not there, and takes him by choice', async () => {
    const required = redisBus('redis://127.0.0.1:1', { prefix: 'test:', driver, ...PATIENT })
    await expect(required.subscribe('a', () => {})).rejects.toMatchObject({
      code: 'ERR_CACHE_REDIS_UNAVAILABLE',
    })
    await required.close()
    const other = redisBus('redis://127.0.0.1:1', { prefix: 'test:', driver, ...PATIENT, isRequired: false })
    await other.subscribe('a', () => {})
    await other.close()
  })

  it('drops what a slow listener cannot take, and tells it once', async () => {
    await using server = await openRedis()
    const errors: unknown[] = []
    const bus = redisBus(server.url, {
      prefix: 'test:',
      driver,
      ...PATIENT,
      maxQueued: 10,
      onError: (error) => void errors.push(error),
    })
    const seen: string[] = []
    let go = (): void => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    await bus.subscribe('a', async (payload) => (await gate, void seen.push(text(payload))), {
      onGap: () => void seen.push('gap'),
    })
    let others = 0
    await bus.subscribe('a', () => void others++)
    for (let at = 0; at < 50; at++) await bus.publish('a', bytes(String(at)))
    await until(() => others === 50, 'the other one did not get all')
    go()
    await until(() => seen.includes('gap'), 'the gap was not told')
    expect(seen.filter((one) => one === 'gap').length).toBe(1)
    expect(seen.slice(0, 3)).toEqual(['0', '1', '2'])
    expect(errors.map((error) => (error as { code: unknown }).code)).toEqual(['ERR_CORE_BUS_OVERFLOW'])
    await bus.close()
  })

  it('leaves no subscription on the server when nobody listens, whatever the order of calls', async () => {
    await using server = await openRedis()
    const bus = redisBus(server.url, { prefix: 'test:', driver, ...PATIENT })
    for (let round = 0; round < 20; round++) {
      const [one, two] = await Promise.all([bus.subscribe('a', () => {}), bus.subscribe('a', () => {})])
      const ending = one()
      const three = bus.subscribe('a', () => {})
      await Promise.all([ending, two(), three.then((end) => end())])
    }
    let got = 0
    await bus.subscribe('a', () => void got++)
    await bus.publish('a', bytes('1'))
    await until(() => got === 1, 'the message did not come')
    await bus.close()
    await until(async () => String(await server.ask('PUBSUB', 'CHANNELS')) === '', 'a subscription was left')
    await sleep(0)
    expect(got).toBe(1)
  })
})
