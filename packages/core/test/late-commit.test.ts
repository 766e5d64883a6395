import { middleware, route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, open } from './support.ts'

/** Commits what ends well, as one writes it. */
function transaction(said: string[], again = false) {
  return middleware({
    name: 'transaction',
    stage: 'handle',
    wrap: async (_ctx, next) => {
      try {
        const outcome = await (again ? next.again() : next())
        said.push('commit')
        return outcome
      } catch (error) {
        said.push('rollback')
        throw error
      }
    },
  })
}

describe.each([
  ['next()', false],
  ['next.again()', true],
] as const)('what ends after its request was over, by %s', (_, again) => {
  it('is not committed after a 504', async () => {
    const said: string[] = []
    const ended = deferred()
    const use = [transaction(said, again)]
    await using app = await testApp({
      routes: {
        slow: route.post('/', { ...open, deadlineMs: 30, use }, async ({ signal }) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          setImmediate(() => ended.resolve())
          return 'saved'
        }),
      },
    })
    expect((await app.request('POST', '/')).status).toBe(504)
    await ended.promise
    expect(said).toEqual(['rollback'])
    expect(app.log.lines.find(({ event }) => event === 'late-result')).toMatchObject({ status: 200 })
    expect(app.takeErrors()).toMatchObject([{ code: 'ERR_CORE_GATEWAY_TIMEOUT' }])
  })

  it('is not committed where the client is gone', async () => {
    const said: string[] = []
    const begun = deferred()
    const ended = deferred()
    await using app = await testApp({
      transport: 'socket',
      routes: {
        slow: route.post('/', { ...open, use: [transaction(said, again)] }, async ({ signal }) => {
          begun.resolve()
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          setImmediate(() => ended.resolve())
          return 'saved'
        }),
      },
    })
    const gone = new AbortController()
    const request = app.request('POST', '/', { signal: gone.signal }).catch(() => undefined)
    await begun.promise
    gone.abort()
    await request
    await ended.promise
    expect(said).toEqual(['rollback'])
  })
})
