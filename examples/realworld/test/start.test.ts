import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startProcess } from './conduit-process.ts'

/** Longer than anything takes on a busy machine; what passes it hangs. */
const LIMIT_MS = 30_000
const folder = mkdtempSync(join(tmpdir(), 'conduit-'))
afterAll(() => rmSync(folder, { recursive: true }))

const start = (env?: Record<string, string>) => startProcess(folder, LIMIT_MS, env)

describe('conduit as a process', () => {
  it(
    'starts without any settings, and has what was written after it has started again',
    { timeout: 3 * LIMIT_MS },
    async () => {
      const first = start()
      const user = { username: 'ada', email: 'ada@example.com', password: 'plum tree' }
      const headers = { 'content-type': 'application/json' }
      const created = await fetch(`${await first.url}/users`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ user }),
      })
      expect(created.status).toBe(201)
      first.child.kill('SIGTERM')
      expect((await first.ended).code).toBe(0)

      const second = start()
      const shown = await fetch(`${await second.url}/profiles/ada`)
      expect(await shown.json()).toMatchObject({ profile: { username: 'ada' } })
      const { origin } = new URL(await second.url)
      expect((await fetch(`${origin}/readyz`)).status).toBe(200)
      expect((await fetch(`${origin}/docs/openapi.json`)).status).toBe(200)
      second.child.kill('SIGTERM')
      expect((await second.ended).code).toBe(0)
    },
  )

  it.each(['production', 'staging'])(
    'does not start in %s without a secret and a database of its own',
    { timeout: LIMIT_MS },
    async (NODE_ENV) => {
      const { url, ended } = start({ NODE_ENV })
      await expect(url).rejects.toThrow(/DATABASE_URL: It is not set.*APP_SECRET: It is not set/s)
      expect((await ended).code).toBe(1)
    },
  )

  it('lets web pages of its origins call, and no others', { timeout: LIMIT_MS }, async () => {
    const { url, ended, child } = start({ ORIGINS: 'https://conduit.example' })
    const allowed = async (origin: string) => {
      const headers = { origin, 'access-control-request-method': 'GET' }
      const { headers: said } = await fetch(`${await url}/tags`, { method: 'OPTIONS', headers })
      return said.get('access-control-allow-origin')
    }
    expect(await allowed('https://conduit.example')).toBe('https://conduit.example')
    expect(await allowed('https://eve.example')).toBe(null)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })

  it('starts without the Redis of its cache, and says so', { timeout: LIMIT_MS }, async () => {
    const { url, ended, child } = start({ REDIS_URL: 'redis://ada:plumtree@127.0.0.1:1' })
    expect((await fetch(`${await url}/tags`)).status).toBe(200)
    expect((await fetch(new URL('/readyz', await url))).status).toBe(200)
    child.kill('SIGTERM')
    const { code, output } = await ended
    expect(output).toContain('The shared store of the cache fails.')
    expect([code, output.includes('plumtree')]).toEqual([0, false])
  })

  it(
    'does not start without its database, and does not say the password',
    { timeout: LIMIT_MS },
    async () => {
      const { url, ended } = start({ DATABASE_URL: 'postgres://ada:plumtree@127.0.0.1:1/none' })
      await expect(url).rejects.toThrow(/The database cannot be opened/)
      const { code, output } = await ended
      expect([code, output.includes('plumtree')]).toEqual([1, false])
    },
  )
})
