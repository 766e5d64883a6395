import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deletePrefix, findRedis, testPrefix } from '../../cache/test/redis-server.ts'

const { url = '', reason } = await findRedis()
const path = join(import.meta.dirname, 'processes/issuer.ts')
type Answer = Readonly<Record<'access_token' | 'refresh_token', string>>

describe.skipIf(reason !== '')('two processes that issue tokens, over one Redis', () => {
  const prefix = testPrefix()
  const secret = randomBytes(32).toString('base64url')
  const processes: ChildProcess[] = []
  let here = ''
  let there = ''

  beforeAll(async () => {
    for (let at = 0; at < 2; at++)
      processes.push(
        spawn(process.execPath, ['--no-warnings', path, url, prefix, secret], {
          stdio: ['ignore', 'pipe', 'inherit'],
        }),
      )
    ;[here = '', there = ''] = await Promise.all(processes.map(firstLine))
  })
  afterAll(async () => {
    for (const one of processes) one.kill('SIGKILL')
    await deletePrefix(url, prefix)
  })

  const signIn = async () => (await (await fetch(`${here}/sign-in`, { method: 'POST' })).json()) as Answer
  const status = async (base: string, { access_token: token }: Answer) =>
    (await fetch(`${base}/me`, { headers: { authorization: `Bearer ${token}` } })).status
  const post = (base: string, at: string, fields: Record<string, string>) =>
    fetch(base + at, { method: 'POST', body: new URLSearchParams(fields) })
  const refresh = (base: string, token: string) =>
    post(base, '/oauth/token', { grant_type: 'refresh_token', refresh_token: token })

  /** Until the other process refuses a token that it has verified, ms. */
  async function refusedAfterMs(answer: Answer, since: number): Promise<number> {
    while ((await status(there, answer)) === 200) if (performance.now() - since > 5000) break
    return performance.now() - since
  }

  it('a token that one has revoked is refused by the other within a second', async () => {
    for (const revoke of [
      ({ access_token: token }: Answer) => post(here, '/oauth/revoke', { token }),
      ({ refresh_token: token }: Answer) => post(here, '/oauth/revoke', { token }),
      () => post(here, '/end', {}),
    ]) {
      const answer = await signIn()
      expect(await status(there, answer)).toBe(200)
      const since = performance.now()
      expect((await revoke(answer)).status).toBe(200)
      expect(await refusedAfterMs(answer, since)).toBeLessThan(1000)
      expect(await status(here, answer)).toBe(401)
    }
  })

  it('a refresh token that comes to both at once gives the same answer', async () => {
    let { refresh_token: token } = await signIn()
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all([here, there, here, there].map((base) => refresh(base, token)))
      expect(answers.map(({ status: one }) => one)).toEqual([200, 200, 200, 200])
      const texts = new Set(await Promise.all(answers.map((answer) => answer.text())))
      expect(texts.size).toBe(1)
      token = (JSON.parse([...texts][0]!) as Answer).refresh_token
    }
  })

  it('a used refresh token that comes to the other ends what the first has given', async () => {
    const first = await signIn()
    const second = (await (await refresh(here, first.refresh_token)).json()) as Answer
    const third = (await (await refresh(there, second.refresh_token)).json()) as Answer
    expect(await status(there, third)).toBe(200)
    expect((await refresh(here, first.refresh_token)).status).toBe(400)
    expect((await refresh(there, third.refresh_token)).status).toBe(400)
    expect(await refusedAfterMs(third, performance.now())).toBeLessThan(1000)
  })
})

describe('a worker of node:cluster', () => {
  it('does not start with refresh tokens in its own memory', async () => {
    const file = join(import.meta.dirname, 'processes/worker-tokens.ts')
    const { stdout } = spawn(process.execPath, ['--no-warnings', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const said = await text(stdout)
    expect(said).toContain('the others would not know its refresh tokens')
    expect(said).toContain('"shared"')
  })
})

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout! })) return line
  throw new Error('The process ended.')
}
