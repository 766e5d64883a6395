import { redisPorts } from '@keelson/cache/redis'
import { testApp } from '@keelson/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { openRedis, until, whyNoServer } from '../../cache/test/own-redis.ts'
import { Browser } from './session-browser.ts'
import { sessionRoutes } from './session-app.ts'

const reason = whyNoServer()
beforeEach(({ skip }) => skip(reason !== '', reason))

describe('sessions on a Redis that is gone', () => {
  it('are a 503 until it is back, and nobody is taken for nobody', async () => {
    await using server = await openRedis()
    await using app = await testApp({
      routes: sessionRoutes,
      plugins: [redisPorts(server.url)],
      transport: 'socket',
    })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    expect(await browser.status('GET', '/me')).toBe(200)

    await server.kill()
    const answer = await browser.ask('GET', '/me')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await browser.status('GET', '/sign-in')).toBe(503)
    expect(await new Browser(app).status('POST', '/sign-in/ada')).toBe(503)
    expect(await new Browser(app).status('GET', '/sign-in')).toBe(200)

    const leaving = new Browser(app, browser.cookie)
    expect(await leaving.status('POST', '/bare-sign-out')).toBe(503)
    expect(leaving.cookie).toBeUndefined()

    // It kept nothing, so that all are signed out.
    await server.start()
    await until(async () => (await browser.status('GET', '/sign-in')) === 200, 'sessions did not come back')
    expect(await browser.status('GET', '/me')).toBe(401)
    expect(await browser.status('POST', '/sign-in/ada')).toBe(204)
    expect(await browser.status('GET', '/me')).toBe(200)
    app.takeErrors()
  })

  it('are a 503 within the limit while it hangs, and the same as before once it does not', async () => {
    await using server = await openRedis()
    await using app = await testApp({
      routes: sessionRoutes,
      plugins: [redisPorts(server.url)],
      transport: 'socket',
    })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    server.pause()
    const begun = performance.now()
    expect(await browser.status('GET', '/me')).toBe(503)
    // The limit is a second; a busy machine takes its time as well.
    expect(performance.now() - begun).toBeLessThan(5000)
    server.resume()
    await until(async () => (await browser.status('GET', '/me')) === 200, 'sessions did not come back')
    app.takeErrors()
  })
})
