// The built package as a user has it, on one version of Node.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createApp, route } from '@keelson/core'
import { cacheControl, fileName } from '@keelson/http'

const report = route.get('/', { access: 'public', use: [cacheControl({ noStore: true })] }, () => 'a')
const app = createApp({ name: 'smoke', routes: { report }, log: false })
const answer = await app.fetch(new Request('http://localhost/'))
assert.equal(answer.headers.get('cache-control'), 'no-store')
assert.equal(fileName('a.pdf'), 'attachment; filename=a.pdf')
await app.stop()

// CommonJS users load the same modules, not a second copy.
assert.equal(createRequire(import.meta.url)('@keelson/http').fileName, fileName)
