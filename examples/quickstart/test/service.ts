import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll } from 'vitest'
import type { Order } from '../src/orders.contract.ts'

/** Longer than anything takes on a busy machine; what passes it hangs. */
export const LIMIT_MS = 20_000
const MAIN = join(import.meta.dirname, '../src/main.ts')
export const TEA = { sku: 'tea', quantity: 2, priceCents: 450 }

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ServiceOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Options of Node itself, before the file. */
  readonly nodeOptions?: readonly string[]
  readonly folder?: string
}

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/** A folder that is deleted after the tests of this file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quickstart-'))
  folders.push(folder)
  return folder
}

/** The quickstart as a process of its own: plain Node, a folder of its own, and any free port. */
export class Service implements AsyncDisposable {
  readonly folder: string
  readonly child: ChildProcess
  readonly ended: Promise<Exit>
  stdout = ''
  stderr = ''
  url = ''
  /** Demo keys by user. */
  keys: Readonly<Record<string, string>> = {}

  constructor({ env, nodeOptions = [], folder = temporaryFolder() }: ServiceOptions = {}) {
    this.folder = folder
    this.child = spawn(process.execPath, [...nodeOptions, MAIN], {
      cwd: folder,
      env: { PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()))
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()))
    this.ended = once(this.child, 'close').then(([code, signal]) => ({ code, signal }) as Exit)
  }

  /** Starts one and waits for the URL that it prints. */
  static async start(options?: ServiceOptions): Promise<Service> {
    const service = new Service(options)
    const printed = (): string | undefined => /^ {2}(http:\S+)$/m.exec(service.stdout)?.[1]
    await service
      .until(() => printed() !== undefined, 'prints no URL')
      .catch(async (error: unknown) => {
        await service.stop('SIGKILL')
        throw error
      })
    service.url = printed() ?? ''
    await service.until(() => service.stdout.includes('Ctrl+C'), 'does not say how it ends')
    const keys = service.stdout.matchAll(/^ {2}export (\w+)=(\w+)$/gm)
    service.keys = Object.fromEntries(
      Array.from(keys, ([, user = '', key = '']) => [user.toLowerCase(), key]),
    )
    return service
  }

  get databaseFile(): string {
    return join(this.folder, 'quickstart.db')
  }

  /** Lines of its log that are complete. */
  get log(): readonly Record<string, unknown>[] {
    const lines = this.stdout
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  }

  /** Waits for something that the output shows. */
  async until(condition: () => boolean, otherwise: string): Promise<void> {
    for (const end = Date.now() + LIMIT_MS; !condition(); await sleep(5)) {
      const isOver = this.child.exitCode !== null || this.child.signalCode !== null
      if (isOver || Date.now() > end) throw new Error(`It ${otherwise}:\n${this.stderr}`)
    }
  }

  /** Waits for its end, no longer than the limit. */
  async exit(): Promise<Exit> {
    const late = setTimeout(() => this.child.kill('SIGKILL'), LIMIT_MS)
    return this.ended.finally(() => clearTimeout(late))
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.child.kill(signal)
    return this.exit()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL')
  }

  call(method: string, path: string, { key, json, headers, body }: Call = {}): Promise<Response> {
    const text = json === undefined ? body : JSON.stringify(json)
    return fetch(this.url + path, {
      method,
      signal: AbortSignal.timeout(LIMIT_MS),
      headers: {
        ...(key === undefined ? {} : this.credentialOf(key)),
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    })
  }

  /** @param key - a key, or whose demo key */
  credentialOf(key: string): { readonly authorization: string } {
    return { authorization: `Bearer ${this.keys[key] ?? key}` }
  }

  async create(customer: string): Promise<Order> {
    const response = await this.call('POST', '/orders', { key: WRITER, json: { customer, items: [TEA] } })
    if (response.status !== 201) throw new Error(`Not created: ${response.status} ${await response.text()}`)
    return (await response.json()) as Order
  }
}

export interface Call {
  /** A key, or whose demo key. */
  readonly key?: string
  readonly json?: unknown
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** She sees every order, and takes none. */
export const READER = 'grace'
/** She takes orders, and sees those. */
export const WRITER = 'ada'
