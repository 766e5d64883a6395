import { expect, it } from 'vitest'
import { createApp, reply, route, t } from '../src/index.ts'

it('a declared header of a truth value or a number is given as what its schema says', async () => {
  const headers = { 'x-b': t.Boolean(), 'x-n': t.Number() }
  const response = { 200: { body: null, headers } }
  const yes = route.get('/yes', { access: 'public', response }, () =>
    reply(200, null, { 'x-b': true, 'x-n': 1.5 }),
  )
  const no = route.get('/no', { access: 'public', response }, () =>
    reply(200, null, { 'x-b': 'false', 'x-n': 0 }),
  )
  // @ts-expect-error -- a word that is not a truth value
  route.get('/', { access: 'public', response }, () => reply(200, null, { 'x-b': 'yes', 'x-n': 0 }))
  const app = createApp({ routes: { yes, no }, log: false })
  const answers = await Promise.all(['yes', 'no'].map((path) => app.fetch(new Request(`http://h/${path}`))))
  expect(answers.map((one) => [one.status, one.headers.get('x-b'), one.headers.get('x-n')])).toEqual([
    [200, 'true', '1.5'],
    [200, 'false', '0'],
  ])
})
