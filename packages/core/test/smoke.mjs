// The built package as a user has it, on one version of Node: every subpath loads, an application serves over a
// socket and stops. Run by scripts/smoke.ts outside the workspace; plain JavaScript, since old Nodes strip no types.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createApp, route, t, toManifest } from '@keelson/core'
import { createClient } from '@keelson/client'

const order = route.get(
  '/orders/:id',
  {
    params: { id: t.Integer() },
    response: t.Object({ id: t.Integer(), open: t.Boolean() }),
    access: 'public',
  },
  ({ params }) => ({ id: params.id, open: true }),
)

const app = createApp({ name: 'smoke', routes: { order } })
const {
  urls: [url],
} = await app.listen({ port: 0, host: '127.0.0.1' })

try {
  const client = createClient({ baseUrl: url, manifest: toManifest({ order }) })
  assert.deepEqual(await client.order({ params: { id: 7 } }), { id: 7, open: true })

  const refused = await fetch(`${url}/orders/seven`)
  assert.equal(refused.status, 400)
  assert.match(refused.headers.get('content-type') ?? '', /^application\/problem\+json/)

  assert.equal((await fetch(`${url}/nowhere`)).status, 404)
} finally {
  await app.stop()
}

// CommonJS users load the same modules, not a second copy.
assert.equal(createRequire(import.meta.url)('@keelson/core').route, route)
