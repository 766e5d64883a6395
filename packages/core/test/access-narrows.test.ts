import {
  accessRule,
  currentFrame,
  middleware,
  needs,
  PRINCIPAL,
  refuse,
  reply,
  route,
  type RouteTree,
  SetupError,
  TENANT,
  UnauthorizedError,
} from '@keelson/core'
import { conditionsOn } from '@keelson/core/conditions'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { failureOf, open } from './support.ts'

interface User {
  readonly id: string
  readonly tenant?: string
}
const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: (ctx): { user: User | undefined } => {
    const id = ctx.header('x-user')
    return { user: id === undefined ? undefined : { id, ...(id === 'eve' ? { tenant: 'acme' } : {}) } }
  },
  principal: ({ user }) => user && { id: user.id, kind: 'user' },
  tenant: ({ user }) => user?.tenant,
})
const member = route.use(session)
const signedIn = middleware({
  name: 'signedIn',
  stage: 'authorize',
  needs: needs<{ user: User | undefined }>('user'),
  narrows: ['user'],
  run: ({ user }) => {
    if (user === undefined) throw new UnauthorizedError()
  },
})
const nobody = middleware({
  name: 'nobody',
  stage: 'authenticate',
  adds: ['user'],
  run: (): { user: User | undefined } => ({ user: null as never }),
})
const lax = accessRule({
  name: 'lax',
  needs: needs<{ user: User | undefined }>('user'),
  narrows: ['user'],
  allow: async () => true,
})
const ask = (app: Awaited<ReturnType<typeof testApp>>, path: string, user?: string) =>
  app.request('GET', path, { headers: user === undefined ? {} : { 'x-user': user } })

describe('narrows', () => {
  it('shows the handler, and rules behind, what a rule has proved to be there', async () => {
    const notEve = accessRule({
      name: 'notEve',
      needs: needs<{ user: User }>('user'),
      allow: ({ user }) => user.id !== 'eve',
    })
    const routes = {
      one: member.get('/one', { access: signedIn }, ({ user }) => user.id),
      two: member.get('/two', { access: [signedIn, notEve] }, ({ user }) => user.id),
      inline: member.get(
        '/inline',
        {
          access: accessRule({ name: 'inline', narrows: ['user'], allow: ({ user }) => user !== undefined }),
        },
        ({ user }) => user.id,
      ),
    }
    await using app = await testApp({ routes })
    for (const path of ['/one', '/two', '/inline'])
      expect(await (await ask(app, path, 'ada')).text()).toBe('ada')
    expect((await ask(app, '/one')).status).toBe(401)
    expect((await ask(app, '/inline')).status).toBe(403)
    expect((await ask(app, '/two', 'eve')).status).toBe(403)
  })

  it('is a 500 where the rule admits a request without it', async () => {
    await using app = await testApp({
      routes: {
        a: member.get('/a', { access: lax }, ({ user }) => user.id),
        none: route.use(nobody).get('/null', { access: lax }, ({ user }) => user.id),
      },
    })
    expect((await ask(app, '/a', 'ada')).status).toBe(200)
    for (const path of ['/a', '/null']) {
      expect((await ask(app, path)).status).toBe(500)
      expect(app.takeErrors()).toMatchObject([
        { err: { message: "Access rule lax admitted a request without 'user', which it narrows." } },
      ])
    }
  })

  it('cannot stand where nothing adds the name, nor outside of a rule', async () => {
    const odd = accessRule({ name: 'odd', narrows: ['usr'] as never, allow: () => true })
    const error = await failureOf(testApp({ routes: { a: member.get('/a', { access: odd }, () => 1) } }))
    expect((error as SetupError).problems[0]?.message).toBe(
      "Access rule 'odd' narrows 'usr', which nothing adds.",
    )
    const make = (stage: 'handle') =>
      middleware({
        name: 'x',
        stage,
        needs: needs<{ user: User }>('user'),
        narrows: ['user'],
        run: () => undefined,
      })
    expect(() => make('handle')).toThrow("narrows stands beside a run of stage 'authorize'.")
  })
})

describe('refuse', () => {
  it('answers 403 and tells the log alone why', async () => {
    const routes = {
      now: route.get(
        '/now',
        { access: accessRule({ name: 'now', allow: () => refuse('free plan') }) },
        () => 1,
      ),
      later: route.get(
        '/later',
        { access: accessRule({ name: 'later', allow: async () => refuse('late') }) },
        () => 1,
      ),
      load: route.get(
        '/load',
        { access: accessRule({ name: 'load', load: () => refuse('not its') }) },
        () => 1,
      ),
    }
    await using app = await testApp({ routes })
    for (const [path, reason] of [
      ['now', 'free plan'],
      ['later', 'late'],
      ['load', 'not its'],
    ] as const) {
      const response = await app.request('GET', `/${path}`)
      expect(response.status).toBe(403)
      expect(await response.text()).not.toContain(reason)
      expect(app.log.lines.find((line) => line['rule'] === path)).toMatchObject({
        event: 'access-refused',
        reason,
      })
    }
  })

  it('tells the caller the detail that it has, and what is not there', async () => {
    const told = accessRule({ name: 'told', allow: () => refuse('plan free', { detail: 'Pay first.' }) })
    const loaded = accessRule({ name: 'loaded', as: 'order', load: () => undefined })
    const routes = {
      told: route.get('/told', { access: told }, () => 1),
      loaded: route.get('/loaded', { access: loaded }, () => 1),
    }
    await using app = await testApp({ routes })
    const detailOf = async (path: string) =>
      ((await (await app.request('GET', path)).json()) as { readonly detail?: string }).detail
    expect(await detailOf('/told')).toBe('Pay first.')
    expect(await detailOf('/loaded')).toBe('There is no such order.')
    expect(() => refuse('hush', { details: 'Pay first.' } as never)).toThrow('detail')
  })

  it.each<[string, RouteTree]>([
    ['a handler', { a: route.get('/', open, () => refuse('hush')) }],
    ['a reply', { a: route.get('/', open, () => reply(200, refuse('hush'))) }],
    [
      'run',
      {
        a: route.get(
          '/',
          {
            ...open,
            use: [middleware({ name: 'm', stage: 'receive', run: (() => refuse('hush')) as never })],
          },
          () => 1,
        ),
      },
    ],
  ])('is a 500 as the value of %s, which shows nothing of it', async (_, routes) => {
    await using app = await testApp({ routes })
    const response = await app.request('GET', '/')
    expect([response.status, (await response.text()).includes('hush')]).toEqual([500, false])
    expect(app.takeErrors()).toMatchObject([
      { err: { message: expect.stringContaining('refuse()') as string } },
    ])
  })

  it('leaves the record that the handler sees without it', () => {
    const mine = accessRule({
      name: 'mine',
      as: 'order',
      load: (ctx) => (ctx.header('x-user') === 'ann' ? { total: 7 } : refuse('not hers')),
    })
    route.get('/', { access: mine }, ({ order }) => order.total)
  })

  it('is not what a condition does in load: a 500', async () => {
    const { total } = conditionsOn({ total: { kind: 'integer' } })
    const rule = accessRule({ name: 'rule', load: () => total.is(7) })
    await using app = await testApp({ routes: { a: route.get('/', { access: rule }, () => 1) } })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(app.takeErrors()).toMatchObject([
      { err: { message: expect.stringContaining('a condition') as string } },
    ])
  })
})

describe('principal and tenant', () => {
  it('are in the frame when the caller is known', async () => {
    const look = () => [currentFrame()?.get(PRINCIPAL) ?? null, currentFrame()?.get(TENANT) ?? null]
    await using app = await testApp({ routes: { a: member.get('/a', open, look) } })
    const seen = async (user?: string) => (await ask(app, '/a', user)).json()
    expect(await seen('ada')).toEqual([{ id: 'ada', kind: 'user' }, null])
    expect(await seen('eve')).toEqual([{ id: 'eve', kind: 'user' }, 'acme'])
    expect(await seen()).toEqual([null, null])
  })

  it('hold what the middleware holds, and are a 500 where they are not what they should be', async () => {
    const make = (name: string, principal: () => unknown, tenant: () => unknown = () => undefined) =>
      middleware({
        name,
        stage: 'authenticate',
        state: () => ({ scopes: ['read'] }),
        adds: ['who'],
        run: async () => ({ who: 'x' }),
        principal: ({ who }, { state }) => (principal() as undefined) ?? { id: who, kind: 'key', ...state },
        tenant: tenant as () => string,
      })
    const at = (path: string, one: ReturnType<typeof make>) =>
      route.use(one).get(path, open, () => currentFrame()?.get(PRINCIPAL))
    const routes = {
      good: at(
        '/good',
        make('good', () => undefined),
      ),
      odd: at(
        '/odd',
        make('odd', () => ({ id: 7, kind: 'user' })),
      ),
      text: at(
        '/text',
        make('text', () => ({ id: 'x', kind: 'key', scopes: 'read' })),
      ),
      late: at(
        '/late',
        make('late', () => Promise.reject(new Error('late'))),
      ),
      lost: at(
        '/lost',
        make(
          'lost',
          () => undefined,
          () => 7,
        ),
      ),
    }
    await using app = await testApp({ routes })
    expect(await (await app.request('GET', '/good')).json()).toEqual({
      id: 'x',
      kind: 'key',
      scopes: ['read'],
    })
    for (const path of ['/odd', '/text', '/late', '/lost'])
      expect((await app.request('GET', path)).status).toBe(500)
    expect(app.takeErrors().map((line) => (line['err'] as Error).message)).toEqual([
      "principal of middleware odd gave no { id, kind, scopes? }: id is a text, kind is 'user', 'key' or 'service', scopes a list of texts.",
      "principal of middleware text gave no { id, kind, scopes? }: id is a text, kind is 'user', 'key' or 'service', scopes a list of texts.",
      "principal of middleware late gave no { id, kind, scopes? }: id is a text, kind is 'user', 'key' or 'service', scopes a list of texts.",
      'tenant of middleware lost gave 7, not a text.',
    ])
  })

  it('stand where the caller is authenticated', () => {
    expect(() =>
      middleware({ name: 'x', stage: 'receive', run: () => undefined, principal: () => undefined }),
    ).toThrow("principal stands beside a run of stage 'authenticate'.")
  })
})
