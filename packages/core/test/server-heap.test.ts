import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createApp, route, t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { RawClient } from './server-support.ts'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

const CONNECTIONS = 16
const CHANNEL = 'http.server.request.start'

const routes = {
  parsed: route.post('/parsed', { access: 'public', body: t.Object({ a: t.Integer() }) }, ({ body }) => body),
  raw: route.post('/raw', { access: 'public' }, async (ctx) => (await ctx.rawBody()).byteLength),
  stream: route.post('/stream', { access: 'public' }, async (ctx) => {
    let sum = 0
    for await (const chunk of ctx.bodyStream()) sum += chunk.byteLength
    return sum
  }),
  unread: route.post('/unread', { access: 'public' }, () => 1),
}

function post(path: string, body: string): string {
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`
  return `${head}Content-Length: ${body.length}\r\n\r\n${body}`
}

describe('a connection that is kept', () => {
  it.each(Object.keys(routes))('keeps nothing of a request whose body was %s', async (path) => {
    const requests: WeakRef<object>[] = []
    const note = (message: unknown): void => {
      requests.push(new WeakRef((message as { request: object }).request))
    }
    const app = createApp({ routes, log: false })
    const { port } = await app.listen({ port: 0, host: '127.0.0.1' })
    const clients = Array.from({ length: CONNECTIONS }, () => new RawClient(port as number))
    subscribe(CHANNEL, note)
    try {
      for (let round = 0; round < 2; round++) {
        for (const client of clients) {
          expect((await client.request(post(`/${path}`, '{"a":1}'))).status).toBe(200)
        }
      }
      for (let i = 0; i < 3; i++) {
        await new Promise((resolve) => setImmediate(resolve))
        gc()
      }
      expect(requests).toHaveLength(2 * CONNECTIONS)
      expect(requests.filter((one) => one.deref() !== undefined)).toHaveLength(0)
    } finally {
      unsubscribe(CHANNEL, note)
      for (const client of clients) client.destroy()
      await app.stop()
    }
  })
})
