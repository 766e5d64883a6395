import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { alone } from './alone.ts'

const nameOf = (): string => `keelson_alone_${randomUUID().replaceAll('-', '')}`

it('one works at a time, the next one also after an error', async () => {
  const name = nameOf()
  let [working, most] = [0, 0]
  const work = async (): Promise<void> => {
    most = Math.max(most, ++working)
    await new Promise(setImmediate)
    working--
    throw new Error('fails')
  }
  const ends = await Promise.allSettled([1, 2, 3].map(() => alone(name, work)))
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(most).toBe(1)
  expect(existsSync(join(tmpdir(), `${name}.lock`))).toBe(false)
})

it('nobody waits for a process that was killed', async () => {
  const name = nameOf()
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  writeFileSync(join(tmpdir(), `${name}.lock`), String(pid))
  expect(await alone(name, () => Promise.resolve('done'))).toBe('done')
})
