// Conduit under load while its database and its Redis go and come back: what was acknowledged stays, what is shown is true, and the process goes on.
// Ten seconds here; FAULTS_SECONDS=600 vitest run examples/realworld/test/faults.test.ts is the long one.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { expect, it } from 'vitest'
import { OwnRedis, Way } from './breakable.ts'
import { startProcess } from './conduit-process.ts'
import { Load } from './fault-load.ts'
import { codesOf500, residentKb } from './process-facts.ts'
import { systemOn, URLS } from './systems.ts'

const SECONDS = Number(process.env['FAULTS_SECONDS'] ?? 10)
const LIMIT_MS = SECONDS * 1000 + 120_000
it(
  'goes on, and loses nothing, while PostgreSQL and Redis go and come back',
  { timeout: LIMIT_MS },
  async ({ skip }) => {
    if ((await systemOn('PostgreSQL')) === undefined) return skip('PostgreSQL is not at hand')
    await using redis = await OwnRedis.start()
    if (redis === undefined) return skip('there is no program redis-server')
    const server = new URL(URLS['PostgreSQL'] as string)
    const name = `conduit_faults_${randomBytes(4).toString('hex')}`
    const admin = new pg.Client({ connectionString: server.href })
    await admin.connect()
    await admin.query(`create database ${name}`)
    const folder = mkdtempSync(join(tmpdir(), 'conduit-'))
    try {
      await using way = await Way.to(server.hostname, Number(server.port || 5432))
      const through = Object.assign(new URL(server), {
        port: String(way.port),
        hostname: '127.0.0.1',
        pathname: `/${name}`,
      })
      const conduit = startProcess(folder, LIMIT_MS, {
        DATABASE_URL: through.href,
        REDIS_URL: `redis://127.0.0.1:${redis.port}`,
        LOG_LEVEL: 'error',
        // What is not freed ends the process; without a limit V8 frees late.
        NODE_OPTIONS: '--max-old-space-size=128',
      })
      const url = await conduit.url
      const user = { username: 'ada', email: 'ada@example.com', password: 'plum tree' }
      const joined = await fetch(`${url}/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user }),
      })
      const { token } = ((await joined.json()) as { user: { token: string } }).user
      const load = new Load(url, token)
      const until = Date.now() + SECONDS * 1000
      const clients = [1, 2, 3, 4].flatMap(() => [load.write(until), load.read(until)])
      let warm = 0
      while (Date.now() < until) {
        await wait(800)
        const { failures } = load
        await redis.kill()
        await wait(400)
        await way.cut()
        await wait(400)
        // A busy machine may not have asked for anything meanwhile.
        while (load.failures === failures && Date.now() < until) await wait(10)
        await redis.begin()
        await way.mend()
        await wait(1_400)
        if (warm === 0) warm = residentKb(conduit.child.pid as number)
      }
      await Promise.all(clients)
      // What it stands on is there again: nothing fails any more, and all of it is as it was acknowledged.
      await expect
        .poll(async () => (await fetch(new URL('/readyz', url))).status, { timeout: 20_000 })
        .toBe(200)
      const before = load.failures
      for (const one of load.articles) expect(await load.check(one)).toBeGreaterThanOrEqual(one.acknowledged)
      expect([load.wrong, load.failures - before]).toEqual([[], 0])
      expect(before).toBeGreaterThan(0)
      expect(load.articles.length).toBeGreaterThan(0)
      expect(conduit.child.exitCode).toBeNull()
      const grownKb = warm > 0 ? residentKb(conduit.child.pid as number) - warm : 0
      console.info(
        `${load.answers} answers, ${before} of them unavailable; ${load.articles.length} articles, none with less than was acknowledged; memory ${Math.round(warm / 1024)} MB, and ${Math.round(grownKb / 1024)} MB more at the end`,
      )
      expect(grownKb).toBeLessThan(150_000)
      conduit.child.kill('SIGTERM')
      const { code, output } = await conduit.ended
      expect(code).toBe(0)
      expect(codesOf500(output).filter((one) => one !== 'ERR_DB_OUTCOME_UNKNOWN')).toEqual([])
    } finally {
      await admin.query(`drop database if exists ${name} with (force)`)
      await admin.end()
      rmSync(folder, { recursive: true })
    }
  },
)
