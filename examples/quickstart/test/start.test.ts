import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LIMIT_MS, READER, Service, temporaryFolder } from './service.ts'

/** Sends SIGTERM at the moment when the app begins to listen for it: at the beginning of its start. */
const SIGTERM_AT_START = `
  process.on('newListener', (name) => {
    if (name === 'SIGTERM') queueMicrotask(() => process.kill(process.pid, 'SIGTERM'))
  })`

describe('the quickstart', () => {
  it('compiles', { timeout: 3 * LIMIT_MS }, () => {
    const example = join(import.meta.dirname, '..')
    const tsc = join(example, 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', example], {
      encoding: 'utf8',
      timeout: 3 * LIMIT_MS,
    })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  })

  it('says which port is in use, and exits with 1', { timeout: LIMIT_MS }, async () => {
    const other = createServer().listen(0)
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const service = new Service({ env: { PORT: String(port) } })
    expect(await service.exit()).toEqual({ code: 1, signal: null })
    other.close()
    expect(service.stderr).toContain(
      `The application cannot start:\n  - port ${port}: It is in use. Stop the process that uses it`,
    )
  })

  it('says that a .env cannot be read, and exits with 1', { timeout: LIMIT_MS }, async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, '.env'))
    const service = new Service({ folder })
    expect(await service.exit()).toEqual({ code: 1, signal: null })
    expect(service.stderr).toContain('- .env: This is a directory, not a file.')
  })

  it('says all that is wrong with its configuration', { timeout: LIMIT_MS }, async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, '.env'), 'LOG_LEVEL=loud\nREQUESTS_PER_MINUTE=none\n')
    const service = new Service({ folder, env: { PORT: '70000' } })
    expect(await service.exit()).toEqual({ code: 1, signal: null })
    expect(service.stderr).toContain('The application cannot start, 3 problems:')
    for (const place of [
      'PORT (environment)',
      'LOG_LEVEL (.env line 1)',
      'REQUESTS_PER_MINUTE (.env line 2)',
    ]) {
      expect(service.stderr).toContain(`  - ${place}: `)
    }
  })

  it('has new demo keys at each start, and those of before are over', { timeout: 2 * LIMIT_MS }, async () => {
    const first = await Service.start()
    const before = first.keys[READER] as string
    expect((await first.call('GET', '/orders', { key: before })).status).toBe(200)
    await first.stop()
    await using second = await Service.start({ folder: first.folder })
    expect((await second.call('GET', '/orders', { key: before })).status).toBe(401)
    expect((await second.call('GET', '/orders', { key: READER })).status).toBe(200)
  })

  it(
    'has no demo keys in production, and takes those that were made by hand',
    { timeout: 3 * LIMIT_MS },
    async () => {
      const folder = temporaryFolder()
      const env = { NODE_ENV: 'production', DATABASE_FILE: join(folder, 'quickstart.db') }
      // The tables are made by the start, and by no command that looks.
      expect(issueKey(env, 'ada')).toEqual([1, ''])
      await using service = await Service.start({ folder, env })
      expect(service.keys).toEqual({})
      const [status, key] = issueKey(env, 'ada')
      expect([status, key]).toEqual([0, expect.stringMatching(/^shop_\w+\n$/)])
      expect(issueKey(env, 'eve')).toEqual([1, ''])
      expect((await service.call('GET', '/orders', { key: key.trim() })).status).toBe(200)
    },
  )

  it('says that its database cannot be opened, and exits with 1', { timeout: LIMIT_MS }, async () => {
    const service = new Service({ env: { DATABASE_FILE: 'no/such/folder/quickstart.db' } })
    expect(await service.exit()).toEqual({ code: 1, signal: null })
    expect(service.stderr).toContain('- no/such/folder/quickstart.db: The database cannot be opened: ')
  })

  it('ends cleanly when it is told to stop while it starts', { timeout: 2 * LIMIT_MS }, async () => {
    const nodeOptions = ['--import', `data:text/javascript,${encodeURIComponent(SIGTERM_AT_START)}`]
    const stopped = new Service({ nodeOptions })
    expect(await stopped.exit()).toEqual({ code: 0, signal: null })
    expect(stopped.stderr).toBe('')
    await using again = await Service.start({ folder: stopped.folder })
    expect((await again.call('GET', '/readyz')).status).toBe(200)
  })
})

function issueKey(
  env: Readonly<Record<string, string>>,
  user: string,
): [status: number | null, stdout: string] {
  const example = join(import.meta.dirname, '..')
  const { status, stdout } = spawnSync(join(example, 'node_modules/.bin/keelson'), ['keys', 'issue', user], {
    cwd: example,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    env: { ...process.env, ...env },
  })
  return [status, stdout]
}
