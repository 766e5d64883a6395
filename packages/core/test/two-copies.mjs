// Two copies of the built package in one process: what a library's copy makes, the application's serves, and either asks for
// what the other opened. Run by scripts/check-copies.ts with the folders of both; the first is the application's.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const load = (dir, file) => import(pathToFileURL(join(dir, file)))
const [appDir, libDir] = process.argv.slice(2)
const loadAll = async (dir) => ({ ...(await load(dir, 'index.js')), ...(await load(dir, 'frames.js')) })
const [app, lib] = [await loadAll(appDir), await loadAll(libDir)]
assert.notEqual(app.route, lib.route, 'The copies are one.')
assert.notEqual(app.FrameworkError, lib.FrameworkError, 'The copies are one.')

/** Each copy as the one that opens, and the other as the one that asks. */
const PAIRS = [
  [app, lib],
  [lib, app],
]

// Frames.
for (const [one, other] of PAIRS) {
  assert.equal(one.currentFrame(), undefined)
  await one.runInNewFrame(async (frame) => {
    assert.equal(other.currentFrame(), frame)
    other.currentFrame().set(other.PRINCIPAL, { id: 'ada', kind: 'user' })
    frame.set(one.TENANT, 'acme')
    assert.deepEqual([frame.get(one.PRINCIPAL).id, other.currentFrame().get(other.TENANT)], ['ada', 'acme'])
    await other.runInNewFrame(
      (inner) => {
        assert.equal(one.currentFrame(), inner)
        assert.equal(inner.trace.traceId, frame.trace.traceId)
        assert.deepEqual([inner.get(one.PRINCIPAL), inner.get(one.TENANT)], [undefined, 'acme'])
      },
      { inherit: [other.TENANT] },
    )
    assert.equal(one.currentFrame(), frame)
  })
}

// Transactions.
for (const [one, other] of PAIRS) {
  const said = []
  const owner = {}
  const scope = one.createTransactionScope({ name: 'orders', owner, onError: (error) => said.push(error) })
  await one.runInTransaction(scope, async () => {
    assert.equal(other.currentTransaction(), scope)
    assert.equal(other.currentTransaction(owner), scope)
    await other.afterCommit(
      () => void said.push(`committed, outside: ${other.currentTransaction() === undefined}`),
    )
    const point = other.currentTransaction(owner).savepoint()
    await other.runInTransaction(point, () => one.afterCommit(() => void said.push('kept')))
    await point.committed()
    const dropped = scope.savepoint()
    await one.runInTransaction(dropped, () => other.afterCommit(() => void said.push('dropped')))
    await dropped.rolledBack()
    await other.runInNewFrame(() => assert.equal(one.currentTransaction(), undefined))
    assert.deepEqual(said, [])
  })
  await scope.committed()
  assert.deepEqual(said, ['committed, outside: true', 'kept'])
}

// Middleware, rules, formats and a plugin of the library in the application's app.
const trail = []
const NAME = lib.token('name')
const cost = lib.metaKey('cost')
const counter = lib.middleware({
  name: 'counter',
  stage: 'receive',
  inject: { name: NAME },
  for: (facts) => {
    const add = facts.meta(cost)
    return add === undefined ? null : { run: (_ctx, { state }) => void (state.n += add) }
  },
  state: ({ name }) => ({ name, n: 0, [Symbol.dispose]: () => void trail.push('disposed') }),
  transform: (_ctx, outcome, { state }) => {
    outcome.headers.set('x-count', `${state.name} ${state.n}`)
    return outcome
  },
  observe: (_ctx, { status }) => void trail.push(status),
})
const shout = lib.middleware({
  name: 'shout',
  stage: 'respond',
  encode: (_ctx, answer) => {
    answer.body = String(answer.body).toUpperCase()
  },
})
const session = lib.middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  describe: { errors: [lib.UnauthorizedError] },
  run: (ctx) => {
    const id = ctx.header('x-user')
    if (id === undefined) throw new lib.UnauthorizedError()
    return { user: { id } }
  },
  principal: ({ user }) => ({ id: user.id, kind: 'user' }),
})
const notMallory = lib.accessRule({
  name: 'notMallory',
  needs: lib.needs('user'),
  allow: ({ user }) => user.id !== 'mallory',
})
/** What a database of the library does around a handler: told at the commit. */
const transaction = lib.middleware({
  name: 'transaction',
  stage: 'handle',
  wrap: async (_ctx, next) => {
    const scope = lib.createTransactionScope({ name: 'orders', onError: (error) => trail.push(error) })
    try {
      const outcome = await lib.runInTransaction(scope, () => next())
      trail.push('COMMIT')
      await scope.committed()
      return outcome
    } catch (error) {
      trail.push('ROLLBACK')
      await scope.rolledBack()
      throw error
    }
  },
})
const retry = lib.middleware({
  name: 'retry',
  stage: 'handle',
  wrap: (_ctx, next) => next().catch(() => next.again()),
})
const Conflict = lib.defineError('CONFLICT', { status: 409, title: 'Conflict' })
let failures = 1
const open = { access: 'public' }
const routes = {
  counted: app.route.get('/counted', { ...open, meta: [cost(5)], use: [shout] }, () => 'said'),
  free: app.route.get('/free', open, () => 'said'),
  order: app.route.use(session).post(
    '/orders/:id',
    {
      params: { id: lib.t.Integer() },
      body: lib.form(lib.t.Object({ total: lib.t.Number() })),
      errors: [Conflict],
      access: notMallory,
      use: [retry, transaction],
    },
    async ({ params, body, detach }) => {
      await app.afterCommit(() => void trail.push('invalidate'))
      if (failures-- > 0) throw new Conflict()
      detach('mail', () => void trail.push('mail'))
      return { ...params, ...body, by: app.currentFrame().get(app.PRINCIPAL).id }
    },
  ),
}
let called
const plugin = lib.plugin({
  name: 'library',
  inject: { name: NAME },
  setup: (setup) => setup.use(counter),
  started: async (running) => {
    called = await lib.runInNewFrame((frame) => {
      frame.set(lib.PRINCIPAL, { id: 'nightly', kind: 'service' })
      const input = { params: { id: 7 }, body: { total: 2 } }
      return running.invoke('order', input, { as: { user: { id: running.services.name } } })
    })
  },
})
const providers = [app.bind(NAME, { value: 'lib' })]
const served = app.createApp({ routes, plugins: [plugin], providers, mode: 'test', log: false })
await served.start()
const request = (method, path, init) =>
  served.fetch(new Request(`http://app.test${path}`, { method, ...init }))
try {
  assert.deepEqual([called.ok, called.data], [true, { id: 7, total: 2, by: 'lib' }])
  assert.deepEqual(trail.splice(0), ['ROLLBACK', 'mail', 'COMMIT', 'invalidate'])
  const counted = await request('GET', '/counted')
  assert.deepEqual([await counted.text(), counted.headers.get('x-count')], ['SAID', 'lib 5'])
  assert.equal((await request('GET', '/free')).headers.get('x-count'), null)
  const order = async (user, id = 7) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(user && { 'x-user': user }) }
    const response = await request('POST', `/orders/${id}`, { headers, body: 'total=3' })
    return [response.status, (await response.json()).by]
  }
  assert.deepEqual(await order('bob'), [200, 'bob'])
  assert.deepEqual(await order('bob', 'x'), [400, undefined])
  assert.deepEqual(await order('mallory'), [403, undefined])
  assert.deepEqual(await order(), [401, undefined])
} finally {
  await served.stop()
}
assert.equal(trail.at(-1), 'disposed')
