import { describe, expect, it } from 'vitest'
import { SetupError } from '../../errors/index.ts'
import { createProxyWord, type TrustProxy } from './trust-proxy.ts'

function clientOf(trust: TrustProxy, peer: string, header?: string): string {
  return createProxyWord(trust)?.(peer, header)?.address ?? peer
}

describe('the address of a client', () => {
  it('is that of the socket when no proxy is trusted, whatever the header says', () => {
    expect(createProxyWord(false)).toBeUndefined()
    expect(createProxyWord(0)).toBeUndefined()
    expect(createProxyWord()).toBeUndefined()
  })

  it('is counted from the right for a number of proxies', () => {
    expect(clientOf(1, '10.0.0.1', '6.6.6.6, 203.0.113.9')).toBe('203.0.113.9')
    expect(clientOf(2, '10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2')).toBe('203.0.113.9')
    expect(clientOf(3, '10.0.0.1', '203.0.113.9')).toBe('203.0.113.9')
    expect(clientOf(1, '10.0.0.1')).toBe('10.0.0.1')
  })

  it('is the first untrusted one from the right for a list of ranges', () => {
    const trust = ['10.0.0.0/8', '192.168.7.7', 'fd00::/8']
    expect(clientOf(trust, '10.0.0.1', '1.1.1.1, 203.0.113.9, fd00::5, 192.168.7.7')).toBe('203.0.113.9')
    expect(clientOf(trust, '203.0.113.50', '1.1.1.1')).toBe('203.0.113.50')
    expect(clientOf(trust, '10.0.0.1', '10.1.1.1, 10.2.2.2')).toBe('10.1.1.1')
    expect(clientOf(['loopback', 'uniquelocal', 'linklocal'], '::1', '8.8.8.8, 172.16.3.3, fe80::1')).toBe(
      '8.8.8.8',
    )
  })

  it('is the leftmost one when everybody is trusted', () => {
    expect(clientOf(true, '8.8.8.8', '1.1.1.1, 2.2.2.2')).toBe('1.1.1.1')
  })

  it('is asked of a function, address by address', () => {
    const asked: string[] = []
    const found = clientOf((address) => asked.push(address) < 3, '8.8.8.8', '1.1.1.1, 2.2.2.2, 3.3.3.3')
    expect(found).toBe('2.2.2.2')
    expect(asked).toEqual(['8.8.8.8', '3.3.3.3', '2.2.2.2'])
  })

  it('is not that of a proxy which hides it or says what is no address', () => {
    expect(clientOf(true, '10.0.0.1', '1.1.1.1, unknown, 2.2.2.2')).toBe('')
    expect(clientOf(1, '10.0.0.1', 'unknown')).toBe('')
    expect(clientOf(['10.0.0.0/8'], '10.0.0.1', '1.1.1.1, _hidden, 10.0.0.2')).toBe('')
    expect(clientOf(true, '10.0.0.1', '1.1.1.1,')).toBe('')
    expect(clientOf(true, '10.0.0.1', '<script>')).toBe('')
    expect(createProxyWord(true)?.('10.0.0.1', '1.1.1.1, unknown, 2.2.2.2')).toEqual({
      address: '',
      entries: ['unknown', '2.2.2.2'],
      addresses: ['unknown', '2.2.2.2'],
    })
  })

  it('is that of a proxy which says nothing: then it asks itself', () => {
    expect(clientOf(true, '10.0.0.1', '')).toBe('10.0.0.1')
    expect(clientOf(true, '10.0.0.1', ' ')).toBe('10.0.0.1')
    expect(clientOf(true, '10.0.0.1')).toBe('10.0.0.1')
  })

  it('is not hidden by what a client wrote before it', () => {
    expect(clientOf(1, '10.0.0.1', 'unknown, 203.0.113.9')).toBe('203.0.113.9')
    expect(clientOf(['10.0.0.0/8'], '10.0.0.1', '_x, 203.0.113.9, 10.0.0.2')).toBe('203.0.113.9')
  })

  it('loses port, brackets and the IPv6 form of IPv4', () => {
    expect(clientOf(true, '10.0.0.1', '1.1.1.1:8080')).toBe('1.1.1.1')
    expect(clientOf(true, '10.0.0.1', '[2001:db8::1]:8080')).toBe('2001:db8::1')
    expect(clientOf(true, '10.0.0.1', '[2001:db8::1]')).toBe('2001:db8::1')
    expect(clientOf(['1.1.1.1'], '10.0.0.1')).toBe('10.0.0.1')
    expect(clientOf(true, '10.0.0.1', '::ffff:192.0.2.4')).toBe('192.0.2.4')
    expect(clientOf(true, '10.0.0.1', '[::FFFF:c000:204]:80')).toBe('192.0.2.4')
  })
})

describe('the forwarded header', () => {
  const find = createProxyWord(['10.0.0.0/8', 'fd00::/8'], 'forwarded')

  it.each(['for=6.6.6.6;x="', 'for=6.6.6.6;x="\\', `for=6.6.6.6;x=${'"\\'.repeat(100_000)}`])(
    'is not taken in by a quote that a client left open, %#',
    (written) => {
      expect(find?.('10.0.0.1', `${written}, for=203.0.113.9`)?.address).toBe('203.0.113.9')
      expect(find?.('10.0.0.1', `${written}, for="[2001:db8::1]"`)?.address).toBe('2001:db8::1')
    },
  )

  it.each([
    ['for=203.0.113.9', '203.0.113.9'],
    ['for="[2001:db8::9]:4711"', '2001:db8::9'],
    ['FOR=203.0.113.9;proto=https;by=10.0.0.4', '203.0.113.9'],
    ['for=1.1.1.1, for=203.0.113.9;host="a,b;for=2.2.2.2", for="10.0.0.3:80"', '203.0.113.9'],
    ['by=10.0.0.4;for=203.0.113.9', '203.0.113.9'],
    ['for=203.0.113.9, proto=https', ''],
    ['for=_hidden, for=10.0.0.8', ''],
    ['for="_gazonk:_port"', ''],
    ['for=unknown', ''],
    ['for=unknown, for=203.0.113.9', '203.0.113.9'],
    ['xfor=203.0.113.9', ''],
  ])('%s gives %s', (header, expected) => {
    expect(find?.('10.0.0.1', header)?.address).toBe(expected)
  })
})

describe('a rule about proxies', () => {
  it.each([
    [['10.0.0.0/33'], "'10.0.0.0/33' is neither an address nor a CIDR range."],
    [['example.com'], "'example.com' is neither an address nor a CIDR range."],
    [['10.0.0.0/8/8'], "'10.0.0.0/8/8' is neither an address nor a CIDR range."],
    [['toString'], "'toString' is neither an address nor a CIDR range."],
    [-1, '-1 is not a number of proxies.'],
    [1.5, '1.5 is not a number of proxies.'],
    ['loopback', '"loopback" does not say who is trusted.'],
    [Number.NaN, 'NaN is not a number of proxies.'],
    [Number.POSITIVE_INFINITY, 'Infinity is not a number of proxies.'],
    [null, 'null does not say who is trusted.'],
    [['Loopback'], "'Loopback' is neither an address nor a CIDR range."],
    [[''], "'' is neither an address nor a CIDR range."],
    [[10], '10 is neither an address nor a CIDR range.'],
    [[undefined], 'undefined is neither an address nor a CIDR range.'],
    [[['10.0.0.0/8']], '["10.0.0.0/8"] is neither an address nor a CIDR range.'],
    [['10.0.0.0/-1'], "'10.0.0.0/-1' is neither an address nor a CIDR range."],
    [['10.0.0.0/08'], "'10.0.0.0/08' is neither an address nor a CIDR range."],
    [['::1/129'], "'::1/129' is neither an address nor a CIDR range."],
    [['::ffff:10.0.0.0/129'], "'::ffff:10.0.0.0/129' is neither an address nor a CIDR range."],
    [['fe80::1%eth0'], "'fe80::1%eth0' has a zone"],
    [['fe80::%1/64'], "'fe80::%1/64' has a zone"],
    [['0.0.0.0/0'], "'0.0.0.0/0' contains every IPv4 address, and no IPv6 address."],
    [['10.0.0.0/0'], "'10.0.0.0/0' contains every IPv4 address, and no IPv6 address."],
    [['10.1.2.3/8'], "'10.1.2.3/8' has bits after its prefix of 8"],
    [['fd00::1/8'], "'fd00::1/8' has bits after its prefix of 8"],
    [['::ffff:10.1.2.3/104'], "'::ffff:10.1.2.3/104' has bits after its prefix of 8"],
    [async () => true, 'An asynchronous function cannot be used.'],
  ])('cannot be %j', (trust, message) => {
    expect(() => createProxyWord(trust as TrustProxy)).toThrow(message)
    expect(() => createProxyWord(trust as TrustProxy)).toThrow('ERR_CORE_TRUST_PROXY')
  })

  it.each([
    '::ffff:10.0.0.0/8',
    '::ffff:10.0.0.0/95',
    '::FFFF:a00:0/24',
    '0:0:0:0:0:ffff:10.0.0.0/8',
    '0000:0000:0000:0000:0000:ffff:0a00:0000/16',
    '::/0',
    '::ffff:0:0/96',
    '::ffff:10.0.0.0/96',
    '::/64',
    '0:0:0:0::/80',
    '::fffe:0:0/95',
  ])('refuses %s, which holds every IPv4 address, and says what to write', (range) => {
    let thrown: unknown
    try {
      createProxyWord(['10.0.0.0/8', range])
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(SetupError)
    const [problem] = (thrown as SetupError).problems
    expect(problem?.code).toBe('ERR_CORE_TRUST_PROXY')
    expect(problem?.message).toBe(
      `'${range}' contains every IPv4 address, since ::ffff:0:0/96 is part of it.`,
    )
    expect(problem?.remedy).toMatch(/^Write (?:the )?IPv4 range/)
  })

  it.each([
    '10.0.0.0/8',
    '::ffff:10.0.0.0/104',
    '::FFFF:a00:0/104',
    '0:0:0:0:0:ffff:10.0.0.0/104',
    '0000:0000:0000:0000:0000:ffff:0a00:0000/104',
  ])('takes %s for 10.0.0.0/8', (range) => {
    expect(clientOf([range], '10.9.8.7', '203.0.113.9')).toBe('203.0.113.9')
    expect(clientOf([range], '11.0.0.1', '203.0.113.9')).toBe('11.0.0.1')
    expect(clientOf([range], '::a09:807', '203.0.113.9')).toBe('::a09:807')
  })

  it('takes single addresses in every spelling, and ranges beside the mapped block', () => {
    expect(clientOf(['::ffff:127.0.0.1'], '127.0.0.1', '203.0.113.9')).toBe('203.0.113.9')
    expect(clientOf(['::ffff:7f00:1/128'], '127.0.0.1', '203.0.113.9')).toBe('203.0.113.9')
    expect(clientOf(['::ffff:127.0.0.1'], '127.0.0.2', '203.0.113.9')).toBe('127.0.0.2')
    expect(clientOf(['0:0:0:0:0:0:0:1'], '::1', '203.0.113.9')).toBe('203.0.113.9')
    expect(clientOf(['::/96', '64:ff9b::/96'], '10.0.0.1', '203.0.113.9')).toBe('10.0.0.1')
    expect(clientOf(['linklocal'], 'fe80::1%eth0', '203.0.113.9')).toBe('203.0.113.9')
    expect(clientOf([], '10.0.0.1', '203.0.113.9')).toBe('10.0.0.1')
  })

  it('is refused with all that is wrong in its list', () => {
    let thrown: unknown
    try {
      createProxyWord(['10.0.0.1/8', 'proxy', '10.0.0.0/08', 'loopback'])
    } catch (error) {
      thrown = error
    }
    expect((thrown as SetupError).problems).toMatchObject([
      { place: 'trustProxy', remedy: "Write '10.0.0.0/8' for the range, or the address without a prefix." },
      { place: 'trustProxy', remedy: "Write '192.0.2.7', '10.0.0.0/8' or '2001:db8::/32'." },
      { place: 'trustProxy', remedy: "Write '192.0.2.7', '10.0.0.0/8' or '2001:db8::/32'." },
    ])
  })

  it('names one of two headers', () => {
    expect(() => createProxyWord(1, 'x-real-ip' as 'forwarded')).toThrow('not a supported header')
  })
})
