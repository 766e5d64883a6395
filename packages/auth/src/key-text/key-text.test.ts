import { describe, expect, it } from 'vitest'
import { hashOfKey, idOfKey, newKeyText } from './key-text.ts'

/** Made by another program, with the crc32 of Python's zlib. */
const KEY = 'shop_AbCdEfGh1234_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx0030lihUj'

describe('the text of a key', () => {
  it('has prefix, id, secret and checksum, and is new each time', () => {
    const { id, text } = newKeyText('shop_live')
    expect(text).toMatch(/^shop_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/)
    expect(idOfKey('shop_live', text)).toBe(id)
    expect(newKeyText('shop_live').text).not.toBe(text)
  })

  it('has a checksum that others can compute', () => {
    expect(idOfKey('shop', KEY)).toBe('AbCdEfGh1234')
  })

  it('is none with a slip in any place', () => {
    for (let at = 0; at < KEY.length; at++) {
      const other = KEY[at] === 'q' ? 'r' : 'q'
      expect(idOfKey('shop', KEY.slice(0, at) + other + KEY.slice(at + 1))).toBeUndefined()
      expect(idOfKey('shop', KEY.slice(0, at) + KEY.slice(at + 1))).toBeUndefined()
    }
    expect(idOfKey('shop', `${KEY} `)).toBeUndefined()
    expect(idOfKey('sho', KEY)).toBeUndefined()
    expect(idOfKey('shop', '')).toBeUndefined()
  })

  it('uses each of 62 digits alike', () => {
    const counts = new Map<string, number>()
    for (let at = 0; at < 400; at++)
      for (const digit of newKeyText('k').text.slice(15, 58)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
    // 17,200 digits, 277 of each, standard deviation 17.
    expect(counts.size).toBe(62)
    for (const count of counts.values()) expect(Math.abs(count - 277)).toBeLessThan(110)
  })

  it('is stored as SHA-256', () => {
    expect(hashOfKey('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  })
})
