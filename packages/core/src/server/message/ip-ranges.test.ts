import { describe, expect, it } from 'vitest'
import { readIpRanges } from './ip-ranges.ts'

describe('ranges of addresses', () => {
  it.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:a01:203', true],
    ['10.0.0.0/8', '::a01:203', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['::ffff:192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.70', false],
    ['2001:db8::/32', '2001:0DB8:0001::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2000::/3', '2001:db9::1', true],
    ['2000::/3', '192.0.2.1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['10.0.0.0/8', '', false],
    ['10.0.0.0/8', 'unknown', false],
    ['10.0.0.0/8', '10.1', false],
  ])('%s, asked for %j: %s', (range, address, expected) => {
    const ranges = readIpRanges([range])
    expect(ranges.problems).toEqual([])
    expect(ranges.has(address)).toBe(expected)
  })

  it('hold nobody when there is none, and those that are right beside one that is not', () => {
    expect(readIpRanges([]).has('192.0.2.1')).toBe(false)
    const ranges = readIpRanges(['10.0.0.1/8', '192.0.2.0/24'])
    expect(ranges.problems).toHaveLength(1)
    expect([ranges.has('192.0.2.1'), ranges.has('10.0.0.1')]).toEqual([true, false])
  })
})
