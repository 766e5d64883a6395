// Conduit as a process of its own: plain Node, a folder of its own, and any free port.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

/** Longer than anything takes on a busy machine; what passes it hangs. */
const LIMIT_MS = 30_000
const MAIN = join(import.meta.dirname, '../src/main.ts')
const folder = mkdtempSync(join(tmpdir(), 'conduit-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Ended {
  readonly code: number | null
  readonly output: string
}

function startProcess(env: Record<string, string> = {}): {
  child: ChildProcess
  url: Promise<string>
  ended: Promise<Ended>
} {
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: { PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  let output = ''
  const url = new Promise<string>((resolve) => {
    const note = (chunk: Buffer): void => {
      output += chunk.toString()
      const found = /^ {2}(http:\S+)$/m.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    }
    child.stdout.on('data', note)
    child.stderr.on('data', note)
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  return {
    child,
    url: Promise.race([url, ended.then((end) => Promise.reject(new Error(end.output)))]),
    ended,
  }
}

describe('conduit as a process', () => {
  it(
    'starts without any settings, and has what was written after it has started again',
    { timeout: 3 * LIMIT_MS },
    async () => {
      const first = startProcess()
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

      const second = startProcess()
      const shown = await fetch(`${await second.url}/profiles/ada`)
      expect(await shown.json()).toMatchObject({ profile: { username: 'ada' } })
      const { origin } = new URL(await second.url)
      expect((await fetch(`${origin}/readyz`)).status).toBe(200)
      expect((await fetch(`${origin}/docs/openapi.json`)).status).toBe(200)
      second.child.kill('SIGTERM')
      expect((await second.ended).code).toBe(0)
    },
  )

  it('does not start in production without a secret of its own', { timeout: LIMIT_MS }, async () => {
    const { url, ended } = startProcess({ NODE_ENV: 'production' })
    await expect(url).rejects.toThrow(/APP_SECRET: It is not set/)
    expect((await ended).code).toBe(1)
  })

  it(
    'does not start without its database, and does not say the password',
    { timeout: LIMIT_MS },
    async () => {
      const { url, ended } = startProcess({ DATABASE_URL: 'postgres://ada:plumtree@127.0.0.1:1/none' })
      await expect(url).rejects.toThrow(/The database cannot be opened/)
      const { code, output } = await ended
      expect([code, output.includes('plumtree')]).toEqual([1, false])
    },
  )
})
