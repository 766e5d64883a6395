import { setImmediate as turnEnd } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AnswerBatch } from './answer-batch.ts'
import type { Http1Exchange } from './contract.ts'

let ended: string[]
let now: number
let batch: AnswerBatch

beforeEach(() => {
  ended = []
  now = 0
  batch = new AnswerBatch(() => now)
})

// What one test left does not end in the next.
afterEach(() => turnEnd())

interface Answer {
  state: string
  readonly reasons: unknown[]
}

/** Gives an answer, and the exchange that it is of. */
function give(text: string, fault?: Error): Answer {
  const reasons: unknown[] = []
  const end = (content: string): void => {
    if (fault !== undefined) throw fault
    ended.push(content)
  }
  const reset = (reason: unknown): void => void reasons.push(reason)
  const exchange = { state: 'open', response: { destroyed: false, end }, reset, reasons }
  batch.end(exchange as unknown as Http1Exchange, text, 'latin1')
  return exchange
}

/** How many of so many answers go out before their turn ends. */
function sentAtOnce(count: number): number {
  const before = ended.length
  for (let at = 0; at < count; at++) give('x')
  return ended.length - before
}

/** Brings it to where it tries to hold answers. */
function warm(): void {
  sentAtOnce(16)
}

describe('answers of one turn', () => {
  it('go out by themselves at first', () => {
    expect(sentAtOnce(20)).toBe(16)
  })

  it('go out together when the turn ends, in their order', async () => {
    warm()
    ended = []
    for (const text of ['a', 'b', 'c', 'd']) give(text)
    expect(ended).toEqual([])
    await turnEnd()
    expect(ended).toEqual(['a', 'b', 'c', 'd'])
  })

  it('are held again where they were at least four', async () => {
    warm()
    expect(sentAtOnce(4)).toBe(0)
    await turnEnd()
    expect(sentAtOnce(4)).toBe(0)
    await turnEnd()
    expect(ended).toHaveLength(24)
  })

  it('go out by themselves for a while where they were fewer, longer after each vain try, up to 1,024', async () => {
    warm()
    for (const pause of [32, 64, 128, 256, 512, 1_024, 1_024]) {
      expect(sentAtOnce(3)).toBe(0)
      await turnEnd()
      expect(sentAtOnce(pause)).toBe(pause)
    }
    expect(sentAtOnce(4)).toBe(0)
    await turnEnd()
    expect(sentAtOnce(3)).toBe(0)
    await turnEnd()
    expect(sentAtOnce(36)).toBe(32)
  })

  it('go out before the turn ends when they are eight, and the rest when it ends', async () => {
    warm()
    expect(sentAtOnce(9)).toBe(8)
    await turnEnd()
    expect(ended).toHaveLength(16 + 9)
    // The one that was left is no sign of few answers.
    expect(sentAtOnce(4)).toBe(0)
    await turnEnd()
  })

  it.each([4, 8])('go out by themselves for long after the first of %d had to wait', async (count) => {
    warm()
    sentAtOnce(count - 1)
    now = 2.5
    sentAtOnce(1)
    await turnEnd()
    expect(sentAtOnce(7)).toBe(7)
    expect(sentAtOnce(4_093)).toBe(4_089)
    await turnEnd()
  })

  it('are not sent where the exchange was broken off in the meantime', async () => {
    warm()
    ended = []
    give('a')
    give('b').state = 'reset'
    await turnEnd()
    expect(ended).toEqual(['a'])
  })

  it('are sent also after one that fails, which is broken off', async () => {
    warm()
    ended = []
    const fault = new Error('no')
    const failed = give('a', fault)
    give('b')
    await turnEnd()
    expect(failed.reasons).toEqual([fault])
    expect(ended).toEqual(['b'])
  })

  it('can be sent before', () => {
    warm()
    sentAtOnce(2)
    batch.flush()
    expect(ended).toHaveLength(18)
  })
})
