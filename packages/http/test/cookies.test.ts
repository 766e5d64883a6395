import { Readable } from 'node:stream'
import { ArgumentError, ConflictError, middleware, reply, route, t } from '@keelson/core'
import { clearCookie, readCookie, setCookie, type CookieOptions } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { assert, asyncProperty, constantFrom, oneof, record, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exchange, open, transports } from './support.ts'
import { UserAgent, visit } from './user-agent.ts'

/** What an app that sets a cookie answers over HTTPS. */
async function written(name: unknown, value: unknown, options?: object): Promise<string[] | string> {
  const write = route.get('/', open, (ctx) =>
    setCookie(ctx, name as string, value as string, options as CookieOptions),
  )
  const test = await testApp({ routes: { write } })
  const answer = await visit(test.app, new UserAgent(), '/')
  const [error] = test.takeErrors()
  await test.close()
  if (error === undefined) return answer.headers.getSetCookie()
  return (error['err'] as { message: string }).message
}

describe('setCookie, over HTTPS,', () => {
  it.each<[string, CookieOptions, string]>([
    ['a', {}, '__Host-s=a; Path=/; HttpOnly; Secure; SameSite=Lax'],
    ['', {}, '__Host-s=; Path=/; HttpOnly; Secure; SameSite=Lax'],
    ['a b;"%€', {}, '__Host-s=a%20b%3B%22%25%E2%82%AC; Path=/; HttpOnly; Secure; SameSite=Lax'],
    ['a=b', {}, '__Host-s=a=b; Path=/; HttpOnly; Secure; SameSite=Lax'],
    ['a', { maxAgeSeconds: 60 }, '__Host-s=a; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax'],
    [
      'a',
      { expires: new Date(Date.UTC(2030, 0, 1)) },
      '__Host-s=a; Path=/; Expires=Tue, 01 Jan 2030 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    ],
    ['a', { prefix: 'secure', path: '/x' }, '__Secure-s=a; Path=/x; HttpOnly; Secure; SameSite=Lax'],
    [
      'a',
      { prefix: 'secure', domain: 'shop.example' },
      '__Secure-s=a; Domain=shop.example; Path=/; HttpOnly; Secure; SameSite=Lax',
    ],
    ['a', { prefix: 'none', secure: false, httpOnly: false }, 's=a; Path=/; SameSite=Lax'],
    [
      'a',
      { sameSite: 'none', partitioned: true, priority: 'high' },
      '__Host-s=a; Path=/; HttpOnly; Secure; Partitioned; Priority=High; SameSite=None',
    ],
    ['a%20b', { encoding: 'none' }, '__Host-s=a%20b; Path=/; HttpOnly; Secure; SameSite=Lax'],
  ])('writes %j with %j', async (value, options, line) => {
    expect(await written('s', value, options)).toEqual([line])
  })

  it.each<[string, unknown, unknown, object | undefined, string]>([
    ['a name that is empty', '', 'x', {}, 'is not the name of a cookie'],
    ['a name with a space', 'a b', 'x', {}, 'is not the name of a cookie'],
    ['a name with a line break', 'a\r\nset-cookie: b', 'x', {}, 'is not the name of a cookie'],
    ['a name with an equals sign', 'a=b', 'x', {}, 'is not the name of a cookie'],
    ['a name that is not a text', 7, 'x', {}, 'is not the name of a cookie'],
    ['a name with the prefix', '__Host-a', 'x', {}, 'has its prefix already'],
    ['a name with another prefix, in other letters', '__sECURE-a', 'x', {}, 'has its prefix already'],
    ['a name with a prefix of scripts', '__Http-a', 'x', {}, 'has its prefix already'],
    ['a value that is not a text', 's', 7, {}, 'is not a text'],
    ['a value that no UTF-8 holds', 's', '\ud800', {}, 'is not a text'],
    ['a raw value with a semicolon', 's', 'a;b', { encoding: 'none' }, 'has what a cookie cannot hold'],
    ['a raw value with a line break', 's', 'a\nb', { encoding: 'none' }, 'has what a cookie cannot hold'],
    ['a raw value with a quote', 's', '"a"', { encoding: 'none' }, 'has what a cookie cannot hold'],
    ['a raw value beyond ASCII', 's', '\u00e9', { encoding: 'none' }, 'has what a cookie cannot hold'],
    ['4,097 bytes', 's', 'x'.repeat(4097 - '__Host-s'.length), {}, 'has 4097 bytes'],
    ['what is too large when it is encoded', 's', '\u20ac'.repeat(500), {}, 'has 4508 bytes'],
    ['a path that does not begin with a slash', 's', 'x', { prefix: 'none', path: 'a' }, 'Its path is not'],
    ['a path with a semicolon', 's', 'x', { prefix: 'none', path: '/a;b' }, 'Its path is not'],
    ['a path with a space at the end', 's', 'x', { prefix: 'none', path: '/a ' }, 'Its path is not'],
    ['a path with a line break', 's', 'x', { prefix: 'none', path: '/a\nb' }, 'Its path is not'],
    ['a path beyond ASCII', 's', 'x', { prefix: 'none', path: '/\u00e9' }, 'Its path is not'],
    ['a path of 1,025 bytes', 's', 'x', { prefix: 'none', path: `/${'a'.repeat(1024)}` }, 'Its path is not'],
    [
      'a domain with a dot before it',
      's',
      'x',
      { prefix: 'none', domain: '.a.example' },
      'Its domain is not',
    ],
    ['a domain with a dot after it', 's', 'x', { prefix: 'none', domain: 'a.example.' }, 'Its domain is not'],
    ['a top-level domain', 's', 'x', { prefix: 'none', domain: 'com' }, 'for which browsers keep no cookie'],
    ['a domain with a port', 's', 'x', { prefix: 'none', domain: 'a.example:80' }, 'Its domain is not'],
    [
      'a domain of 1,025 bytes',
      's',
      'x',
      { prefix: 'none', domain: 'a.'.repeat(512) + 'b' },
      'Its domain is not',
    ],
    ['__Host- with a path', 's', 'x', { path: '/a' }, "its path is '/'"],
    ['__Host- with a domain', 's', 'x', { domain: 'a.example' }, 'it has no domain'],
    [
      '__Host- without Secure',
      's',
      'x',
      { secure: false },
      'With the prefix __Host- browsers refuse it without',
    ],
    ['__Secure- without Secure', 's', 'x', { prefix: 'secure', secure: false }, 'With the prefix __Secure-'],
    [
      'SameSite=None without Secure',
      's',
      'x',
      { prefix: 'none', secure: false, sameSite: 'none' },
      'sameSite',
    ],
    [
      'Partitioned without Secure',
      's',
      'x',
      { prefix: 'none', secure: false, partitioned: true },
      'partitioned',
    ],
    ['two ends', 's', 'x', { maxAgeSeconds: 1, expires: new Date() }, 'two ends'],
    ['no date', 's', 'x', { expires: new Date(NaN) }, 'Date of the years'],
    ['a date that has five digits', 's', 'x', { expires: new Date(Date.UTC(10000, 0)) }, 'Date of the years'],
    ['half a second', 's', 'x', { maxAgeSeconds: 0.5 }, 'maxAgeSeconds'],
    ['an option in other words', 's', 'x', { maxAge: 5 }, "There is no option 'maxAge'"],
    ['a SameSite in other letters', 's', 'x', { sameSite: 'Lax' }, 'sameSite'],
  ])('refuses %s', async (_, name, value, options, message) => {
    expect(await written(name, value, options)).toContain(message)
  })

  it('takes what browsers just keep', async () => {
    expect(await written('s', 'x'.repeat(4096 - '__Host-s'.length))).toHaveLength(1)
    expect(await written('s', 'x', { prefix: 'none', path: `/${'a'.repeat(1023)}` })).toHaveLength(1)
  })

  it('never says the value', async () => {
    const message = await written('s', `secret${'x'.repeat(5000)}`)
    expect(message).toContain('has 5014 bytes')
    expect(message).not.toContain('secret')
  })

  it('gives browsers what they keep as it was meant, or is refused', async () => {
    let next: readonly [name: string, value: string, options: CookieOptions] = ['', '', {}]
    const write = route.get('/', open, (ctx) => {
      try {
        setCookie(ctx, ...next)
        return 'set'
      } catch (error) {
        return ArgumentError.is(error) ? 'refused' : 'broken'
      }
    })
    const read = route.get('/read/it', open, (ctx) => ({
      value: readCookie(ctx, next[0], { prefix: next[2].prefix }),
    }))
    const clear = route.get('/clear', open, (ctx) => {
      const { prefix, secure, sameSite, path, domain, partitioned } = next[2]
      clearCookie(ctx, next[0], { prefix, secure, sameSite, path, domain, partitioned })
    })
    await using test = await testApp({ routes: { write, read, clear } })
    const seen = { set: 0, refused: 0 }
    const holds = async (name: string, value: string, options: CookieOptions): Promise<void> => {
      next = [name, value, options]
      const agent = new UserAgent()
      const did = await (await visit(test.app, agent, '/')).text()
      expect(did).toMatch(/^(?:set|refused)$/)
      seen[did as 'set' | 'refused']++
      expect(agent.stored).toHaveLength(did === 'set' ? 1 : 0)
      if (did === 'refused') return
      const { secure = true, sameSite = 'lax', path = '/', domain } = options
      const isHostOnly = domain === undefined
      expect(agent.stored[0]).toMatchObject({
        isSecure: secure,
        isHttpOnly: true,
        sameSite,
        path,
        isHostOnly,
      })
      expect(await (await visit(test.app, agent, '/read/it')).json()).toEqual({ value })
      await visit(test.app, agent, '/clear')
      expect(agent.stored).toEqual([])
    }
    const options = record<CookieOptions>(
      {
        prefix: constantFrom('host', 'secure', 'none'),
        secure: constantFrom(true, true, false),
        sameSite: constantFrom('strict', 'lax', 'none'),
        path: constantFrom('/', '/read', '/read/it'),
        domain: constantFrom('shop.example', 'SHOP.example'),
        partitioned: constantFrom(true, false),
        maxAgeSeconds: constantFrom(1, 60),
      },
      { requiredKeys: [] },
    )
    const names = oneof(constantFrom('s', '__proto__', 'constructor', '~', '$a'), string({ maxLength: 4 }))
    const values = oneof(
      string({ unit: 'binary', maxLength: 40 }),
      constantFrom('', '""', '"', ' a ', '%41', '%'),
    )
    await assert(asyncProperty(names, values, options, holds), { numRuns: 200 })
    expect(Math.min(seen.set, seen.refused)).toBeGreaterThan(20)
  })
})

describe('a cookie set twice', () => {
  it('is another one for another domain, and the same for one in other letters', async () => {
    const at = (domain?: string): CookieOptions => ({
      prefix: 'none',
      ...(domain === undefined ? {} : { domain }),
    })
    const set = route.get('/', open, (ctx) => {
      setCookie(ctx, 's', '1', at('a.example'))
      setCookie(ctx, 's', '2', at('b.example'))
      setCookie(ctx, 's', '3', at())
      setCookie(ctx, 's', '4', at('A.example'))
    })
    await using test = await testApp({ routes: { set } })
    const lines = (await visit(test.app, new UserAgent(), '/')).headers.getSetCookie()
    expect(lines.map((line) => [line[2], /Domain=([^;]+)/.exec(line)?.[1]])).toEqual([
      ['2', 'b.example'],
      ['3', undefined],
      ['4', 'A.example'],
    ])
  })

  it('goes out once, as the last says, and leaves other cookies', async () => {
    const write = route.get('/', open, (ctx) => {
      ctx.responseHeaders.append('set-cookie', 'own=1; Path=/')
      setCookie(ctx, 'a', '1')
      setCookie(ctx, 'a', 'other', { prefix: 'none', path: '/x' })
      setCookie(ctx, 'b', '1')
      setCookie(ctx, 'a', '2')
    })
    await using test = await testApp({ routes: { write } })
    const lines = (await visit(test.app, new UserAgent(), '/')).headers.getSetCookie()
    expect(lines.map((line) => line.split(';')[0])).toEqual(['own=1', 'a=other', '__Host-b=1', '__Host-a=2'])
  })

  it('goes out with errors, redirects, streams, and 404 too', async () => {
    const mark = middleware({ name: 'mark', stage: 'receive', run: (ctx) => setCookie(ctx, 'm', '1') })
    const late = middleware({
      name: 'late',
      stage: 'respond',
      transform: (ctx, outcome) => {
        setCookie(ctx, 'late', '1')
        return outcome
      },
    })
    const routes = {
      fail: route.get('/fail', open, () => {
        throw new ConflictError()
      }),
      stream: route.get('/stream', open, () => Readable.from(['a'])),
      moved: route.get('/moved', open, () => reply(303, undefined, { location: '/' })),
    }
    for (const transport of transports) {
      await using test = await testApp({ routes, use: [mark, late], transport })
      for (const path of ['/fail', '/stream', '/moved', '/nowhere']) {
        const answer = await test.request('GET', path)
        expect(answer.headers.getSetCookie().map((line) => line.slice(0, 4))).toEqual(['m=1;', 'late'])
        await answer.arrayBuffer()
      }
      const head = await test.request('HEAD', '/stream')
      expect(head.headers.getSetCookie()).toHaveLength(2)
    }
  })
})

describe('over plain HTTP', () => {
  const routes = {
    set: route.get('/', open, (ctx) => {
      setCookie(ctx, 'a', '1', { sameSite: 'none', partitioned: true })
      setCookie(ctx, 'b', '2', { prefix: 'secure' })
      setCookie(ctx, 'c', '3', { prefix: 'none', secure: false })
    }),
    get: route.get('/get', open, (ctx) => [
      readCookie(ctx, 'a'),
      readCookie(ctx, 'b', { prefix: 'secure' }),
      readCookie(ctx, 'c', { prefix: 'none' }),
    ]),
    clear: route.get('/clear', open, (ctx) => clearCookie(ctx, 'a')),
  }
  const linesOf = (answer: Response) => answer.headers.getSetCookie()

  it.each(['development', 'test'] as const)(
    'in %s prefix and Secure are dropped, which one line says',
    async (mode) => {
      await using test = await testApp({ routes, mode, transport: 'socket' })
      expect(linesOf(await test.request('GET', '/'))).toEqual([
        'a=1; Path=/; HttpOnly; SameSite=Lax',
        'b=2; Path=/; HttpOnly; SameSite=Lax',
        'c=3; Path=/; HttpOnly; SameSite=Lax',
      ])
      await test.request('GET', '/')
      expect(
        test.log.lines.filter((line) => line.msg?.includes('plain HTTP')).map((line) => line.level),
      ).toEqual([30])
      const read = await test.request('GET', '/get', { headers: { cookie: 'a=1; b=2; c=3; __Host-a=4' } })
      expect(await read.json()).toEqual(['1', '2', '3'])
      expect(linesOf(await test.request('GET', '/clear'))).toEqual([
        'a=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
      ])
    },
  )

  it('in production both stay, which one warning says, and a name without the prefix is not read', async () => {
    await using test = await testApp({ routes, mode: 'production', transport: 'socket' })
    expect(linesOf(await test.request('GET', '/'))[0]).toMatch(/^__Host-a=1;.* Secure;/)
    await test.request('GET', '/')
    expect(
      test.log.lines.filter((line) => line.msg?.includes('plain HTTP')).map((line) => line.level),
    ).toEqual([40])
    const read = await test.request('GET', '/get', { headers: { cookie: 'a=1; __Secure-b=2' } })
    expect(await read.json()).toEqual([null, '2', null])
  })

  it.each<[string, object, Record<string, string>]>([
    ['a proxy says https', { server: { trustProxy: true } }, { 'x-forwarded-proto': 'https' }],
    ['publicUrl says https', { publicUrl: 'https://shop.example' }, {}],
  ])('in production nothing is said where %s', async (_, options, headers) => {
    await using test = await testApp({ routes, mode: 'production', transport: 'socket', ...options })
    expect(linesOf(await test.request('GET', '/', { headers }))[0]).toMatch(/^__Host-a=1;.* Secure;/)
    expect(test.log.lines.filter((line) => line.msg?.includes('plain HTTP'))).toEqual([])
  })
})

describe('one whole name reads what setCookie has set', () => {
  const names = {
    '__Host-a': t.Optional(t.Integer()),
    '__Secure-b': t.Optional(t.String()),
    c: t.Optional(t.String()),
  }
  const routes = {
    set: route.get('/', open, (ctx) => {
      setCookie(ctx, 'a', '1')
      setCookie(ctx, 'b', 'x y', { prefix: 'secure', path: '/' })
      setCookie(ctx, 'c', '3', { prefix: 'none', secure: false })
    }),
    get: route.get('/get', { ...open, cookies: names }, ({ cookie, cookies }) => [
      ...Object.keys(names).map((name) => cookie(name) ?? null),
      cookies,
    ]),
    clear: route.get('/clear', open, (ctx) => {
      clearCookie(ctx, 'a')
      clearCookie(ctx, 'b', { prefix: 'secure', path: '/' })
    }),
  }
  const all = ['1', 'x y', '3', { '__Host-a': 1, '__Secure-b': 'x y', c: '3' }]

  it.each(['https://shop.example', 'http://shop.example'])('at %s', async (origin) => {
    await using test = await testApp({ routes })
    const agent = new UserAgent()
    const read = async () => (await visit(test.app, agent, `${origin}/get`)).json()
    await visit(test.app, agent, `${origin}/`)
    expect(await read()).toEqual(all)
    await visit(test.app, agent, `${origin}/clear`)
    expect(await read()).toEqual([null, null, '3', { c: '3' }])
  })

  const over = async (options: object, origin: string, cookie: string) => {
    await using test = await testApp({ routes, ...options })
    const answer = await test.app.fetch(new Request(`${origin}/get`, { headers: { cookie } }))
    return ((await answer.json()) as unknown[]).at(-1)
  }

  it('and no other, where a prefix says who set it: over HTTPS, and in production', async () => {
    const plain = 'a=1; b=x'
    expect(await over({}, 'https://shop.example', plain)).toEqual({})
    expect(await over({ mode: 'production' }, 'http://shop.example', plain)).toEqual({})
    expect(await over({ mode: 'production' }, 'http://shop.example', '__Host-a=1; a=2')).toEqual({
      '__Host-a': 1,
    })
  })

  it('over plain HTTP before one that came by its whole name, as a test may send it', async () => {
    expect(await over({}, 'http://shop.example', '__Host-a=1')).toEqual({ '__Host-a': 1 })
    expect(await over({}, 'http://shop.example', '__Host-a=1; a=2')).toEqual({ '__Host-a': 2 })
  })
})

describe('what clients send', () => {
  const names = ['a', '__proto__', 'constructor', 'n199']
  const read = route.get('/', open, (ctx) => ({ all: names.map((name) => readCookie(ctx, name) ?? null) }))
  const many = Array.from({ length: 200 }, (_, at) => `n${at}=${at}`).join('; ')

  it.each<[string, string, (string | null)[]]>([
    ['duplicates: the first counts', 'a=1; a=2', ['1', null, null, null]],
    ['quotes are taken off', 'a="1"', ['1', null, null, null]],
    ['an escape that is malformed stays', 'a=%zz%e2%28', ['%zz%e2%28', null, null, null]],
    ['bytes that are not UTF-8', 'a=\xff\xfe', ['\xff\xfe', null, null, null]],
    ['names of objects', '__proto__=1; constructor=2', [null, '1', '2', null]],
    ['200 of them', many, [null, null, null, '199']],
    ['nothing that is one', 'a; =a; ;;', [null, null, null, null]],
  ])('%s', async (_, cookie, all) => {
    await using test = await testApp({ routes: { read }, transport: 'socket' })
    const { port } = new URL(test.baseUrl)
    const head = `GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncookie: ${cookie}\r\n\r\n`
    const answer = await exchange(Number(port), Buffer.from(head, 'latin1'))
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual({ all })
  })
})

describe('clearCookie', () => {
  it('takes the options with which the cookie was set', async () => {
    const options: CookieOptions = { prefix: 'none', path: '/a', maxAgeSeconds: 60, encoding: 'none' }
    const clear = route.get('/', open, (ctx) => clearCookie(ctx, 'a', options))
    await using test = await testApp({ routes: { clear } })
    const [line = ''] = (await test.request('GET', '/')).headers.getSetCookie()
    expect(line).toMatch(/^a=;/)
    expect(line).toContain('Max-Age=0')
    expect(line).toContain('Path=/a')
  })
})
