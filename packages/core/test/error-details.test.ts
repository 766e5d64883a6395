import { defineError, FrameworkError, middleware, route, SetupError, t } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { appWith, setupErrorOf } from './phase-support.ts'
import { open, transports } from './support.ts'

const Out = defineError('OUT', {
  status: 409,
  title: 'Sold out',
  details: t.Object({ left: t.Integer(), lots: t.Array(t.Object({ id: t.String() })) }),
})
const row = { left: 2, passwordHash: 'hush', lots: [{ id: 'a', cost: 'hush' }] }
const shown = { left: 2, lots: [{ id: 'a' }] }
const raise = (error: unknown) => () => {
  throw error
}

describe.each(transports)('details of an error, %s', (transport) => {
  const ask = async (routes: object, mode: 'test' | 'production') => {
    await using app = await testApp({ routes: routes as {}, transport, mode })
    const response = await app.request('GET', '/')
    const text = await response.text()
    const told = JSON.parse(text) as Record<string, unknown>
    return { status: response.status, told, text, errors: app.takeErrors(), lines: app.log.lines }
  }

  describe.each(['test', 'production'] as const)('in mode %s', (mode) => {
    const thrown = new Out({ details: row })
    it.each([
      ['declared by the route', { a: route.get('/', { ...open, errors: [Out] }, raise(thrown)) }],
      ['declared nowhere', { a: route.get('/', open, raise(thrown)) }],
      ['returned', { a: route.get('/', open, () => thrown) }],
      [
        'thrown by middleware',
        {
          a: route.get(
            '/',
            { ...open, use: [middleware({ name: 'm', stage: 'receive', run: raise(thrown) })] },
            () => 1,
          ),
        },
      ],
    ])('have what their schema declares alone: %s', async (_, routes) => {
      const { status, told, text } = await ask(routes, mode)
      expect([status, told['code'], told['details']]).toEqual([409, 'OUT', shown])
      expect(text).not.toContain('hush')
    })

    it('are held to the schema that the route declares of their code, whoever made the error', async () => {
      class Foreign extends FrameworkError {}
      const error = new Foreign({ code: 'OUT', status: 409, title: 'Sold out', details: row })
      const { told } = await ask({ a: route.get('/', { ...open, errors: [Out] }, raise(error)) }, mode)
      expect(told['details']).toEqual(shown)
    })

    it('go through a Standard Schema', async () => {
      const Zod = defineError('ZOD', { status: 422, title: 'Z', details: z.object({ at: z.string() }) })
      const error = new Zod({ details: { at: 'noon', secret: 'hush' } as { at: string } })
      expect((await ask({ a: route.get('/', open, raise(error)) }, mode)).told['details']).toEqual({
        at: 'noon',
      })
    })

    it.each([null, 3, 'left', true, [], { left: 1 }])(
      'are not sent where the schema of a class is %j, which is not one',
      async (detailsSchema) => {
        class Own extends FrameworkError {
          static readonly detailsSchema: unknown = detailsSchema
        }
        const error = new Own({ code: 'OWN', status: 409, title: 'Own', details: row })
        const { status, text } = await ask({ a: route.get('/', open, raise(error)) }, mode)
        expect(status).toBe(mode === 'test' ? 500 : 409)
        expect(text).not.toContain('hush')
      },
    )

    it('are not sent where the definition has no schema for them', async () => {
      const Bare = defineError('BARE', { status: 409, title: 'Bare' })
      const error = new Bare({ details: row } as object)
      expect((await ask({ a: route.get('/', open, raise(error)) }, mode)).told).not.toHaveProperty('details')
    })
  })

  it.each([
    ['of a wrong type', { left: 'three', lots: [] }],
    ['of a wrong kind', { left: { of: 'three' }, lots: [] }],
    ['that are missing', undefined],
    [
      'that cannot be read',
      {
        get left() {
          throw new Error('gone')
        },
      },
    ],
  ])('%s are a 500 in test, and not sent in production', async (_, details) => {
    const routes = { a: route.get('/', open, raise(new Out({ details: details as never }))) }
    const test = await ask(routes, 'test')
    expect([test.status, test.told['code']]).toEqual([500, 'ERR_CORE_RESPONSE_INVALID'])
    expect(test.errors).toMatchObject([
      { err: { message: expect.stringContaining('The details of OUT do not match their schema') } },
    ])
    const { status, told, lines } = await ask(routes, 'production')
    expect([status, told['code'], told['details']]).toEqual([409, 'OUT', undefined])
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 40, msg: 'The details of the error OUT were not sent.' }),
    )
  })
})

describe('details of an error', () => {
  it('stop the start where a route declares them with a schema that cannot be used', () => {
    const Broken = defineError('BROKEN', {
      status: 409,
      title: 'B',
      details: t.Object({ f: t.Function([], t.Void()) }),
    })
    const routes = { a: route.get('/', { ...open, errors: [Broken] }, () => 1) }
    const error = setupErrorOf(() => appWith([], { routes }).check())
    expect(error).toBeInstanceOf(SetupError)
    expect(error.problems[0]?.place).toContain('error BROKEN, details')
  })

  it('that are left out are told of once in test', async () => {
    await using app = await testApp({
      routes: {
        a: route.get('/', { ...open, errors: [Out] }, raise(new Out({ details: row }))),
      },
    })
    await app.request('GET', '/')
    await app.request('GET', '/')
    const told = app.log.lines.filter((line) => line['place'] === 'error OUT, details')
    expect(told).toMatchObject([
      { level: 40, pointers: expect.arrayContaining(['/passwordHash', '/lots/*/cost']) },
    ])
  })
})
