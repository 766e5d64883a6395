// What a contract test finds besides wrong answers, and how long it takes at most.
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { NotFoundError, UnauthorizedError } from '@keelson/core'
import { middleware } from '@keelson/core'
import { route, type RouteTree, type SecurityScheme } from '@keelson/core'
import { t } from '@keelson/core'
import type { App } from '@keelson/core'
import { createApp } from '@keelson/core'
import { contractTest, ContractTestError, createMemoryLogger } from '@keelson/testing'
import { failureOf, open } from './support.ts'

const Ok = t.Object({ ok: t.Boolean() })
const OK = { ok: true }

/** An app that does not wait long for handlers that do not end. */
function appOf(routes: RouteTree): App {
  const { log } = createMemoryLogger()
  return createApp({ routes, mode: 'test', log, health: false, phases: { stopMs: 300 } }) as App
}

async function reasonsOf(routes: RouteTree, options: object = {}): Promise<Record<string, string>> {
  const error = await failureOf(contractTest(appOf(routes), { seed: 1, runsPerRoute: 20, ...options }))
  if (error === undefined) return {}
  if (!(error instanceof ContractTestError)) throw error
  return Object.fromEntries(error.failures.map(({ route: name, why }) => [name, why]))
}

const KEY = 'right'
const SCHEMES: Readonly<Record<string, SecurityScheme>> = {
  header: { type: 'apiKey', in: 'header', name: 'X-Key' },
  query: { type: 'apiKey', in: 'query', name: 'key' },
  cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
  token: { type: 'http', scheme: 'bearer' },
}

/** A middleware that declares a scheme and looks at it, or lets everybody in. */
const guard = (scheme: SecurityScheme, isDeaf: boolean) =>
  middleware({
    name: 'guard',
    stage: 'authenticate',
    run: (ctx) => {
      const given = [
        ctx.header('x-key'),
        ctx.header('authorization')?.replace('Bearer ', ''),
        /(?:^|; )sid=(\w+)/.exec(ctx.header('cookie') ?? '')?.[1],
        /[?&]key=(\w+)/.exec(ctx.url)?.[1],
      ]
      if (!isDeaf && !given.includes(KEY)) throw new UnauthorizedError('Send the key.', { challenge: 'Key' })
    },
    describe: { security: { name: 'key', scheme } },
  })

describe('a contract test finds declared security that lets everybody in', () => {
  it.each(Object.entries(SCHEMES))('%s', async (where, scheme) => {
    const given = {
      header: { 'x-key': KEY },
      token: { authorization: `Bearer ${KEY}` },
      cookie: { cookie: `a=b; sid=${KEY}` },
      query: {},
    }[where]
    const at = (isDeaf: boolean) => route.use(guard(scheme, isDeaf))
    const show = (isDeaf: boolean) =>
      at(isDeaf).get(isDeaf ? '/a' : '/b', { ...open, response: Ok }, () => OK)
    const why = 'it declares that it demands key, and answers 200 without'
    expect(await reasonsOf({ deaf: show(true) })).toEqual({ deaf: why })
    expect(await reasonsOf({ deaf: show(true) }, { headers: given })).toEqual({ deaf: why })
    expect(await reasonsOf({ sound: show(false) }, { headers: given })).toEqual({})
  })

  it('unless its middleware says that credentials are optional, and no access rule asks for the caller', async () => {
    const visitor = middleware({
      name: 'visitor',
      stage: 'authenticate',
      adds: ['user'],
      run: (ctx): { user: string | undefined } => ({ user: ctx.header('x-key') }),
      describe: {
        security: { name: 'key', scheme: SCHEMES['header'] as SecurityScheme },
        isSecurityOptional: true,
      },
    })
    const show = (path: string) => route.use(visitor).get(path, { ...open, response: Ok }, () => OK)
    expect(await reasonsOf({ show: show('/') }, { headers: { 'x-key': KEY } })).toEqual({})
  })

  it('though each request that it makes up has the key', async () => {
    const scheme = SCHEMES['header'] as SecurityScheme
    const headers = { 'x-key': t.Optional(t.String({ default: KEY })) }
    const deaf = route.use(guard(scheme, true)).get('/', { ...open, headers, response: Ok }, () => OK)
    expect(
      Object.keys(
        await reasonsOf({ deaf }, { runsPerRoute: 5, arrange: () => ({ headers: { 'x-key': KEY } }) }),
      ),
    ).toEqual(['deaf'])
  })
})

describe('a contract test finds a route that never ends', () => {
  const forever = (): Promise<typeof OK> => new Promise(() => {})
  const hanging = (deadlineMs: number, path = '/') =>
    route.post(path, { ...open, deadlineMs, body: t.Object({ n: t.Integer() }), response: Ok }, forever)

  it('by its deadline', async () => {
    expect(await reasonsOf({ hanging: hanging(20) })).toEqual({
      hanging: 'every request that it takes ends at its deadline of 20 ms',
    })
  })

  it('without one, within the time of the test', async () => {
    const began = performance.now()
    const reasons = await reasonsOf({ hanging: hanging(0) }, { timeoutMs: 1500 })
    expect(reasons['hanging']).toMatch(/^no answer within \d+ ms$/)
    expect(performance.now() - began).toBeLessThan(1500 + 10_000)
  })

  it('and has nothing against one that is late now and then, or refuses what it is asked', async () => {
    let count = 0
    const late = route.get('/late', { ...open, deadlineMs: 30, response: Ok }, () =>
      ++count % 3 === 0 ? forever() : OK,
    )
    const empty = route.get('/:id', { ...open, response: Ok, errors: [NotFoundError] }, () => {
      throw new NotFoundError('There is none.')
    })
    expect(await reasonsOf({ late, empty })).toEqual({})
  })
})

describe('the time of a contract test', () => {
  it('is kept by routes that take their time', async () => {
    const slow = (path: string) =>
      route.get(path, { ...open, response: Ok }, async () => {
        await wait(200)
        return OK
      })
    const began = performance.now()
    expect(await reasonsOf({ a: slow('/a'), b: slow('/b') }, { timeoutMs: 1000 })).toEqual({})
    expect(performance.now() - began).toBeLessThan(1000 + 10_000)
  })

  it('is kept by an arrange that does not end', async () => {
    const app = appOf({ a: route.get('/', { ...open, response: Ok }, () => OK) })
    const error = await failureOf(
      contractTest(app, { seed: 1, timeoutMs: 500, arrange: () => new Promise(() => {}) }),
    )
    expect((error as Error).message).toMatch(/arrange did not end in time/)
  })
})
