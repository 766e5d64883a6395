import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const INDEX = JSON.stringify(new URL('./index.ts', import.meta.url).href)
// Several times what a pipe or socket holds.
const COUNT = 10_000

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-exit-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const script = (body: string): string[] => [
  '--input-type=module',
  '--eval',
  `import { createLogger } from ${INDEX}\n${body}`,
]

const run = (body: string): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, script(body), { encoding: 'utf8', cwd: folder, maxBuffer: 1 << 28 })

const messagesIn = (text: string): unknown[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { msg: unknown }).msg)

const expected = (count: number): string[] => Array.from({ length: count }, (_, at) => String(at))

// Some lines have long been written and some are on their way when the end comes.
const logMany = `
  for (let at = 0; at < ${COUNT}; at++) {
    log.info(String(at))
    if (at % 1000 === 0) await new Promise(setImmediate)
  }`

const ENDS: [string, string, number][] = [
  ['ends by itself', '', 0],
  ['calls process.exit', 'process.exit(3)', 3],
  ['throws', 'setImmediate(() => { throw new Error("crash") }); await new Promise(() => {})', 1],
  ['leaves a rejection unhandled', 'Promise.reject(new Error("crash")); await new Promise(() => {})', 1],
  [
    'has a handler for crashes that exits',
    'process.on("uncaughtException", () => process.exit(4)); setImmediate(() => { throw 1 }); await new Promise(() => {})',
    4,
  ],
]

describe.each(ENDS)('a process that %s', (_, end, status) => {
  it('has written every line to stdout', () => {
    const result = run(`const log = createLogger()\n${logMany}\n${end}`)
    expect(result.status).toBe(status)
    expect(messagesIn(result.stdout)).toEqual(expected(COUNT))
  })

  it('has written every line to a file', () => {
    const file = join(folder, 'app.log')
    const result = run(
      `const log = createLogger({ destination: ${JSON.stringify(file)} })\n${logMany}\n${end}`,
    )
    expect(result.status).toBe(status)
    expect(messagesIn(readFileSync(file, 'utf8'))).toEqual(expected(COUNT))
  })
})

describe('a process that exits', () => {
  it('right after its only line has written it', () => {
    expect(messagesIn(run('createLogger().info("0"); process.exit()').stdout)).toEqual(['0'])
  })

  it('has written what its exit listeners log, wherever they were added', () => {
    const result = run(`
      process.on('exit', () => log.info('0'))
      const log = createLogger()
      process.on('exit', () => log.info('1'))
      log.info('first')
      process.exit()`)
    expect(messagesIn(result.stdout)).toEqual(['first', '0', '1'])
  })

  it('awaits flush at its top level without ending half-way', () => {
    const result = run(
      `const log = createLogger()\n${logMany}\nawait log.flush(); log.info(${JSON.stringify(String(COUNT))})`,
    )
    expect(result.status).toBe(0)
    expect(messagesIn(result.stdout)).toEqual(expected(COUNT + 1))
  })

  it('has written fatal lines even if it aborts', () => {
    const result = run('const log = createLogger(); log.info("0"); log.fatal("1"); process.abort()')
    expect(result.signal).toBe('SIGABRT')
    expect(messagesIn(result.stdout)).toEqual(['0', '1'])
  })

  it('is not kept alive by its logger', () => {
    const result = run('const log = createLogger(); log.info("0"); setTimeout(() => {}, 0)')
    expect(result.status).toBe(0)
  })

  it('while its reader is slow has written every line', async () => {
    // What is logged is many times what a pipe holds, so at its end the process waits for this reader.
    const end = 'process.stderr.write("exiting"); process.exit(5)'
    const child = spawn(process.execPath, script(`const log = createLogger()\n${logMany}\n${end}`))
    const code = new Promise((done) => child.on('exit', done))
    await once(child.stderr, 'data')
    const parts: Buffer[] = await child.stdout.toArray()
    expect(messagesIn(Buffer.concat(parts).toString())).toEqual(expected(COUNT))
    expect(await code).toBe(5)
  })

  it('while nobody reads at all ends in spite of that, and says what is lost', async () => {
    const child = spawn(process.execPath, script(`const log = createLogger()\n${logMany}\nprocess.exit(5)`))
    const parts: Buffer[] = []
    child.stderr.on('data', (part: Buffer) => parts.push(part))
    expect(await new Promise((done) => child.on('exit', done))).toBe(5)
    expect(Buffer.concat(parts).toString()).toMatch(
      /keelson: log destination 1: \d+ bytes were not written, the reader stalls/,
    )
    child.stdout.destroy()
  })
})

describe('a process whose destination breaks', () => {
  it('goes on, and tells it once', async () => {
    const body = `
      const log = createLogger()
      process.once('message', async () => {
        for (let at = 0; at < 100; at++) { log.info('x'); await log.flush() }
        process.send('alive')
        process.disconnect()
      })`
    const child = spawn(process.execPath, script(body), { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    const parts: Buffer[] = []
    child.stderr?.on('data', (part: Buffer) => parts.push(part))
    const answer = new Promise((done) => child.once('message', done))
    child.stdout?.destroy()
    child.send('go')
    expect(await answer).toBe('alive')
    expect(await new Promise((done) => child.on('close', done))).toBe(0)
    const told = Buffer.concat(parts)
      .toString()
      .split('\n')
      .filter((line) => line.startsWith('keelson'))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/^keelson: log destination 1: lines are lost: .*EPIPE/)
  })

  it('because the disk is full tells it once', () => {
    const result = run(`
      const log = createLogger({ destination: '/dev/full' })
      for (let at = 0; at < 100; at++) { log.info('x'); await log.flush() }
      process.exit(6)`)
    expect(result.status).toBe(6)
    expect(result.stderr.match(/^keelson: .*ENOSPC.*$/gm)).toHaveLength(1)
  })

  it('because it throws tells it once', () => {
    const result = run(`
      const log = createLogger({ destination: { write() { throw new Error('no room') } } })
      for (let at = 0; at < 100; at++) log.info('x')`)
    expect(result.status).toBe(0)
    expect(result.stderr.match(/^keelson: .*$/gm)).toEqual([
      'keelson: log destination: lines are lost: no room',
    ])
  })
})
