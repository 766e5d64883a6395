import { describe, expect, it } from 'vitest'
import { ownText } from './own-text.ts'

describe('ownText', () => {
  const whole = '/users/3f2b8c1e-7d4a-4e0b-9a6f-0c5d1e2f3a10/Zoë 🚢/orders'

  it('is the part that slice gives, whatever its place and length', () => {
    for (let start = 0; start <= whole.length; start++)
      for (let end = start; end <= whole.length; end++)
        expect(ownText(whole, start, end)).toBe(whole.slice(start, end))
  })
})
