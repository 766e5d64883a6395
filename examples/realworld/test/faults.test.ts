// Conduit under load while its database and its Redis go and come back: what was acknowledged stays, what was refused is not there, what is shown is true.
// Ten seconds on each server here; FAULTS_SECONDS=600 vitest run examples/realworld/test/faults.test.ts is the long one.
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { OwnRedis } from './breakable.ts'
import { Load } from './fault-load.ts'
import { Writes } from './fault-writes.ts'
import { FaultyConduit, SERVERS } from './faulty-conduit.ts'
import { codesOf500, residentKb } from './process-facts.ts'

const SECONDS = Number(process.env['FAULTS_SECONDS'] ?? 10)
const LIMIT_MS = SECONDS * 1000 + 120_000

describe.each(SERVERS)('Conduit on %s', (name) => {
  it('loses nothing, while that and Redis go and come back', { timeout: LIMIT_MS }, async ({ skip }) => {
    await using redis = await OwnRedis.start()
    if (redis === undefined) return skip('there is no program redis-server')
    await using conduit = await FaultyConduit.on(name, LIMIT_MS, {
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      // What is not freed ends the process; without a limit V8 frees late.
      NODE_OPTIONS: '--max-old-space-size=128',
    })
    if (conduit === undefined) return skip(`${name} is not at hand`)
    const { child, ended } = conduit.process
    const pid = child.pid as number
    const url = await conduit.process.url
    const load = await Load.begin(url)
    const writes = await Writes.begin(load)
    const until = Date.now() + SECONDS * 1000
    const clients = [1, 2, 3, 4].flatMap(() => [load.write(until), load.read(until)])
    clients.push(...writes.run(until))
    let warm = 0
    while (Date.now() < until) {
      await wait(800)
      const { failures } = load
      await redis.kill()
      await wait(400)
      await conduit.way.cut()
      await wait(400)
      // A busy machine may not have asked for anything meanwhile.
      while (load.failures === failures && Date.now() < until) await wait(10)
      await redis.begin()
      await conduit.way.mend()
      await wait(1_400)
      if (warm === 0) warm = residentKb(pid)
    }
    await Promise.all(clients)
    // What it stands on is there again: nothing fails any more, and all of it is as it was answered.
    const isReady = async () => (await fetch(new URL('/readyz', url))).status
    await expect.poll(isReady, { timeout: 20_000 }).toBe(200)
    const before = load.failures
    for (const one of load.articles) expect(await load.check(one)).toBeGreaterThanOrEqual(one.acknowledged)
    expect([load.wrong, await writes.wrong(), load.failures - before]).toEqual([[], [], 0])
    expect(before).toBeGreaterThan(0)
    expect(load.articles.length).toBeGreaterThan(0)
    expect(child.exitCode).toBeNull()
    const grownKb = warm > 0 ? residentKb(pid) - warm : 0
    console.info(
      `${name}: ${load.answers} answers, ${before} of them unavailable, ${load.unknown} of them of writes that may have been done; ${load.articles.length} articles, memory ${Math.round(warm / 1024)} MB, and ${Math.round(grownKb / 1024)} MB more at the end`,
    )
    expect(grownKb).toBeLessThan(150_000)
    child.kill('SIGTERM')
    const { code, output } = await ended
    expect(code).toBe(0)
    expect(codesOf500(output).filter((one) => one !== 'ERR_DB_OUTCOME_UNKNOWN')).toEqual([])
  })
})
