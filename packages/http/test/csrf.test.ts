import {
  createApp,
  form,
  mount,
  needs,
  route,
  SetupError,
  t,
  type AppOptions,
  type Middleware,
  type RouteTree,
} from '@keelson/core'
import {
  cookieJar,
  csrf,
  CsrfError,
  readCookie,
  setCookie,
  type CookieJar,
  type CsrfOptions,
} from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { rawRequest } from './raw-request.ts'
import { open } from './support.ts'
import { UserAgent, visit } from './user-agent.ts'

const OWN = 'http://localhost'
const REFUSED = 'ERR_HTTP_CSRF'
const FORM = 'application/x-www-form-urlencoded'

const change = { ...open, use: [csrf({ origins: ['https://app.example'] })] } as const
const routes = {
  show: route.get('/', change, () => 'shown'),
  make: route.post('/', change, () => 'made'),
  put: route.put('/', change, () => 'put'),
  remove: route.delete('/', change, () => 'removed'),
}

/** Status, or code of the refusal, of a request over a socket with headers as they are written. */
async function statusOf(method: string, headers: readonly string[], options: Partial<AppOptions> = {}) {
  await using test = await testApp<RouteTree>({ routes, transport: 'socket', ...options })
  const answer = await rawRequest(test.baseUrl, [`${method} / HTTP/1.1`, ...headers, 'content-length: 0'])
  return answer.status === 403 ? (JSON.parse(answer.body) as { code: string }).code : answer.status
}

describe('csrf', () => {
  it.each<[string, readonly string[]]>([
    ['of its own page', ['sec-fetch-site: same-origin', `origin: ${OWN}`]],
    ['of its own page, form or not', ['sec-fetch-site: same-origin', `content-type: ${FORM}`]],
    ['that the user began', ['sec-fetch-site: none']],
    ['of a page in the list, on another site', ['sec-fetch-site: cross-site', 'origin: https://app.example']],
    ['of a page in the list, on the same site', ['sec-fetch-site: same-site', 'origin: https://app.example']],
    ['of a browser that says its own origin alone', [`origin: ${OWN}`]],
    ['of a browser that says an origin of the list alone', ['origin: https://app.example']],
    ['of a program that sends JSON', ['content-type: application/json']],
    ['of a program that sends another type', ['content-type: application/vnd.shop+json;a="b,c"']],
  ])('lets a request pass %s', async (_, headers) => {
    for (const method of ['POST', 'PUT', 'DELETE']) expect(await statusOf(method, headers)).toBe(200)
  })

  it.each<[string, readonly string[]]>([
    ['of another site', ['sec-fetch-site: cross-site']],
    ['of another site that says JSON', ['sec-fetch-site: cross-site', 'content-type: application/json']],
    ['of another site whose origin is hidden', ['sec-fetch-site: cross-site', 'origin: null']],
    ['of the same site, another origin', ['sec-fetch-site: same-site', 'origin: http://other.localhost']],
    [
      'that was redirected from its own page by another site',
      ['sec-fetch-site: cross-site', `origin: ${OWN}`],
    ],
    ['with an unknown word', ['sec-fetch-site: own']],
    ['with two words', ['sec-fetch-site: same-origin', 'sec-fetch-site: cross-site']],
    ['with an empty word', ['sec-fetch-site:']],
    ['with a word in capital letters', ['sec-fetch-site: Same-Origin']],
    ['of another origin', ['origin: http://evil.example', 'content-type: application/json']],
    [
      'of an origin that begins alike',
      ['origin: http://localhost.evil.example', 'content-type: application/json'],
    ],
    ['of another scheme', ['origin: https://localhost', 'content-type: application/json']],
    ['of another port', ['origin: http://localhost:81', 'content-type: application/json']],
    ['of a hidden origin', ['origin: null', 'content-type: application/json']],
    ['of two origins', [`origin: ${OWN}, http://evil.example`, 'content-type: application/json']],
    ['of an origin in capital letters', ['origin: HTTP://LOCALHOST', 'content-type: application/json']],
    ['of an origin with a dot', ['origin: http://localhost.', 'content-type: application/json']],
    ['of an empty origin', ['origin:', 'content-type: application/json']],
    ['of nobody, as a form', [`content-type: ${FORM}`]],
    ['of nobody, as a form with a charset', [`content-type: ${FORM.toUpperCase()} ; charset=utf-8`]],
    ['of nobody, as a form with files', ['content-type: multipart/form-data; boundary=x']],
    ['of nobody, by a link with ping', ['content-type: text/ping']],
    ['of nobody, as a report', ['content-type: application/csp-report']],
    ['of nobody, as reports', ['content-type: application/reports+json']],
    ['of nobody, as text', ['content-type: text/plain;x=application/json']],
    ['of nobody, without a type', []],
    ['of nobody, with an empty type', ['content-type:']],
    ['of nobody, with a type that is none', ['content-type: json']],
    ['of nobody, with two types', ['content-type: application/json, text/plain']],
  ])('refuses a request %s', async (_, headers) => {
    for (const method of ['POST', 'PUT', 'DELETE']) expect(await statusOf(method, headers)).toBe(REFUSED)
  })

  it('lets QUERY pass, which changes nothing', async () => {
    const find = route.query('/', { ...change, body: t.Object({}) }, () => 'found')
    await using test = await testApp({ routes: { find } })
    const headers = { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' }
    expect((await test.request('QUERY', '/', { headers, body: '{}' })).status).toBe(200)
    const legacy = mount('/legacy', () => new Response('x'), { access: 'public', use: [csrf()] } as never)
    await using mounted = await testApp<RouteTree>({ routes: { legacy } as RouteTree })
    expect((await mounted.request('QUERY', '/legacy', { headers, body: '{}' })).status).toBe(200)
  })

  it('lets GET and HEAD pass, whoever sends them', async () => {
    expect(await statusOf('GET', ['sec-fetch-site: cross-site', 'origin: null'])).toBe(200)
    expect(await statusOf('HEAD', ['sec-fetch-site: cross-site'])).toBe(200)
  })

  it('knows the origin that publicUrl says, and the one that a trusted proxy says', async () => {
    const headers = ['origin: https://shop.example']
    expect(await statusOf('POST', headers)).toBe(REFUSED)
    expect(await statusOf('POST', headers, { publicUrl: 'https://shop.example' })).toBe(200)
    const forwarded = [...headers, 'x-forwarded-proto: https', 'x-forwarded-host: shop.example']
    expect(await statusOf('POST', forwarded)).toBe(REFUSED)
    expect(await statusOf('POST', forwarded, { server: { trustProxy: true } })).toBe(200)
    for (const proto of ['https, http', 'javascript'])
      expect(
        await statusOf(
          'POST',
          [...headers, `x-forwarded-proto: ${proto}`, 'x-forwarded-host: shop.example'],
          {
            server: { trustProxy: true },
          },
        ),
      ).toBe(REFUSED)
  })

  it('takes no page over plain HTTP for its own where publicUrl is https', async () => {
    const options = { publicUrl: 'https://localhost' }
    const type = 'content-type: application/json'
    expect(await statusOf('POST', [`origin: ${OWN}`, type], options)).toBe(REFUSED)
    expect(await statusOf('POST', ['origin: https://localhost', type], options)).toBe(200)
    expect(await statusOf('POST', [`origin: ${OWN}`, type], { publicUrl: 'http://shop.example' })).toBe(200)
  })

  it('takes patterns, expressions and functions as origins, as cors does', async () => {
    const listed = (origins: CsrfOptions['origins']) => ({
      routes: {
        make: route.post('/', { ...open, use: [csrf({ origins, originTimeoutMs: 20 })] }, () => 'made'),
      },
    })
    const from = ['sec-fetch-site: cross-site', 'origin: https://a.shop.example']
    for (const origins of [
      'https://*.shop.example',
      /https:\/\/\w\.shop\.example/,
      () => true,
      [async (origin: string) => origin.endsWith('.shop.example')],
    ] as const) {
      expect(await statusOf('POST', from, listed(origins))).toBe(200)
    }
    for (const origins of ['https://*.app.example', () => false, () => Promise.resolve(false), []] as const)
      expect(await statusOf('POST', from, listed(origins))).toBe(REFUSED)
  })

  it('refuses where a function for origins fails, which the log says', async () => {
    const make = route.post(
      '/',
      { ...open, use: [csrf({ origins: () => Promise.reject(new Error('no')) })] },
      () => 1,
    )
    await using test = await testApp({ routes: { make } })
    const answer = await test.request('POST', '/', { headers: { origin: 'https://a.example' } })
    expect(answer.status).toBe(403)
    expect(test.takeErrors().map(({ msg }) => msg)).toEqual([
      'The origin of a page was refused, since a function in csrf({ origins }) failed.',
    ])
  })

  it('asks a foreign handler by the method of the request', async () => {
    const legacy = mount('/legacy', () => new Response('x'), { access: 'public', use: [csrf()] } as never)
    await using test = await testApp<RouteTree>({ routes: { legacy } as RouteTree, transport: 'socket' })
    const answer = (method: string) =>
      rawRequest(test.baseUrl, [
        `${method} /legacy/a HTTP/1.1`,
        'sec-fetch-site: cross-site',
        'content-length: 0',
      ])
    expect((await answer('GET')).status).toBe(200)
    expect((await answer('POST')).status).toBe(403)
    expect((await answer('PURGE')).status).not.toBe(200)
  })

  it('stands on unsafe routes alone, in the document and for clients', async () => {
    await using test = await testApp({ routes })
    const { get, post } = toOpenApi(test.app).paths!['/']! as { get: object; post: object }
    expect(JSON.stringify(post)).toContain('ERR_HTTP_CSRF')
    expect(JSON.stringify(get)).not.toContain('ERR_HTTP_CSRF')
    const result = await test.client.make.result({}, { headers: { origin: 'http://evil.example' } } as never)
    expect(result).toMatchObject({ ok: false, error: { code: 'ERR_HTTP_CSRF' } })
  })

  it('leaves 404 and 405 as they are, and calls from inside', async () => {
    await using test = await testApp({
      routes: { show: routes.show, make: routes.make },
      use: [csrf()],
      calls: true,
    })
    expect((await test.request('POST', '/nowhere')).status).toBe(404)
    expect((await test.request('PUT', '/')).status).toBe(405)
    expect(await test.app.invoke('make')).toMatchObject({ ok: true, data: 'made' })
  })
})

describe('csrf with a token', () => {
  const guard = csrf({
    token: { session: (ctx) => readCookie(ctx, 'session', { prefix: 'none' }) },
    origins: ['https://app.example'],
  })
  const page = route.use(guard)
  const tokens = {
    form: page.get('/form', open, ({ csrfToken }) => ({ token: csrfToken(), again: csrfToken() })),
    signIn: page.post(
      '/sign-in',
      { ...open, body: form({ user: t.String(), csrfToken: t.Optional(t.String()) }) },
      (ctx) => {
        setCookie(ctx, 'session', ctx.body.user, { prefix: 'none' })
        return ctx.body.user
      },
    ),
    save: page.post('/save', { ...open, body: form({ csrfToken: t.Optional(t.String()) }) }, () => 'saved'),
    plainSave: page.post('/plain-save', open, () => 'saved'),
    plain: page.post('/plain', open, async (ctx) => {
      let length = 0
      for await (const chunk of ctx.bodyStream()) length += chunk.length
      return length
    }),
    mounted: mount('/mounted', async (request: Request) => new Response(await request.text()), {
      ...open,
      use: [guard],
    } as never),
  }
  const start = () => testApp({ routes: tokens, secrets: ['Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa'] })
  type Test = Awaited<ReturnType<typeof start>>

  const tokenFor = async (test: Test, agent: UserAgent) =>
    ((await (await visit(test.app, agent, '/form')).json()) as { token: string }).token
  const post = async (
    test: { readonly app: Parameters<typeof visit>[0] },
    agent: UserAgent,
    path: string,
    fields: string,
    headers: object = {},
  ) => {
    const init = { method: 'POST', body: fields, headers: { 'content-type': FORM, ...headers } }
    return (await visit(test.app, agent, path, init)).status
  }

  it('takes the form of an old browser with its token, and refuses it without', async () => {
    await using test = await start()
    const agent = new UserAgent()
    const token = await tokenFor(test, agent)
    expect(agent.stored).toMatchObject([{ name: '__Host-csrf', isHttpOnly: true }])
    expect(await post(test, agent, '/sign-in', 'user=ada')).toBe(403)
    expect(await post(test, agent, '/sign-in', 'user=ada&csrfToken=')).toBe(403)
    expect(await post(test, agent, '/sign-in', `user=ada&csrfToken=${token.slice(0, -1)}`)).toBe(403)
    expect(await post(test, agent, '/sign-in', `user=ada&csrfToken=${token}`)).toBe(200)
  })

  it('is of what a jar has, however often its cookie is set anew', async () => {
    const member = route.use(cookieJar({ session: {} })).use(
      csrf({
        token: {
          needs: needs<{ jar: CookieJar<'session'> }>('jar'),
          session: ({ jar }) => jar.session.read(),
        },
      }),
    )
    const routes = {
      form: member.get('/form', { ...open, query: { id: t.String() } }, ({ query, jar, csrfToken }) => {
        jar.session.set(query.id)
        return csrfToken()
      }),
      save: member.post('/save', open, () => 'saved'),
    }
    await using test = await testApp({ routes, secrets: ['Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa'] })
    const agent = new UserAgent()
    const tokenOf = async (id: string) => (await visit(test.app, agent, `/form?id=${id}`)).text()
    const token = await tokenOf('a')
    const [, first] = agent.stored.map(({ value }) => value)
    await tokenOf('a')
    expect(agent.stored[1]?.value).not.toBe(first)
    expect(await post(test, agent, '/save', '', { 'x-csrf-token': token })).toBe(200)
    await tokenOf('b')
    expect(await post(test, agent, '/save', '', { 'x-csrf-token': token })).toBe(403)
  })

  it('says at start that what its session needs is not there', async () => {
    const token = { needs: needs<{ jar: CookieJar<'session'> }>('jar') }
    const use = [csrf({ token })]
    await expect(testApp({ routes: { save: route.post('/', open, () => 1) }, use })).rejects.toThrow(
      "Middleware 'csrf' needs 'jar', which nothing adds.",
    )
    expect(() => csrf({ token: { needs: 'jar' as never } })).toThrow(
      "Write needs<{ jar: CookieJar<'session'> }>",
    )
  })

  it('makes another token each time, and one cookie', async () => {
    await using test = await start()
    const agent = new UserAgent()
    const first = await visit(test.app, agent, '/form')
    const { token, again } = (await first.json()) as { token: string; again: string }
    expect(token).not.toBe(again)
    expect(first.headers.getSetCookie()).toHaveLength(1)
    expect((await visit(test.app, agent, '/form')).headers.getSetCookie()).toEqual([])
    for (const one of [token, again]) expect(await post(test, agent, '/save', `csrfToken=${one}`)).toBe(200)
  })

  it('takes it in a header, and refuses another cookie, another session, and none', async () => {
    await using test = await start()
    const agent = new UserAgent()
    const other = new UserAgent()
    const token = await tokenFor(test, agent)
    await tokenFor(test, other)
    const headers = { 'x-csrf-token': token }
    expect(await post(test, agent, '/save', '', headers)).toBe(200)
    expect(await post(test, other, '/save', '', headers)).toBe(403)
    expect(await post(test, new UserAgent(), '/save', '', headers)).toBe(403)
    expect(await post(test, agent, '/sign-in', 'user=ada', headers)).toBe(200)
    expect(await post(test, agent, '/save', '', headers)).toBe(403)
    expect(await post(test, agent, '/save', '', { 'x-csrf-token': await tokenFor(test, agent) })).toBe(200)
  })

  it('asks for each of two, which have names, cookies and fields of their own', async () => {
    const order = page.use(
      csrf({
        token: { as: 'orderToken', cookie: 'order', field: 'order', header: 'x-order-token' },
      }),
    )
    const routes = {
      form: order.get('/form', open, ({ csrfToken, orderToken }) => [csrfToken(), orderToken()]),
      save: order.post(
        '/save',
        { ...open, body: form({ csrfToken: t.Optional(t.String()), order: t.Optional(t.String()) }) },
        () => 'saved',
      ),
      send: order.post('/send', open, () => 'sent'),
    }
    await using test = await testApp({ routes, secrets: ['Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa'] })
    const agent = new UserAgent()
    const [first, second] = (await (await visit(test.app, agent, '/form')).json()) as [string, string]
    const save = async (body: string) =>
      (await visit(test.app, agent, '/save', { method: 'POST', body, headers: { 'content-type': FORM } }))
        .status
    expect(await save(`csrfToken=${first}&order=${second}`)).toBe(200)
    expect(await save(`csrfToken=${first}`)).toBe(403)
    expect(await save(`order=${second}`)).toBe(403)
    expect(await save(`csrfToken=${second}&order=${first}`)).toBe(403)
    const headers = { 'x-csrf-token': first, 'x-order-token': second }
    expect((await visit(test.app, agent, '/send', { method: 'POST', headers })).status).toBe(200)
  })

  it.each([
    ['cookie', { field: 'order', header: 'x-order-token' }, "has a cookie 'csrf' as well"],
    ['field', { cookie: 'order', header: 'x-order-token' }, "its token in the field 'csrfToken'"],
    ['header', { cookie: 'order', field: 'order' }, "Give each a header of its own: token: { header: '"],
  ])('does not start with two of one %s', async (_, token, message) => {
    const order = page.use(csrf({ token: { as: 'orderToken', ...token } }))
    const fields = { csrfToken: t.Optional(t.String()), order: t.Optional(t.String()) }
    const save = order.post('/save', { ...open, body: form(fields) }, () => 'saved')
    await expect(testApp({ routes: { save } })).rejects.toThrow(message)
  })

  it('helps no page of another site', async () => {
    await using test = await start()
    const agent = new UserAgent()
    const token = await tokenFor(test, agent)
    const headers = { 'sec-fetch-site': 'cross-site', 'x-csrf-token': token }
    expect(await post(test, agent, '/save', `csrfToken=${token}`, headers)).toBe(403)
    expect(
      await post(test, agent, '/save', '', { origin: 'https://evil.example', 'x-csrf-token': token }),
    ).toBe(403)
  })

  it('asks browsers that say where they are for none', async () => {
    await using test = await start()
    expect(await post(test, new UserAgent(), '/save', '', { 'sec-fetch-site': 'same-origin' })).toBe(200)
    expect(await post(test, new UserAgent(), '/save', '', { origin: 'https://shop.example' })).toBe(200)
  })

  it('reads the field wherever it stands, once it is decoded', async () => {
    await using test = await start()
    const agent = new UserAgent()
    const token = await tokenFor(test, agent)
    for (const fields of [
      `csrf%54oken=${token}`,
      `&&csrfToken=${token}&`,
      `csrfToken=${token.replaceAll('.', '%2E')}`,
    ])
      expect(await post(test, agent, '/save', fields)).toBe(200)
    expect(await post(test, agent, '/save', `csrfToken=x&csrfToken=${token}`)).toBe(403)
    expect(await post(test, agent, '/save', `${'&'.repeat(5000)}csrfToken=${token}`)).toBe(200)
    expect(await post(test, agent, '/save', `${'a&'.repeat(1000)}csrfToken=${token}`)).toBe(403)
  })

  it.each(['a&', 'a', '&', '=', '%41&', 'a=&', '+'])(
    'reads a form of %j over and over in time that grows as it does',
    async (part) => {
      await using test = await start()
      const began = performance.now()
      expect(await post(test, new UserAgent(), '/save', part.repeat(1_000_000 / part.length))).toBe(403)
      // Milliseconds, and 14 s where each name is searched for in all of the rest.
      expect(performance.now() - began).toBeLessThan(5000)
    },
  )

  it('refuses 10,000 fields, wrong escapes and names of objects as it refuses others', async () => {
    await using test = await start()
    const agent = new UserAgent()
    await tokenFor(test, agent)
    for (const fields of [
      'a=1&'.repeat(10_000),
      '%ff=%zz&csrfToken=%ff',
      'a[__proto__]=1&csrfToken[]=x',
      '__proto__=1',
    ])
      expect(await post(test, agent, '/save', fields)).toBe(403)
    expect(await post(test, agent, '/save', 'a'.repeat(2_000_000))).toBe(413)
  })

  it('reads the header alone where core reads no form, and leaves the body to who reads it', async () => {
    await using test = await start()
    const agent = new UserAgent()
    const token = await tokenFor(test, agent)
    for (const path of ['/plain', '/mounted']) {
      expect(await post(test, agent, path, `csrfToken=${token}`)).toBe(403)
      const init = { method: 'POST', body: 'a=1', headers: { 'content-type': FORM, 'x-csrf-token': token } }
      const answer = await visit(test.app, agent, path, init)
      expect([answer.status, await answer.text()]).toEqual([200, path === '/plain' ? '3' : 'a=1'])
    }
  })

  it('is there for calls from inside', async () => {
    await using test = await testApp({ routes: tokens, calls: true })
    expect(await test.app.invoke('form', {}, { as: { csrfToken: () => 'x' } } as never)).toMatchObject({
      data: { token: 'x' },
    })
    expect(await test.app.invoke('plainSave')).toMatchObject({ ok: true, data: 'saved' })
  })

  it('stands in the document', async () => {
    await using test = await start()
    const { paths } = toOpenApi(test.app)
    expect(JSON.stringify(paths['/save'])).toContain('x-csrf-token')
    expect(paths['/save']?.post?.responses?.['403']).toBeDefined()
    // Where a token is made, and none is asked for.
    expect(JSON.stringify(paths['/form'])).not.toContain('x-csrf-token')
    expect(paths['/form']?.get?.responses).not.toHaveProperty('403')
  })
})

describe('the start refuses', () => {
  const messageOf = (make: () => unknown): string => {
    try {
      make()
      return 'nothing'
    } catch (error) {
      if (!SetupError.is(error)) throw error
      return error.message
    }
  }

  it.each<[string, object, string]>([
    ['an origin with a path', { origins: ['https://app.example/'] }, "Write 'https://app.example'."],
    ['the origin null', { origins: ['null'] }, 'Every site can make a page'],
    ['any origin', { origins: '*' }, 'Every page of the web could send'],
    ['a pattern that anybody fits', { origins: /.*/ }, 'Every page of the web could send'],
    ['hosts of a shape', { origins: [/https:\/\/\w+\.com/] }, 'every host below com'],
    [
      'hosts that anybody can have at a port',
      { origins: ['https://*.co.uk:8443'] },
      'every host below co.uk',
    ],
    ['hosts that anybody can have', { origins: ['https://*.github.io'] }, 'every host below github.io'],
    ['a cookie whose name is none', { token: { cookie: 'a b' } }, 'is not the name of a cookie'],
    ['a header whose name is none', { token: { header: 'x csrf' } }, 'the name of a header'],
    ['a token that is a flag', { token: true }, 'token'],
    ['another option', { methods: ['POST'] }, 'methods'],
  ])('%s', (_, options, message) => {
    expect(messageOf(() => csrf(options as {}))).toContain(message)
  })

  it.each([
    [
      'without a field for the token',
      form({ user: t.String() }),
      'Write form({ …, csrfToken: t.Optional(t.String()) }).',
    ],
    [
      'with fields of one kind alone',
      form(t.Union([t.Object({ a: t.String() }), t.Object({ b: t.String() })])),
      'csrfToken',
    ],
    ['with it', form({ csrfToken: t.String() }), 'nothing'],
    [
      'with it in a part',
      form(t.Composite([t.Object({ a: t.String() }), t.Object({ csrfToken: t.String() })])),
      'nothing',
    ],
    ['of any fields', form(t.Record(t.String(), t.String())), 'nothing'],
    ['that is JSON', t.Object({ a: t.String() }), 'nothing'],
  ])('a form %s', (_, body, message) => {
    const save = route.post('/', { ...open, use: [csrf({ token: {} })], body }, () => 1)
    const check = () =>
      createApp({
        log: false,
        mode: 'test',
        secrets: ['Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa'],
        routes: { save },
      }).check()
    const found = messageOf(check)
    expect(found).toContain(message)
    expect(found).toMatch(/^nothing$|route save \(POST \//)
  })

  it('csrf() in production where nothing says that the app is reached over HTTPS', () => {
    const check = (guard: Middleware<object, {}, unknown>, options: Partial<AppOptions>): string => {
      const save = route.post('/', { ...open, use: [guard] }, () => 1)
      const secrets = ['Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa']
      return messageOf(() =>
        createApp({ log: false, mode: 'production', secrets, routes: { save }, ...options }).check(),
      )
    }
    for (const guard of [csrf(), csrf({ token: {} })]) {
      expect(check(guard, {})).toContain('It compares origins, which have a scheme, and nothing says')
      expect(check(guard, { server: { trustProxy: 1 } })).toBe('nothing')
      expect(check(guard, { mode: 'development' })).toBe('nothing')
    }
  })
})

it('its error is one of an API', () => {
  expect(new CsrfError()).toMatchObject({ code: 'ERR_HTTP_CSRF', status: 403 })
})
