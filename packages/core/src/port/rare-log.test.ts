import { expect, it } from 'vitest'
import { createFakeClock, RareLog } from './index.ts'

it('tells at once, and then once a minute how often it was', async () => {
  const clock = createFakeClock()
  const log = new RareLog(clock)
  const told: number[] = []
  const add = (): void => log.add((count) => told.push(count))
  for (let times = 0; times < 5; times++) add()
  expect(told).toEqual([1])
  await clock.advance(59_999)
  add()
  expect(told).toEqual([1])
  await clock.advance(1)
  add()
  add()
  expect(told).toEqual([1, 6])
})
