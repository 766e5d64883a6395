import { createHash } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createFakeClock } from '@keelson/core/ports'
import { runInNewFrame } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { pwnedPasswords } from '@keelson/auth/passwords'

const PASSWORD = 'a plum tree by the canal'
const HASH = createHash('sha1').update(PASSWORD).digest('hex').toUpperCase()
const OTHERS = `${'0'.repeat(35)}:3\r\n${'1'.repeat(35)}:12`

/** A service at which the answers are as they are given. */
async function service(answer: RequestListener) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('pwnedPasswords', () => {
  it('sends five digits of the hash, asks for padding, and finds the rest', async () => {
    const asked: (string | undefined)[] = []
    await using one = await service((request, response) => {
      asked.push(request.url, request.headers['add-padding'] as string)
      response.end(`${OTHERS}\r\n${HASH.slice(5)}:7\r\n`)
    })
    expect(await pwnedPasswords({ url: one.url })(PASSWORD)).toBe(true)
    expect(asked).toEqual([`/range/${HASH.slice(0, 5)}`, 'true'])
  })

  it('knows neither others nor what pads the answer', async () => {
    await using one = await service((_, response) => response.end(`${OTHERS}\r\n${HASH.slice(5)}:0`))
    expect(await pwnedPasswords({ url: one.url })(PASSWORD)).toBe(false)
  })

  it.each<[string, RequestListener]>([
    ['an error', (_, response) => response.writeHead(500).end()],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/other' }).end()],
    ['more than 1 MiB', (_, response) => response.end('0'.repeat(1_100_000))],
    ['a broken connection', (request) => request.socket.destroy()],
  ])('takes the password after %s, or answers 503 where it is told to', async (_, answer) => {
    await using one = await service(answer)
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    expect(await pwnedPasswords({ url: one.url, onError })(PASSWORD)).toBe(false)
    expect(errors).toHaveLength(1)
    expect(String(errors[0])).not.toContain(HASH.slice(5))
    await expect(pwnedPasswords({ url: one.url, onFailure: 'refuse' })(PASSWORD)).rejects.toMatchObject({
      status: 503,
    })
  })

  it('waits no longer than it may', async () => {
    const clock = createFakeClock()
    const silent = () => new Promise<Response>(() => {})
    const errors: unknown[] = []
    const asked = pwnedPasswords({
      fetch: silent,
      clock,
      timeoutMs: 700,
      onError: (error) => errors.push(error),
    })
    const found = asked(PASSWORD)
    await clock.advance(700)
    expect(await found).toBe(false)
    expect(String(errors[0])).toContain('within 700 ms')
  })

  it('ends with its request, and nothing is taken then', async () => {
    const controller = new AbortController()
    const silent = () => new Promise<Response>(() => {})
    const found = runInNewFrame(() => pwnedPasswords({ fetch: silent })(PASSWORD), {
      signal: controller.signal,
    })
    controller.abort(new Error('The client is gone.'))
    await expect(found).rejects.toThrow('The client is gone.')
  })
})
