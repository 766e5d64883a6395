// The built package as a user has it, on one version of Node.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createApp, route } from '@keelson/core'
import { cacheControl, cookieJar, cors, csrf, fileName, redirect, securityHeaders } from '@keelson/http'

const report = route.get('/', { access: 'public', use: [cacheControl({ noStore: true })] }, () => 'a')
const fill = route
  .use(cookieJar({ cart: {} }))
  .post('/cart', { access: 'public', use: [csrf()] }, ({ jar }) => {
    jar.cart.set('cups')
    return redirect('/')
  })
const use = [securityHeaders(), cors({ origins: 'https://app.example' })]
const app = createApp({ name: 'smoke', routes: { report, fill }, mode: 'test', use, log: false })
const answer = await app.fetch(
  new Request('http://localhost/', { headers: { origin: 'https://app.example' } }),
)
assert.equal(answer.headers.get('cache-control'), 'no-store')
assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example')
assert.equal(fileName('a.pdf'), 'attachment; filename=a.pdf')
const filled = await app.fetch(
  new Request('https://shop.example/cart', { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } }),
)
assert.match(filled.headers.get('set-cookie') ?? '', /^__Host-cart=1\./)
assert.equal(filled.headers.get('location'), '/')
assert.equal((await app.fetch(new Request('https://shop.example/cart', { method: 'POST' }))).status, 403)
await app.stop()

// CommonJS users load the same modules, not a second copy.
assert.equal(createRequire(import.meta.url)('@keelson/http').fileName, fileName)
