// A Redis of a test's own, which it may kill, stop and fill: on a free port, with a folder of its own, gone with the test.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'

/** The longest wait for a server to answer, ms. */
const START_MS = 30_000

/** A server that a test may kill. */
export interface OwnRedis extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** Runs a command, past what is tested. */
  ask(...command: readonly string[]): Promise<unknown>
  /** Ends it at once, as `kill -9` does. */
  kill(): Promise<void>
  /** Starts it again, and resolves once it answers. */
  start(): Promise<void>
  /** Lets it do nothing: its connections stay. */
  pause(): void
  resume(): void
}

/** Why no Redis can be started here; empty where one can. Where `CI` or `REQUIRE_SERVICES` is set it must be there. */
export function whyNoServer(): string {
  const { CI, REQUIRE_SERVICES } = process.env
  const { error } = spawnSync('redis-server', ['--version'])
  if (error === undefined) return ''
  if (CI !== undefined || REQUIRE_SERVICES === 'true') throw error
  const reason = `redis-server is not installed here: ${error.message}`
  process.stderr.write(`${reason}, so that nothing was proven of its death\n`)
  return reason
}

/** Starts one. */
export async function openRedis(...args: readonly string[]): Promise<OwnRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-redis-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let running: ChildProcess | undefined
  const own: OwnRedis = {
    port,
    url,
    ask: (...command) => ask(url, command),
    kill: async () => {
      if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
      running.kill('SIGKILL')
      await once(running, 'exit')
    },
    start: async () => {
      const given = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
      running = spawn('redis-server', [...given, ...args], { stdio: 'ignore' })
      await until(async () => (await ask(url, ['PING'])) === 'PONG', 'redis-server did not start')
    },
    pause: () => void running?.kill('SIGSTOP'),
    resume: () => void running?.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      await own.kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
  try {
    await own.start()
  } catch (error) {
    await own[Symbol.asyncDispose]()
    throw error
  }
  return own
}

/** Waits until something holds; what throws does not hold yet. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const end = performance.now() + START_MS
  let last: unknown
  while (performance.now() < end) {
    try {
      if (await holds()) return
    } catch (error) {
      last = error
    }
    await sleep(5)
  }
  throw new Error(`${what} within ${START_MS} ms.`, { cause: last })
}

async function ask(url: string, [name = '', ...rest]: readonly string[]): Promise<unknown> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: 2000,
    enableReadyCheck: false,
  })
  redis.on('error', () => {})
  try {
    await redis.connect()
    return await redis.call(name, ...rest)
  } finally {
    redis.disconnect()
  }
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
