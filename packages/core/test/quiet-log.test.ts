import {
  createApp,
  createLogger,
  mount,
  plugin,
  route,
  SetupError,
  type Health,
  type NodeHandler,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import express from 'express'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { failureOf, open, requestLines } from './support.ts'

const lines = () => {
  const written: Record<string, unknown>[] = []
  const destination = {
    write: (line: string) => void written.push(JSON.parse(line) as Record<string, unknown>),
  }
  return { written, destination }
}

describe('the log of an app that is not ready', () => {
  it('has the cause once for each change, by plugin', async () => {
    let health: () => Health = () => ({ status: 'up' })
    await using app = await testApp({ routes: {}, plugins: [plugin({ name: 'db', health: () => health() })] })
    const told = () => app.log.lines.filter((line) => line['plugin'] === 'db')
    const probe = async () => (await app.request('GET', '/readyz')).status
    expect(await probe()).toBe(200)
    expect(told()).toEqual([])
    health = () => {
      throw new Error('refused')
    }
    expect([await probe(), await probe()]).toEqual([503, 503])
    expect(told()).toMatchObject([{ level: 40, err: { message: 'refused' } }])
    health = () => ({ status: 'up' })
    expect(await probe()).toBe(200)
    health = () => ({ status: 'down', detail: 'no leader' })
    expect(await probe()).toBe(503)
    expect(told().slice(1)).toMatchObject([{ level: 30 }, { level: 40, detail: 'no leader' }])
  })

  it('has no error for probes while it serves on before the drain', async () => {
    const { written, destination } = lines()
    const app = createApp({
      routes: {},
      log: { destination, pretty: false },
      phases: { readinessDelayMs: 500 },
    })
    const { urls } = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
    const stopping = app.stop()
    expect((await fetch(new URL('/readyz', urls[0]))).status).toBe(503)
    await stopping
    expect(written.filter((line) => line['status'] !== undefined)).toMatchObject([{ level: 30, status: 503 }])
  })
})

describe('an app that was stopped', () => {
  it('refuses to start, again or at all', async () => {
    for (const isStarted of [true, false]) {
      const app = createApp({ routes: {}, log: false })
      if (isStarted) await app.start()
      await app.stop()
      const error = await failureOf(app.start())
      expect(error).toBeInstanceOf(SetupError)
      expect((error as SetupError).problems).toMatchObject([{ code: 'ERR_CORE_PHASE' }])
    }
  })
})

describe('a logger that is given an error last', () => {
  it('writes it', async () => {
    const { written, destination } = lines()
    const log = createLogger({ destination })
    const error = log.error.bind(log) as (...args: unknown[]) => void
    error('failed', new Error('why'))
    error({ a: 1 }, new Error('why'))
    error({ a: 1, err: new Error('first') }, new Error('second'))
    error(new Error('first'), new Error('second'))
    error('with fields', { b: 2 })
    await log.close()
    const first = { err: { message: 'first' }, err_: { message: 'second' }, msg: 'first' }
    expect(written).toMatchObject([
      { msg: 'failed', err: { message: 'why' } },
      { msg: 'why', a: 1, err: { message: 'why' } },
      { ...first, a: 1 },
      first,
      { msg: 'with fields', b: 2 },
    ])
  })
})

describe('a mounted handler', () => {
  it('that passes on is not told to declare that', async () => {
    const handlers: readonly NodeHandler[] = [express.Router(), (_request, _response, next) => next()]
    for (const handler of handlers) {
      await using app = await testApp({ routes: { a: mount('/a', handler, open) }, transport: 'socket' })
      expect((await app.request('GET', '/a/x')).status).toBe(404)
      expect(app.log.lines.filter((line) => Number(line['level']) >= 40)).toEqual([])
    }
  })

  it('that is an app of Koa is asked for its callback', () => {
    expect(() => mount('/a', new Koa() as never, open)).toThrow(/app\.callback\(\)/)
  })
})

describe('a function that says whom to trust', () => {
  it('is named where it fails', async () => {
    const trustProxy = () => {
      throw new Error('no list')
    }
    await using app = await testApp({
      routes: { a: route.get('/', open, () => 'x') },
      requestId: { trust: () => true },
      transport: 'socket',
      server: { trustProxy },
    })
    await app.request('GET', '/', { headers: { 'x-forwarded-for': '192.0.2.1', 'x-request-id': 'theirs' } })
    expect(app.takeErrors()).toMatchObject([
      { msg: expect.stringMatching(/trustProxy/), err: { message: expect.stringMatching(/trustProxy/) } },
    ])
    expect(requestLines(app)).toMatchObject([{ status: 200 }])
  })
})
