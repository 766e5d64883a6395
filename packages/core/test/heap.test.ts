import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createApp, FRAME, middleware, route, t, type App, type Frame } from '@keelson/core'
import { describe, expect, it } from 'vitest'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

const REQUESTS = 100_000
// A retained object of the smallest kind per request would be some megabytes.
const LIMIT_BYTES = 3_000_000

let closed = 0
class Work {
  static readonly scope = 'request'
  static readonly inject = [FRAME] as const
  readonly frame: Frame
  constructor(frame: Frame) {
    this.frame = frame
  }
  [Symbol.dispose](): void {
    closed++
  }
}

const user = middleware({
  name: 'user',
  stage: 'authenticate',
  adds: ['user'],
  run: async () => ({ user: { id: 'a' } }),
})
const show = route
  .use(user)
  .inject({ work: Work })
  .get(
    '/things/:id',
    { access: 'public', params: { id: t.Integer() }, response: t.Object({ id: t.Integer() }) },
    ({ params, work, signal }) => {
      if (signal.aborted || work.frame.isAborted) throw new Error('The request was aborted.')
      return { id: params.id }
    },
  )

async function serve(app: App, count: number): Promise<void> {
  for (let i = 0; i < count; i += 100) {
    const answers = Array.from({ length: 100 }, (_, at) =>
      app.fetch(new Request(`http://app.test/things/${i + at}`)),
    )
    for (const answer of await Promise.all(answers)) await answer.arrayBuffer()
  }
}

async function heapAfter(app: App, count: number): Promise<number> {
  await serve(app, count)
  for (let i = 0; i < 3; i++) {
    gc()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().heapUsed
}

describe('requests', () => {
  it(
    'leave nothing behind on the heap, and every service of theirs closed',
    { timeout: 120_000 },
    async () => {
      const app = createApp({ routes: { show }, log: false })
      const before = await heapAfter(app, 5_000)
      const after = await heapAfter(app, REQUESTS)
      expect(after - before).toBeLessThan(LIMIT_BYTES)
      expect(closed).toBe(REQUESTS + 5_000)
      await app.stop()
    },
  )
})
