import { middleware, reply, route, router } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'
import { cost, session, problemsOf } from './parts-support.ts'

describe('what for gives', () => {
  it('takes the place of parts, leaves one out, or all', async () => {
    const priced = middleware({
      name: 'priced',
      stage: 'receive',
      state: () => ({ spent: 0 }),
      adds: ['left'],
      for: ({ meta, isProbe }) => {
        if (isProbe) return { run: () => ({ left: -1 }), transform: undefined }
        const price = meta(cost)
        return price === undefined
          ? undefined
          : { run: (_, { state }) => ({ left: 10 - (state.spent += price) }) }
      },
      run: (_, { state }) => ({ left: 10 - (state.spent += 1) }),
      transform: (ctx, outcome) => {
        outcome.headers.set('x-left', String(ctx.left))
        return outcome
      },
    })
    const closed = middleware({
      name: 'closed',
      stage: 'receive',
      for: ({ name }) => (name === 'closed' ? undefined : null),
      run: () => reply(503),
    })
    const routes = {
      one: route.get('/one', open, () => 1),
      five: route.get('/five', { ...open, meta: [cost(5)] }, () => 1),
      closed: route.get('/closed', open, () => 1),
    }
    await using app = await testApp({ routes, use: [priced, closed] })
    const ask = async (path: string) => {
      const { status, headers } = await app.request('GET', path)
      return [status, headers.get('x-left')]
    }
    expect(await ask('/one')).toEqual([200, '9'])
    expect(await ask('/five')).toEqual([200, '4'])
    expect(await ask('/closed')).toEqual([503, '3'])
    expect(await ask('/livez')).toEqual([200, null])
    const names = (name: string) =>
      app.app.plans.find((one) => one.name === name)?.steps.map((one) => `${one.served.name} ${one.part}`)
    expect(names('one')).toEqual(['priced run', 'priced transform'])
    expect(names('closed')).toEqual(['priced run', 'closed run', 'priced transform'])
  })

  it('may refuse the start, and names the middleware and the route', async () => {
    const needsUser = middleware({
      name: 'cached',
      stage: 'handle',
      for: ({ stages }) =>
        stages.includes('authenticate')
          ? undefined
          : {
              problems: [
                { message: 'It is cached by user, and nothing says who that is.', remedy: 'Authenticate.' },
              ],
            },
      run: () => undefined,
    })
    const routes = {
      good: route.use(session).get('/good', { ...open, use: [needsUser] }, () => 1),
      bad: route.get('/bad', { ...open, use: [needsUser] }, () => 1),
    }
    expect(await problemsOf({ routes })).toEqual([
      'route bad (GET /bad), middleware cached: It is cached by user, and nothing says who that is.',
    ])
  })

  it('tells what it says alike of many routes once', async () => {
    const strict = middleware({
      name: 'strict',
      stage: 'receive',
      for: ({ name }) => ({
        problems: [{ message: name === 'e' ? 'Odd.' : 'It cannot.', remedy: 'Mend it.' }],
      }),
    })
    const make = (name: string) => [name, route.get(`/${name}`, open, () => 1)] as const
    const routes = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map(make))
    expect(await problemsOf({ routes, use: [strict], health: false })).toEqual([
      'middleware strict, at 5 places: route a (GET /a); route b (GET /b); route c (GET /c) and 2 more: It cannot.',
      'route e (GET /e), middleware strict: Odd.',
    ])
  })

  it.each<[string, () => unknown, string]>([
    ['throws', () => JSON.parse('{'), 'Its for failed: Expected property name'],
    ['is asynchronous', async () => null, 'Its for is asynchronous: plans are made at once.'],
    ['gives a text', () => 'no', 'Its for gives a text, which is not parts.'],
    ['gives a function', () => () => undefined, 'Its for gives the function, which is not parts.'],
    ['gives a middleware', () => session, 'Its for gives a middleware, which is not parts.'],
    ['gives a list', () => [], 'The options must be an object, not a list.'],
    ['gives a part that is no function', () => ({ run: 5 }), 'Option run must be a function, not 5.'],
    ['gives what is no part', () => ({ transfrom: () => undefined }), "There is no option 'transfrom'."],
    [
      'gives a second way to run',
      () => ({ wrap: () => undefined }),
      'With the parts that its for gives, it has both run and wrap.',
    ],
  ])('is refused where it %s', async (_, ask, message) => {
    const odd = middleware({ name: 'odd', stage: 'receive', for: ask as () => null, run: () => undefined })
    const found = await problemsOf({
      routes: { a: route.get('/a', { ...open, use: [odd] }, () => 1) },
      health: false,
    })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain('middleware odd')
    expect(found[0]).toContain('at 2 places: route a (GET /a); requests without a route: ')
    expect(found[0]).toContain(message)
  })

  it('is asked for requests without a route of each place, whatever its stage', async () => {
    const later = middleware({
      name: 'later',
      stage: 'handle',
      for: () => ({
        transform: (_, outcome) => {
          outcome.headers.set('x-later', 'yes')
          return outcome
        },
      }),
      run: () => undefined,
    })
    const routes = {
      plain: router('/plain', { use: [] }, { a: route.get('/', open, () => 1) }),
      late: router('/late', { use: [later] }, { a: route.get('/', open, () => 1) }),
    }
    await using app = await testApp({ routes })
    const looked = async (path: string) => (await app.request('GET', path)).headers.get('x-later')
    expect([await looked('/plain/nowhere'), await looked('/late/nowhere')]).toEqual([null, 'yes'])
  })

  it('cannot leave out what adds, nor an access rule', async () => {
    const user = middleware({
      name: 'user',
      stage: 'receive',
      adds: ['user'],
      for: () => null,
      run: () => ({ user: 1 }),
    })
    const wrapped = middleware({
      name: 'wrapped',
      stage: 'receive',
      adds: ['user'],
      for: () => ({ run: undefined, wrap: (_, next) => next() }),
      run: () => ({ user: 1 }),
    })
    const rule = middleware({ name: 'rule', stage: 'authorize', for: () => null, run: () => undefined })
    const empty = middleware({
      name: 'empty',
      stage: 'authorize',
      for: () => undefined,
      observe: () => undefined,
    })
    const socket = middleware({ name: 'socket', stage: 'authorize', kinds: ['socket'], run: () => undefined })
    const routes = {
      a: route.use(user).get('/a', open, () => 1),
      w: route.use(wrapped).get('/w', open, () => 1),
      b: route.get('/b', { access: rule }, () => 1),
      c: route.get('/c', { access: [empty, socket] }, () => 1),
    }
    const rest = 'A route cannot omit it: it is an access rule.'
    expect(await problemsOf({ routes })).toEqual([
      "route a (GET /a), middleware user: A route cannot omit it: it adds 'user'.",
      "route w (GET /w), middleware wrapped: A route cannot omit it: it adds 'user'.",
      `route b (GET /b), middleware rule: ${rest}`,
      `route c (GET /c), middleware empty: ${rest}`,
      `route c (GET /c), middleware socket: ${rest}`,
    ])
  })
})

describe('kinds', () => {
  it('are refused where they are misspelt, which would leave it out of all plans', () => {
    expect(() => middleware({ name: 'x', stage: 'receive', kinds: ['htpp'], run: () => undefined })).toThrow(
      "'htpp' is not a kind of call.",
    )
    expect(
      middleware({ name: 'x', stage: 'receive', kinds: ['socket'], run: () => undefined }).kinds,
    ).toEqual(['socket'])
  })

  it('leave a middleware out of the plans of other calls', async () => {
    let count = 0
    const only = (kind: string) =>
      middleware({ name: kind, stage: 'receive', kinds: [kind], run: () => void count++ })
    await using app = await testApp({
      routes: { a: route.get('/a', open, () => 1) },
      use: [only('http'), only('call')],
    })
    await app.request('GET', '/a')
    expect(count).toBe(1)
  })
})
