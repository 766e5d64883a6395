import { describe, expect, it } from 'vitest'
import { createMemoryBus, createMemoryStore, requireCapabilities } from './index.ts'

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
        message: 'It needs the capability "shared", which the given MemoryStore does not have.',
        remedy: 'Take the Redis store.',
      },
      expect.objectContaining({ message: expect.stringContaining('"durable"') }),
    ])
  })

  it('has a remedy of its own, and serves any port', () => {
    const [problem] = requireCapabilities(createMemoryBus(), ['shared'], { place: 'live updates' })
    expect(problem?.remedy).toBe('Give one that has it.')
    expect(
      requireCapabilities({ capabilities: { magic: false } }, ['magic'], { place: 'x' })[0]?.message,
    ).toContain('given port')
  })

  it('takes only the names that the port knows', () => {
    // @ts-expect-error - a store has no such capability
    expect(requireCapabilities(store, ['incremnt'], { place: 'x' })).toHaveLength(1)
  })
})
