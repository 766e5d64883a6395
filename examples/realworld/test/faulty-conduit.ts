// Conduit as a process that comes to a database of its own by a way that a test breaks.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemOf } from '../src/database.ts'
import { Way } from './breakable.ts'
import { startProcess, type ConduitProcess } from './conduit-process.ts'
import { systemOn, URLS } from './systems.ts'

/** The systems that are servers. */
export const SERVERS = ['PostgreSQL', 'MariaDB'] as const

export class FaultyConduit implements AsyncDisposable {
  readonly way: Way
  readonly process: ConduitProcess
  readonly #end: () => Promise<void>

  private constructor(way: Way, conduit: ConduitProcess, end: () => Promise<void>) {
    this.way = way
    this.process = conduit
    this.#end = end
  }

  /** @returns undefined where no server answers */
  static async on(
    name: string,
    limitMs: number,
    env: Readonly<Record<string, string>> = {},
  ): Promise<FaultyConduit | undefined> {
    const url = URLS[name] as string
    const { databases } = systemOf(url).adapter
    if (databases === undefined || (await systemOn(name)) === undefined) return undefined
    const database = `conduit_faults_${randomBytes(4).toString('hex')}`
    const { hostname, port } = new URL(url)
    const folder = mkdtempSync(join(tmpdir(), 'conduit-'))
    await databases.create(database)
    const way = await Way.to(hostname, Number(port))
    const through = { hostname: '127.0.0.1', port: String(way.port), pathname: `/${database}` }
    const conduit = startProcess(folder, limitMs, {
      DATABASE_URL: Object.assign(new URL(url), through).href,
      LOG_LEVEL: 'error',
      ...env,
    })
    return new FaultyConduit(way, conduit, async () => {
      await way[Symbol.asyncDispose]()
      await databases.drop(database)
      rmSync(folder, { recursive: true })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = this.process
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await this.#end()
  }
}
