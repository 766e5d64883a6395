import { describe, expect, it } from 'vitest'
import { createMemoryLogger } from './memory-logger.ts'
import { silentLogger } from './silent-logger.ts'

describe('the memory logger', () => {
  it('collects all levels, parsed, until it is cleared', () => {
    const { log, lines, clear } = createMemoryLogger({ now: () => 7 })
    log.trace('a')
    log.child({ b: 1 }).error('c')
    expect(lines).toMatchObject([
      { level: 10, time: 7, msg: 'a' },
      { level: 50, b: 1, msg: 'c' },
    ])
    clear()
    expect(lines).toEqual([])
    log.info('d')
    expect(lines).toHaveLength(1)
  })

  it('holds back what its level says', () => {
    const { log, lines } = createMemoryLogger({ level: 'warn' })
    log.info('a')
    expect(lines).toEqual([])
  })
})

describe('the silent logger', () => {
  it('writes nothing and cannot be switched on', async () => {
    silentLogger.level = 'trace'
    silentLogger.child({ a: 1 }).fatal({ b: 2 }, 'x')
    await silentLogger.flush()
    expect(silentLogger.level).toBe('silent')
    expect(silentLogger.isLevelEnabled('fatal')).toBe(false)
  })
})
