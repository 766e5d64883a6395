import { isUtf8 } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { findInvalidUtf8 } from './utf8.ts'

describe('findInvalidUtf8', () => {
  it('finds no fault exactly where Node finds none', () => {
    const odd = [
      0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef,
      0xf0, 0xf1, 0xf4, 0xf5, 0xff,
    ]
    const all = [[]] as number[][]
    const longer = (texts: number[][]): number[][] =>
      texts.flatMap((text) => odd.map((byte) => [...text, byte]))
    const texts = longer(longer(longer(all))).flatMap((text) => [text, [...text, 0x80], [...text, 0xc0]])
    const isWrong = (text: number[]): boolean => {
      return (findInvalidUtf8(new Uint8Array(text)) === text.length) !== isUtf8(new Uint8Array(text))
    }
    expect(texts.length).toBeGreaterThan(30_000)
    expect(texts.filter(isWrong)).toEqual([])
  })

  it('gives the offset of the first byte that is wrong', () => {
    const text = new TextEncoder().encode('aé€😀')
    expect(findInvalidUtf8(text)).toBe(text.length)
    expect(findInvalidUtf8(new Uint8Array([...text, 0xff, 0x41]))).toBe(text.length)
    expect(findInvalidUtf8(text.subarray(0, text.length - 1))).toBe(text.length - 4)
  })
})
