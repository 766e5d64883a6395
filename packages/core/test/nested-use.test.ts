import { BadRequestError, middleware, needs, plugin, route, router, SetupError } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { failureOf, open } from './support.ts'

const trail: string[] = []
const step = (name: string) => middleware({ name, stage: 'receive', run: () => void trail.push(name) })
const user = middleware({
  name: 'user',
  stage: 'authenticate',
  adds: ['user'],
  run: () => ({ user: { id: 'ada' } }),
  describe: { errors: [BadRequestError] },
})
const limit = middleware({
  name: 'limit',
  stage: 'authorize',
  adds: ['left'],
  needs: needs<{ user: { id: string } }>('user'),
  run: ({ user: { id } }) => ({ left: id.length }),
})

describe('a list within use', () => {
  it('runs as if its members stood there, wherever it is given', async () => {
    const added = plugin({ name: 'p', setup: (app) => app.use(step('p1'), [step('p2')]) })
    const factory = route.use([step('f1'), [step('f2')]])
    const all = router(
      '/all',
      { use: [[step('r1'), step('r2')]] },
      { a: factory.get('/a', { ...open, use: [step('o1'), [[step('o2')], step('o3')]] }, () => 1) },
    )
    await using app = await testApp({ routes: { all }, use: [[step('a1')], step('a2')], plugins: [added] })
    expect((await app.request('GET', '/all/a')).status).toBe(200)
    expect(trail.splice(0).join(' ')).toBe('a1 a2 p1 p2 r1 r2 f1 f2 o1 o2 o3')
    expect((await app.request('GET', '/all/none')).status).toBe(404)
    expect(trail.splice(0).join(' ')).toBe('a1 a2 p1 p2 r1 r2')
  })

  it('gives the handler what its members add, and the client their errors', async () => {
    const member = route.use([user, [limit]])
    const one = member.get('/one', open, ({ user: who, left }) => `${who.id} ${left}`)
    const two = route.get(
      '/two',
      { ...open, use: [[user, limit]] },
      ({ user: who, left }) => `${who.id} ${left}`,
    )
    const code: NonNullable<(typeof one)['~types']['errors']>['code'] = 'ERR_CORE_BAD_REQUEST'
    const same: NonNullable<(typeof two)['~types']['errors']>['code'] = code
    expect(same).toBe('ERR_CORE_BAD_REQUEST')
    await using app = await testApp({ routes: { one, two } })
    for (const path of ['/one', '/two']) expect(await (await app.request('GET', path)).text()).toBe('ada 3')
    expect(member.define(open).middleware).toEqual([user, limit])
  })

  it('is looked at, member by member', async () => {
    const error = await failureOf(
      testApp({ routes: { a: route.get('/a', { ...open, use: [[step('x'), [7]]] as never }, () => 1) } }),
    )
    expect((error as SetupError).problems[0]?.message).toBe(
      'Option use[0][1][0] must be a middleware, not 7.',
    )
    expect(() => route.use([step('x'), 7 as never])).toThrow('must be a middleware, not 7')
    // @ts-expect-error -- nothing adds what limit needs
    expect(route.use([[limit]])).toBeDefined()
    // @ts-expect-error -- the same in the own use of a route
    expect(route.get('/', { ...open, use: [[limit]] }, () => 1)).toBeDefined()
  })
})
