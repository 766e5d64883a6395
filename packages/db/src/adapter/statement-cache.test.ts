import { describe, expect, it } from 'vitest'
import { StatementCache } from './statement-cache.ts'

describe('StatementCache', () => {
  it('keeps what was asked for, and drops the oldest of the rest', () => {
    const cache = new StatementCache<number>(3)
    for (const [at, text] of ['a', 'b', 'c'].entries()) cache.set(text, at)
    expect(cache.get('a')).toBe(0)
    expect(cache.set('d', 3)).toBe(1)
    expect(cache.get('b')).toBeUndefined()
    expect(cache.get('a')).toBe(0)
  })

  it('drops one although all were asked for', () => {
    const cache = new StatementCache<number>(2)
    cache.set('a', 0)
    cache.set('b', 1)
    cache.get('a')
    cache.get('b')
    expect(cache.set('c', 2)).toBe(0)
    expect(cache.clear()).toEqual([1, 2])
  })

  it('keeps nothing with a size of 0', () => {
    const cache = new StatementCache<number>(0)
    expect(cache.set('a', 1)).toBe(1)
    expect(cache.get('a')).toBeUndefined()
  })
})
