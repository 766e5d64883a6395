import {
  accessRule,
  middleware,
  needs,
  NotFoundError,
  route,
  router,
  SetupError,
  t,
  UnauthorizedError,
  type AnyMiddleware,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'

interface User {
  readonly id: string
}
const bearer = middleware({
  name: 'bearer',
  stage: 'authenticate',
  adds: ['user'],
  describe: { errors: [UnauthorizedError] },
  run: (ctx): { user: User } => {
    const id = ctx.header('authorization')
    if (id === undefined) throw new UnauthorizedError()
    return { user: { id } }
  },
})
class Orders {
  find(id: string): { id: string; ownerId: string } | undefined {
    return id === '1' || id === '2' ? { id, ownerId: id === '1' ? 'ann' : 'bob' } : undefined
  }
}
const member = route.use(bearer).inject({ orders: Orders })
const isAnn = accessRule({
  name: 'ann',
  needs: needs<{ user: User }>('user'),
  allow: ({ user }) => user.id === 'ann',
})

describe('access', () => {
  it('stops the start with a list of every route that does not say who may call it', async () => {
    const routes = {
      open: route.get('/open', { access: 'public' }, () => 1),
      a: route.get('/a', {}, () => 1),
      b: { c: route.get('/c', {}, () => 1) },
    }
    const error = await testApp({ routes }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SetupError)
    expect((error as SetupError).problems.map((one) => one.code)).toEqual([
      'ERR_CORE_ACCESS_MISSING',
      'ERR_CORE_ACCESS_MISSING',
    ])
    expect((error as SetupError).message).toContain('route a (GET /a, ')
    expect((error as SetupError).message).toContain('route b.c (GET /c, ')
  })

  it('takes the rule of the nearest router where the route has none of its own', async () => {
    const rest = router(
      '/r',
      { access: isAnn },
      {
        list: member.get('/', {}, () => 'list'),
        open: member.get('/open', { access: 'public' }, () => 'open'),
      },
    )
    await using app = await testApp({ routes: { rest } })
    expect((await app.request('GET', '/r', { headers: { authorization: 'bob' } })).status).toBe(403)
    expect((await app.request('GET', '/r', { headers: { authorization: 'ann' } })).status).toBe(200)
    expect((await app.request('GET', '/r/open', { headers: { authorization: 'bob' } })).status).toBe(200)
  })

  it('authenticates before it authorises, whatever the order of the list', async () => {
    const trail: string[] = []
    const step = (name: string, stage: 'authenticate' | 'authorize' | 'receive') =>
      middleware({ name, stage, run: () => void trail.push(name) })
    const routes = {
      a: route.get(
        '/a',
        { access: step('may', 'authorize'), use: [step('who', 'authenticate'), step('in', 'receive')] },
        () => 'x',
      ),
    }
    await using app = await testApp({ routes })
    await app.request('GET', '/a')
    expect(trail).toEqual(['in', 'who', 'may'])
  })

  const show = member.get(
    '/orders/:id',
    {
      access: accessRule({
        name: 'own',
        as: 'order',
        load: ({ params, orders }) => orders.find(params.id),
        allow: ({ order, user }) => order.ownerId === user.id,
      }),
    },
    ({ order }) => order.id,
  )

  it('loads the record, answers 404 where there is none, 403 to whom it does not belong', async () => {
    await using app = await testApp({ routes: { show } })
    const get = async (path: string, user?: string) =>
      (await app.request('GET', path, { headers: user === undefined ? {} : { authorization: user } })).status
    expect(await get('/orders/1')).toBe(401)
    expect(await get('/orders/1', 'ann')).toBe(200)
    expect(await get('/orders/2', 'ann')).toBe(403)
    expect(await get('/orders/3', 'ann')).toBe(404)
  })

  it('tells a violation of the params only to callers whom the rule admits', async () => {
    const routes = {
      closed: member.get(
        '/closed/:id',
        { params: { id: t.Integer() }, access: isAnn },
        ({ params }) => params.id,
      ),
      loaded: member.get(
        '/loaded/:id',
        {
          params: { id: t.String({ maxLength: 1 }) },
          access: accessRule({ name: 'own', load: ({ params, orders }) => orders.find(params.id) }),
        },
        ({ record }) => record.id,
      ),
    }
    await using app = await testApp({ routes })
    const get = (path: string, authorization: string) =>
      app.request('GET', path, { headers: { authorization } })
    expect((await get('/closed/x', 'bob')).status).toBe(403)
    const told = await get('/closed/x', 'ann')
    expect(told.status).toBe(400)
    expect(await told.json()).toMatchObject({
      code: 'ERR_CORE_VALIDATION',
      errors: [{ in: 'params', pointer: '/id' }],
    })
    const hidden = await get('/loaded/123', 'ann')
    expect([hidden.status, ((await hidden.json()) as { code: string }).code]).toEqual([
      404,
      NotFoundError.code,
    ])
  })

  it('refuses a rule of another stage', async () => {
    const routes = {
      a: route.get(
        '/a',
        { access: middleware({ name: 'x', stage: 'receive', run: () => undefined }) as AnyMiddleware },
        () => 1,
      ),
    }
    await expect(testApp({ routes })).rejects.toThrow(
      "Its access rule 'x' is a middleware of stage 'receive'",
    )
  })
})
