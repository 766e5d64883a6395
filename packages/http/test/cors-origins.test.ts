import { route, SetupError } from '@keelson/core'
import { cors, type CorsOptions } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { APP, preflight, said } from './cors-support.ts'
import { rawRequest } from './raw-request.ts'
import { open } from './support.ts'

const routes = {
  list: route.get('/items', open, () => 1),
  slow: route.get(
    '/slow',
    { ...open, deadlineMs: 20 },
    ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('late')))),
  ),
}

/** The origins that are told that they may read an answer, of requests with each of these lines, sent as it is written. */
async function admitted(
  origins: CorsOptions['origins'],
  lines: readonly string[],
  credentials = true,
): Promise<string[]> {
  await using test = await testApp({
    routes,
    use: [cors({ origins, credentials })],
    transport: 'socket',
  })
  const yes: string[] = []
  for (const line of lines) {
    const answer = await rawRequest(test.baseUrl, ['GET /items HTTP/1.1', line])
    expect([answer.status, said(answer)['vary']]).toEqual([200, 'origin'])
    yes.push(...[said(answer)['allow-origin'] ?? []].flat())
  }
  return yes
}

const NEARLY = [
  'origin: https://app.example.evil.com',
  'origin: https://app.example, https://evil.example',
  'origin: https://app.example\r\norigin: https://evil.example',
  'origin: https://APP.example',
  'origin: HTTPS://app.example',
  'origin: https://app.example.',
  'origin: https://app.example/',
  'origin: https://app.example:443',
  'origin: https://app.example:8443',
  'origin: http://app.example',
  'origin: https://user@app.example',
  'origin: https://evil-app.example',
  'origin: https://app.example%00.evil.com',
  'origin: https://app.example\tx',
  'origin: https://äpp.example',
  'origin: app.example',
  'origin: null',
  'origin:',
  'origin: *',
  'origin: __proto__',
  `origin: https://${'a.'.repeat(2000)}app.example`,
]

describe('origins', () => {
  it('are compared exactly', async () => {
    expect(await admitted(APP, [...NEARLY, `origin: ${APP}`])).toEqual([APP])
    const two = [APP, 'http://localhost:5173', 'capacitor://localhost', 'https://[::1]:8443']
    expect(await admitted(two, [...NEARLY, ...two.map((one) => `origin: ${one}`)])).toEqual(two)
  })

  it('may be patterns of hosts and ports', async () => {
    const good = [
      'https://a.shop.example',
      'https://a.b-c.shop.example',
      'http://localhost',
      'http://localhost:5173',
    ]
    const bad = [
      'https://shop.example',
      'https://shop.example.evil.com',
      'https://evilshop.example',
      'https://.shop.example',
      'https://a.shopxexample',
      'https://a..shop.example:1',
      'https://evil.com/.shop.example',
      'http://localhost:',
      'http://localhost:123456',
      'http://localhost.evil.com',
    ]
    const lines = [...NEARLY, ...[...good, ...bad].map((one) => `origin: ${one}`)]
    expect(await admitted(['https://*.shop.example', 'http://localhost:*'], lines)).toEqual(good)
  })

  it('may be expressions, which are held to the whole of it', async () => {
    const lines = [...NEARLY, 'origin: https://app.example', 'origin: https://app2.example']
    expect(await admitted(/https:\/\/app\d?\.example/gm, lines)).toEqual([APP, 'https://app2.example'])
    expect(await admitted(/^https:\/\/app\.example$|evil/, lines)).toEqual([APP])
  })

  it('may be decided by a function, which is asked of well-formed ones alone', async () => {
    const seen: string[] = []
    const isOurs = (origin: string) => (seen.push(origin), origin.endsWith('app.example'))
    const good = ['https://app.example', 'http://app.example', 'https://evil-app.example']
    expect(await admitted(isOurs, [...NEARLY, `origin: ${APP}`])).toEqual([
      'http://app.example',
      'https://evil-app.example',
      APP,
    ])
    expect(seen.toSorted()).toEqual(
      [
        ...good,
        'https://app.example.evil.com',
        'https://app.example:443',
        'https://app.example:8443',
      ].toSorted(),
    )
  })

  it('null is one that must be named', async () => {
    const lines = ['origin: null']
    expect(await admitted(() => true, lines)).toEqual([])
    expect(await admitted(/.*null/, lines)).toEqual([])
    expect(await admitted(['null', APP], lines, false)).toEqual(['null'])
  })
})

describe('a function for origins', () => {
  const of = (isOurs: (origin: string) => unknown) => [cors({ origins: [isOurs as () => boolean] })]

  it('may take its time, and is asked once for each request', async () => {
    let asked = 0
    const isOurs = (origin: string) => (asked++, Promise.resolve(origin === APP))
    await using test = await testApp({ routes, use: of(isOurs) })
    for (const path of ['/items', '/slow', '/none']) {
      expect(said(await test.request('GET', path, { headers: { origin: APP } }))).toEqual({
        'allow-origin': APP,
        vary: 'origin',
      })
      expect(said(await test.request('GET', path, { headers: { origin: 'https://b.example' } }))).toEqual({
        vary: 'origin',
      })
    }
    expect((await preflight(test, '/items')).headers.get('access-control-allow-origin')).toBe(APP)
    expect(asked).toBe(7)
    expect(said(await test.request('GET', '/items'))).toEqual({ vary: 'origin' })
    expect(asked).toBe(7)
    test.takeErrors()
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no database')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no database'))],
    ['gives something else', () => APP],
    ['gives later something else', () => Promise.resolve(1)],
  ])('that %s refuses, which the log says', async (_, isOurs) => {
    await using test = await testApp({ routes, use: of(isOurs) })
    const answer = await test.request('GET', '/items', { headers: { origin: APP } })
    expect([answer.status, said(answer)]).toEqual([200, { vary: 'origin' }])
    expect(test.takeErrors().map(({ msg }) => msg)).toEqual([
      'The origin of a page was refused, since a function in cors({ origins }) failed.',
    ])
  })

  it('is asked once where the deadline passes while it is asked, and is over then', async () => {
    let asked = 0
    const never = () => (asked++, new Promise<boolean>(() => {}))
    const short = route.get('/', { ...open, deadlineMs: 20 }, () => 1)
    await using test = await testApp({ routes: { short }, use: of(never) })
    const answer = await test.request('GET', '/', { headers: { origin: APP } })
    expect([answer.status, said(answer), asked]).toEqual([504, { vary: 'origin' }, 1])
    test.takeErrors()
  })

  it('that does not answer within its limit has refused, in preflights as well', async () => {
    let asked = 0
    const never = () => (asked++, new Promise<boolean>(() => {}))
    await using test = await testApp({ routes, use: [cors({ origins: never, originTimeoutMs: 5 })] })
    const answer = await test.request('GET', '/items', { headers: { origin: APP } })
    expect([answer.status, said(answer), asked]).toEqual([200, { vary: 'origin' }, 1])
    const asks = await preflight(test, '/items')
    expect(asks.headers.get('access-control-allow-origin')).toBe(null)
    expect(JSON.stringify(test.takeErrors())).toContain('It has not answered within 5 ms.')
  })

  it('of one cors does not answer for another', async () => {
    const show = route.get('/', { ...open, use: [cors({ origins: () => true })] }, () => 1)
    const other = route.get('/other', open, () => 1)
    await using test = await testApp({ routes: { show, other }, use: of(() => false) })
    const origins = ['/', '/other'].map(async (path) =>
      said(await test.request('GET', path, { headers: { origin: APP } })),
    )
    expect(await Promise.all(origins)).toEqual([{ 'allow-origin': APP, vary: 'origin' }, { vary: 'origin' }])
  })

  it('is not asked where a nearer cors counts', async () => {
    const never = () => {
      throw new Error('asked')
    }
    const show = route.get('/', { ...open, use: [cors({ origins: APP })] }, () => 1)
    await using test = await testApp({ routes: { show }, use: of(never) })
    expect(said(await test.request('GET', '/', { headers: { origin: APP } }))['allow-origin']).toBe(APP)
    expect((await preflight(test, '/')).status).toBe(204)
  })
})

describe('options of cors', () => {
  it.each([
    [{}, 'origins is missing'],
    [{ origins: 'https://App.example' }, "Write 'https://app.example'."],
    [{ origins: 'https://app.example/' }, "Write 'https://app.example'."],
    [{ origins: 'https://app.example:443' }, "Write 'https://app.example'."],
    [{ origins: 'https://bücher.example' }, "Write 'https://xn--bcher-kva.example'."],
    [{ origins: 'app.example' }, 'is not an origin'],
    [{ origins: 'https://a.example, https://b.example' }, 'is not an origin'],
    [{ origins: 'file:///tmp' }, 'is not an origin'],
    [{ origins: '' }, 'is not an origin'],
    [{ origins: ['*', APP] }, "'*' stands in a list with others"],
    [{ origins: 'https://*' }, 'is not a pattern'],
    [{ origins: '*.shop.example' }, 'is not a pattern'],
    [{ origins: 'https://a*.shop.example' }, 'is not a pattern'],
    [{ origins: 'https://*.com' }, 'whole top-level domain'],
    [{ origins: '*', credentials: true }, 'With credentials: Every page of the web could read'],
    [{ origins: /.*/, credentials: true }, 'With credentials: Every page of the web could read'],
    [{ origins: 'https://*.co.uk', credentials: true }, 'every host below co.uk'],
    [{ origins: 'https://*.vercel.app', credentials: true }, "Name the host: 'https://shop.vercel.app'"],
    [{ origins: 'http://*.com.br:*', credentials: true }, 'every host below com.br'],
    [{ origins: /https:\/\/[a-z-]+\.github\.io/, credentials: true }, 'every host below github.io'],
    [{ origins: /https:\/\/.*\.com/, credentials: true }, 'every host below com,'],
    [{ origins: 'https://*.co.uk:8443', credentials: true }, 'every host below co.uk'],
    [{ origins: /https:\/\/\w+\.com/, credentials: true }, 'every host below com,'],
    [{ origins: /https:\/\/[a-z]+\.vercel\.app/, credentials: true }, 'every host below vercel.app'],
    [{ origins: /https:\/\/\w+\.co\.uk/, credentials: true }, 'every host below co.uk'],
    [{ origins: /https:\/\/[a-z]\.com/, credentials: true }, 'every host below com,'],
    [{ origins: /https:\/\/[a-z]{5}\.com/, credentials: true }, 'every host below com,'],
    [{ origins: /https:\/\/\d+\.github\.io/, credentials: true }, 'every host below github.io'],
    [{ origins: /https:\/\/[a-z]+\d+\.github\.io/, credentials: true }, 'every host below github.io'],
    [{ origins: /https:\/\/\w+\.com:9443/, credentials: true }, 'every host below com,'],
    [{ origins: new RegExp('https://\\w+\\.com:\\d+'), credentials: true }, 'every host below com,'],
    [{ origins: /https:\/\/\w+\.com(:\d+)?/, credentials: true }, 'every host below com,'],
    [{ origins: /https:\/\/\w+\.com:80\d\d/, credentials: true }, 'every host below com,'],
    [{ origins: /https:\/\/\w+\.com:(?:8443|9443)/, credentials: true }, 'every host below com,'],
    [{ origins: ['null', APP], credentials: true }, "Omit 'null': name the origins, or omit credentials."],
    [{ origins: APP, originTimeoutMs: 0 }, 'originTimeoutMs'],
    [{ origins: APP, credentials: true, exposedHeaders: ['*'] }, "'*' in exposedHeaders"],
    [{ origins: APP, credentials: true, allowedHeaders: ['*'] }, "'*' in allowedHeaders"],
    [{ origins: 7 }, 'origins'],
    [{ origins: [undefined] }, 'origins[0]'],
    [{ origin: APP }, "Did you mean 'origins'?"],
    [{ origins: APP, methods: ['get'] }, 'methods[0]'],
    [{ origins: APP, allowedHeaders: ['x a'] }, 'allowedHeaders[0]'],
    [{ origins: APP, maxAgeSeconds: -1 }, 'maxAgeSeconds'],
  ])('%j is refused', (options, message) => {
    expect(() => cors(options as CorsOptions)).toThrow(SetupError)
    expect(() => cors(options as CorsOptions)).toThrow(message)
  })

  it.each([
    'https://*.shop.co.uk',
    'https://*.shop.vercel.app',
    /https:\/\/pr-\d+\.vercel\.app/,
    /https:\/\/(?:shop|q|7)\.com/,
    /https:\/\/(?:\w+\.)?shop\.com(?::\d+)?/,
    'http://localhost:*',
  ])('takes %s with credentials, which is of somebody', (origins) => {
    expect(() => cors({ origins, credentials: true })).not.toThrow()
  })

  it('takes hosts of a registry without credentials, where nothing of users is read', () => {
    expect(() => cors({ origins: 'https://*.github.io' })).not.toThrow()
  })

  it('takes an empty list, for nobody', () => {
    expect(() => cors({ origins: [] })).not.toThrow()
  })
})
