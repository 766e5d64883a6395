// A peer's server as a child process: started on its core, awaited, measured, ended by its own pid.
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { exchange, type WireAnswer, type WireRequest } from './http.ts'

export interface ServerOptions {
  readonly node: string
  /** Compiled program and its arguments. */
  readonly args: readonly string[]
  readonly cores: string
  readonly env?: Readonly<Record<string, string>>
}

const START_LIMIT_MS = 120_000
const STOP_LIMIT_MS = 5_000
const POLL_MS = 1

/** Children that are still running, so that an end of the harness is theirs as well. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

export class Server {
  readonly port: number
  readonly logFile: string
  readonly #child: ChildProcess
  readonly #startedAt = performance.now()
  #errors = ''

  constructor(options: ServerOptions, port: number) {
    this.port = port
    this.logFile = join(tmpdir(), `keelson-bench-${process.pid}-${port}.log`)
    const log = openSync(this.logFile, 'w')
    const env = { ...process.env, NODE_ENV: 'production', PORT: String(port), ...options.env }
    this.#child = spawn('taskset', ['-c', options.cores, options.node, ...options.args], {
      env,
      stdio: ['ignore', log, 'pipe'],
    })
    closeSync(log)
    running.add(this.#child)
    this.#child.once('exit', () => running.delete(this.#child))
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors = (this.#errors + chunk).slice(-2000)))
  }

  static async start(options: ServerOptions): Promise<Server> {
    return new Server(options, await freePort())
  }

  get pid(): number {
    return this.#child.pid as number
  }

  /** Asks until there is an answer; gives it, and the time since the start, ms. */
  async firstAnswer(
    request: WireRequest,
  ): Promise<{ readonly answer: WireAnswer; readonly afterMs: number }> {
    for (;;) {
      if (this.#child.exitCode !== null)
        throw new Error(`The server ended: ${this.#errors || 'it said nothing'}`)
      try {
        const answer = await exchange(this.port, request)
        return { answer, afterMs: performance.now() - this.#startedAt }
      } catch (error) {
        if (performance.now() - this.#startedAt > START_LIMIT_MS) throw error
        await sleep(POLL_MS)
      }
    }
  }

  /** Lines in the server's log so far. */
  logLines(): string[] {
    return readFileSync(this.logFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  }

  async stop(): Promise<void> {
    const ended =
      this.#child.exitCode === null ? new Promise((resolve) => this.#child.once('exit', resolve)) : undefined
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS)
    await ended
    clearTimeout(timer)
    rmSync(this.logFile, { force: true })
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
