// A program of somebody else's: its middleware works in an app that knows none of it. The consumer check compiles and runs it.
import { strictEqual } from 'node:assert'
import { gunzipSync } from 'node:zlib'
import { createApp, route } from '@keelson/core'
import { compress, entityTags } from './content-middleware.ts'
import { rateLimit } from './rate-limit.ts'
import { responseCache } from './response-cache.ts'

let made = 0
const list = route.get(
  '/',
  { access: 'public', use: [responseCache({ ttlMs: 60_000, staleMs: 60_000 })] },
  () => ({
    made: ++made,
    long: 'x'.repeat(5000),
  }),
)

const app = createApp({
  log: false,
  routes: { list },
  use: [rateLimit({ limit: 3, windowMs: 60_000 }), entityTags(), compress()],
})
const ask = (headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  app.fetch(
    new Request('http://shop.example/', { method, headers: { 'accept-encoding': 'gzip', ...headers } }),
  )

const first = await ask()
strictEqual(first.headers.get('content-encoding'), 'gzip')
strictEqual(first.headers.get('vary'), 'accept-encoding')
const text = gunzipSync(await first.arrayBuffer()).toString()
strictEqual((JSON.parse(text) as { made: number }).made, 1)

const second = await ask({ 'if-none-match': first.headers.get('etag') ?? '' })
strictEqual(second.status, 304)
strictEqual(second.headers.get('x-cache'), 'hit')

const head = await ask({}, 'HEAD')
strictEqual(head.headers.get('content-length'), first.headers.get('content-length'))
strictEqual((await ask()).status, 429)
strictEqual(made, 1)
await app.stop()
