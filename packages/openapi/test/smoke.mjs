// The built package as a user has it, on one version of Node: the document is written, the page is served.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createApp, route, t } from '@keelson/core'
import { docs, toOpenApi } from '@keelson/openapi'

const order = route.get('/orders/:id', { response: t.Object({}), access: 'public' }, () => ({}))
const app = createApp({ name: 'smoke', routes: { order }, log: false, plugins: [docs({ access: 'public' })] })
assert.deepEqual(Object.keys(toOpenApi(app).paths), ['/orders/{id}'])
const page = await app.fetch(new Request('http://localhost/docs/main.js'))
assert.match(await page.text(), /^import /m)
await app.stop()

// CommonJS users load the same modules, not a second copy.
assert.equal(createRequire(import.meta.url)('@keelson/openapi').docs, docs)
