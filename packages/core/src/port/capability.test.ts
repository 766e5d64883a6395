import { describe, expect, it } from 'vitest'
import { createMemoryBus, createMemoryCacheStore, createMemoryStore, requireCapabilities } from './index.ts'

describe('requireCapabilities', () => {
  const store = createMemoryStore()

  it('finds nothing when all are there', () => {
    expect(requireCapabilities(store, ['increment', 'add'], { place: 'rateLimit' })).toEqual([])
  })

  it('gives one problem for each that is missing, with place and remedy', () => {
    const problems = requireCapabilities(store, ['shared', 'increment', 'durable'], {
      place: 'rateLimit',
      remedy: 'Take the Redis store.',
    })
    expect(problems).toEqual([
      {
        code: 'ERR_CORE_PORT_CAPABILITY',
        place: 'rateLimit',
        message:
          'It needs the capability "shared" (other processes see the same data), which the given MemoryStore does not have.',
        remedy: 'Take the Redis store.',
      },
      expect.objectContaining({ message: expect.stringContaining('"durable"') }),
    ])
  })

  it('says what a limiter lacks that is given a store which evicts, and a port that says nothing of itself', () => {
    const place = 'rateLimit'
    expect(
      requireCapabilities(createMemoryCacheStore(), ['increment', 'keeps'], { place }).map(
        ({ message }) => message,
      ),
    ).toEqual([
      'It needs the capability "keeps" (every key stays until it expires), which the given MemoryCacheStore does not have.',
    ])
    expect(requireCapabilities({} as typeof store, ['increment', 'keeps'], { place })).toHaveLength(2)
  })

  it('has a remedy of its own, and serves any port', () => {
    const [problem] = requireCapabilities(createMemoryBus(), ['shared'], { place: 'live updates' })
    expect(problem?.remedy).toBe('Pass one that has it.')
    expect(
      requireCapabilities({ capabilities: { magic: false } }, ['magic'], { place: 'x' })[0]?.message,
    ).toContain('given port')
  })

  it('takes only the names that the port knows', () => {
    // @ts-expect-error - a store has no such capability
    expect(requireCapabilities(store, ['incremnt'], { place: 'x' })).toHaveLength(1)
  })
})
