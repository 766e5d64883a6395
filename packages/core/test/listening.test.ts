import { createServer } from 'node:net'
import { createApp, route } from '@keelson/core'
import { createMemoryLogger } from '@keelson/core/spi'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { RawClient } from './server-support.ts'
import { failureOf, open } from './support.ts'

const LOCAL = { port: 0, host: '127.0.0.1', signals: false } as const
const routes = { ask: route.get('/', open, () => 'ok') }
const appOf = (options: object = {}) => createApp({ mode: 'test', log: false, routes, ...options })

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('an app that listens', () => {
  it('refuses to listen once more, and goes on with its port until it is stopped', async () => {
    const app = appOf()
    const first = app.listen(LOCAL)
    const early = await failureOf(app.listen(LOCAL))
    const [url = ''] = (await first).urls
    const late = await failureOf(app.listen(LOCAL))
    for (const error of [early, late]) {
      expect(error).toMatchObject({
        problems: [{ code: 'ERR_CORE_LISTEN', place: 'app.listen()', message: /listens already/ as never }],
      })
    }
    expect(await (await fetch(url)).text()).toBe('ok')
    await app.stop()
    expect(await failureOf(fetch(url))).toBeInstanceOf(TypeError)
  })

  it('may have served by fetch before', async () => {
    const app = appOf()
    expect(await (await app.fetch(new Request('http://a/'))).text()).toBe('ok')
    const { urls } = await app.listen(LOCAL)
    expect(await (await fetch(urls[0] as string)).text()).toBe('ok')
    await app.stop()
  })

  it('does not listen during its stop or after it, nor keep handlers of signals', async () => {
    const listeners = process.listenerCount('SIGTERM')
    const app = appOf()
    await app.listen(LOCAL)
    const stopping = app.stop()
    const during = await failureOf(app.listen({ ...LOCAL, signals: true }))
    await stopping
    const after = await failureOf(app.listen({ ...LOCAL, signals: true }))
    for (const error of [during, after])
      expect(error).toMatchObject({ problems: [{ code: 'ERR_CORE_PHASE', place: 'app.listen()' }] })
    expect(process.listenerCount('SIGTERM')).toBe(listeners)
  })

  it('is stopped when its port is in use, and says so when it is tried again', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const app = appOf()
    expect(await failureOf(app.listen({ ...LOCAL, port }))).toMatchObject({
      problems: [{ code: 'ERR_CORE_PORT_IN_USE' }],
    })
    other.close()
    expect(await failureOf(app.listen({ ...LOCAL, port }))).toMatchObject({
      problems: [{ code: 'ERR_CORE_PHASE', remedy: /Make another app/ as never }],
    })
    const again = appOf()
    await again.listen({ ...LOCAL, port })
    await again.stop()
  })
})

describe('the host of an app that is told none', () => {
  const listen = async (options: object, at: object = {}) => {
    const { log, lines } = createMemoryLogger()
    const app = appOf({ log, ...options })
    const { address, urls } = await app.listen({ port: 0, signals: false, ...at })
    await app.stop()
    return { address, urls, msg: lines.find(({ msg }) => String(msg).startsWith('Listening'))?.msg }
  }

  it.each(['development', 'test'])('is this machine alone in %s, and the log says so', async (mode) => {
    vi.stubEnv('HOST', undefined)
    const { address, urls, msg } = await listen({ mode })
    expect([address, urls]).toEqual(['127.0.0.1', [expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)]])
    expect(msg).toMatch(/this machine only; set HOST=0\.0\.0\.0 or listen\(\{ host \}\)/)
  })

  it('is every interface in production', async () => {
    vi.stubEnv('HOST', undefined)
    const { address, msg } = await listen({ mode: 'production' })
    expect([['::', '0.0.0.0'].includes(address), msg]).toEqual([true, 'Listening.'])
  })

  it.each(['development', 'production'])('is that of HOST in %s', async (mode) => {
    vi.stubEnv('HOST', '0.0.0.0')
    expect(await listen({ mode })).toMatchObject({ address: '0.0.0.0', msg: 'Listening.' })
    vi.stubEnv('HOST', '127.0.0.1')
    expect(await listen({ mode })).toMatchObject({ address: '127.0.0.1', msg: 'Listening.' })
  })

  it('counts less than the option, and nothing for a socket of the file system', async () => {
    vi.stubEnv('HOST', '0.0.0.0')
    expect((await listen({ mode: 'development' }, { host: '127.0.0.1' })).address).toBe('127.0.0.1')
    const path = `/tmp/keelson-${process.pid}.sock`
    expect((await listen({ mode: 'development' }, { path })).address).toBe(path)
  })

  it('is every interface where HOST is empty, in production', async () => {
    vi.stubEnv('HOST', '')
    expect(['::', '0.0.0.0']).toContain((await listen({ mode: 'production' })).address)
    expect((await listen({ mode: 'development' })).address).toBe('127.0.0.1')
  })
})

describe('readinessDelayMs', () => {
  it('keeps the port serving while readiness says 503, before the drain', async () => {
    const told: boolean[] = []
    const tree = {
      ask: route.get('/', open, ({ draining }) => {
        told.push(draining.aborted)
        return 'ok'
      }),
    }
    const app = appOf({ routes: tree, phases: { readinessDelayMs: 300, stopMs: 200 } })
    const { urls, port } = await app.listen(LOCAL)
    const url = urls[0] as string
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    const startedAt = performance.now()
    const stopping = app.stop()
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    const fresh = new RawClient(port as number)
    const answer = await fresh.request('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect([answer.status, answer.headers.get('connection'), told]).toEqual([200, 'keep-alive', [false]])
    const report = await stopping
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(299)
    expect([report.isClean, await failureOf(fetch(url))]).toEqual([true, expect.any(TypeError)])
    fresh.destroy()
  })

  it('is not waited for by an app that does not listen', async () => {
    const app = appOf({ phases: { readinessDelayMs: 60_000 } })
    await app.start()
    expect((await app.stop()).isClean).toBe(true)
  })

  it.each([-1, Number.NaN, '5s'])('cannot be %s', (readinessDelayMs) => {
    expect(() => appOf({ phases: { readinessDelayMs } }).check()).toThrow(
      /Option phases\.readinessDelayMs must be a number of milliseconds/,
    )
  })
})
