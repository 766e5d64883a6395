// The built package as a user has it, on one version of Node: an app answers in process and over a socket, and its
// routes hold their contract.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { route, t } from '@keelson/core'
import { testApp } from '@keelson/testing'

const greet = route.get(
  '/greet/:name',
  { params: { name: t.String() }, response: t.String(), access: 'public' },
  ({ params }) => params.name,
)

for (const transport of ['memory', 'socket']) {
  const test = await testApp({ name: 'smoke', routes: { greet }, transport })
  assert.equal(await test.client.greet({ params: { name: 'Ada' } }), 'Ada')
  await test.close()
}

// CommonJS users load the same modules, not a second copy.
assert.equal(createRequire(import.meta.url)('@keelson/testing').testApp, testApp)
