import { describe, expect, it } from 'vitest'
import { parserOf } from './value-parsers.ts'

describe('parserOf', () => {
  it.each([
    ['2026-11-29 22:13:33+00', '2026-11-29T22:13:33.000Z'],
    ['2026-11-29 22:13:33.1+00', '2026-11-29T22:13:33.100Z'],
    ['2026-11-29 22:13:33.123456+00', '2026-11-29T22:13:33.123Z'],
    ['infinity', 'infinity'],
    ['10000-01-01 00:00:00+00', '10000-01-01 00:00:00+00'],
    ['0044-03-15 00:00:00+00 BC', '0044-03-15 00:00:00+00 BC'],
  ])('reads the instant %s', (text, instant) => {
    expect(parserOf(1184)?.(text)).toBe(instant)
  })

  it('reads arrays', () => {
    expect(parserOf(1007)?.('{1,NULL,{2,3}}')).toEqual([1, null, [2, 3]])
    expect(parserOf(1007)?.('[2:3]={1,2}')).toEqual([1, 2])
    expect(parserOf(1009)?.('{a,"b \\"c\\\\","","NULL",NULL}')).toEqual(['a', 'b "c\\', '', 'NULL', null])
    expect(parserOf(1000)?.('{t,f}')).toEqual([true, false])
    expect(parserOf(1009)?.('{}')).toEqual([])
  })

  it('keeps the text of numbers that JavaScript does not hold', () => {
    expect([parserOf(20), parserOf(1700), parserOf(1082)]).toEqual([undefined, undefined, undefined])
  })
})
