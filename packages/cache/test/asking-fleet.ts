// Two processes that ask all the time, each behind a network of its own to one Redis.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { DriverName } from '../src/redis/index.ts'
import { openNetwork, type FaultyNetwork } from './faulty-network.ts'
import { openRedis, type OwnRedis } from './own-redis.ts'

/** What a process has seen in a round. */
export interface Told {
  readonly asked: number
  /** When it asked and was given an old value. */
  readonly oldAt: readonly number[]
  /** How long the machine kept it from running. */
  readonly lateMs: number
  /** What nobody handled. */
  readonly failures: readonly string[]
}

/** A process of the fleet. */
export class Asking {
  readonly network: FaultyNetwork
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: unknown) => void>()
  #id = 0
  said = ''

  private constructor(child: ChildProcess, network: FaultyNetwork) {
    this.#child = child
    this.network = network
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (part) => (this.said += String(part)))
    child.on('message', ({ id, answer }: { id: number; answer: unknown }) => this.#waiting.get(id)?.(answer))
  }

  static async start(server: OwnRedis, driver: DriverName, memoryTtlMs: number): Promise<Asking> {
    const network = await openNetwork(server.port)
    const program = join(import.meta.dirname, 'asking-process.mjs')
    const url = `redis://127.0.0.1:${network.port}`
    const child = fork(program, [url, driver, String(memoryTtlMs)], { silent: true })
    const asking = new Asking(child, network)
    await once(child, 'message')
    return asking
  }

  /** Has the process do something, and resolves with what comes of it. */
  async do<T = unknown>(name: string, value?: number): Promise<T> {
    const id = ++this.#id
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve))
    this.#child.send({ id, name, value })
    return (await answer) as T
  }

  /** Its exit code, once it has ended by itself. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'exit')
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.network[Symbol.asyncDispose]()
  }
}

/** Two processes and their Redis. */
export interface AskingFleet extends AsyncDisposable {
  readonly server: OwnRedis
  readonly all: readonly [Asking, Asking]
}

/** Starts a Redis and a process for each driver. */
export async function openAskingFleet(
  drivers: readonly [DriverName, DriverName],
  memoryTtlMs: number,
): Promise<AskingFleet> {
  await using opened = new AsyncDisposableStack()
  const server = opened.use(await openRedis())
  const [first, second] = await Promise.all(
    drivers.map((driver) => Asking.start(server, driver, memoryTtlMs)),
  )
  const all = [opened.use(first as Asking), opened.use(second as Asking)] as const
  const ending = opened.move()
  return { server, all, [Symbol.asyncDispose]: () => ending.disposeAsync() }
}
