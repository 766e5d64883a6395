// What a service stands on, and a test breaks: a way to a server that is cut, and a Redis that is killed.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A server has answered by then. */
const ANSWER_MS = 200

interface Address {
  readonly host: string
  readonly port: number
}

/** A way to a server. While it is cut there are no connections, and none are taken: as if the server were gone. */
export class Way implements AsyncDisposable {
  readonly port: number
  readonly #to: Address
  readonly #sockets = new Set<Socket>()
  #server: Server
  #last: RegExp | undefined

  private constructor(server: Server, port: number, to: Address) {
    this.#server = server
    this.port = port
    this.#to = to
    server.on('connection', (socket) => this.#join(socket))
  }

  static async to(host: string, port: number): Promise<Way> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Way(server, (server.address() as AddressInfo).port, { host, port })
  }

  async cut(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.resetAndDestroy()
    await closed
  }

  async mend(): Promise<void> {
    this.#server = createServer((socket) => this.#join(socket)).listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  /** Loses one answer: that to the next message which has such a text. Its connection is cut when the server has had time for it. */
  loseAnswer(to: RegExp): void {
    this.#last = to
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cut()
  }

  #join(client: Socket): void {
    const server = connect(this.#to)
    client.on('data', (chunk: Buffer) => {
      if (this.#last?.test(chunk.toString('latin1')) !== true) return
      this.#last = undefined
      server.unpipe(client)
      setTimeout(() => client.resetAndDestroy(), ANSWER_MS)
    })
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.once('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
  }
}

/** A Redis of the test's own, on a port that stays the same. */
export class OwnRedis implements AsyncDisposable {
  readonly port: number
  #child: ChildProcess | undefined

  private constructor(port: number) {
    this.port = port
  }

  /** @returns undefined where there is no program redis-server */
  static async start(): Promise<OwnRedis | undefined> {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo
    probe.close()
    await once(probe, 'close')
    const redis = new OwnRedis(port)
    return (await redis.begin()) ? redis : undefined
  }

  async begin(): Promise<boolean> {
    const settings = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const child = spawn('redis-server', settings, { stdio: 'ignore' })
    const hasBegun = await Promise.race([
      once(child, 'spawn').then(() => true),
      once(child, 'error').then(() => false),
    ])
    this.#child = hasBegun ? child : undefined
    return hasBegun
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }
}
