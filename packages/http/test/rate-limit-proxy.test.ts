import { route } from '@keelson/core'
import { rateLimit, type RateLimitOptions } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

const MINUTE = { limit: 100, windowMs: 60_000 }
const routes = { stock: route.get('/', open, () => 'ok') }

/** Lines about proxies that an app logs, asked once for each list of headers. */
async function told(
  asked: readonly Readonly<Record<string, string>>[],
  {
    transport = 'socket',
    server = {},
    limits = [MINUTE],
  }: {
    readonly transport?: (typeof transports)[number]
    readonly server?: object
    readonly limits?: readonly RateLimitOptions[]
  } = {},
): Promise<unknown[]> {
  const use = limits.map((options, at) => rateLimit({ name: `q${at}`, ...options }))
  await using test = await testApp({ routes, use, transport, server })
  for (const headers of asked) await test.request('GET', '/', { headers })
  return test.log.lines.filter(({ msg }) => String(msg).includes('trustProxy'))
}

const forwarded = { 'x-forwarded-for': '192.0.2.7' }

describe('rateLimit, behind a proxy that nobody named,', () => {
  it.each(transports)('warns once, and names what to do: %s', async (transport) => {
    const lines = await told([{}, forwarded, forwarded], { transport, limits: [MINUTE, MINUTE] })
    expect(lines).toMatchObject([{ level: 40, header: 'x-forwarded-for' }])
    expect(lines).toMatchObject([
      { msg: expect.stringContaining('name that by server.trustProxy') as unknown },
    ])
  })

  it.each([
    ['of the other header', [{ forwarded: 'for=192.0.2.7' }], {}],
    ['where another proxy is trusted', [forwarded], { server: { trustProxy: ['203.0.113.1'] } }],
    ['where nobody who is trusted hides a client', [{ 'x-forwarded-for': 'unknown' }], {}],
    [
      'of limits by principal, and by several',
      [forwarded],
      { limits: [{ ...MINUTE, by: 'principal' as const }] },
    ],
    ['of an address among others', [forwarded], { limits: [{ ...MINUTE, by: ['ip', 'route'] as const }] }],
    [
      'when the first requests come without it',
      [...Array<{}>(900).fill({}), forwarded],
      { transport: 'memory' as const },
    ],
  ])('warns %s', async (_, asked, options) => {
    expect(await told(asked, options)).toHaveLength(1)
  })

  it.each([
    ['without such a header', [{}, { 'x-real-ip': '192.0.2.7' }], {}],
    ['where the proxy is trusted', [forwarded], { server: { trustProxy: true } }],
    [
      'where IPv4 is written as IPv6',
      [{ 'x-forwarded-for': '::ffff:192.0.2.7' }],
      { server: { trustProxy: 1 } },
    ],
    [
      'where one of two headers is believed',
      [{ ...forwarded, forwarded: 'for="[2001:db8::7]"' }],
      { server: { trustProxy: true, forwardedHeader: 'forwarded' } },
    ],
    [
      'where a trusted proxy hides its client',
      [{ 'x-forwarded-for': 'unknown' }, { 'x-forwarded-for': '192.0.2.7, _hidden' }],
      { server: { trustProxy: 1 } },
    ],
    [
      'where a trusted proxy hides it in the other header',
      [{ forwarded: 'for=unknown' }, { forwarded: 'proto=https;For="_a.b", for=_c' }],
      { server: { trustProxy: 1, forwardedHeader: 'forwarded' } },
    ],
    ['where addresses do not count', [forwarded], { limits: [{ ...MINUTE, by: 'route' as const }] }],
    ['of what comes late', [...Array<{}>(1000).fill({}), forwarded], { transport: 'memory' as const }],
  ])('says nothing %s', async (_, asked, options) => {
    expect(await told(asked, options)).toEqual([])
  })
})
