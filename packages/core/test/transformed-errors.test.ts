import { defineError, middleware, route, t } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

const Closed = defineError('CLOSED', { status: 409, title: 'Closed' })

describe.each(transports)('an error that a transform gives as the value, %s', (transport) => {
  it.each([
    ['an error', () => new Error('secret')],
    ['a declared error', () => new Closed()],
  ])('is a 500 whose log says where it came from: %s', async (_, make) => {
    const odd = middleware({
      name: 'odd',
      stage: 'respond',
      transform: async (ctx, outcome) => {
        if (ctx.path === '/late') await Promise.resolve()
        outcome.value = make()
        return outcome
      },
    })
    const response = t.Object({ a: t.Number() })
    const served = (path: string) =>
      route.use(odd).get(path, { ...open, response, errors: [Closed] }, () => ({ a: 1 }))
    await using app = await testApp({ routes: { now: served('/now'), late: served('/late') }, transport })
    for (const path of ['/now', '/late']) {
      const answer = await app.request('GET', path)
      expect(answer.status).toBe(500)
      expect(await answer.text()).not.toContain('secret')
      const [line, ...more] = app.takeErrors() as { msg?: string; err?: { message: string } }[]
      expect(more).toEqual([])
      expect(line).toMatchObject({
        msg: 'The answer failed after the handler had succeeded.',
        err: {
          message:
            'The transform of middleware odd gave an error as the value of an answer: throw it, or give what is to be sent.',
        },
      })
    }
  })
})
