import { route, t, type RouteTree } from '@keelson/core'
import { isRedirectTarget, redirect, RedirectTargetError } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp, type TestApp } from '@keelson/testing'
import { array, assert, constantFrom, property, string, webUrl } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exchange, open, transports } from './support.ts'

const allow = ['https://app.example', 'http://127.0.0.1', 'http://127.0.0.1:8080']

const ACCEPTED: readonly (readonly [target: string, location: string])[] = [
  ['/', '/'],
  ['/orders/7?a=b&c=%0A#x', '/orders/7?a=b&c=%0A#x'],
  ['orders/7', 'orders/7'],
  ['./a', './a'],
  ['../a', '../a'],
  ['?page=2', '?page=2'],
  ['#top', '#top'],
  ['/a//b', '/a//b'],
  ['/a%2Fb', '/a%2Fb'],
  ['/@ada', '/@ada'],
  ['/go?to=https://evil.example', '/go?to=https://evil.example'],
  ['/a:b', '/a:b'],
  ['/städte/Köln?q=ä', '/st%C3%A4dte/K%C3%B6ln?q=%C3%A4'],
  ['/％２Ｆ', '/%EF%BC%85%EF%BC%92%EF%BC%A6'],
  ['https://app.example', 'https://app.example'],
  ['https://app.example/a', 'https://app.example/a'],
  ['https://app.example?a', 'https://app.example?a'],
  ['http://127.0.0.1:8080/a', 'http://127.0.0.1:8080/a'],
]

const REFUSED: readonly string[] = [
  '',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/a\\b',
  '/\t/evil.example',
  '\t//evil.example',
  '/\n/evil.example',
  '/\r\nset-cookie: a=b',
  '/\0',
  '/\x7f',
  ' //evil.example',
  '/a b',
  '/\x85',
  '/\ud800',
  'https://evil.example',
  'HTTPS://APP.EXAMPLE/',
  'https:evil.example',
  'https:/evil.example',
  'https:///app.example',
  'https://app.example.evil.example',
  'https://app.example:8443/',
  'https://app.example@evil.example',
  'https://app.example:x@evil.example',
  'https://user@app.example/',
  'https://evil.example/https://app.example',
  'https://evil.example#https://app.example',
  'https://app.example//evil.example',
  'https://app.example/%2Fevil.example',
  'http://app.example/',
  'https://app.example.',
  'https://app。example',
  'javascript:alert(1)',
  'java%73cript:alert(1)',
  'data:text/html,x',
  'a:b',
  '%6aavascript:alert(1)',
  '/%2F/evil.example',
  '/%2fevil.example',
  '/%5Cevil.example',
  '/%252fevil.example',
  '/%25255cevil.example',
  '/..//evil.example',
  '/.//evil.example',
  '/%2e%2e//evil.example',
  '/%2E/%2Fevil.example',
  'a/..//evil.example',
  '..//evil.example',
  '/%09/evil.example',
  '/%0d%0aset-cookie:a=b',
  '/%250a',
  '/%00',
  '/%7F',
]

const next = route.get(
  '/next',
  { ...open, query: { to: t.String() }, response: { 303: null }, errors: [RedirectTargetError] },
  ({ query }) => redirect(query.to, { allow }),
)
const safe = route.get('/safe', { ...open, query: { to: t.String() } }, ({ query }) =>
  redirect(query.to, { allow, fallback: '/home' }),
)

describe.each(transports)('redirect, over %s,', (transport) => {
  let test: TestApp<RouteTree>
  beforeAll(async () => {
    test = await testApp<RouteTree>({ routes: { next, safe }, transport })
  })
  afterAll(() => test.close())

  const locationOf = async (path: string, target: string) => {
    const answer = await test.request('GET', `${path}?to=${encodeURIComponent(target)}`)
    return [answer.status, answer.headers.get('location')]
  }

  it.each(ACCEPTED)('leads to %j', async (target, location) => {
    expect(isRedirectTarget(target, { allow })).toBe(true)
    expect(await locationOf('/next', target)).toEqual([303, location])
  })

  it.each(REFUSED.filter((target) => !/\p{Cs}/u.test(target)))('does not lead to %j', async (target) => {
    expect(isRedirectTarget(target, { allow })).toBe(false)
    expect(await locationOf('/next', target)).toEqual([400, null])
    expect(await locationOf('/safe', target)).toEqual([303, '/home'])
  })
})

it('leads from raw bytes of a query nowhere', async () => {
  await using test = await testApp({ routes: { next }, transport: 'socket' })
  const port = Number(new URL(test.baseUrl).port)
  for (const target of [
    '/%0d%0aset-cookie:%20a=b',
    '/%5cevil',
    '%2f%2fevil',
    '%09//evil',
    '/%25%32%66evil',
    '%ff//evil',
  ]) {
    const head = `GET /next?to=${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`
    const answer = await exchange(port, Buffer.from(head))
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).not.toMatch(/^(?:location|set-cookie):/im)
  }
})

it('whatever the target is, a browser stays at the origin or goes to one of the list', () => {
  const holds = (target: string): void => {
    if (!isRedirectTarget(target, { allow })) return
    const { location } = redirect(target, { allow }).headers
    for (const base of ['https://shop.example/', 'https://shop.example/a/b?c', 'https://shop.example//x'])
      expect(['https://shop.example', ...allow]).toContain(new URL(location, base).origin)
    expect(location).toMatch(/^[\x21-\x7e]+$/)
  }
  const pieces = [
    '/',
    '\\',
    '.',
    '..',
    '@',
    ':',
    '%2f',
    '%5C',
    '%2e',
    '?',
    '#',
    '\t',
    'a.b',
    'https:',
    ...allow,
  ]
  const trick = array(constantFrom(...pieces), { maxLength: 6 }).map((all) => all.join(''))
  assert(property(trick, holds), { numRuns: 5000 })
  assert(property(string({ unit: 'binary' }), holds), { numRuns: 2000 })
  assert(property(webUrl({ withFragments: true, withQueryParameters: true }), holds))
})

describe('the answer', () => {
  it.each([301, 302, 303, 307, 308] as const)('has the status %i', (status) => {
    expect(redirect('/', { status })).toMatchObject({ status, body: undefined, headers: { location: '/' } })
  })

  it('stands in the document, with its error', async () => {
    await using test = await testApp({ routes: { next } as RouteTree })
    const { responses } = toOpenApi(test.app).paths!['/next']!.get as { responses: object }
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['303', '400']))
  })
})

it.each<[string, object, string]>([
  ['a status that is none', { status: 200 }, 'status'],
  ['an origin with a path', { allow: ['https://a.example/'] }, "Write 'https://a.example'."],
  ['an origin in capital letters', { allow: ['https://A.example'] }, "Write 'https://a.example'."],
  ['a host', { allow: ['a.example'] }, "Write it as 'https://app.example'."],
  ['another option', { permanent: true }, 'permanent'],
])('refuses %s', (_, options, message) => {
  expect(() => redirect('/', options)).toThrow(message)
})

it('refuses a fallback that leads elsewhere, when it is needed', () => {
  expect(() => redirect('//a', { fallback: '//b' })).toThrow('The fallback is refused as well')
  expect(() => isRedirectTarget('/', { fallback: '/' } as never)).toThrow('fallback')
})
