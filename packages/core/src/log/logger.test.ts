import { EventEmitter } from 'node:events'
import { hostname } from 'node:os'
import { Writable } from 'node:stream'
import { setImmediate as immediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { SetupError } from '../errors/index.ts'
import { Frame, runInFrame } from '../frame/index.ts'
import type { Logger, LogLevel } from './contract.ts'
import { bindLogger, createLogger } from './logger.ts'
import { createMemoryLogger } from './memory-logger.ts'

describe('a line', () => {
  it('is one JSON object in the form of pino', () => {
    const written: string[] = []
    const log = createLogger({
      destination: { write: (line) => written.push(line) },
      now: () => 1_700_000_000_000,
    })
    log.info({ orderId: 7 }, 'shipped')
    expect(written).toEqual([
      `{"level":30,"time":1700000000000,"pid":${process.pid},"hostname":"${hostname()}","orderId":7,"msg":"shipped"}\n`,
    ])
  })

  it('carries the name and the fields given at set-up', () => {
    const { log, lines } = createMemoryLogger({ name: 'shop', bindings: { region: 'eu' } })
    log.info('x')
    expect(lines[0]).toMatchObject({ name: 'shop', region: 'eu', pid: process.pid })
  })

  it('has the number of its level', () => {
    const { log, lines } = createMemoryLogger()
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log[level]('x')
    expect(lines.map((line) => line.level)).toEqual([10, 20, 30, 40, 50, 60])
  })

  it('may have fields and no message', () => {
    const { log, lines } = createMemoryLogger()
    log.info({ a: 1 })
    expect(lines[0]).toMatchObject({ a: 1 })
    expect(lines[0]).not.toHaveProperty('msg')
  })

  it('keeps its level and time whatever is logged', () => {
    const { log, lines } = createMemoryLogger({ now: () => 5 })
    log.warn({ level: 60, time: 0, other: 1 }, 'x')
    log.child({ level: 10 }).warn('y')
    expect(lines[0]).toMatchObject({ level: 40, time: 5, level_: 60, time_: 0, other: 1 })
    expect(lines[1]).toMatchObject({ level: 40, level_: 10 })
  })

  it('is not a format string', () => {
    const { log, lines } = createMemoryLogger()
    log.info('100 %s %d %j %%')
    log.info({ a: 1 }, '%o')
    expect(lines.map((line) => line.msg)).toEqual(['100 %s %d %j %%', '%o'])
  })

  it('is one line whatever the text', () => {
    const written: string[] = []
    const log = createLogger({ destination: { write: (line) => written.push(line) } })
    log.info({ 'a"\n': 'b\n"' }, 'c\nd"\u2028\ud800')
    expect(written[0]?.indexOf('\n')).toBe((written[0]?.length ?? 0) - 1)
    expect(JSON.parse(written[0] as string)).toMatchObject({ 'a"\n': 'b\n"', msg: 'c\nd"\u2028\ud800' })
  })
})

describe('the level', () => {
  it('is info by default and holds back what is below', () => {
    const lines: string[] = []
    const log = createLogger({ destination: { write: (line) => lines.push(line) } })
    log.debug('no')
    log.info('yes')
    expect(log.level).toBe('info')
    expect(lines).toHaveLength(1)
  })

  it('can be changed, and children follow until they have their own', () => {
    const { log, lines } = createMemoryLogger({ level: 'info' })
    const child = log.child({ part: 'a' })
    const own = log.child({ part: 'b' })
    own.level = 'error'
    log.level = 'debug'
    child.debug('seen')
    own.warn('unseen')
    own.error('seen')
    expect(lines.map((line) => [line['part'], line.level])).toEqual([
      ['a', 20],
      ['b', 50],
    ])
    expect([log.level, child.level, own.level]).toEqual(['debug', 'debug', 'error'])
  })

  it('silent holds back everything', () => {
    const { log, lines } = createMemoryLogger({ level: 'silent' })
    log.fatal('x')
    expect(lines).toEqual([])
    expect(log.isLevelEnabled('fatal')).toBe(false)
    expect(log.isLevelEnabled('silent')).toBe(false)
  })

  it('can be asked for', () => {
    const { log } = createMemoryLogger({ level: 'warn' })
    const levels: LogLevel[] = ['debug', 'info', 'warn', 'error']
    expect(levels.filter((level) => log.isLevelEnabled(level))).toEqual(['warn', 'error'])
  })

  it('is refused when there is no such level, naming the ones there are', () => {
    expect(() => createLogger({ level: 'loud' as LogLevel })).toThrow(
      'log level: "loud" is not a log level. Use one of trace, debug, info, warn, error, fatal, silent.',
    )
    expect(() => createLogger({ level: 'toString' as LogLevel })).toThrow('is not a log level')
  })
})

describe('a wrong option', () => {
  it.each([
    [{ level: 'loud' }, 'ERR_CORE_LOG_LEVEL'],
    [{ destination: '/no/such/folder/app.log' }, 'ERR_CORE_LOG_DESTINATION'],
    [{ redact: ['a..b'] }, 'ERR_CORE_LOG_REDACT'],
    [{ leve: 'info' }, 'ERR_CORE_OPTION'],
  ])('is a setup error with a code of its own: %j', (options, code) => {
    const thrown = caught(() => createLogger(options as never))
    expect(SetupError.is(thrown) && thrown.problems.map((one) => one.code)).toEqual([code])
  })

  it('is told of the logger, not of an application', () => {
    const { log } = createMemoryLogger()
    for (const set of [
      () => createLogger({ level: 'loud' as LogLevel }),
      () => (log.level = 'loud' as LogLevel),
    ])
      expect(String(caught(set))).toContain('The logger cannot be set up:')
  })
})

function caught(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

describe('an error', () => {
  it('is written under err with type, message and stack, and speaks for the line', () => {
    const { log, lines } = createMemoryLogger()
    const error = new TypeError('broken')
    log.error(error)
    log.error(error, 'while shipping')
    log.error({ err: error, orderId: 7 })
    log.error({ err: error }, 'again')
    const err = { type: 'TypeError', message: 'broken', stack: error.stack }
    expect(lines).toMatchObject([
      { err, msg: 'broken' },
      { err, msg: 'while shipping' },
      { err, msg: 'broken', orderId: 7 },
      { err, msg: 'again' },
    ])
  })

  it('brings its causes', () => {
    const { log, lines } = createMemoryLogger()
    log.error(new Error('outer', { cause: new Error('middle', { cause: 'inner' }) }))
    const stack: unknown = expect.stringContaining('logger.test.ts')
    expect(lines[0]).toMatchObject({
      err: { message: 'outer', stack, cause: { type: 'Error', message: 'middle', stack, cause: 'inner' } },
    })
  })

  it('brings the errors it aggregates', () => {
    const { log, lines } = createMemoryLogger()
    log.error(new AggregateError([new Error('a'), new RangeError('b')], 'both'))
    expect(lines[0]).toMatchObject({
      err: {
        type: 'AggregateError',
        message: 'both',
        errors: [{ message: 'a' }, { type: 'RangeError', message: 'b' }],
      },
    })
  })

  it('may be its own cause', () => {
    const { log, lines } = createMemoryLogger()
    const error = new Error('loop')
    error.cause = error
    log.error(error)
    expect(lines[0]).toMatchObject({ err: { message: 'loop', cause: '[Circular]' } })
  })
})

describe('a child', () => {
  it('adds its fields to those of its parents', () => {
    const { log, lines } = createMemoryLogger()
    log
      .child({ a: 1 })
      .child({ b: { c: 2 } })
      .info({ d: 3 }, 'x')
    expect(lines[0]).toMatchObject({ a: 1, b: { c: 2 }, d: 3, msg: 'x' })
  })

  it('redacts and survives its fields like a line does', () => {
    const { log, lines } = createMemoryLogger({ redact: ['password'] })
    const circular: Record<string, unknown> = { password: 'p' }
    circular['self'] = circular
    log.child({ circular, big: 1n, authorization: 'Bearer x' }).info('x')
    expect(lines[0]).toMatchObject({
      circular: { password: '[Redacted]', self: '[Circular]' },
      big: '1',
      authorization: '[Redacted]',
    })
  })
})

describe('inside a request', () => {
  it('each line carries the request id and the trace id', () => {
    const { log, lines } = createMemoryLogger()
    const frame = new Frame('r1')
    runInFrame(frame, () => {
      log.info('x')
      log.error(new Error('y'))
      log.info({ a: 1 })
    })
    log.info('outside')
    for (const line of lines.slice(0, 3))
      expect(line).toMatchObject({ requestId: 'r1', traceId: frame.trace.traceId })
    expect(lines[3]).not.toHaveProperty('requestId')
  })

  it('lines of interleaved requests never mix', async () => {
    const { log, lines } = createMemoryLogger()
    const child = log.child({ part: 'worker' })
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        runInFrame(new Frame(`r${at}`), async () => {
          await immediate()
          child.info(`r${at}`)
        }),
      ),
    )
    expect(lines).toHaveLength(20)
    expect(lines.every((line) => line['requestId'] === line.msg)).toBe(true)
  })

  it('lines carry the fields of the frame, and what is logged does not replace them', () => {
    const { log, lines } = createMemoryLogger()
    const frame = new Frame('r1')
    frame.bindings = { route: 'orders.show', cookie: 'x' }
    runInFrame(frame, () => log.info({ route: 'other' }, 'x'))
    runInFrame(frame, () => log.info('y'))
    expect(lines[0]).toMatchObject({ route: 'orders.show', route_: 'other', cookie: '[Redacted]' })
    expect(lines[1]).toMatchObject({ route: 'orders.show' })
  })

  it('a bound logger carries the id wherever it is called from, once', () => {
    const written: string[] = []
    const log = createLogger({ destination: { write: (line) => written.push(line) } })
    const bound = bindLogger(log, new Frame('r1'))
    runInFrame(new Frame('other'), () => bound.child({ a: 1 }).info('x'))
    bound.info('y')
    for (const line of written) expect(line.match(/"requestId":"r1"/g)).toHaveLength(1)
    expect(written.join('')).not.toContain('other')
    log.level = 'error'
    bound.info('z')
    expect(written).toHaveLength(2)
  })

  it('a logger of another make is bound as a child', () => {
    const frame = new Frame('r1')
    const made: unknown[] = []
    const other = { child: (bindings: object) => made.push(bindings) } as unknown as Logger
    bindLogger(other, frame)
    expect(made).toEqual([{ requestId: 'r1', traceId: frame.trace.traceId }])
  })
})

describe('logging never throws', () => {
  const hostile: [string, object][] = [
    [
      'a circular structure',
      (() => {
        const a: Record<string, unknown> = {}
        a['a'] = { a }
        return a
      })(),
    ],
    ['a BigInt', { a: 10n ** 30n, b: [1n] }],
    [
      'a throwing toJSON',
      {
        a: {
          toJSON() {
            throw new Error('no')
          },
        },
      },
    ],
    [
      'a throwing getter',
      {
        get a() {
          throw new Error('no')
        },
      },
    ],
    [
      'a throwing nested getter',
      {
        a: {
          get b() {
            throw null
          },
        },
      },
    ],
    [
      'a revoked proxy',
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {})
        revoke()
        return { proxy }
      })(),
    ],
    [
      'a proxy that throws',
      {
        a: new Proxy(
          {},
          {
            ownKeys() {
              throw new Error('no')
            },
          },
        ),
      },
    ],
    [
      'a thing without a prototype',
      Object.assign(Object.create(null) as object, { a: Object.create(null) as object }),
    ],
    ['an invalid date', { a: new Date(Number.NaN) }],
    ['functions and symbols', { a: () => 1, b: Symbol('b'), c: [() => 1], [Symbol('d')]: 1 }],
    ['what is not finite', { a: Number.NaN, b: [Infinity] }],
    ['an error without a stack', { err: Object.assign(new Error('x'), { stack: undefined }) }],
    [
      'an error whose fields throw',
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw new Error('no')
        },
      }),
    ],
    ['an error without a prototype', Object.setPrototypeOf(new Error('x'), null) as object],
    ['a key that is __proto__', JSON.parse('{"__proto__":{"a":1},"b":2}') as object],
    [
      'nesting without end',
      (() => {
        let a: object = {}
        for (let at = 0; at < 50_000; at++) a = { a }
        return a
      })(),
    ],
    [
      'a hundred thousand fields',
      Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`k${at}`, at])),
    ],
    ['a long list', { a: Array.from({ length: 100_000 }, () => ({ b: 1 })) }],
    ['an emitter', { a: new EventEmitter(), socket: new Writable(), headers: {}, method: 'GET' }],
  ]

  it.each(hostile)('given %s', (_, value) => {
    const { log, lines } = createMemoryLogger()
    log.info(value, 'x')
    log.child(value as Record<string, unknown>).info('y')
    log.error({ err: value }, 'z')
    expect(lines.map((line) => line.msg)).toEqual(['x', 'y', 'z'])
    for (const line of lines) expect(JSON.stringify(line).length).toBeLessThan(50_000)
  })

  it.each([undefined, null, 5, 10n, Symbol('s'), true, () => 1])('given %s instead of a message', (value) => {
    const { log, lines } = createMemoryLogger()
    log.info(value as unknown as string)
    expect(lines[0]?.msg).toBe(String(value))
  })

  it('given a revoked proxy as all there is to log', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const { log, lines } = createMemoryLogger()
    log.info(proxy, 'x')
    log.child(proxy).info('y')
    expect(lines).toMatchObject([
      { unloggable: expect.stringContaining('revoked') as string, msg: 'x' },
      { msg: 'y' },
    ])
  })

  it('when a toJSON logs in turn', () => {
    const { log, lines } = createMemoryLogger()
    log.info(
      {
        a: {
          toJSON: () => {
            log.info({ b: { c: 1 } }, 'inner')
            return { d: 1 }
          },
        },
      },
      'outer',
    )
    expect(lines).toMatchObject([
      { b: { c: 1 }, msg: 'inner' },
      { a: { d: 1 }, msg: 'outer' },
    ])
  })
})

describe('a name', () => {
  const hostile = {
    requestId: 'victim',
    traceId: '0',
    pid: 1,
    hostname: 'h',
    name: 'auth',
    msg: 'login ok',
    time: 0,
  }
  const raw = (options: { name?: string; bindings?: Record<string, unknown> } = {}) => {
    const written: string[] = []
    const log = createLogger({
      ...options,
      destination: { write: (line) => written.push(line) },
      now: () => 5,
    })
    return { log, written }
  }
  const namesOf = (line: string): string[] =>
    [...line.matchAll(/"(\w+)":/g)].map(([, name]) => name as string)

  it('of the line itself is kept from what is logged, within a request', () => {
    const { log, written } = raw({ name: 'shop' })
    const frame = new Frame('own')
    runInFrame(frame, () => log.warn(hostile))
    const [line] = written as [string]
    expect(JSON.parse(line)).toMatchObject({
      level: 40,
      time: 5,
      pid: process.pid,
      hostname: hostname(),
      name: 'shop',
      requestId: 'own',
      traceId: frame.trace.traceId,
      requestId_: 'victim',
      traceId_: '0',
      pid_: 1,
      hostname_: 'h',
      name_: 'auth',
      msg_: 'login ok',
      time_: 0,
    })
    expect(JSON.parse(line)).not.toHaveProperty('msg')
    expect(new Set(namesOf(line)).size).toBe(namesOf(line).length)
  })

  it('stands once in a line, whoever gave it, and nothing is lost', () => {
    const { log, written } = raw({ name: 'shop', bindings: { ...hostile, a: 0 } })
    const child = log.child({ ...hostile, a: 1 }).child({ a: 2, err: 'x' })
    const framed = new Frame('own')
    framed.bindings = { a: 3, requestId: 'b' }
    runInFrame(framed, () => {
      child.error({ a: 4, a_: 5, msg: 'm', level: 60, ['__proto__']: 1 }, 'text')
      bindLogger(child, new Frame('bound')).error(new Error('broken'))
    })
    for (const line of written) expect(new Set(namesOf(line)).size).toBe(namesOf(line).length)
    const parsed = JSON.parse(written[0] as string) as Record<string, unknown>
    expect(parsed).toMatchObject({ requestId: 'own', name: 'shop', msg: 'text', level: 50, err: 'x' })
    expect(Object.keys(parsed).filter((name) => /^a_*$/.test(name))).toHaveLength(6)
    expect(JSON.parse(written[1] as string)).toMatchObject({ requestId: 'bound', msg: 'broken', err: 'x' })
  })
})
