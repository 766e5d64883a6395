import { describe, expect, it } from 'vitest'
import { normalizeAddress } from './ip-range.ts'

describe('an IPv4 address in the form of IPv6', () => {
  it.each([
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:10.0.0.1', '10.0.0.1'],
    ['::ffff:a00:1', '10.0.0.1'],
    ['0:0:0:0:0:ffff:10.0.0.1', '10.0.0.1'],
    ['0000::0000:ffff:0a00:0001', '10.0.0.1'],
    ['::ffff:0:1', '0.0.0.1'],
    ['::ffff:255.255.255.255', '255.255.255.255'],
    ['::10.0.0.1', '::10.0.0.1'],
    ['::ffff:0:a00:1', '::ffff:0:a00:1'],
    ['0:ffff::1', '0:ffff::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['', ''],
    ['::ffff:', '::ffff:'],
  ])('%s is %s', (address, expected) => {
    expect(normalizeAddress(address)).toBe(expected)
  })
})
