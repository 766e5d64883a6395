import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Frame, runInFrame } from '../frame/index.ts'
import type { RootLogger } from './contract.ts'
import { createLogger, type LoggerOptions } from './logger.ts'
import { createRequestLog, RequestLabel } from './request-line.ts'

afterEach(() => void vi.unstubAllEnvs())
beforeEach(() => {
  for (const name of ['FORCE_COLOR', 'NO_COLOR', 'TERM']) vi.stubEnv(name, undefined)
})

const AT = new Date(2025, 0, 2, 3, 4, 5, 67).getTime()

function prettyLogger(options: LoggerOptions = {}, isTTY = false): { log: RootLogger; text: () => string } {
  let text = ''
  const destination = { isTTY, write: (line: string) => void (text += line) }
  const log = createLogger({ level: 'trace', pretty: true, destination, now: () => AT, ...options })
  return { log, text: () => text }
}

describe('a pretty line', () => {
  it('has time, level, message and fields, without process and host', () => {
    const { log, text } = prettyLogger({ name: 'shop' })
    log.info({ orderId: 7, kind: 'two words', path: '/a', list: [1, { b: 2 }] }, 'shipped')
    log.child({ part: 'worker' }).debug('quiet')
    expect(text()).toBe(
      '03:04:05.067 INFO  shipped orderId=7 kind="two words" path=/a list=[1,{"b":2}]\n' +
        '03:04:05.067 DEBUG quiet part=worker\n',
    )
  })

  it('shows a name that was logged, and hides that of the logger', () => {
    const { log, text } = prettyLogger()
    log.info({ name: 'ada' }, 'x')
    expect(text()).toContain('name=ada')
    const named = prettyLogger({ name: 'shop' })
    named.log.info({ name: 'ada' }, 'x')
    expect(named.text()).toBe('03:04:05.067 INFO  x name_=ada\n')
  })

  it('ends with the id of its request', () => {
    const { log, text } = prettyLogger()
    runInFrame(new Frame('r1'), () => log.warn({ a: 1 }, 'late'))
    expect(text()).toBe('03:04:05.067 WARN  late a=1 r1\n')
  })

  it('shows an error with its stack line by line, its fields, causes and errors', () => {
    const { log, text } = prettyLogger()
    const cause = Object.assign(new TypeError('inner\nsecond line'), { code: 'X' })
    cause.stack = 'TypeError: inner\nsecond line\n    at b (b.ts:2:2)'
    const error = new AggregateError([new Error('one')], 'no stock', { cause })
    error.stack = 'AggregateError: no stock\n    at a (a.ts:1:1)'
    ;(error.errors[0] as Error).stack = 'Error: one\n    at c (c.ts:3:3)'
    log.error({ err: error, orderId: 7 }, 'order failed')
    expect(text()).toBe(
      [
        '03:04:05.067 ERROR order failed orderId=7',
        '    AggregateError: no stock',
        '        at a (a.ts:1:1)',
        '        [cause] TypeError: inner',
        '        second line',
        '            at b (b.ts:2:2)',
        '        code=X',
        '        [errors.0] Error: one',
        '            at c (c.ts:3:3)',
        '',
      ].join('\n'),
    )
  })

  it('of a request is short', () => {
    const { log, text } = prettyLogger({ name: 'shop' })
    const requests = createRequestLog(log.child({ part: 'http' }))
    const end = { status: 200, durationMs: 3.214, bytes: 512 }
    requests.write(
      new Frame('r1'),
      new RequestLabel({ method: 'GET', route: 'o.show', pattern: '/o/:id' }),
      end,
    )
    requests.write(new Frame('r2'), new RequestLabel({ method: 'PUT', path: '/x\u001b[2J' }), {
      ...end,
      status: 404,
      errorCode: 'GONE',
      aborted: true,
    })
    expect(text()).toBe(
      '03:04:05.067 INFO  GET /o/:id 200 3.2 ms part=http r1\n' +
        String.raw`03:04:05.067 ERROR PUT /x\u001b[2J 404 3.2 ms part=http aborted=true errorCode=GONE r2` +
        '\n',
    )
  })

  it('never passes a control character of what is logged to the terminal, nor a line of its own', () => {
    const { log, text } = prettyLogger({ bindings: { bound: '\u001b]0;x\u0007' } })
    const evil =
      '\u001b[2J\u009b31m\u0007\b\r\n03:04:05.067 INFO  forged\u007f\u0000\u2028\u202e\u2066\u0085\t'
    const error = new Error(evil)
    error.name = evil
    log.info(evil)
    log.info({ [evil]: evil, deep: [{ [evil]: evil }], err: Object.assign(error, { [evil]: evil }) }, evil)
    log.error({ [evil]: error, cause: { stack: evil } })
    runInFrame(new Frame(evil), () => log.info('x'))
    createRequestLog(log).write(
      new Frame(evil),
      new RequestLabel({ method: evil, route: evil, path: evil }),
      {
        status: 500,
        durationMs: 1,
        bytes: 1,
        errorCode: evil,
      },
    )
    expect(text().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u)
    expect(text().match(/^03:04:05\.067 \w/gm)).toHaveLength(5)
    expect(text()).toContain(String.raw`\u001b[2J\u009b31m`)
  })

  it('is as it was where it is not JSON that can be read', () => {
    const { log, text } = prettyLogger({ now: () => Number.NaN })
    log.info('\u009b x')
    expect(text()).toMatch(/^\{"level":30,"time":NaN,.*"msg":"\\u009b x"\}\n$/)
  })
})

describe('colours', () => {
  const RED = '\u001b[31mERROR\u001b[0m'
  it.each([
    ['a terminal', true, {}, true],
    ['no terminal', false, {}, false],
    ['NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['NO_COLOR that is empty', true, { NO_COLOR: '' }, true],
    ['FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR that is empty', false, { FORCE_COLOR: '' }, true],
    ['FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
    ['FORCE_COLOR beside NO_COLOR', false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
  ])('follow %s', (_, isTTY, env, isColored) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    const { log, text } = prettyLogger({}, isTTY)
    log.error('x')
    expect(text().includes(RED)).toBe(isColored)
    expect(text().includes('\u001b')).toBe(isColored)
  })
})

describe('lines are for people by default', () => {
  const isPretty = (isTTY: boolean, env: string | undefined, pretty?: boolean): boolean => {
    vi.stubEnv('NODE_ENV', env)
    const { log, text } = prettyLogger({ pretty }, isTTY)
    log.info('x')
    return !text().startsWith('{')
  }

  it.each([
    [true, undefined, true],
    [true, '', true],
    [true, 'development', true],
    [false, 'development', false],
    [true, 'test', false],
    [true, 'production', false],
    [true, 'staging', false],
  ])('only in a terminal (%s) in development (%s)', (isTTY, env, expected) => {
    expect(isPretty(isTTY, env)).toBe(expected)
  })

  it('and either can be chosen', () => {
    expect(isPretty(true, 'development', false)).toBe(false)
    expect(isPretty(false, 'production', true)).toBe(true)
  })
})

// The options of `script` are those of util-linux.
describe.skipIf(process.platform !== 'linux')('in a real terminal', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keelson-pretty-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const index = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href)
  const inTerminal = (body: string, env: NodeJS.ProcessEnv): string => {
    const file = join(folder, 'main.mjs')
    writeFileSync(file, body)
    const result = spawnSync(
      '/usr/bin/script',
      ['-qec', `'${process.execPath}' '${file}'`, join(folder, 'out')],
      {
        env: { PATH: process.env['PATH'], TERM: 'xterm', ...env },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    return result.stdout
  }
  const LOG = `import { createLogger } from ${index('./index.ts')}\ncreateLogger({ name: 'shop' }).info({ a: 1 }, 'hello')`

  it('a logger writes coloured lines for people, and writes them before the process ends', () => {
    expect(inTerminal(LOG, {})).toContain('\u001b[0m \u001b[32mINFO \u001b[0m hello')
    expect(inTerminal(LOG, { NO_COLOR: '1' })).toMatch(/^[\d:.]+ INFO {2}hello a=1\r\n$/)
  })

  it('a logger writes JSON in production, and where stdout is not the terminal', () => {
    expect(inTerminal(LOG, { NODE_ENV: 'production' })).toMatch(/^\{"level":30/)
    const piped = spawnSync(process.execPath, ['--input-type=module', '--eval', LOG], { encoding: 'utf8' })
    expect(piped.stdout).toMatch(/^\{"level":30/)
    const file = join(folder, 'app.log')
    inTerminal(LOG.replace("name: 'shop'", `destination: ${JSON.stringify(file)}`), {})
    expect(readFileSync(file, 'utf8')).toMatch(/^\{"level":30/)
  })

  it('an app goes by its own mode', () => {
    const app = (mode: string): string =>
      `import { createApp } from ${index('../create-app.ts')}\ncreateApp({ routes: {}, mode: '${mode}' }).log.info('hello')`
    expect(inTerminal(app('development'), { NODE_ENV: 'production', NO_COLOR: '1' })).toMatch(
      / INFO {2}hello/,
    )
    expect(inTerminal(app('production'), { NODE_ENV: 'development' })).toMatch(/^\{"level":30/)
  })
})
