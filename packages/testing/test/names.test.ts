import * as core from '@keelson/core'
import * as ports from '@keelson/core/ports'
import * as spi from '@keelson/core/spi'
import * as testing from '@keelson/testing'
import { expect, it } from 'vitest'

it('has the fakes of core once more, and nothing else of it', () => {
  const names = Object.keys({ ...core, ...ports, ...spi })
  expect(
    Object.keys(testing)
      .filter((name) => names.includes(name))
      .toSorted(),
  ).toEqual(['createFakeClock', 'createMemoryLogger', 'createSeededRandom'])
  expect(testing.createFakeClock).toBe(ports.createFakeClock)
  expect(testing.createMemoryLogger).toBe(spi.createMemoryLogger)
  expect(testing.createSeededRandom).toBe(ports.createSeededRandom)
})
