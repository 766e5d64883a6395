import { expect, it } from 'vitest'
import { networkOf } from './network.ts'

it.each([
  ['192.0.2.7', 32, '192.0.2.7'],
  ['192.0.2.7', 24, '192.0.2'],
  ['192.0.2.7', 16, '192.0'],
  ['', 24, ''],
])('the network of %s with %d bits is %s', (address, ipv4, network) => {
  expect(networkOf(address, { ipv4, ipv6: 64 })).toBe(network)
})

it.each([
  ['2001:db8:1:2:3:4:5:6', 128, '2001:db8:1:2:3:4:5:6'],
  ['2001:0DB8:0001:0002::9', 64, '2001:db8:1:2'],
  ['2001:db8:1:2:3:4:5:6', 48, '2001:db8:1'],
  ['2001:db8:1:2:3:4:5:6', 32, '2001:db8'],
  ['2001:db8:1:12ff::', 56, '2001:db8:1:1200'],
  ['2001:db8:1:ffff::', 63, '2001:db8:1:fffe'],
  ['2001:db8::1', 64, '2001:db8:0:0'],
  ['2001:db8::7:0:0:0:1', 64, '2001:db8:0:7'],
  ['::1', 64, '0:0:0:0'],
  ['1::', 64, '1:0:0:0'],
  ['64:ff9b::192.0.2.7', 64, '64:ff9b:0:0'],
  ['fe80::1%eth0', 64, 'fe80:0:0:0'],
  ['fe80::1:2:3:4%eth1', 128, 'fe80:0:0:0:1:2:3:4'],
])('the network of %s with %d bits is %s', (address, ipv6, network) => {
  expect(networkOf(address, { ipv4: 32, ipv6 })).toBe(network)
})
