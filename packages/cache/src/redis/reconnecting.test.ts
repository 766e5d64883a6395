import { createSeededRandom } from '@keelson/core/ports'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Reconnecting } from './reconnecting.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** What a server that is there or not is asked, and when, ms from the start. */
function server() {
  const own = { isThere: true, hangs: false, at: [] as number[], now: 0, lose: (): void => {} }
  const connection = new Reconnecting({
    connect: (signal, onLost) => {
      own.at.push(own.now)
      own.lose = () => onLost(new Error('it died'))
      if (own.hangs)
        return new Promise<never>((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        )
      return own.isThere ? Promise.resolve({ end: () => {} }) : Promise.reject(new Error('refused'))
    },
    connectTimeoutMs: 300,
    random: createSeededRandom(7),
  })
  const pass = async (ms: number): Promise<void> => {
    for (let at = 0; at < ms; at++) {
      own.now++
      await vi.advanceTimersByTimeAsync(1)
    }
  }
  return { own, connection, pass }
}

const gaps = (at: readonly number[]): number[] => at.slice(1).map((one, index) => one - at[index]!)

describe('a connection that is made anew', () => {
  it('is tried again at once after its loss, and at least twice a second for as long as the server is gone', async () => {
    const { own, connection, pass } = server()
    await connection.begin()
    own.isThere = false
    own.lose()
    expect(connection.current).toBeUndefined()
    await pass(20)
    expect(own.at).toHaveLength(2)
    await pass(60_000)
    const pauses = gaps(own.at.slice(1))
    expect(Math.max(...pauses)).toBeLessThanOrEqual(500)
    // With pauses that grow: a server that is gone for long is not asked all the time.
    expect(Math.min(...pauses.slice(10))).toBeGreaterThanOrEqual(250)
    connection.close()
  })

  it('is there again within half a second after the server is, and its pauses are short again', async () => {
    const { own, connection, pass } = server()
    await connection.begin()
    own.isThere = false
    own.lose()
    await pass(30_000)
    own.isThere = true
    await pass(500)
    expect(connection.current).toBeDefined()
    own.lose()
    await pass(20)
    expect(connection.current).toBeDefined()
    connection.close()
  })

  it('leaves an attempt that gets no answer in its time, and makes another', async () => {
    const { own, connection, pass } = server()
    own.hangs = true
    void connection.begin()
    await pass(10_000)
    expect(Math.max(...gaps(own.at))).toBeLessThanOrEqual(300 + 500)
    expect((connection.failure as Error).message).toBe('It did not answer within 300 ms.')
    own.hangs = false
    await pass(800)
    expect(connection.current).toBeDefined()
    connection.close()
  })

  it('is not tried any more once it is closed', async () => {
    const { own, connection, pass } = server()
    await connection.begin()
    own.isThere = false
    own.lose()
    connection.close()
    await pass(2000)
    expect(own.at).toHaveLength(1)
  })
})
