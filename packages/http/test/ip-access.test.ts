import { route } from '@keelson/core'
import { ipAccess } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'

/** Status of a request whose trusted proxy says that it comes from an address. */
async function statusOf(options: Parameters<typeof ipAccess>[0], address: string): Promise<number> {
  const stock = route.get('/', { ...open, use: [ipAccess(options)] }, () => 'ok')
  await using test = await testApp({
    routes: { stock },
    transport: 'socket',
    server: { trustProxy: true },
  } as never)
  return (await test.request('GET', '/', { headers: { 'x-forwarded-for': address } })).status
}

describe('ipAccess', () => {
  it.each([
    [{ allow: ['10.0.0.0/8'] }, '10.1.2.3', 200],
    [{ allow: ['10.0.0.0/8'] }, '11.0.0.1', 403],
    [{ allow: ['10.0.0.0/8'] }, '::ffff:10.1.2.3', 200],
    [{ allow: ['10.0.0.0/8'] }, '::ffff:a01:203', 200],
    [{ allow: ['::ffff:10.0.0.0/104'] }, '10.1.2.3', 200],
    [{ allow: ['10.0.0.0/8'], deny: ['10.0.0.66'] }, '10.0.0.66', 403],
    [{ allow: ['10.0.0.0/8'], deny: ['10.0.0.66'] }, '10.0.0.67', 200],
    [{ deny: ['2001:db8::/32'] }, '2001:db8:1::1', 403],
    [{ deny: ['2001:db8::/32'] }, '2001:0DB8:0001::1', 403],
    [{ deny: ['2001:db8::/32'] }, '2001:db9::1', 200],
    [{ allow: ['2000::/3'] }, '2001:db9::1', 200],
    [{ allow: ['2000::/3'] }, '192.0.2.1', 403],
    [{ allow: ['fe80::/10'] }, 'fe80::1%eth0', 200],
    [{ allow: [] }, '192.0.2.1', 403],
    [{ allow: ['192.0.2.7'] }, '192.0.2.7', 200],
    [{ allow: ['192.0.2.7'] }, '192.0.2.70', 403],
  ] as const)('%j and %s: %i', async (options, address, status) => {
    expect(await statusOf(options, address)).toBe(status)
  })

  it.each([
    [{}, 'Neither allow nor deny'],
    [{ allow: ['10.0.0.0/33'] }, "allow: '10.0.0.0/33' is neither an address nor a CIDR range."],
    [{ allow: ['10.0.0.0/'] }, 'neither an address nor a CIDR range'],
    [{ allow: ['10.0.0.0/08'] }, 'neither an address nor a CIDR range'],
    [{ allow: ['10.0.0.0/8/8'] }, 'neither an address nor a CIDR range'],
    [{ allow: [''] }, 'neither an address nor a CIDR range'],
    [{ allow: ['10.0.0.1/8'] }, "Write '10.0.0.0/8' for the range, or the address without a prefix."],
    [{ deny: ['fe80::1%eth0'] }, "deny: 'fe80::1%eth0' has a zone"],
    [{ deny: ['::ffff:10.0.0.0/90'] }, 'contains every IPv4 address'],
    [{ allow: ['0.0.0.0/0'] }, 'To admit all, omit allow.'],
    [{ allow: ['::/0'] }, 'To admit all, omit allow.'],
    [{ deny: ['0.0.0.0/0'] }, 'To refuse all, write allow: [].'],
    [{ deny: ['example.org'] }, 'neither an address nor a CIDR range'],
    [{ deny: '10.0.0.1' }, 'deny'],
    [{ denied: [] }, 'denied'],
  ])('refuses %j', (options, message) => {
    expect(() => ipAccess(options as never)).toThrow(message)
  })

  it.each([{ allow: ['127.0.0.0/8'] }, { deny: ['192.0.2.7'] }])(
    '%j refuses a client that its proxy does not name',
    async (options) => {
      for (const hidden of ['unknown', '_hidden', '192.0.2.7, unknown'])
        expect(await statusOf(options, hidden)).toBe(403)
    },
  )

  it('stands in the document, covers what no route takes, and leaves probes alone', async () => {
    const stock = route.get('/', open, () => 'ok')
    await using test = await testApp({
      routes: { stock },
      use: [ipAccess({ allow: [] })],
      transport: 'socket',
    })
    expect((await test.request('GET', '/')).status).toBe(403)
    expect((await test.request('GET', '/nowhere')).status).toBe(403)
    expect((await test.request('GET', '/livez')).status).toBe(200)
    expect(toOpenApi(test.app).paths['/']?.get?.responses?.['403']).toBeDefined()
  })
})
