// The app of cli.test.ts: what `keelson` looks at as a child process.
import { accessRule, createApp, loadConfig, reply, route, router, secret, t } from '@keelson/core'

const config = loadConfig(
  { API_KEY: secret(t.String(), { development: 'the-key-of-the-example' }) },
  { files: [] },
)

const member = accessRule({
  name: 'member',
  allow: (ctx) => ctx.header('x-api-key') === config.API_KEY.reveal(),
})
const Item = t.Object({ id: t.String(), total: t.Number({ minimum: 0 }) }, { $id: 'Item' })
const show = route.get(
  '/:id',
  { params: { id: t.String({ maxLength: 3 }) }, response: Item },
  ({ params }) => ({
    id: params.id,
    total: 1,
  }),
)
const create = route.post(
  '/',
  { body: t.Object({ total: t.Number({ minimum: 0 }) }), response: { 201: Item } },
  ({ body }) => reply(201, { id: 'new', total: body.total }),
)
const lines = route.get('/lines', { access: 'public' }, () =>
  reply(
    200,
    (async function* () {
      yield 'one\n'
      yield 'two\n'
    })(),
    { 'content-type': 'text/plain' },
  ),
)
const items = router('/items', { access: member }, { show, create, lines })

export const app = createApp({ name: 'cli', routes: { items } })

// Modules may hold the process; the command ends all the same.
setInterval(() => undefined, 60_000)
