import { middleware, route, type AnyMiddleware } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { expect, it } from 'vitest'

const opening = (stage: 'authorize' | 'handle') =>
  middleware({ name: 'tx', stage, transaction: 'opens', wrap: (_ctx, next) => next() })
const outside = middleware({
  name: 'kept',
  stage: 'handle',
  transaction: 'outside',
  wrap: (_ctx, next) => next(),
})
const start = (use: readonly AnyMiddleware[], of: readonly AnyMiddleware[] = []) =>
  testApp({ use: of, routes: { a: route.get('/', { access: 'public', use: use as never }, () => 1) } })

it('middleware that works outside of transactions may stand around one', async () => {
  await using app = await start([outside, opening('handle')])
  expect(await (await app.request('GET', '/')).text()).toBe('1')
})

it.each([
  ['of its list', [opening('handle'), outside], [], "Move 'kept' before 'tx'."],
  ['of the app', [outside], [opening('handle')], "Move 'kept' before 'tx'."],
  [
    'of an earlier stage',
    [outside, opening('authorize')],
    [],
    "Let the transaction of 'tx' begin in stage 'handle', behind 'kept', or omit one of them.",
  ],
])('within the transaction of another %s it stops the start', async (_where, use, of, remedy) => {
  await expect(start(use, of)).rejects.toMatchObject({
    problems: [
      {
        code: 'ERR_CORE_MIDDLEWARE',
        place: expect.stringMatching(/^route a .*, middleware kept$/),
        message: expect.stringContaining('It works outside of transactions alone, and stands within that of'),
        remedy,
      },
    ],
  })
})
