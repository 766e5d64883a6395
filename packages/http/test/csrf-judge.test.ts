import { middleware, route } from '@keelson/core'
import { createCsrfJudge, CsrfError } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'

const judge = createCsrfJudge({ origins: ['https://app.example'] })

/** Judges what is decided by a cookie, as a scheme of a package does. */
const byCookie = middleware({
  name: 'byCookie',
  stage: 'authenticate',
  for: (facts) => ({ problems: judge.problems(facts) }),
  run: async (ctx) => {
    if (ctx.cookie('device') !== undefined) await judge.judge(ctx)
  },
  describe: { errors: [CsrfError] },
})
const web = route.use(byCookie)
const routes = { order: web.post('/order', { access: 'public' }, () => 'ordered') }

describe('a judge of requests', () => {
  it.each([
    ['of its own page', { 'sec-fetch-site': 'same-origin' }, 200],
    ['of an origin of the list', { 'sec-fetch-site': 'cross-site', origin: 'https://app.example' }, 200],
    ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['that proves nothing', {}, 403],
  ])('says what csrf() says of a request %s', async (_, headers, status) => {
    await using app = await testApp({ routes, transport: 'socket' })
    const asked = await app.request('POST', '/order', { headers: { cookie: 'device=1', ...headers } })
    expect(asked.status).toBe(status)
  })

  it('is asked only where the middleware asks it', async () => {
    await using app = await testApp({ routes, transport: 'socket' })
    const asked = await app.request('POST', '/order', { headers: { 'sec-fetch-site': 'cross-site' } })
    expect(asked.status).toBe(200)
  })

  it('refuses a start in production where nothing says HTTPS', async () => {
    await expect(testApp({ routes, mode: 'production', log: false })).rejects.toThrow(
      'nothing says that the app is reached over HTTPS',
    )
  })

  it.each<[string, never]>([
    ['everybody', { origins: '*' } as never],
    ['what is not an origin', { origins: ['app.example'] } as never],
    ['a token, which belongs to csrf()', { token: {} } as never],
  ])('is not made of %s', (_, options) => {
    expect(() => createCsrfJudge(options)).toThrow(/createCsrfJudge/)
  })
})
