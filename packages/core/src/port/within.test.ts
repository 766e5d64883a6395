import { describe, expect, it } from 'vitest'
import { createFakeClock, within } from './index.ts'

const clock = createFakeClock()
const never = () => new Promise<never>(() => {})

describe('within', () => {
  it('gives what comes of the work, and leaves its signal alone', async () => {
    const signals: AbortSignal[] = []
    const given = within(
      async (signal) => {
        signals.push(signal)
        return 'ready'
      },
      { clock, limitMs: 100, what: 'The printer' },
    )
    await expect(given).resolves.toBe('ready')
    await clock.advance(1_000)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  })

  it('says what did not answer, and tells the work that nobody waits', async () => {
    let told: AbortSignal | undefined
    const asked = within((signal) => ((told = signal), never()), { clock, limitMs: 100, what: 'The printer' })
    const failed = asked.catch((error: unknown) => error)
    await clock.advance(100)
    expect(await failed).toEqual(new Error('The printer did not answer within 100 ms.'))
    expect(told?.reason).toBe(await failed)
  })

  it('ends with the signal around it, and begins nothing after that', async () => {
    const around = new AbortController()
    let begun = 0
    const work = () => (begun++, never())
    const options = { clock, limitMs: 100, signal: around.signal, what: 'The printer' }
    const asked = within(work, options)
    around.abort('the client has left')
    await expect(asked).rejects.toBe('the client has left')
    await expect(within(work, options)).rejects.toBe('the client has left')
    expect(begun).toBe(1)
  })
})
