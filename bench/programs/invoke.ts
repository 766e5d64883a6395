// What a call within the process costs beside the same route by `app.fetch`: `node dist/programs/invoke.js [calls]` prints
// both in microseconds, best of five rounds, and their ratio.
import { accessRule, createApp, middleware, needs, route, t } from '@keelson/core'

const calls = Number(process.argv[2] ?? 20_000)

const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: (ctx): { user: { id: string } } => ({ user: { id: ctx.header('x-user') ?? '' } }),
})
const known = accessRule({
  name: 'known',
  needs: needs<{ user: { id: string } }>('user'),
  allow: ({ user }) => user.id !== '',
})
const show = route.use(session).get(
  '/orders/:id',
  {
    params: { id: t.Integer() },
    query: { page: t.Integer({ default: 1 }) },
    response: t.Object({ id: t.Integer(), page: t.Integer(), by: t.String() }),
    access: known,
  },
  ({ params, query, user }) => ({ id: params.id, page: query.page, by: user.id }),
)
const app = createApp({ routes: { show }, log: false, mode: 'production' })
await app.start()

const as = { user: { id: 'ada' } }
const byInvoke = await best(async () => {
  const result = await app.invoke('show', { params: { id: 7 }, query: { page: 2 } }, { as })
  if (!result.ok) throw new Error('It was refused.')
})
const byFetch = await best(async () => {
  const request = new Request('http://localhost/orders/7?page=2', { headers: { 'x-user': 'ada' } })
  await (await app.fetch(request)).json()
})
console.log(
  `app.invoke ${byInvoke.toFixed(1)} us, app.fetch ${byFetch.toFixed(1)} us, ratio ${(byInvoke / byFetch).toFixed(2)}`,
)
await app.stop()

async function best(call: () => Promise<void>): Promise<number> {
  let least = Infinity
  for (let round = 0; round < 6; round++) {
    const startedAt = performance.now()
    for (let at = 0; at < calls; at++) await call()
    // The first round warms up.
    if (round > 0) least = Math.min(least, ((performance.now() - startedAt) * 1000) / calls)
  }
  return least
}
