import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** It compiles the sources of the packages as well, and many times that on a busy machine. */
const LIMIT_MS = 300_000
const EXAMPLE = join(import.meta.dirname, '..')

it('is compiled by tsc, and served by Node alone', { timeout: 2 * LIMIT_MS }, async () => {
  const tsc = join(EXAMPLE, 'node_modules/typescript/bin/tsc')
  const compiled = spawnSync(process.execPath, [tsc, '-p', EXAMPLE], { encoding: 'utf8', timeout: LIMIT_MS })
  expect([compiled.stdout, compiled.status]).toEqual(['', 0])

  const child = spawn(process.execPath, [join(EXAMPLE, 'dist/main.js')], {
    env: { PORT: '0' },
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
