import { createSeededRandom } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { uuidMaker } from './made-uuid.ts'

const random = createSeededRandom(7)
const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('made uuids', () => {
  it('are of version 7, with the time', () => {
    const now = 1_700_000_000_000
    const made = uuidMaker(random)(now)
    expect(made).toMatch(FORM)
    expect(Number.parseInt(made.replaceAll('-', '').slice(0, 12), 16)).toBe(now)
  })

  it('increase within a millisecond, when it ends, and when the clock is set back a little', async () => {
    let now = 1_700_000_000_000
    const make = uuidMaker(random)
    const made: string[] = []
    for (const step of [0, 1, -3, 5, -9_000, 9_500]) {
      now += step
      for (let at = 0; at < 1000; at++) made.push(make(now))
    }
    expect(new Set(made).size).toBe(6000)
    expect(made.toSorted()).toEqual(made)
    expect(made.every((one) => FORM.test(one))).toBe(true)
  })

  it('follow a clock that is set back far', () => {
    const now = 1_700_000_000_000
    const make = uuidMaker(random)
    const first = make(now)
    expect(make(now - 60_000) < first).toBe(true)
  })
})
