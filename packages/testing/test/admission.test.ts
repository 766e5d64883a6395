import {
  accessRule,
  ConflictError,
  middleware,
  needs,
  route,
  t,
  UnauthorizedError,
  type App,
} from '@keelson/core'
import { admission, testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'

interface User {
  readonly id: string
}

const member = route.use(
  middleware({
    name: 'bearer',
    stage: 'authenticate',
    adds: ['user'],
    describe: { errors: [UnauthorizedError] },
    run: (ctx): { user: User } => {
      const given = /^Bearer (\w+)$/.exec(ctx.header('authorization') ?? '')?.[1]
      if (given === undefined) throw new UnauthorizedError('Say who you are.')
      return { user: { id: given } }
    },
  }),
)

const isAda = accessRule({
  name: 'isAda',
  needs: needs<{ user: User }>('user'),
  allow: ({ user }) => user.id === 'ada',
})

const done: string[] = []
const own = accessRule({
  name: 'own',
  needs: needs<{ user: User; params: { id: number } }>('user', 'params'),
  load: ({ params }) => (params.id === 7 ? { owner: 'ada' } : undefined),
  allow: ({ user, record }) => record.owner === user.id,
})
const torn = accessRule({
  name: 'torn',
  needs: needs<{ user: User }>('user'),
  allow: () => {
    throw new ConflictError()
  },
})
const routes = {
  torn: member.get('/torn', { access: torn }, () => void done.push('torn')),
  ping: route.get('/ping', { access: 'public' }, () => void done.push('ping')),
  show: member.get('/show/:id', { params: { id: t.Integer() }, access: own }, () => void done.push('show')),
  upload: member.post('/upload', { consumes: ['image/png'], access: isAda }, () => void done.push('upload')),
  create: member.post(
    '/create',
    { body: t.Object({ a: t.Integer() }), access: isAda },
    () => void done.push('create'),
  ),
}
const as = (id: string) => ({ as: { user: { id } } })

describe('admission', () => {
  it.each([
    ['ping', {}, {}, { isAdmitted: true }],
    ['create', {}, as('ada'), { isAdmitted: true }],
    ['upload', {}, as('ada'), { isAdmitted: true }],
    ['create', {}, as('bob'), { isAdmitted: false, status: 403, code: 'ERR_CORE_FORBIDDEN' }],
    ['torn', {}, as('ada'), { isAdmitted: false, status: 409, code: 'ERR_CORE_CONFLICT' }],
    ['create', {}, {}, { isAdmitted: false, status: 401, code: 'ERR_CORE_UNAUTHORIZED' }],
    ['create', {}, { meta: { authorization: 'Bearer ada' } }, { isAdmitted: true }],
    ['show', { params: { id: 7 } }, as('ada'), { isAdmitted: true }],
    [
      'show',
      { params: { id: 7 } },
      as('bob'),
      { isAdmitted: false, status: 403, code: 'ERR_CORE_FORBIDDEN' },
    ],
    [
      'show',
      { params: { id: 8 } },
      as('ada'),
      { isAdmitted: false, status: 404, code: 'ERR_CORE_NOT_FOUND' },
    ],
    [
      'show',
      { params: { id: 'x' } },
      as('ada'),
      { isAdmitted: false, status: 404, code: 'ERR_CORE_NOT_FOUND' },
    ],
  ])('to %s with %j, as %j, is %j, and nothing runs', async (name, input, options, expected) => {
    done.length = 0
    await using test = await testApp({ routes })
    expect(await admission(test.app as App, name, input, options)).toEqual(expected)
    expect(done).toEqual([])
  })

  it('rejects for a caller that is not whole', async () => {
    await using test = await testApp({ routes })
    await expect(admission(test.app as App, 'create', {}, { as: {} })).rejects.toThrow("as lacks 'user'")
  })
})
