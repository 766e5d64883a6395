import { describe, expect, it } from 'vitest'
import { Frame } from '../frame/index.ts'
import type { Logger } from './contract.ts'
import { createLogger } from './logger.ts'
import { createMemoryLogger } from './memory-logger.ts'
import { createRequestLog, RequestLabel, type RequestEnd } from './request-line.ts'

const LABEL = new RequestLabel({ method: 'GET', route: 'orders.show', pattern: '/orders/:id' })
const END: RequestEnd = { status: 200, durationMs: 1.23456, bytes: 512 }

describe('the request line', () => {
  it('tells id, method, route, pattern, status, duration, bytes and trace', () => {
    const { log, lines } = createMemoryLogger({ now: () => 9, name: 'shop' })
    const frame = new Frame('r1')
    createRequestLog(log).write(frame, LABEL, END)
    expect(lines).toEqual([
      {
        level: 30,
        time: 9,
        pid: process.pid,
        hostname: expect.any(String) as string,
        name: 'shop',
        requestId: 'r1',
        method: 'GET',
        route: 'orders.show',
        pattern: '/orders/:id',
        status: 200,
        durationMs: 1.235,
        bytes: 512,
        traceId: frame.trace.traceId,
        spanId: frame.trace.spanId,
        msg: 'GET /orders/:id 200',
      },
    ])
  })

  it('begins as the lines of the logger do', () => {
    const written: string[] = []
    const log = createLogger({ destination: { write: (line) => written.push(line) }, now: () => 9 }).child({
      part: 'http',
      authorization: 'x',
    })
    log.info({ requestId: 'r1' })
    createRequestLog(log).write(new Frame('r1'), LABEL, END)
    const [plain, line] = written as [string, string]
    expect(line.slice(0, plain.length - 2)).toBe(plain.slice(0, -2))
    expect(line.endsWith('}\n')).toBe(true)
  })

  it('says each name once, and keeps its own before the fields of its logger', () => {
    const written: string[] = []
    const own = {
      method: 'x',
      route: 'x',
      pattern: 'x',
      path: 'x',
      status: 'x',
      durationMs: 'x',
      bytes: 'x',
      spanId: 'x',
      errorCode: 'x',
      aborted: 'x',
    }
    const shared = {
      level: 'x',
      time: 'x',
      pid: 'x',
      hostname: 'x',
      name: 'x',
      requestId: 'x',
      traceId: 'x',
      msg: 'x',
    }
    const log = createLogger({
      name: 'shop',
      destination: { write: (line) => written.push(line) },
      bindings: { ...own, ...shared },
    }).child({ status: 'y', status_: 'z', requestId: 'y', constructor: 'c' })
    const frame = new Frame('r1')
    const label = new RequestLabel({ method: 'GET', route: 'o.show', pattern: '/o', path: '/o' })
    createRequestLog(log).write(frame, label, { ...END, status: 503, errorCode: 'BUSY', aborted: true })
    const [line] = written as [string]
    const names = [...line.matchAll(/[{,]"(\w+)":/g)].map((match) => match[1])
    expect(names).toHaveLength(new Set(names).size)
    expect(JSON.parse(line)).toMatchObject({
      level: 50,
      pid: process.pid,
      name: 'shop',
      requestId: 'r1',
      traceId: frame.trace.traceId,
      method: 'GET',
      route: 'o.show',
      pattern: '/o',
      path: '/o',
      status: 503,
      durationMs: 1.235,
      bytes: 512,
      spanId: frame.trace.spanId,
      errorCode: 'BUSY',
      aborted: true,
      msg: 'GET /o 503',
      constructor: 'c',
    })
    const values = Object.entries(JSON.parse(line) as object)
    for (const name of Object.keys({ ...own, ...shared })) expect(names).toContain(`${name}_`)
    // None of them is lost.
    expect(values.filter(([, value]) => value === 'x')).toHaveLength(18)
    expect(values.filter(([, value]) => value === 'y' || value === 'z')).toHaveLength(3)
  })

  it('names the error', () => {
    const { log, lines } = createMemoryLogger()
    createRequestLog(log).write(new Frame('r1'), LABEL, { ...END, status: 409, errorCode: 'ORDER_CLOSED' })
    expect(lines[0]).toMatchObject({ status: 409, errorCode: 'ORDER_CLOSED', level: 30 })
  })

  it('does without a route', () => {
    const { log, lines } = createMemoryLogger()
    createRequestLog(log).write(new Frame('r1'), new RequestLabel({ method: 'PUT' }), { ...END, status: 404 })
    expect(lines[0]).toMatchObject({ method: 'PUT', msg: 'PUT 404' })
    expect(lines[0]).not.toHaveProperty('route')
    expect(lines[0]).not.toHaveProperty('pattern')
  })

  it.each([
    [200, 30],
    [302, 30],
    [400, 30],
    [404, 30],
    [499, 30],
    [500, 50],
    [504, 50],
  ])('of a %i has level %i', (status, level) => {
    const { log, lines } = createMemoryLogger()
    createRequestLog(log).write(new Frame('r1'), LABEL, { ...END, status })
    expect(lines.map((line) => line.level)).toEqual([level])
  })

  it('is written only when its level is on, also when that changes', () => {
    const { log, lines } = createMemoryLogger({ level: 'error' })
    const requests = createRequestLog(log)
    requests.write(new Frame('r1'), LABEL, END)
    requests.write(new Frame('r2'), LABEL, { ...END, status: 500 })
    log.level = 'info'
    requests.write(new Frame('r3'), LABEL, END)
    expect(lines.map((line) => line['requestId'])).toEqual(['r2', 'r3'])
  })

  it('is valid whatever ids, codes and names hold', () => {
    const { log, lines } = createMemoryLogger()
    const odd = '"},\n\\\u0001é\u2028\ud800'
    const label = new RequestLabel({ method: 'GET', route: odd, pattern: `/${odd}` })
    createRequestLog(log).write(new Frame(odd), label, { ...END, errorCode: odd })
    expect(lines[0]).toMatchObject({
      requestId: odd,
      route: odd,
      pattern: `/${odd}`,
      errorCode: odd,
      msg: `GET /${odd} 200`,
    })
  })

  it('is valid JSON for a duration and a size that are no numbers', () => {
    const { log, lines } = createMemoryLogger()
    createRequestLog(log).write(new Frame('r1'), LABEL, { ...END, durationMs: Number.NaN, bytes: Infinity })
    expect(lines[0]).toMatchObject({ durationMs: null, bytes: null })
  })

  it('goes through any logger', () => {
    const { log, lines } = createMemoryLogger()
    let isQuiet = false
    const foreign: Logger = {
      level: 'info',
      trace: () => {},
      debug: () => {},
      info: (first: string | object, message?: string) => log.info(first as object, message),
      warn: () => {},
      error: (first: string | object, message?: string) => log.error(first as object, message),
      fatal: () => {},
      child: () => foreign,
      isLevelEnabled: (level) => !isQuiet || level === 'error',
      flush: () => Promise.resolve(),
    }
    const requests = createRequestLog(foreign)
    const frame = new Frame('r1')
    requests.write(frame, LABEL, END)
    isQuiet = true
    requests.write(frame, LABEL, END)
    requests.write(frame, LABEL, { ...END, status: 500, errorCode: 'X' })
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatchObject({
      requestId: 'r1',
      route: 'orders.show',
      durationMs: 1.235,
      msg: 'GET /orders/:id 200',
    })
    expect(lines[1]).toMatchObject({ level: 50, status: 500, errorCode: 'X', spanId: frame.trace.spanId })
  })
})
