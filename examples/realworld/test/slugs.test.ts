import { createSeededRandom } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { Slugs, wordsOf } from '../src/articles/slugs.ts'

describe('a slug', () => {
  it.each([
    ['How to train', 'how-to-train'],
    ['  Où est-ce? 🐉 ', 'ou-est-ce'],
    ['<b>Bold</b> & "quoted"', 'b-bold-b-quoted'],
    ['東京 2026', '東京-2026'],
    ['Ελλάδα, ёлка, Việt Nam', 'ελλαδα-елка-viet-nam'],
    ['한국어 소개', '한국어-소개'],
    ['한국어'.normalize('NFD'), '한국어'],
    ['हिन्दी में', 'हिन्दी-में'],
    ['ภาษาไทย ที่นี่', 'ภาษาไทย-ที่นี่'],
    ['ガギ ﾊﾟﾝ', 'ガギ-パン'],
    ['co\u00adopera\u200btion', 'cooperation'],
    ['\u0301', ''],
    ['🐉', ''],
    ['../../etc/passwd?a=b#c', 'etc-passwd-a-b-c'],
    ['a'.repeat(300), 'a'.repeat(100)],
    [`${'a'.repeat(99)} b`, 'a'.repeat(99)],
    ['한'.repeat(300), '한'.repeat(100)],
    [`क${'कि'.repeat(50)}`, `क${'कि'.repeat(49)}`],
  ])('of %j begins with %j', (title, words) => {
    expect(wordsOf(title)).toBe(words)
  })

  it('ends in a part of its own, which is all of it where a title has no words', () => {
    const slugs = new Slugs(createSeededRandom(1))
    expect(slugs.of('Hm.')).toMatch(/^hm-[\da-f]{12}$/)
    expect(slugs.of('🐉')).toMatch(/^[\da-f]{12}$/)
    expect(slugs.of('Hm.')).not.toBe(slugs.of('Hm.'))
  })
})
