import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'

/** It compiles the sources of the packages as well, and many times that on a busy machine. */
const LIMIT_MS = 300_000
const EXAMPLE = join(import.meta.dirname, '..')

beforeAll(() => {
  const tsc = join(EXAMPLE, 'node_modules/typescript/bin/tsc')
  const compiled = spawnSync(process.execPath, [tsc, '-p', EXAMPLE], { encoding: 'utf8', timeout: LIMIT_MS })
  if (compiled.status !== 0) throw new Error(compiled.stdout)
}, LIMIT_MS)

it('makes its table by its migrations', { timeout: LIMIT_MS }, () => {
  const keelson = join(EXAMPLE, 'node_modules/.bin/keelson')
  const checked = spawnSync(keelson, ['db', 'check'], { cwd: EXAMPLE, encoding: 'utf8', timeout: LIMIT_MS })
  expect([checked.stdout, checked.status]).toEqual(['The migrations make the tables.\n', 0])
})

it('has keys for development alone', { timeout: LIMIT_MS }, () => {
  const { status, stderr } = spawnSync(process.execPath, [join(EXAMPLE, 'dist/main.js')], {
    env: { PORT: '0', NODE_ENV: 'staging' },
    encoding: 'utf8',
    timeout: LIMIT_MS,
  })
  expect(stderr).toMatch(/READER_KEY: It is not set.*WRITER_KEY: It is not set/s)
  expect(status).toBe(1)
})

it('is compiled by tsc, and served by Node alone', { timeout: LIMIT_MS }, async () => {
  const child = spawn(process.execPath, [join(EXAMPLE, 'dist/main.js')], {
    env: { PORT: '0', DATABASE_FILE: ':memory:' },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  const ended = once(child, 'close')
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += String(chunk)
      const found = /^ {2}(http:\S+)$/m.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('close', () => reject(new Error(`It prints no URL: ${output}`)))
  })
  const response = await fetch(`${url}/orders`, { headers: { 'x-api-key': 'reader-key' } })
  expect([response.status, await response.json()]).toEqual([200, { items: [] }])
  child.kill('SIGTERM')
  expect((await ended)[0]).toBe(0)
})
