// The built package as a user has it, on one version of Node.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createApp, route } from '@keelson/core'
import { CACHE, cache, cached, createCache } from '@keelson/cache'

let computed = 0
const show = route
  .inject({ kept: CACHE })
  .get('/', { access: 'public' }, ({ kept }) =>
    kept.namespace('numbers', { ttlMs: 60_000, tags: ['numbers'] }).getOrSet('one', () => ++computed),
  )
let answered = 0
const list = route.get('/list', { access: 'public', use: [cached({ ttlMs: 60_000 })] }, () => ({
  n: ++answered,
}))
const app = createApp({ name: 'smoke', routes: { show, list }, plugins: [cache()], mode: 'test', log: false })
await app.start()
const read = async () => (await app.fetch(new Request('http://localhost/'))).json()
assert.equal(await read(), 1)
assert.equal(await read(), 1)
const asked = async () => (await app.fetch(new Request('http://localhost/list'))).json()
assert.deepEqual([await asked(), await asked()], [{ n: 1 }, { n: 1 }])
await app.stop()

// CommonJS users load the same modules, not a second copy.
assert.equal(createRequire(import.meta.url)('@keelson/cache').createCache, createCache)
