// The built package as a user has it, on one version of Node.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createApp, route } from '@keelson/core'
import { cacheControl, cors, fileName, securityHeaders } from '@keelson/http'

const report = route.get('/', { access: 'public', use: [cacheControl({ noStore: true })] }, () => 'a')
const use = [securityHeaders(), cors({ origins: 'https://app.example' })]
const app = createApp({ name: 'smoke', routes: { report }, use, log: false })
const answer = await app.fetch(
  new Request('http://localhost/', { headers: { origin: 'https://app.example' } }),
)
assert.equal(answer.headers.get('cache-control'), 'no-store')
assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example')
assert.equal(fileName('a.pdf'), 'attachment; filename=a.pdf')
await app.stop()

// CommonJS users load the same modules, not a second copy.
assert.equal(createRequire(import.meta.url)('@keelson/http').fileName, fileName)
