import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deletePrefix, findRedis, testPrefix } from '../../cache/test/redis-server.ts'

const { url = '', reason } = await findRedis()

function start(file: string, ...args: readonly string[]): ChildProcess {
  const path = join(import.meta.dirname, 'processes', file)
  return spawn(process.execPath, ['--no-warnings', path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

describe.skipIf(reason !== '')('two processes over one Redis', () => {
  const prefix = testPrefix()
  const processes: ChildProcess[] = []
  let here = ''
  let there = ''

  beforeAll(async () => {
    processes.push(start('server.ts', url, prefix), start('server.ts', url, prefix))
    ;[here = '', there = ''] = await Promise.all(processes.map(firstLine))
  })
  afterAll(async () => {
    for (const one of processes) one.kill('SIGKILL')
    await deletePrefix(url, prefix)
  })

  const ask = (base: string, method: string, path: string, cookie = '') =>
    fetch(base + path, { method, headers: { cookie, 'sec-fetch-site': 'same-origin' } })

  it('a session that one begins is good in the other, and refused there when it is revoked', async () => {
    const signedIn = await ask(here, 'POST', '/sign-in')
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
    expect((await ask(there, 'GET', '/me', cookie)).status).toBe(200)
    const revoked = await ask(here, 'POST', '/revoke')
    expect(await revoked.json()).toBe(1)
    // The very next request: nothing of a session is kept in a process.
    expect((await ask(there, 'GET', '/me', cookie)).status).toBe(401)
    expect((await ask(here, 'GET', '/me', cookie)).status).toBe(401)
  })

  it('the other hears of it within a second, for what it has open', async () => {
    const signedIn = await ask(here, 'POST', '/sign-in')
    const [id] = /[\w-]{22}(?=\.)/.exec(signedIn.headers.getSetCookie()[0]!)!
    await ask(here, 'POST', '/revoke')
    const heard = async (): Promise<unknown> => (await ask(there, 'GET', '/heard')).json()
    await expect.poll(heard, { timeout: 1000, interval: 20 }).toContain(id)
  })
})

describe('a worker of node:cluster', () => {
  it('does not start with sessions in its own memory', async () => {
    const said = await text(start('worker.ts').stdout!)
    expect(said).toContain('This process is a worker of node:cluster')
    expect(said).toContain('"shared"')
  })
})

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout! })) return line
  throw new Error('The process ended.')
}
