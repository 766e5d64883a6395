import { describe, expect, it } from 'vitest'
import { toKeyText, toStoredText } from './key-text.ts'

const stored = (key: string): string => toStoredText(toKeyText(key, 'texts.get'))

describe('the key of a store', () => {
  it('is another for each text, also where UTF-8 has no bytes for them', () => {
    const texts = ['\ud800', '\ud801', '\udc00', '\ufffd', 'a\ud800', '\ud800a', 'a\u0000', '']
    expect(new Set(texts.map(stored)).size).toBe(texts.length)
  })

  it.each([['a'], ['\u{1f600}'], ['\u4e2d'], ['=']])(
    'has at most 400 bytes however long the text is: %j',
    (sign) => {
      for (let length = 1; length <= 600; length++)
        expect(Buffer.byteLength(stored(sign.repeat(length)))).toBeLessThanOrEqual(400)
    },
  )

  it('is the text itself where it can be', () => {
    for (const text of ['a', 'product:7', 'ä'.repeat(133)]) expect(stored(text)).toBe(text)
  })
})
