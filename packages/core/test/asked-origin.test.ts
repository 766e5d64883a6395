import { createApp, route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { publicOrigin } from '../src/app/index.ts'
import { RawClient } from './server-support.ts'
import { failureOf, open, transports } from './support.ts'

const where = route.get('/where', open, ({ scheme, host, origin }) => [scheme, host, origin])
const routes = { where }

/** What a handler sees of a head that is written by hand. */
async function seen(head: string, server: object = {}): Promise<unknown> {
  await using app = await testApp({ routes, server, transport: 'socket' })
  const client = new RawClient(Number(new URL(app.baseUrl).port))
  client.write(`${head}\r\nConnection: close\r\n\r\n`)
  const text = await client.closed()
  const status = text.slice(9, 12)
  return status === '200' ? (JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as unknown) : status
}

const GET = 'GET /where HTTP/1.1\r\nHost: a.example:8080'
const BEHIND_TWO = 'X-Forwarded-For: 192.0.2.6, 192.0.2.1, 10.0.0.2'

describe('scheme, host and origin', () => {
  it.each<[string, string, object, unknown]>([
    ['are those of Host', GET, {}, ['http', 'a.example:8080', 'http://a.example:8080']],
    [
      'are written in lower case and without the default port in the origin alone',
      'GET /where HTTP/1.1\r\nHost: A.Example:80',
      {},
      ['http', 'A.Example:80', 'http://a.example'],
    ],
    [
      'are those of a target in absolute form, which says what Host says',
      'GET http://a.example/where HTTP/1.1\r\nHost: a.example',
      {},
      ['http', 'a.example', 'http://a.example'],
    ],
    [
      'are refused where the target names another host than Host',
      'GET http://b.example/where HTTP/1.1\r\nHost: a.example',
      {},
      '400',
    ],
    ['are refused where Host names no host', 'GET /where HTTP/1.1\r\nHost: a b', {}, '400'],
    ['are refused where Host has a user', 'GET /where HTTP/1.1\r\nHost: user@a.example', {}, '400'],
    [
      'have a host of this machine where HTTP/1.0 names none',
      'GET /where HTTP/1.0',
      {},
      ['http', 'localhost', 'http://localhost'],
    ],
    [
      'believe nobody who is not trusted',
      `${GET}\r\nX-Forwarded-Host: b.example\r\nX-Forwarded-Proto: https`,
      {},
      ['http', 'a.example:8080', 'http://a.example:8080'],
    ],
    [
      'are those that a trusted proxy says',
      `${GET}\r\nX-Forwarded-Host: b.example:443\r\nX-Forwarded-Proto: https`,
      { trustProxy: 1 },
      ['https', 'b.example:443', 'https://b.example'],
    ],
    [
      'are those of Forwarded where that is the header of the proxy',
      `${GET}\r\nForwarded: for=192.0.2.1;proto=https;host="b.example"\r\nX-Forwarded-Host: c.example`,
      { trustProxy: 1, forwardedHeader: 'forwarded' },
      ['https', 'b.example', 'https://b.example'],
    ],
    [
      'are those beside the address of the client where each proxy appended to all lists',
      `${GET}\r\n${BEHIND_TWO}\r\nX-Forwarded-Host: evil.example, b.example, c.example\r\nX-Forwarded-Proto: ftp, https, http`,
      { trustProxy: 2 },
      ['https', 'b.example', 'https://b.example'],
    ],
    [
      'are the last ones where a proxy appended an address alone',
      `${GET}\r\n${BEHIND_TWO}\r\nX-Forwarded-Host: evil.example, b.example\r\nX-Forwarded-Proto: http, https`,
      { trustProxy: 2 },
      ['https', 'b.example', 'https://b.example'],
    ],
    [
      'are the only ones where the first proxy sets them',
      `${GET}\r\n${BEHIND_TWO}\r\nX-Forwarded-Host: b.example\r\nX-Forwarded-Proto: https`,
      { trustProxy: 2 },
      ['https', 'b.example', 'https://b.example'],
    ],
    ...['a b', 'b.example/path', 'user@b.example', 'b.example:99999', ''].map(
      (host): [string, string, object, unknown] => [
        `are those of the request itself where a trusted proxy says ${JSON.stringify(host)}`,
        `${GET}\r\nX-Forwarded-Host: ${host}\r\nX-Forwarded-Proto: gopher`,
        { trustProxy: 1 },
        ['http', 'a.example:8080', 'http://a.example:8080'],
      ],
    ),
  ])('%s', async (_, head, server, expected) => {
    expect(await seen(head, server)).toEqual(expected)
  })

  it('are those of the URL that app.fetch is given', async () => {
    await using app = await testApp({ routes, server: { trustProxy: 1 } })
    const ask = async (headers: Record<string, string>): Promise<unknown> =>
      (await app.app.fetch(new Request('https://shop.example:8443/where', { headers }))).json()
    expect(await ask({})).toEqual(['https', 'shop.example:8443', 'https://shop.example:8443'])
    expect(await ask({ 'x-forwarded-host': 'b.example' })).toEqual([
      'https',
      'b.example',
      'https://b.example',
    ])
    expect(await ask({ 'x-forwarded-host': 'a b' })).toEqual([
      'https',
      'shop.example:8443',
      'https://shop.example:8443',
    ])
  })

  it('come from publicUrl where no request names them', () => {
    expect(publicOrigin('https://Shop.example:443')).toEqual({
      scheme: 'https',
      host: 'shop.example',
      origin: 'https://shop.example',
    })
    expect(publicOrigin(undefined).origin).toBe('http://localhost')
  })

  it.each([
    ['shop.example', "Write scheme and host: 'https://shop.example'."],
    ['https://shop.example/api', 'no path, query or user'],
    ['https://shop.example?', 'no path, query or user'],
    ['https://ann@shop.example', 'no path, query or user'],
    ['ftp://shop.example', 'Give only scheme (http or https)'],
    [' https://shop.example', 'Give only scheme (http or https)'],
    [7, "Write scheme and host: 'https://shop.example'."],
  ])('stop the start where publicUrl is %j', async (publicUrl, remedy) => {
    const failure = await failureOf((async () => createApp({ routes, publicUrl } as never))())
    expect(String(failure)).toContain(
      "Option publicUrl must be the URL of an origin like 'https://shop.example', not ",
    )
    expect(String(failure)).toContain(remedy)
  })
})

describe.each(transports)('a cookie by name, %s', (transport) => {
  it('is read without a schema, decoded, the first of several', async () => {
    const routes = {
      one: route.get('/:name', { ...open, params: undefined }, ({ params, cookie }) => [
        cookie(params.name) ?? null,
      ]),
    }
    await using app = await testApp({ routes, transport })
    const ask = async (name: string, cookie?: string): Promise<unknown> =>
      (await app.request('GET', `/${name}`, cookie === undefined ? {} : { headers: { cookie } })).json()
    expect(await ask('a', 'x=1; a="b%20c"; a=2')).toEqual(['b c'])
    expect(await ask('a', 'a=%zz')).toEqual(['%zz'])
    expect(await ask('b', 'a=1')).toEqual([null])
    expect(await ask('constructor', 'a=1')).toEqual([null])
    expect(await ask('a')).toEqual([null])
  })

  it('is there beside cookies that the route declares', async () => {
    const { t } = await import('@keelson/core')
    const routes = {
      one: route.get('/', { ...open, cookies: { n: t.Integer() } }, ({ cookies, cookie }) => [
        cookies.n,
        cookie('n') ?? null,
        cookie('m') ?? null,
      ]),
    }
    await using app = await testApp({ routes, transport })
    const response = await app.request('GET', '/', { headers: { cookie: 'n=7; m=8' } })
    expect(await response.json()).toEqual([7, '7', '8'])
  })
})
