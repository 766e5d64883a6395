import { execFileSync } from 'node:child_process'
import {
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  closeSync,
  existsSync,
  readSync,
  constants,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentFrame, Frame, runInFrame } from '../frame/index.ts'
import type { LogDestination } from './contract.ts'
import { createLogger } from './logger.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const messagesOf = (file: string): unknown[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { msg: unknown }).msg)

describe('a file', () => {
  it('gets every line in order, appended to what is there', async () => {
    const file = join(folder, 'app.log')
    const first = createLogger({ destination: file })
    first.info('before')
    await first.close()
    const log = createLogger({ destination: file })
    const sent = Array.from({ length: 5000 }, (_, at) => `line ${at} é€😀`)
    for (const text of sent) log.info(text)
    await log.flush()
    expect(messagesOf(file)).toEqual(['before', ...sent])
    await log.close()
  })

  it('is not touched before the batch is due, and needs nobody to flush', async () => {
    const file = join(folder, 'app.log')
    const log = createLogger({ destination: file })
    log.info('x')
    expect(readFileSync(file, 'utf8')).toBe('')
    while (readFileSync(file, 'utf8') === '') await new Promise(setImmediate)
    expect(messagesOf(file)).toEqual(['x'])
    await log.close()
  })

  it('has a fatal line at once, behind all lines before it', async () => {
    const file = join(folder, 'app.log')
    const log = createLogger({ destination: file })
    for (let at = 0; at < 1000; at++) log.info(String(at))
    log.fatal('end')
    expect(messagesOf(file)).toHaveLength(1001)
    expect(messagesOf(file).at(-1)).toBe('end')
    await log.close()
    expect(messagesOf(file)).toHaveLength(1001)
  })

  it('is shared by loggers that name it, and closed with the last of them', async () => {
    const file = join(folder, 'app.log')
    const loggers = [
      createLogger({ destination: file }),
      createLogger({ destination: join(folder, '.', 'app.log') }),
    ]
    for (let at = 0; at < 2000; at++) loggers[at % 2]?.info(String(at))
    await loggers[0]?.close()
    await loggers[0]?.close()
    loggers[1]?.info('last')
    await loggers[1]?.close()
    loggers[1]?.info('too late')
    expect(messagesOf(file)).toEqual([...Array.from({ length: 2000 }, (_, at) => String(at)), 'last'])
  })

  it('takes far more than is kept for it, even from a loop that never yields', async () => {
    const file = join(folder, 'app.log')
    const log = createLogger({ destination: file })
    const text = 'x'.repeat(10_000)
    for (let at = 0; at < 3000; at++) log.info(text)
    await log.close()
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3001)
  })

  it('that cannot be opened is an error at set-up which names it', () => {
    const file = join(folder, 'no', 'such.log')
    expect(() => createLogger({ destination: file })).toThrow(
      `log destination: ${file} cannot be opened for writing: ENOENT`,
    )
    expect(() => createLogger({ destination: folder })).toThrow('EISDIR')
    expect(() => createLogger({ destination: 9999 })).toThrow('EBADF')
  })

  it('is written outside of the request that logs', async () => {
    const log = createLogger({ destination: join(folder, 'app.log') })
    await runInFrame(new Frame('r'), async () => {
      log.info('x')
      await log.flush()
      expect(currentFrame()?.id).toBe('r')
    })
    await log.close()
  })
})

/** Bytes read, zero when the pipe is empty. */
function readSome(fd: number, part: Buffer): number {
  try {
    return readSync(fd, part)
  } catch {
    return 0
  }
}

describe('a named pipe', () => {
  it('without a reader is an error at set-up instead of a process that hangs', () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(() => createLogger({ destination: pipe })).toThrow('ENXIO')
  })

  it('whose reader stalls holds up neither the loop nor the lines', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
    const log = createLogger({ destination: pipe })
    const text = 'x'.repeat(1000)
    // Three times what a pipe holds.
    for (let at = 0; at < 200; at++) log.info(`${at} ${text}`)
    const flushed = log.flush().then(() => 'flushed')
    expect(await Promise.race([flushed, new Promise((done) => setImmediate(done, 'goes on'))])).toBe(
      'goes on',
    )
    const parts: Buffer[] = []
    const part = Buffer.alloc(65_536)
    const read = (): void => void parts.push(Buffer.from(part.subarray(0, readSome(reader, part))))
    const reading = setInterval(read, 1)
    await flushed
    clearInterval(reading)
    read()
    const lines = Buffer.concat(parts).toString().trim().split('\n')
    expect(lines.map((line) => Number.parseInt((JSON.parse(line) as { msg: string }).msg, 10))).toEqual(
      Array.from({ length: 200 }, (_, at) => at),
    )
    await log.close()
    closeSync(reader)
  })

  it('whose reader stalls for very long costs bounded memory, and lines once it is back', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
    const log = createLogger({ destination: pipe })
    const text = 'x'.repeat(10_000)
    for (let at = 0; at < 3000; at++) log.info(text)
    const flushed = log.flush()
    let bytes = 0
    const part = Buffer.alloc(1 << 20)
    const reading = setInterval(() => {
      for (let count = 1; count > 0;) bytes += count = readSome(reader, part)
    }, 1)
    await flushed
    expect(bytes).toBeLessThan(18 * 1024 * 1024)
    const before = bytes
    log.info('back')
    await log.close()
    clearInterval(reading)
    bytes += readSome(reader, part)
    expect(bytes).toBeGreaterThan(before)
    closeSync(reader)
  })

  it('whose reader goes away is told once and then left alone', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
    const log = createLogger({ destination: pipe })
    closeSync(reader)
    log.info('x')
    await log.flush()
    log.fatal('y')
    await log.close()
  })
})

describe('a full disk', () => {
  it.skipIf(!existsSync('/dev/full'))('loses lines, and nothing else', async () => {
    const log = createLogger({ destination: '/dev/full' })
    for (let at = 0; at < 1000; at++) log.info('x')
    await log.flush()
    log.fatal('y')
    await log.close()
  })
})

describe('a destination of the user', () => {
  it('gets one line a call, and is flushed', async () => {
    const calls: string[] = []
    const log = createLogger({
      destination: {
        write: (line: string) => calls.push(line),
        flush: () => Promise.resolve().then(() => calls.push('flush')),
      },
    })
    log.info('x')
    await log.flush()
    expect(calls).toEqual([expect.stringMatching(/"msg":"x"\}\n$/), 'flush'])
  })

  it('may flush with a callback, as those of pino do', async () => {
    let flushed = false
    const log = createLogger({
      destination: {
        write() {},
        flush: (done?: () => void) =>
          setImmediate(() => {
            flushed = true
            done?.()
          }),
      },
    })
    await log.flush()
    expect(flushed).toBe(true)
  })

  it('is flushed at once after a fatal line', () => {
    const calls: string[] = []
    const log = createLogger({
      destination: { write: () => calls.push('write'), flushSync: () => calls.push('flushSync') },
    })
    log.fatal('x')
    expect(calls).toEqual(['write', 'flushSync'])
    return log.close()
  })

  it('may be a slow stream: flush waits for it', async () => {
    const written: string[] = []
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        setImmediate(() => {
          written.push(chunk.toString())
          done()
        })
      },
    })
    const log = createLogger({ destination: stream })
    log.info('a')
    log.info('b')
    await log.flush()
    expect(written.filter(Boolean)).toHaveLength(2)
  })

  it.each<[string, LogDestination]>([
    [
      'throws',
      {
        write() {
          throw new Error('full')
        },
      },
    ],
    [
      'throws from flush',
      {
        write() {},
        flush() {
          throw new Error('full')
        },
        flushSync() {
          throw new Error('full')
        },
      },
    ],
    ['rejects', { write() {}, flush: () => Promise.reject(new Error('full')) }],
    ['emits an error', new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) })],
    ['was destroyed', new PassThrough().destroy()],
    ['was ended', new PassThrough().end()],
  ])('that %s does not reach the caller', async (_, destination) => {
    const log = createLogger({ destination })
    log.info('x')
    log.error('y')
    log.fatal('z')
    await log.flush()
    await log.close()
  })
})

describe('a thousand loggers', () => {
  it('on one destination each add no listener and no warning', async () => {
    const warnings: string[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning.message)
    process.on('warning', onWarning)
    const before = process.listenerCount('exit')
    const stream = new PassThrough()
    const file = join(folder, 'app.log')
    const loggers = Array.from({ length: 1000 }, (_, at) =>
      createLogger({ destination: at % 2 === 0 ? stream : file }),
    )
    const many = Array.from({ length: 1000 }, () =>
      createLogger({ destination: { write() {}, flushSync() {} } }),
    )
    expect(stream.listenerCount('error')).toBe(1)
    expect(process.listenerCount('exit')).toBe(before + 1)
    await Promise.all([...loggers, ...many].map((log) => log.close()))
    await new Promise(setImmediate)
    expect(process.listenerCount('exit')).toBe(before)
    expect(warnings).toEqual([])
    process.off('warning', onWarning)
  })
})
