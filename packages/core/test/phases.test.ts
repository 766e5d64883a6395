import { createApp, route, SetupError } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { appWith, noted, setupErrorOf } from './phase-support.ts'
import { failureOf, open } from './support.ts'

describe('an app', () => {
  it('starts once, stops once', async () => {
    const trail: string[] = []
    const app = appWith([noted(trail, 'a')])
    const starting = app.start()
    expect(app.start()).toBe(starting)
    await starting
    expect(app.phase).toBe('started')
    const stopping = app.stop()
    expect(app.stop()).toBe(stopping)
    await stopping
    expect([trail, app.phase]).toEqual([['setup a', 'start a', 'stop a'], 'stopped'])
  })

  it('starts at its first fetch, and serves nothing after its stop', async () => {
    const trail: string[] = []
    const app = appWith([noted(trail, 'a')])
    const answers = await Promise.all([1, 2].map(() => app.fetch(new Request('http://app.test/'))))
    expect(await Promise.all(answers.map((one) => one.text()))).toEqual(['x', 'x'])
    expect(trail).toEqual(['setup a', 'start a'])
    await app.stop()
    expect(await failureOf(app.fetch(new Request('http://app.test/')))).toMatchObject({
      problems: [{ code: 'ERR_CORE_PHASE' }],
    })
  })

  it('that was stopped does not start', async () => {
    const trail: string[] = []
    const app = appWith([noted(trail, 'a')])
    await app.stop()
    expect(await failureOf(app.start())).toBeInstanceOf(SetupError)
    expect(await failureOf(app.listen({ port: 0, signals: false }))).toBeInstanceOf(SetupError)
    expect(trail).toEqual(['setup a'])
  })

  it('that is stopped while it begins to listen leaves no port open', async () => {
    const app = appWith([])
    const listening = failureOf(app.listen({ port: 0, host: '127.0.0.1', signals: false }))
    await app.stop()
    expect(await listening).toBeInstanceOf(SetupError)
    expect(process.getActiveResourcesInfo()).not.toContain('TCPServerWrap')
  })

  it('that cannot open its port stops what it started', async () => {
    const trail: string[] = []
    const first = appWith([])
    const { port } = await first.listen({ port: 0, host: '127.0.0.1', signals: false })
    const app = appWith([noted(trail, 'a')])
    const error = await failureOf(app.listen({ port: port as number, host: '127.0.0.1', signals: false }))
    expect(error).toMatchObject({ problems: [{ code: 'ERR_CORE_PORT_IN_USE' }] })
    expect([trail, app.phase]).toEqual([['setup a', 'start a', 'stop a'], 'stopped'])
    await first.stop()
  })

  it('can be checked without being started', () => {
    const trail: string[] = []
    const app = appWith([noted(trail, 'a')])
    app.check()
    expect([trail, app.phase]).toEqual([['setup a'], 'checked'])
  })

  it.each([
    ['maxBodyBytes', { maxBodyBytes: Number.NaN }],
    ['maxBodyBytes', { maxBodyBytes: -1 }],
    ['deadlineMs', { deadlineMs: Number.NaN }],
    ['deadlineMs', { deadlineMs: -1 }],
    ['startMs', { phases: { startMs: Number.NaN } }],
    ['stopMs', { phases: { stopMs: -5 } }],
    ['mode', { mode: 'prod' }],
  ])('with a %s that cannot be does not start', (name, options) => {
    const error = setupErrorOf(() => appWith([], options).check())
    expect(error.problems).toMatchObject([{ code: 'ERR_CORE_OPTION' }])
    expect(error.message).toContain(name)
  })

  it('with a limit of a route that cannot be does not start, and names the route', () => {
    const app = createApp({
      routes: {
        a: route.get('/a', { ...open, maxBodyBytes: 1.5 }, () => 1),
        b: route.get('/b', { ...open, deadlineMs: Infinity }, () => 1),
      },
      log: false,
    })
    const { problems } = setupErrorOf(() => app.check())
    expect(problems.map((one) => [one.code, one.place.slice(0, 18)])).toEqual([
      ['ERR_CORE_OPTION', 'route a (GET /a, p'],
      ['ERR_CORE_OPTION', 'route b (GET /b, p'],
    ])
  })
})
