import { describe, expect, it } from 'vitest'
import { keySlot } from './key-slot.ts'

describe('the slot of a key', () => {
  it.each([
    ['123456789', 12_739],
    ['foo', 12_182],
    ['keelson:a', 3845],
    ['foo{bar}', 5061],
    ['{bar}', 5061],
    ['bar', 5061],
    ['foo{}{bar}', 8363],
    ['ä🚢', 14_975],
    ['', 0],
  ])('of %s is that of the specification', (key, slot) => expect(keySlot(key)).toBe(slot))

  it('is of what stands within the first braces alone', () => {
    expect(keySlot('{order:7}:lines')).toBe(keySlot('{order:7}:price'))
    expect(keySlot('foo{{bar}}zap')).toBe(keySlot('{bar'))
    expect(keySlot('foo{bar}{zap}')).toBe(keySlot('bar'))
    expect(keySlot('foo}bar{zap')).not.toBe(keySlot('zap'))
  })
})
